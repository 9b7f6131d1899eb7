"""Recorded: whether packing houses still stand where the ledger says they stood."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from growing_areas.packing.models import PackingHouse
from ledger.models import LedgerEntry
from ledger.ports import RowMismatch

ROOM = "packing"
PUBLIC_KINDS = (
    "packing.approved", "packing.suspended", "packing.restored", "packing.renewed",
    "packing.expired", "packing.revoked",
)  # fmt: skip
"""Entries of these kinds hold ids, codes and days only: everybody may read them."""
_BATCH = 1_000


def check_rows(session: Session) -> Iterator[RowMismatch]:
    """Houses whose status, code or last day is not what was recorded."""
    last = _last_entries(session)
    rows = session.execute(
        select(
            PackingHouse.id, PackingHouse.status, PackingHouse.code, PackingHouse.valid_until
        ).execution_options(yield_per=_BATCH)
    )
    for house_id, status, code, valid_until in rows:
        subject, body = last.pop(house_id, (code or f"packing:{house_id}", {"status": "draft"}))
        if status != body["status"]:
            yield RowMismatch(ROOM, subject, "status")
        if code is not None and subject != code:
            yield RowMismatch(ROOM, subject, "code")
        told = body.get("valid_until")
        if code is not None and told != (valid_until.isoformat() if valid_until else None):
            yield RowMismatch(ROOM, subject, "valid_until")
    for subject, _ in last.values():
        yield RowMismatch(ROOM, subject, "missing")


def _last_entries(session: Session) -> dict[int, tuple[str, dict[str, Any]]]:
    """Each house's newest subject and what its entries, taken together, say last."""
    last: dict[int, tuple[str, dict[str, Any]]] = {}
    rows = session.execute(
        select(LedgerEntry.subject, LedgerEntry.body)
        .where(LedgerEntry.kind.startswith("packing.", autoescape=True))
        .order_by(LedgerEntry.id)
        .execution_options(yield_per=_BATCH)
    )
    for subject, text in rows:
        body = json.loads(text)
        _, before = last.get(body["packing_house"], ("", {}))
        last[body["packing_house"]] = (subject, {**before, **body})
    return last
