"""Recorded: what the ledger holds of buying slips, and whether the rows still say it.

A slip holds numbers only, of its persons too; their names are committed to by themselves.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from growing_areas.slips.models import BuyingSlip
from ledger import canonical
from ledger.models import LedgerEntry
from ledger.ports import RowMismatch

ROOM = "growing_areas"
KIND = "slip.recorded"
_BATCH = 1_000


def slip_digest(slip: BuyingSlip) -> str:
    """The fingerprint of every field of a slip but its id, which the entry tells itself."""
    told = {
        column.key: _settled(getattr(slip, column.key))
        for column in BuyingSlip.__table__.columns
        if column.key != "id"
    }
    return hashlib.sha256(canonical.text(told).encode()).hexdigest()


def check_rows(session: Session) -> Iterator[RowMismatch]:
    """Slips that no longer say what was recorded of them, that vanished or were never recorded."""
    recorded: dict[int, tuple[str, str]] = {}
    entries = select(LedgerEntry.subject, LedgerEntry.body).where(LedgerEntry.kind == KIND)
    for subject, body in session.execute(entries.execution_options(yield_per=_BATCH)):
        told = json.loads(body)
        recorded[told["slip"]] = (subject, told["digest"])
    for slip in session.scalars(select(BuyingSlip).execution_options(yield_per=_BATCH)):
        subject, digest = recorded.pop(slip.id, (f"area:{slip.area_id}", ""))
        if slip_digest(slip) != digest:
            yield RowMismatch(ROOM, subject, f"buying slip {slip.id}")
    for slip_id, (subject, _) in recorded.items():
        yield RowMismatch(ROOM, subject, f"buying slip {slip_id} missing")


def _settled(value: Any) -> Any:
    if isinstance(value, UUID):
        return str(value)
    return value.normalize() if isinstance(value, Decimal) else value
