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
from ledger.models import LedgerEntry, WaitingEntry

_NONCE_BYTES = 16


def append(
    session: Session, *, kind: str, subject: str, body: Mapping[str, Any], now: datetime
) -> LedgerEntry:
    """Record a fact: its kind (``area.approved``), its subject (a code) and its details.

    The body holds codes, ids and numbers, never a person. Raises: TypeError for a float in it.
    """
    entry = LedgerEntry(
        kind=kind,
        subject=subject,
        body=canonical.text(body),
        nonce=secrets.token_bytes(_NONCE_BYTES),
        recorded_at=now,
    )
    entry.leaf_hash = merkle.leaf_hash(entry.committed())
    session.add(entry)
    session.flush()
    session.add(WaitingEntry(entry_id=entry.id))
    session.flush()
    return entry
