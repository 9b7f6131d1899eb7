"""Jobs exist exactly when their transaction committed, and outlive the worker that ran them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from foundation import db, jobs, worker
from foundation.errors import Conflict, NotFound
from foundation.jobs import Progress, job
from tests.conftest import NOW

_ran: list[dict[str, Any]] = []


@job("test.note")
def _note(payload: dict[str, Any], progress: Progress) -> None:
    _ran.append(payload)
    progress.report(1, 1)


@job("test.fail")
def _fail(payload: dict[str, Any], progress: Progress) -> None:
    raise ValueError("0912345678")


@job("test.endless")
def _endless(payload: dict[str, Any], progress: Progress) -> None:
    for step in range(1, 1000):
        progress.report(step, 1000)
        if step == 1:
            with db.transaction() as session:
                jobs.cancel(session, payload["me"] or progress.job_id)
        time.sleep(0.01)


def _url(database: db.Database) -> str:
    return database.primary.url.render_as_string(hide_password=False)


def test_a_rolled_back_job_never_was(own_database: db.Database) -> None:
    def defer_and_fall() -> None:
        with db.transaction() as session:
            jobs.defer(session, "test.note", {"n": 1})
            raise RuntimeError

    with pytest.raises(RuntimeError):
        defer_and_fall()

    with db.reading() as session:
        assert session.execute(text("SELECT count(*) FROM procrastinate_jobs")).scalar_one() == 0


def test_a_committed_job_runs_and_tells_its_progress(own_database: db.Database) -> None:
    _ran.clear()
    with db.transaction() as session:
        job_id = jobs.defer(session, "test.note", {"n": 2})
        assert jobs.state(session, job_id).state == "queued"

    worker.run_pending(_url(own_database))

    with db.reading() as session:
        state = jobs.state(session, job_id)
    assert _ran == [{"n": 2}]
    assert (state.state, state.done, state.total) == ("done", 1, 1)


def test_a_second_job_with_the_same_queueing_lock_is_the_first(own_database: db.Database) -> None:
    with db.transaction() as session:
        first = jobs.defer(session, "test.note", queueing_lock="day")
        second = jobs.defer(session, "test.note", queueing_lock="day")

    assert first == second


def test_a_running_job_stops_when_asked(own_database: db.Database) -> None:
    with db.transaction() as session:
        job_id = jobs.defer(session, "test.endless", {"me": 0})

    worker.run_pending(_url(own_database))

    with db.reading() as session:
        state = jobs.state(session, job_id)
    assert state.state == "cancelled"
    assert state.done < 1000


def test_a_failure_is_kept_without_what_it_said_and_can_be_retried(
    own_database: db.Database,
) -> None:
    with db.transaction() as session:
        job_id = jobs.defer(session, "test.fail")
        session.execute(
            text("UPDATE procrastinate_jobs SET attempts = :n"), {"n": jobs.MAX_ATTEMPTS}
        )

    worker.run_pending(_url(own_database))

    with db.transaction() as session:
        failed = jobs.list_failed(session)
        assert [state.id for state in failed.items] == [job_id]
        assert (failed.items[0].error or "").startswith("ValueError (foundation/test_jobs.py:")
        jobs.retry(session, job_id, now=NOW)
        assert jobs.state(session, job_id).state == "queued"
        with pytest.raises(Conflict):
            jobs.retry(session, job_id, now=NOW)


def test_an_unknown_job_is_not_found(own_database: db.Database) -> None:
    with db.reading() as session, pytest.raises(NotFound):
        jobs.state(session, 404)


_WORKER = """
import os, sys, time
from sqlalchemy import text
from foundation import db, jobs, worker
worker.HEARTBEAT_S, worker.STALLED_AFTER_S = 0.3, 1.0
db.connect(sys.argv[1], pool_size=4)

@jobs.job("test.slow")
def slow(payload, progress):
    time.sleep(payload["seconds"])
    with db.transaction() as session:
        session.execute(text("INSERT INTO effect VALUES (:n) ON CONFLICT DO NOTHING"), payload)

worker.run_forever(sys.argv[1], concurrency=2)
"""


def _start_worker(url: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", _WORKER, url],
        cwd=Path(__file__).parents[2],
        stderr=subprocess.DEVNULL,
    )


def _effects(database: db.Database) -> int:
    with database.primary.connect() as connection:
        return int(connection.execute(text("SELECT count(*) FROM effect")).scalar_one())


def test_jobs_of_a_killed_worker_are_taken_up_by_the_next(own_database: db.Database) -> None:
    with db.transaction() as session:
        session.execute(text("CREATE TABLE effect (n int PRIMARY KEY)"))
        for number in range(12):
            jobs.defer(session, "test.slow", {"n": number, "seconds": 0.15})
    url = _url(own_database)

    for _ in range(2):
        victim = _start_worker(url)
        deadline = time.monotonic() + 60
        before = _effects(own_database)
        while _effects(own_database) < before + 2 and time.monotonic() < deadline:
            time.sleep(0.02)
        os.kill(victim.pid, signal.SIGKILL)
        victim.wait()
    last = _start_worker(url)
    deadline = time.monotonic() + 90
    while _effects(own_database) < 12 and time.monotonic() < deadline:
        time.sleep(0.05)
    last.terminate()

    assert last.wait(timeout=90) == 0
    assert _effects(own_database) == 12
