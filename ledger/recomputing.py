"""Recomputing the tree: every entry hashed anew, every stored node compared, every root met."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from datetime import datetime
from json.encoder import encode_basestring

from sqlalchemy.orm import Session

from ledger import canonical, merkle
from ledger.faults import Bad
from ledger.reading import streamed

Shown = Callable[[int, int], None]
"""Told how many entries of how many are done."""

_SHOWN_EVERY = 10_000
_LEAVES = (
    "SELECT l.sequence, l.entry_id, l.leaf_hash, e.leaf_hash, e.body, e.kind, e.nonce,"
    " e.recorded_at, e.subject FROM ledger_leaves l"
    " LEFT JOIN ledger_entries e ON e.id = l.entry_id ORDER BY l.sequence"
)
# In the order in which a growing tree completes them.
_NODES = "SELECT level, position, hash FROM ledger_nodes ORDER BY (position + 1) << level, level"
_WAITING = (
    "SELECT e.id, w.entry_id, e.leaf_hash, e.body, e.kind, e.nonce, e.recorded_at, e.subject FROM"
    " (SELECT e.* FROM ledger_entries e LEFT JOIN ledger_leaves l ON l.entry_id = e.id"
    " WHERE l.sequence IS NULL) e"
    " FULL JOIN ledger_waiting w ON w.entry_id = e.id ORDER BY 1, 2"
)


def hashed(body: str, kind: str, nonce: bytes, recorded_at: datetime, subject: str) -> bytes:
    """Return an entry's leaf hash: `canonical.leaf_input`, written out for millions of them."""
    text = (
        f'{{"body":{encode_basestring(body)},"kind":{encode_basestring(kind)},'
        f'"nonce":"{nonce.hex()}","recorded_at":"{canonical.instant(recorded_at)}",'
        f'"subject":{encode_basestring(subject)}}}'
    )
    return hashlib.sha256(b"\x00" + text.encode()).digest()


def bad_tree(
    session: Session, expected: dict[int, set[bytes]], total: int, shown: Shown | None
) -> Iterator[Bad]:
    """Whatever in the tree does not follow from the entries, and every signed root not met."""
    frontier = merkle.Frontier()
    stored = streamed(session, _NODES, {})
    for sequence, entry_id, leaf_hash, entry_hash, body, *rest in streamed(session, _LEAVES, {}):
        place = frontier.size + 1, entry_id
        if sequence != place[0] or body is None:
            yield Bad("ledger.entry_missing", *place)
            return
        computed = hashed(body, *rest)
        if computed != entry_hash or computed != leaf_hash:
            yield Bad("ledger.entry_altered", *place)
        for completed in frontier.append(computed):
            if next(stored, None) != completed:
                yield Bad("ledger.tree_altered", *place)
                return
        if sequence in expected and expected[sequence] != {frontier.root()}:
            yield Bad("ledger.root_differs", *place)
        if shown and not sequence % _SHOWN_EVERY:
            shown(sequence, total)
    if expected and max(expected) > frontier.size:
        yield Bad("ledger.entry_missing", sequence=frontier.size + 1)
    if next(stored, None) is not None:
        yield Bad("ledger.tree_altered", sequence=frontier.size)


def bad_waiting(session: Session) -> Iterator[Bad]:
    """Entries without a place: altered or removed while they wait, or taken off the waiting list;
    and whatever stands on that list and does not wait."""
    for entry_id, waiting_id, entry_hash, *rest in streamed(session, _WAITING, {}):
        if entry_id is None:
            yield Bad("ledger.waiting_altered", entry_id=waiting_id)
            continue
        if waiting_id is None:
            yield Bad("ledger.entry_unplaced", entry_id=entry_id)
        if hashed(*rest) != entry_hash:
            yield Bad("ledger.entry_altered", entry_id=entry_id)
