"""The job worker: runs registered jobs, beats its heart, takes up what a dead worker left."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import procrastinate
import structlog
from procrastinate import exceptions as queue_errors

from foundation import db, jobs

log = structlog.get_logger()

HEARTBEAT_S = 3.0
STALLED_AFTER_S = 12.0


def build(url: str) -> procrastinate.App:
    """Procrastinate's application with every registered job."""
    conninfo = url.replace("postgresql+psycopg://", "postgresql://")
    connector = procrastinate.PsycopgConnector(conninfo=conninfo, min_size=1, max_size=4)
    app = procrastinate.App(connector=connector)
    for kind in jobs.registered().values():
        task = app.task(
            name=kind.name,
            pass_context=True,
            retry=procrastinate.RetryStrategy(
                max_attempts=jobs.MAX_ATTEMPTS, exponential_wait=3, retry_exceptions=None
            ),
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
    """Run jobs until SIGINT or SIGTERM (or, with ``wait`` False, until the queue is empty)."""
    app = build(url)
    async with app.open_async():
        rescuer = asyncio.create_task(_rescue(app))
        try:
            await app.run_worker_async(
                concurrency=concurrency,
                wait=wait,
                install_signal_handlers=wait,
                update_heartbeat_interval=HEARTBEAT_S,
                stalled_worker_timeout=STALLED_AFTER_S,
                shutdown_graceful_timeout=20,
            )
        finally:
            rescuer.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await rescuer


async def _rescue(app: procrastinate.App) -> None:
    """Queue again, every few seconds, the jobs whose worker died."""
    while True:
        for stalled in await app.job_manager.get_stalled_jobs(
            seconds_since_heartbeat=STALLED_AFTER_S
        ):
            log.warning("job_rescued", job=stalled.task_name, id=stalled.id)
            with contextlib.suppress(queue_errors.ProcrastinateException):
                await app.job_manager.retry_job(stalled)
        await asyncio.sleep(HEARTBEAT_S)


def run_pending(url: str) -> None:
    """Run every due job, then return (demonstration loading, tests)."""
    asyncio.run(work(url, concurrency=1, wait=False))


def run_forever(url: str, *, concurrency: int) -> None:
    """The worker process: ends cleanly on SIGTERM or SIGINT."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(work(url, concurrency=concurrency))
