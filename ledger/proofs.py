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
class InclusionProof:
    """That entry *sequence* (leaf *sequence* - 1) is in the log of a checkpoint.

    `content` is the committed text itself, for kinds of entries that are public.
    """

    sequence: int
    kind: str
    recorded_at: datetime
    leaf_hash: bytes
    path: list[bytes]
    checkpoint: Checkpoint
    content: str | None


@dataclass(frozen=True)
class ConsistencyProof:
    """That the log of the earlier checkpoint is the beginning of the later one."""

    first: Checkpoint
    second: Checkpoint
    path: list[bytes]


def prove_inclusion(session: Session, sequence: int) -> InclusionProof:
    """Prove an entry against the newest checkpoint.

    Raises: NotFound with `ledger.no_entry`, `ledger.no_checkpoint` or `ledger.not_yet_covered`.
    """
    statement = (
        select(Leaf, LedgerEntry)
        .join(LedgerEntry, LedgerEntry.id == Leaf.entry_id)
        .where(Leaf.sequence == sequence)
    )
    found = session.execute(statement).first()
    if found is None:
        raise NotFound("ledger.no_entry", sequence=sequence)
    leaf, entry = found
    covering = checkpoint.get_covering(session, sequence)

    def build(node: merkle.Node) -> list[bytes]:
        return merkle.inclusion_path(sequence - 1, covering.size, node)

    return InclusionProof(
        sequence=sequence,
        kind=entry.kind,
        recorded_at=entry.recorded_at,
        leaf_hash=leaf.leaf_hash,
        path=_built(session, build),
        checkpoint=covering,
        content=entry.committed().decode() if ports.is_public(entry.kind) else None,
    )


def prove_consistency(session: Session, first: int, second: int) -> ConsistencyProof:
    """Prove that the checkpoint of *second* entries continues the one of *first*.

    Raises: NotFound("ledger.no_such_checkpoint").
    """
    earlier, later = _get_checkpoint(session, first), _get_checkpoint(session, second)
    if first > second:
        earlier, later = later, earlier

    def build(node: merkle.Node) -> list[bytes]:
        return merkle.consistency_path(earlier.size, later.size, node)

    return ConsistencyProof(earlier, later, _built(session, build))


def _get_checkpoint(session: Session, size: int) -> Checkpoint:
    found = session.get(Checkpoint, size)
    if found is None:
        raise NotFound("ledger.no_such_checkpoint", size=size)
    return found


def _built(session: Session, build: Callable[[merkle.Node], list[bytes]]) -> list[bytes]:
    nodes = sequencing.fetch_nodes(session, merkle.places_needed(build))

    def known(level: int, position: int) -> bytes:
        return nodes[level, position]

    return build(known)
