"""The nightly erasing of files that nothing names any more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import islice
from typing import Any

import structlog

from foundation import clock, db, erasure, files
from foundation.jobs import Progress, job

log = structlog.get_logger()


@dataclass(frozen=True)
class Outcome:
    """What a run did, in numbers only. ``postponed``: a backup was being written."""

    unheld: int
    erased: int
    strays: int
    abandoned: int
    postponed: bool


@job("files.erase", cron="50 17 * * *")
def erase(payload: dict[str, Any], progress: Progress) -> None:
    """Erase what has been unheld for long enough (00:50 in Vietnam, before the backup)."""
    log.info("files_erased", **asdict(run(clock.now())))


def run(now: datetime) -> Outcome:
    """Mark, erase what is due, remove contents that no row names; a second run finds nothing."""
    with db.transaction() as session:
        marked = erasure.mark(session, now=now)
    erased, last = 0, 1
    while last:
        with db.transaction() as session:
            found = erasure.erase_due(session, now=now)
        last = found or 0
        erased += last
    strays = sum(_discard(digest, now) for digest in _strays())
    abandoned = files.store().forget_incoming()
    return Outcome(marked.unheld, erased, strays, abandoned, postponed=found is None)


def _strays() -> Iterator[str]:
    walked = files.store().digests()
    while some := list(islice(walked, erasure.AT_ONCE)):
        with db.transaction() as session:
            found = erasure.strays(session, some)
        yield from found


def _discard(digest: str, now: datetime) -> bool:
    with db.transaction() as session:
        return erasure.discard_stray(session, digest, now=now)
