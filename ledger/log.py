"""Recording facts: what the rooms write, in the transaction of the change it records.

Appending takes no lock. An entry gets its place in the tree a little later (`sequencing`), so a
transaction that appends never waits for another one, nor can two of them deadlock here.
"""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from ledger import canonical, merkle
from ledger.models import LedgerEntry

_NONCE_BYTES = 16
_MOMENT = "ledger_moment"


def append(
    session: Session, *, kind: str, subject: str, body: Mapping[str, Any], now: datetime
) -> LedgerEntry:
    """Record a fact: its kind (``area.approved``), its subject (a code) and its details.

    The body holds codes, ids and numbers, never a person. Raises: TypeError for a float in it.
    """
    session.info[_MOMENT] = now
    session.flush()
    entry = LedgerEntry(
        kind=kind,
        subject=subject,
        body=canonical.text(body),
        nonce=secrets.token_bytes(_NONCE_BYTES),
        recorded_at=now,
    )
    entry.leaf_hash = merkle.leaf_hash(entry.committed())
    entry.id = _write(session, entry)
    return entry


def moment(session: Session) -> datetime | None:
    """Return when the last fact of this session was recorded."""
    found: datetime | None = session.info.get(_MOMENT)
    return found


def _write(session: Session, entry: LedgerEntry) -> int:
    """Write an entry and its place in the queue in one round trip; answers its id."""
    written = session.connection().exec_driver_sql(
        "WITH entry AS (INSERT INTO ledger_entries"
        " (kind, subject, body, nonce, leaf_hash, recorded_at) VALUES"
        " (%(kind)s, %(subject)s, %(body)s, %(nonce)s, %(leaf_hash)s, %(recorded_at)s)"
        " RETURNING id)"
        " INSERT INTO ledger_waiting SELECT id FROM entry RETURNING entry_id",
        {
            "kind": entry.kind,
            "subject": entry.subject,
            "body": entry.body,
            "nonce": entry.nonce,
            "leaf_hash": entry.leaf_hash,
            "recorded_at": entry.recorded_at,
        },
    )
    return int(written.scalar_one())
