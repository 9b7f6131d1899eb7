"""Giving waiting entries their place in the tree, one sequencer at a time."""

from collections.abc import Iterable, Sequence

from sqlalchemy import delete, func, insert, select, text, tuple_
from sqlalchemy.orm import Session

from ledger import merkle, writing
from ledger.models import Leaf, LedgerEntry, TreeNode, WaitingEntry

_LOCK = 0x4C656467
"""Advisory lock of whoever makes the tree grow ("Ledg")."""

_BATCH = 2_000


def sequence(session: Session) -> int:
    """Give every waiting entry its place; returns how many there were.

    Entries are taken in the order they were numbered. One that commits late comes later: the order
    of the log is the order in which facts became known, and is never changed afterwards.
    """
    writing.write_entries(session)
    lock(session)
    frontier = current_frontier(session)
    placed = 0
    while entries := _waiting(session):
        _place(session, frontier, entries)
        placed += len(entries)
    return placed


def lock(session: Session) -> None:
    """Be the only one to make the tree grow until this transaction ends."""
    session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})


def size_of(session: Session) -> int:
    """Return how many entries have a place in the tree."""
    return session.scalar(select(func.coalesce(func.max(Leaf.sequence), 0))) or 0


def waiting_of(session: Session) -> int:
    """Return how many entries are committed and wait for their place."""
    return session.scalar(select(func.count()).select_from(WaitingEntry)) or 0


def current_frontier(session: Session) -> merkle.Frontier:
    """Return the right edge of the tree as it stands."""
    size = size_of(session)
    places = merkle.frontier_places(size)
    nodes = fetch_nodes(session, places)
    return merkle.Frontier(size, [nodes[place] for place in places])


def fetch_nodes(session: Session, places: Iterable[merkle.Place]) -> dict[merkle.Place, bytes]:
    """Return the hashes at some places of the tree, in two statements."""
    wanted = list(places)
    leaves = [position + 1 for level, position in wanted if level == 0]
    inner = [place for place in wanted if place[0] > 0]
    found: dict[merkle.Place, bytes] = {}
    if leaves:
        rows = select(Leaf.sequence, Leaf.leaf_hash).where(Leaf.sequence.in_(leaves))
        found |= {(0, sequence - 1): hashed for sequence, hashed in session.execute(rows)}
    if inner:
        key = tuple_(TreeNode.level, TreeNode.position)
        nodes = select(TreeNode.level, TreeNode.position, TreeNode.hash).where(key.in_(inner))
        found |= {(level, place): hashed for level, place, hashed in session.execute(nodes)}
    return found


def _waiting(session: Session) -> Sequence[tuple[int, bytes]]:
    statement = (
        select(LedgerEntry.id, LedgerEntry.leaf_hash)
        .join(WaitingEntry, WaitingEntry.entry_id == LedgerEntry.id)
        .order_by(LedgerEntry.id)
        .limit(_BATCH)
    )
    return [(entry_id, hashed) for entry_id, hashed in session.execute(statement)]


def _place(
    session: Session, frontier: merkle.Frontier, entries: Sequence[tuple[int, bytes]]
) -> None:
    leaves, nodes = [], []
    for entry_id, hashed in entries:
        for level, position, node in frontier.append(hashed):
            nodes.append({"level": level, "position": position, "hash": node})
        leaves.append({"sequence": frontier.size, "entry_id": entry_id, "leaf_hash": hashed})
    session.execute(insert(Leaf), leaves)
    if nodes:
        session.execute(insert(TreeNode), nodes)
    placed = [entry_id for entry_id, _ in entries]
    session.execute(delete(WaitingEntry).where(WaitingEntry.entry_id.in_(placed)))
