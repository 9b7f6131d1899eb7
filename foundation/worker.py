"""The job worker: runs registered jobs, beats its heart, takes up what a dead worker left."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import procrastinate
import psycopg
import structlog
from procrastinate import exceptions as queue_errors
from procrastinate import utils
from procrastinate.jobs import Job as QueuedJob
from procrastinate.retry import BaseRetryStrategy, RetryDecision
from procrastinate.worker import Worker

from foundation import absence, db, jobs

log = structlog.get_logger()

HEARTBEAT_S = 1.0
# A dead worker's connection is closed by the system at once, and with it its advisory lock. The
# pulse is asked as well, for a worker that lives on while only its connection was cut.
DEAD_AFTER_S = 3.0
# A machine that vanished keeps its connection open for long: then the pulse alone decides.
STALLED_AFTER_S = 30.0
LOST_DATABASE = os.EX_TEMPFAIL
_POLL_S = 1.0
_LOCK_CLASS = 0x6E67
_GIVEN_UP_AFTER = 20
_RESCUE = """
WITH dead AS (
    SELECT j.id, j.task_name, j.attempts FROM procrastinate_jobs j
    LEFT JOIN procrastinate_workers w ON w.id = j.worker_id
    WHERE j.status = 'doing' AND (
        w.id IS NULL
        OR w.last_heartbeat < now() - make_interval(secs => %(stalled)s)
        OR w.last_heartbeat < now() - make_interval(secs => %(dead)s) AND NOT EXISTS (
            SELECT FROM pg_locks l JOIN pg_database d ON d.oid = l.database
            WHERE d.datname = current_database() AND l.locktype = 'advisory' AND l.objsubid = 2
            AND l.classid = %(class)s AND l.objid = w.id %% 2147483648 AND l.granted))
    FOR UPDATE OF j SKIP LOCKED)
SELECT id, task_name, CASE WHEN attempts < %(most)s
    THEN procrastinate_retry_job_v2(id, now(), NULL, NULL, NULL)
    ELSE procrastinate_finish_job_v1(id, 'failed', false) END FROM dead
"""


class LostDatabaseError(Exception):
    """The database is gone, and with it this worker's claim on the jobs it runs."""


class _Retries(BaseRetryStrategy):
    """Again after 1, 3, 9, 27 s; an absent database is not the job's own failure."""

    def get_retry_decision(
        self, *, exception: BaseException, job: QueuedJob
    ) -> RetryDecision | None:
        if absence.is_of_database(exception) and job.attempts < _GIVEN_UP_AFTER:
            return RetryDecision(retry_in={"seconds": 1})
        if job.attempts >= jobs.MAX_ATTEMPTS:
            return None
        return RetryDecision(retry_in={"seconds": 3**job.attempts})


def build(url: str) -> procrastinate.App:
    """Procrastinate's application with every registered job."""
    connector = procrastinate.PsycopgConnector(conninfo=_plain(url), min_size=1, max_size=4)
    app = procrastinate.App(connector=connector)
    for kind in jobs.registered().values():
        task = app.task(
            name=kind.name,
            pass_context=True,
            retry=_Retries(),
        )(_runner(kind))
        if kind.cron is not None:
            app.periodic(cron=kind.cron)(task)
    return app


def _runner(kind: jobs.Job) -> Callable[..., None]:
    def run(context: procrastinate.JobContext, timestamp: int | None = None, **args: Any) -> None:
        job_id = context.job.id or 0
        payload = dict(args.get("payload") or {})
        if timestamp is not None:
            payload["timestamp"] = timestamp
        log.info("job_started", job=kind.name, id=job_id, attempt=context.job.attempts + 1)
        try:
            kind.work(payload, jobs.Progress(job_id))
        except jobs.Cancelled:
            log.info("job_cancelled", job=kind.name, id=job_id)
            raise queue_errors.JobAborted from None
        except Exception as error:
            place = traceback.extract_tb(error.__traceback__)[-1]
            file = "/".join(Path(place.filename).parts[-2:])
            told = f"{type(error).__name__} ({file}:{place.lineno})"
            log.warning("job_attempt_failed", job=kind.name, id=job_id, error=told)
            with db.transaction() as session:
                jobs.note_failure(session, job_id, told)
            raise
        log.info("job_done", job=kind.name, id=job_id)

    return run


async def work(url: str, *, concurrency: int, wait: bool = True) -> None:
    """Run jobs until SIGINT or SIGTERM (or, with ``wait`` False, until the queue is empty).

    Raises: LostDatabaseError; jobs may still be running then.
    """
    app = build(url)
    async with app.open_async():
        worker = Worker(
            app,
            concurrency=concurrency,
            wait=wait,
            install_signal_handlers=wait,
            fetch_job_polling_interval=_POLL_S,
            update_heartbeat_interval=HEARTBEAT_S,
            stalled_worker_timeout=STALLED_AFTER_S,
            shutdown_graceful_timeout=20,
        )
        working = asyncio.create_task(worker.run())  # type: ignore[no-untyped-call]
        watch = asyncio.create_task(_watch(url, worker))
        done, _ = await asyncio.wait({working, watch}, return_when=asyncio.FIRST_COMPLETED)
        if working in done:
            await utils.cancel_and_capture_errors([watch])
            await working
            return
        if wait:
            # Closing in order would wait for answers that nobody is there to give.
            _vanish(watch.exception())
        raise LostDatabaseError from watch.exception()


async def _watch(url: str, worker: Worker) -> None:
    """Show that this worker lives, and queue again, every second, the jobs of those that died."""
    while worker.worker_id is None:
        await asyncio.sleep(0.02)
    lock = (_LOCK_CLASS, worker.worker_id % 2**31)
    params = {
        "class": _LOCK_CLASS,
        "dead": DEAD_AFTER_S,
        "stalled": STALLED_AFTER_S,
        "most": _GIVEN_UP_AFTER,
    }
    async with await psycopg.AsyncConnection.connect(_plain(url), autocommit=True) as connection:
        await connection.execute("SELECT pg_advisory_lock(%s, %s)", lock)
        while True:
            rescued = await connection.execute(_RESCUE, params)
            for job_id, name, _ in await rescued.fetchall():
                log.warning("job_rescued", job=name, id=job_id)
            await asyncio.sleep(HEARTBEAT_S)


def _plain(url: str) -> str:
    return url.replace("postgresql+psycopg://", "postgresql://")


def run_pending(url: str) -> None:
    """Run every due job, then return (demonstration loading, tests)."""
    asyncio.run(work(url, concurrency=1, wait=False))


def run_forever(url: str, *, concurrency: int) -> None:
    """The worker process: ends cleanly on SIGTERM or SIGINT.

    When the database is lost it ends at once as if it had been killed, with the jobs it runs:
    whoever watches over it starts it again, and the next worker takes them up.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_work_or_vanish(url, concurrency))


async def _work_or_vanish(url: str, concurrency: int) -> None:
    try:
        await work(url, concurrency=concurrency)
    except queue_errors.ConnectorException as error:
        _vanish(error.__cause__)


def _vanish(cause: BaseException | None) -> NoReturn:
    log.error("worker_lost_database", kind=type(cause).__name__)
    os._exit(LOST_DATABASE)
