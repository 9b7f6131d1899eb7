"""Recomputing the whole log and naming the first thing that is not as it was.

Every column is covered: entries by their leaf hash, leaves and nodes by the tree, the tree by the
signed checkpoints, the checkpoints by the key, a wholly rewritten log by a checkpoint that was
kept outside, and every ledgered row of every room by what an entry says of it.
"""

from collections.abc import Iterator

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from ledger import marks as signed_marks
from ledger import ports, recomputing, sequencing
from ledger.faults import Bad
from ledger.models import Checkpoint
from ledger.recomputing import Shown
from ledger.rows import checking, listing

__all__ = ["Bad", "explained", "stand_still", "verify"]

_WHAT = {
    "unrecorded": "ledger.row_unrecorded",
    "missing": "ledger.row_missing",
    "form": "ledger.row_form",
}


def stand_still(session: Session) -> None:
    """See the database as of one moment, however long it takes; to be said before all else."""
    session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
    session.execute(text("SET LOCAL statement_timeout = 0"))


def verify(session: Session, outside: str | None = None, shown: Shown | None = None) -> Bad | None:
    """Return the first bad thing, or None when all is as recorded.

    `outside` is the text of a checkpoint kept elsewhere; it is checked as if it lay here.
    """
    return next(_all_bad(session, outside, shown), None)


def explained(session: Session) -> str | None:
    """Return the first bad thing in words, or None when all is as recorded."""
    bad = verify(session)
    return None if bad is None else bad.explanation()


def _all_bad(session: Session, outside: str | None, shown: Shown | None) -> Iterator[Bad]:
    marks = list(session.scalars(select(Checkpoint).order_by(Checkpoint.size)))
    total = sequencing.size_of(session)
    yield from signed_marks.bad_checkpoints(session, marks, outside)
    yield from recomputing.bad_tree(
        session, signed_marks.expected_roots(marks, outside), total, shown
    )
    yield from recomputing.bad_waiting(session)
    yield from _bad_rows(session)
    yield from signed_marks.contradictions(session)
    for room, check in ports.row_checks().items():
        for mismatch in check(session):
            yield Bad(
                "ledger.row_differs", detail=f"{room} {mismatch.subject}: {mismatch.explanation}"
            )


def _bad_rows(session: Session) -> Iterator[Bad]:
    for listed in listing.list_faults(session):
        yield Bad("ledger.rows_altered", listed.sequence, listed.entry_id, detail=listed.rows)
    for fault in checking.faults(session):
        yield Bad(
            _WHAT.get(fault.what, "ledger.row_differs"),
            fault.sequence,
            fault.entry_id,
            table=fault.table,
            key=fault.key,
            columns="" if fault.what in _WHAT else fault.what,
            recorded_at=fault.recorded_at,
        )
