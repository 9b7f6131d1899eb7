"""Where the newest thing recorded of a row stands in the log, and what covers it: for its page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from ledger.rows.commitments import Key
from ledger.rows.standing import key_text

_NEWEST = text("""
SELECT l.sequence, e.recorded_at, c.size, c.made_at
FROM (SELECT entry_id FROM ledger_rows WHERE table_name = :table AND row_key = :key
      ORDER BY entry_id DESC, position DESC LIMIT 1) r
JOIN ledger_entries e ON e.id = r.entry_id
LEFT JOIN ledger_leaves l ON l.entry_id = r.entry_id
LEFT JOIN (SELECT size, made_at FROM ledger_checkpoints ORDER BY size DESC LIMIT 1) c
       ON l.sequence <= c.size
""")


@dataclass(frozen=True)
class Placed:
    """A row's newest entry: its number (None: not yet in the tree) and the checkpoint over it."""

    entry: int | None
    recorded_at: datetime
    checkpoint: int | None
    signed_at: datetime | None


def place_of(session: Session, table: str, key: Key) -> Placed | None:
    """Where a row was recorded last; None when it never was."""
    row = session.execute(_NEWEST, {"table": table, "key": key_text(key)}).one_or_none()
    return None if row is None else Placed(*row)
