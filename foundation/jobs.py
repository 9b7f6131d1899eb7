"""Background jobs on the same database (Procrastinate): deferred in the caller's transaction.

A job exists exactly when its transaction committed. It may run more than once (a killed worker's
jobs are taken up again), so its effect is idempotent or shares one transaction with its record.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from foundation import db
from foundation.errors import Conflict, NotFound
from foundation.job_models import JobProgress
from foundation.paging import Page

Work = Callable[[dict[str, Any], "Progress"], None]
State = Literal["queued", "running", "done", "failed", "cancelled"]

MAX_ATTEMPTS = 5
_STATES: dict[str, State] = {
    "todo": "queued",
    "doing": "running",
    "succeeded": "done",
    "failed": "failed",
    "cancelled": "cancelled",
    "aborted": "cancelled",
}


class Cancelled(Exception):
    """Somebody asked to stop the job; raised inside it at the next ``report``."""


@dataclass(frozen=True)
class Job:
    """A registered kind of job. ``cron`` (five fields, UTC) makes it periodic."""

    name: str
    work: Work
    cron: str | None = None


@dataclass(frozen=True)
class JobState:
    """Where a job stands: ``done`` of ``total`` steps (``total`` 0 = not known yet)."""

    id: int
    name: str
    state: State
    done: int
    total: int
    attempts: int
    error: str | None
    payload: dict[str, Any]
    updated_at: datetime | None


_registry: dict[str, Job] = {}


def job(name: str, *, cron: str | None = None) -> Callable[[Work], Work]:
    """Register a function as the work of the job called ``name``."""

    def register(work: Work) -> Work:
        if name in _registry and _registry[name].work is not work:
            raise RuntimeError(f"two jobs are called {name}")
        _registry[name] = Job(name, work, cron)
        return work

    return register


def registered() -> Mapping[str, Job]:
    """All kinds of job, by name."""
    return dict(_registry)


class Progress:
    """How a running job tells how far it is; also where it learns that it is to stop."""

    def __init__(self, job_id: int) -> None:
        self.job_id = job_id
        self._written_at = 0.0

    def report(self, done: int, total: int) -> None:
        """Tell ``done`` of ``total``; raises Cancelled when somebody asked to stop.

        Written at most twice a second (and at the end), in a transaction of its own, so that
        readers see it while the job's own transaction is still open.
        """
        moment = time.monotonic()
        if done < total and moment - self._written_at < 0.5:
            return
        self._written_at = moment
        with db.transaction() as session:
            _write_progress(session, self.job_id, done=done, total=total)
            if _abort_requested(session, self.job_id):
                raise Cancelled


class Unobserved(Progress):
    """Progress of work that runs at once, outside a worker (command line, tests)."""

    def __init__(self, shown: Callable[[int, int], None] | None = None) -> None:
        super().__init__(0)
        self._shown = shown

    def report(self, done: int, total: int) -> None:
        """Pass the figures to whoever watches."""
        if self._shown is not None:
            self._shown(done, total)


def defer(
    session: Session,
    name: str,
    payload: Mapping[str, Any] | None = None,
    *,
    lock: str | None = None,
    queueing_lock: str | None = None,
    run_at: datetime | None = None,
    priority: int = 0,
) -> int:
    """Queue a job in the caller's transaction; answers its id.

    Jobs with the same ``lock`` run one after another; a second one with the same
    ``queueing_lock`` is not queued while the first waits (answers the first one's id).
    Of those that wait the highest ``priority`` runs first.
    """
    if queueing_lock is not None:
        waiting = session.execute(
            text(
                "SELECT id FROM procrastinate_jobs WHERE queueing_lock = :lock AND status = 'todo'"
            ),
            {"lock": queueing_lock},
        ).scalar()
        if waiting is not None:
            return int(waiting)
    job_id = session.execute(
        text(
            "SELECT unnest(procrastinate_defer_jobs_v1(ARRAY[ROW('default', :name, :priority,"
            " :lock, :queueing_lock, CAST(:args AS jsonb), CAST(:run_at AS timestamptz))"
            "::procrastinate_job_to_defer_v1]))"
        ),
        {
            "name": name,
            "priority": priority,
            "lock": lock,
            "queueing_lock": queueing_lock,
            "args": json.dumps({"payload": dict(payload or {})}),
            "run_at": run_at,
        },
    ).scalar_one()
    return int(job_id)


_SELECT = (
    "SELECT j.id, j.task_name, j.status::text AS status, j.attempts, j.args, p.done, p.total,"
    " p.error, p.updated_at FROM procrastinate_jobs j"
    " LEFT JOIN job_progress p ON p.job_id = j.id"
)


def state(session: Session, job_id: int) -> JobState:
    """Where the job stands; raises NotFound."""
    row = session.execute(text(f"{_SELECT} WHERE j.id = :id"), {"id": job_id}).mappings().first()
    if row is None:
        raise NotFound("job.not_found")
    return _as_state(row)


def states(session: Session, job_ids: Sequence[int]) -> dict[int, State]:
    """How some jobs stand, by id; those long cleared away are missing."""
    rows = session.execute(
        text("SELECT id, status::text FROM procrastinate_jobs WHERE id = ANY(:ids)"),
        {"ids": list(job_ids)},
    )
    return {job_id: _STATES.get(status, "running") for job_id, status in rows}


def list_failed(session: Session, *, limit: int = 200) -> Page[JobState]:
    """Jobs that gave up, newest first, with how many there are."""
    rows = session.execute(
        text(f"{_SELECT} WHERE j.status = 'failed' ORDER BY j.id DESC LIMIT :limit"),
        {"limit": limit},
    ).mappings()
    total = session.execute(
        text("SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed'")
    ).scalar_one()
    return Page([_as_state(row) for row in rows], None, int(total))


def retry(session: Session, job_id: int, *, now: datetime) -> None:
    """Queue a failed job again; raises NotFound, Conflict when it has not failed."""
    if state(session, job_id).state != "failed":
        raise Conflict("job.not_failed")
    session.execute(
        text("SELECT procrastinate_retry_job_v2(:id, :at, NULL, NULL, NULL)"),
        {"id": job_id, "at": now},
    )


def cancel(session: Session, job_id: int) -> None:
    """Ask a job to stop: at once while queued, at its next report while it runs."""
    state(session, job_id)
    session.execute(text("SELECT procrastinate_cancel_job_v1(:id, true, false)"), {"id": job_id})


def note_failure(session: Session, job_id: int, error: str) -> None:
    """Keep what went wrong, for the page of failed jobs (no personal data: type and place)."""
    _write_progress(session, job_id, error=error[:500])


def counts(session: Session) -> dict[str, int]:
    """Number of jobs by state, for the metrics."""
    rows = session.execute(
        text("SELECT status::text, count(*) FROM procrastinate_jobs GROUP BY status")
    )
    found: dict[str, int] = {}
    for status, count in rows:
        found[_STATES.get(status, "running")] = found.get(_STATES.get(status, "running"), 0) + count
    return found


def _as_state(row: Mapping[Any, Any]) -> JobState:
    return JobState(
        id=row["id"],
        name=row["task_name"],
        state=_STATES.get(row["status"], "running"),
        done=row["done"] or 0,
        total=row["total"] or 0,
        attempts=row["attempts"],
        error=row["error"],
        payload=row["args"].get("payload", {}),
        updated_at=row["updated_at"],
    )


def _write_progress(session: Session, job_id: int, **values: Any) -> None:
    # The instant is the machine's own: it says when the worker was last seen at work.
    values["updated_at"] = text("clock_timestamp()")
    statement = insert(JobProgress).values(job_id=job_id, **values)
    session.execute(statement.on_conflict_do_update(index_elements=["job_id"], set_=values))


def _abort_requested(session: Session, job_id: int) -> bool:
    found = session.execute(
        text("SELECT abort_requested FROM procrastinate_jobs WHERE id = :id"), {"id": job_id}
    ).scalar()
    return bool(found)
