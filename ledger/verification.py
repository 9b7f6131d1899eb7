"""Recomputing the whole log and naming the first thing that is not as it was.

Every column is covered: entries by their leaf hash, leaves and nodes by the tree, the tree by the
signed checkpoints, the checkpoints by the key, a wholly rewritten log by a checkpoint that was
kept outside, and every ledgered row of every room by what an entry says of it.
"""

from collections.abc import Iterable, Iterator

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from ledger import note, ports, recomputing, rotation, sequencing, witnessing
from ledger.faults import Bad
from ledger.models import Checkpoint, Cosignature
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
    yield from _bad_checkpoints(session, marks, outside)
    yield from recomputing.bad_tree(session, _expected_roots(marks, outside), total, shown)
    yield from recomputing.bad_waiting(session)
    yield from _bad_rows(session)
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


def _bad_checkpoints(
    session: Session, marks: Iterable[Checkpoint], outside: str | None
) -> Iterator[Bad]:
    trusted, sound = rotation.trusted_keys(session)
    for mark in marks:
        try:
            said = note.read(mark.note)
        except ValueError:
            yield Bad("ledger.checkpoint_unreadable", sequence=mark.size)
            continue
        if (said.size, said.root, said.made_at) != (mark.size, mark.root, mark.made_at):
            yield Bad("ledger.checkpoint_differs", sequence=mark.size)
        if not note.is_signed_by(mark.note, mark.public_key):
            yield Bad("ledger.checkpoint_signature", sequence=mark.size)
        if trusted and mark.public_key not in trusted:
            yield Bad("ledger.checkpoint_foreign_key", sequence=mark.size)
    yield from _bad_cosignatures(session)
    if not sound:
        yield Bad("ledger.keys_altered")
    if outside is not None:
        yield from _bad_outside(outside, trusted)


def _bad_cosignatures(session: Session) -> Iterator[Bad]:
    rows = select(Cosignature, Checkpoint.note).join(Checkpoint).order_by(Cosignature.size)
    for row, told in session.execute(rows):
        text = told.partition("\n\n")[0]
        try:
            good = witnessing.is_witnessed(f"{text}\n\n{row.line}", row.key_name)
        except ValueError:
            good = False
        if not good:
            yield Bad("ledger.cosignature_altered", sequence=row.size)


def _bad_outside(outside: str, trusted: Iterable[bytes]) -> Iterator[Bad]:
    try:
        size = note.read(outside).size
    except ValueError:
        yield Bad("ledger.outside_unreadable")
        return
    known = list(trusted)
    if known and not any(note.is_signed_by(outside, key) for key in known):
        yield Bad("ledger.checkpoint_signature", sequence=size)


def _expected_roots(marks: Iterable[Checkpoint], outside: str | None) -> dict[int, set[bytes]]:
    roots: dict[int, set[bytes]] = {}
    for mark in marks:
        roots.setdefault(mark.size, set()).add(mark.root)
    if outside is not None:
        said = note.read(outside)
        roots.setdefault(said.size, set()).add(said.root)
    return roots
