"""Proofs anyone can check with the checkpoint they hold: an entry is in it, it grew into that."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation.errors import NotFound
from ledger import checkpoint, merkle, ports, sequencing
from ledger.models import Checkpoint, Leaf, LedgerEntry


@dataclass(frozen=True)
class Tree:
    """The log when it had so many entries; `checkpoint` where that size was signed."""

    size: int
    root: bytes
    checkpoint: Checkpoint | None


@dataclass(frozen=True)
class InclusionProof:
    """That entry *sequence* (leaf *sequence* - 1) is in the log of a size.

    `content` is the committed text itself, for kinds of entries that are public. `checkpoint` is
    the newest one: the tree's own, or one that the tree is the beginning of.
    """

    sequence: int
    kind: str
    recorded_at: datetime
    leaf_hash: bytes
    path: list[bytes]
    tree: Tree
    checkpoint: Checkpoint
    content: str | None


@dataclass(frozen=True)
class ConsistencyProof:
    """That the log of the earlier size is the beginning of the later one."""

    first: Tree
    second: Tree
    path: list[bytes]


def prove_inclusion(session: Session, sequence: int, size: int | None = None) -> InclusionProof:
    """Prove an entry against the newest checkpoint, or against the log when it had *size* entries.

    Raises: NotFound with `ledger.no_entry`, `ledger.no_checkpoint`, `ledger.not_yet_covered` or
    `ledger.no_such_tree`.
    """
    leaf, entry = _get_entry(session, sequence)
    covering = checkpoint.get_covering(session, sequence)
    wanted = covering.size if size is None else size
    if not sequence <= wanted <= covering.size:
        raise NotFound("ledger.no_such_tree", size=wanted)

    def build(node: merkle.Node) -> list[bytes]:
        return merkle.inclusion_path(sequence - 1, wanted, node)

    return InclusionProof(
        sequence=sequence,
        kind=entry.kind,
        recorded_at=entry.recorded_at,
        leaf_hash=leaf.leaf_hash,
        path=_built(session, build),
        tree=_get_tree(session, wanted),
        checkpoint=covering,
        content=entry.committed().decode() if ports.is_public(entry.kind) else None,
    )


def prove_consistency(session: Session, first: int, second: int) -> ConsistencyProof:
    """Prove that the log of *second* entries begins with the log of *first* entries.

    Any two sizes up to the newest checkpoint's. Raises: NotFound("ledger.no_such_tree").
    """
    earlier, later = (_get_tree(session, size) for size in sorted((first, second)))

    def build(node: merkle.Node) -> list[bytes]:
        return merkle.consistency_path(earlier.size, later.size, node)

    return ConsistencyProof(earlier, later, _built(session, build))


@dataclass(frozen=True)
class Entry:
    """An entry by its place; `content` is the committed text, for kinds that are public."""

    sequence: int
    kind: str
    recorded_at: datetime
    leaf_hash: bytes
    content: str | None


def get_entry(session: Session, sequence: int) -> Entry:
    """Return an entry that has its place. Raises: NotFound("ledger.no_entry")."""
    leaf, entry = _get_entry(session, sequence)
    content = entry.committed().decode() if ports.is_public(entry.kind) else None
    return Entry(sequence, entry.kind, entry.recorded_at, leaf.leaf_hash, content)


def root_at(session: Session, size: int) -> bytes:
    """Return the root the log had at a size that it has reached."""
    places = merkle.frontier_places(size)
    nodes = sequencing.fetch_nodes(session, places)
    return merkle.Frontier(size, [nodes[place] for place in places]).root()


def _get_entry(session: Session, sequence: int) -> tuple[Leaf, LedgerEntry]:
    statement = (
        select(Leaf, LedgerEntry)
        .join(LedgerEntry, LedgerEntry.id == Leaf.entry_id)
        .where(Leaf.sequence == sequence)
    )
    found = session.execute(statement).first()
    if found is None:
        raise NotFound("ledger.no_entry", sequence=sequence)
    return found[0], found[1]


def _get_tree(session: Session, size: int) -> Tree:
    newest = checkpoint.find_newest(session)
    if newest is None or not 0 < size <= newest.size:
        raise NotFound("ledger.no_such_tree", size=size)
    signed = session.get(Checkpoint, size)
    if signed is not None:
        return Tree(size, signed.root, signed)
    return Tree(size, root_at(session, size), None)


def _built(session: Session, build: Callable[[merkle.Node], list[bytes]]) -> list[bytes]:
    nodes = sequencing.fetch_nodes(session, merkle.places_needed(build))

    def known(level: int, position: int) -> bytes:
        return nodes[level, position]

    return build(known)
