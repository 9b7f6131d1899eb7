"""Recomputing the whole log and naming the first thing in it that is not as it was.

Every column is covered: entries by their leaf hash, leaves and nodes by the tree, the tree by the
signed checkpoints, the checkpoints by the key, and a wholly rewritten log by a checkpoint that
was kept outside.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from foundation.i18n import word
from ledger import keys, merkle, note, ports
from ledger.models import Checkpoint, Leaf, LedgerEntry, TreeNode, WaitingEntry

_BATCH = 2_000


@dataclass(frozen=True)
class Bad:
    """The first bad thing: its code, and where it is (`sequence` once it has a place)."""

    code: str
    sequence: int | None = None
    entry_id: int | None = None
    detail: str = ""

    def explanation(self) -> str:
        """Say what is wrong and where: the code for programs, the sentence for people."""
        places = (
            ("sequence", self.sequence),
            ("entry", self.entry_id),
            ("at", self.detail or None),
        )
        where = " ".join(f"{name}={value}" for name, value in places if value is not None)
        return f"{self.code} {where}: {word(self.code)}"


def verify(session: Session, outside: str | None = None) -> Bad | None:
    """Return the first bad entry, or None when all is as recorded.

    `outside` is the text of a checkpoint kept elsewhere; it is checked as if it lay here.
    """
    return next(_all_bad(session, outside), None)


def explained(session: Session) -> str | None:
    """Return the first bad thing in words, or None when all is as recorded."""
    bad = verify(session)
    return None if bad is None else bad.explanation()


def _all_bad(session: Session, outside: str | None) -> Iterator[Bad]:
    marks = list(session.scalars(select(Checkpoint).order_by(Checkpoint.size)))
    yield from _bad_checkpoints(marks, outside)
    yield from _bad_tree(session, _expected_roots(marks, outside))
    yield from _bad_waiting(session)
    for room, check in ports.row_checks().items():
        for mismatch in check(session):
            yield Bad(
                "ledger.row_differs", detail=f"{room} {mismatch.subject}: {mismatch.explanation}"
            )


def _bad_checkpoints(marks: Iterable[Checkpoint], outside: str | None) -> Iterator[Bad]:
    own = keys.find()
    own_key = own.public_key().public_bytes_raw() if own else None
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
        if own_key is not None and mark.public_key != own_key:
            yield Bad("ledger.checkpoint_foreign_key", sequence=mark.size)
    if outside is not None:
        yield from _bad_outside(outside, own_key)


def _bad_outside(outside: str, own_key: bytes | None) -> Iterator[Bad]:
    try:
        size = note.read(outside).size
    except ValueError:
        yield Bad("ledger.outside_unreadable")
        return
    if own_key is not None and not note.is_signed_by(outside, own_key):
        yield Bad("ledger.checkpoint_signature", sequence=size)


def _expected_roots(marks: Iterable[Checkpoint], outside: str | None) -> dict[int, set[bytes]]:
    roots: dict[int, set[bytes]] = {}
    for mark in marks:
        roots.setdefault(mark.size, set()).add(mark.root)
    if outside is not None:
        said = note.read(outside)
        roots.setdefault(said.size, set()).add(said.root)
    return roots


def _bad_tree(session: Session, expected: dict[int, set[bytes]]) -> Iterator[Bad]:
    frontier = merkle.Frontier()
    stored = _stored_nodes(session)
    for leaf, entry in _leaves(session):
        place = frontier.size + 1, leaf.entry_id
        if leaf.sequence != frontier.size + 1 or entry is None:
            yield Bad("ledger.entry_missing", *place)
            return
        hashed = merkle.leaf_hash(entry.committed())
        if not hashed == entry.leaf_hash == leaf.leaf_hash:
            yield Bad("ledger.entry_altered", *place)
        for completed in frontier.append(hashed):
            if next(stored, None) != completed:
                yield Bad("ledger.tree_altered", *place)
                return
        if expected.get(frontier.size, set()) - {frontier.root()}:
            yield Bad("ledger.root_differs", *place)
    if expected and max(expected) > frontier.size:
        yield Bad("ledger.entry_missing", sequence=frontier.size + 1)
    if next(stored, None) is not None:
        yield Bad("ledger.tree_altered", sequence=frontier.size)


def _leaves(session: Session) -> Iterator[tuple[Leaf, LedgerEntry | None]]:
    statement = (
        select(Leaf, LedgerEntry)
        .outerjoin(LedgerEntry, LedgerEntry.id == Leaf.entry_id)
        .order_by(Leaf.sequence)
        .execution_options(yield_per=_BATCH, populate_existing=True)
    )
    yield from session.execute(statement)


def _stored_nodes(session: Session) -> Iterator[tuple[int, int, bytes]]:
    """The stored nodes in the order in which a growing tree completes them."""
    completed_at = (TreeNode.position + 1).op("<<")(TreeNode.level)
    statement = (
        select(TreeNode.level, TreeNode.position, TreeNode.hash)
        .order_by(completed_at, TreeNode.level)
        .execution_options(yield_per=_BATCH)
    )
    yield from session.execute(statement)


def _bad_waiting(session: Session) -> Iterator[Bad]:
    """Entries without a place: altered while they wait, or taken off the waiting list."""
    waiting = aliased(WaitingEntry)
    statement = (
        select(LedgerEntry, waiting.entry_id)
        .outerjoin(Leaf, Leaf.entry_id == LedgerEntry.id)
        .outerjoin(waiting, waiting.entry_id == LedgerEntry.id)
        .where(Leaf.sequence.is_(None))
        .order_by(LedgerEntry.id)
        .execution_options(yield_per=_BATCH, populate_existing=True)
    )
    for entry, waiting_id in session.execute(statement):
        if waiting_id is None:
            yield Bad("ledger.entry_unplaced", entry_id=entry.id)
        if merkle.leaf_hash(entry.committed()) != entry.leaf_hash:
            yield Bad("ledger.entry_altered", entry_id=entry.id)
