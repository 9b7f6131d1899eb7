"""Recorded: what the ledger holds about areas and diaries, and whether the rows still say it.

The ledger gets digests, never the words: an outline's bytes, a diary line's every field.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from growing_areas.models import DiaryEntry, GrowingArea, PlotVersion
from ledger import canonical
from ledger.models import LedgerEntry
from ledger.ports import RowMismatch

ROOM = "growing_areas"
PUBLIC_KINDS = (
    "area.approved", "area.suspended", "area.restored", "area.revoked", "area.expired",
    "area.renewed", "area.amended",
)  # fmt: skip
"""Entries of these kinds hold ids, codes and digests only: everybody may read them."""
_DIARY = "diary.recorded"
_SINCE = frozenset({
    "work_key", "is_share", "worker_id", "material_id", "catalogue_days", "flags", "dose_amount",
    "dose_unit", "dose_per_amount", "dose_per", "weather", "head_count", "waste_kind", "disposal",
})  # fmt: skip
"""Columns lines got later: they are told when filled in, so digests of before stay as they are."""
_BATCH = 1_000


def outline_digest(version: PlotVersion) -> str:
    """The fingerprint of an outline as stored."""
    return hashlib.sha256(version.geometry).hexdigest()


def diary_digest(entry: DiaryEntry) -> str:
    """The fingerprint of every field of a diary line, and of the parcels it names."""
    return hashlib.sha256(canonical.text(diary_fields(entry)).encode()).hexdigest()


def diary_fields(entry: DiaryEntry) -> dict[str, Any]:
    """What is recorded of a diary line.

    One about the whole area names no parcels, as before there were any: digests stay as they are.
    """
    told = {
        column.key: _settled(getattr(entry, column.key))
        for column in DiaryEntry.__table__.columns
        if column.key not in ("id", "recorded_at")
        and not (column.key in _SINCE and getattr(entry, column.key) is None)
    }
    if entry.parcel_links:
        told["parcels"] = list(entry.parcel_ids)
    return told


def _settled(value: Any) -> Any:
    """A number without the zeros its column adds; a key as text."""
    if isinstance(value, UUID):
        return str(value)
    return value.normalize() if isinstance(value, Decimal) else value


def check_rows(session: Session) -> Iterator[RowMismatch]:
    """Areas, outlines and diary lines that no longer say what was recorded of them."""
    yield from _check_areas(session)
    yield from _check_diary(session)


def _check_areas(session: Session) -> Iterator[RowMismatch]:
    last: dict[int, tuple[str, dict[str, Any]]] = {}
    for subject, body in _bodies(session, "area."):
        last[body["area"]] = (subject, body)
    rows = session.execute(
        select(GrowingArea.id, GrowingArea.status, GrowingArea.code).execution_options(
            yield_per=_BATCH
        )
    )
    for area_id, status, code in rows:
        subject, body = last.pop(area_id, (code or f"area:{area_id}", {"status": "draft"}))
        if status != body["status"]:
            yield RowMismatch(ROOM, subject, "status")
        if code is not None and subject != code:
            yield RowMismatch(ROOM, subject, "code")
        if "outline" in body and not _is_outline(session, body):
            yield RowMismatch(ROOM, subject, "outline")
    for subject, _ in last.values():
        yield RowMismatch(ROOM, subject, "missing")


def _is_outline(session: Session, body: dict[str, Any]) -> bool:
    version = session.get(PlotVersion, body["version"])
    return version is not None and outline_digest(version) == body["outline"]


def _check_diary(session: Session) -> Iterator[RowMismatch]:
    recorded = {body["entry"]: (subject, body) for subject, body in _bodies(session, _DIARY)}
    moments = _moments(session)
    lines = select(DiaryEntry).options(selectinload(DiaryEntry.parcel_links))
    for entry in session.scalars(lines.execution_options(yield_per=_BATCH)):
        subject, body = recorded.pop(entry.id, (f"area:{entry.area_id}", None))
        is_told = body is not None and diary_digest(entry) == body["digest"]
        if not is_told or entry.recorded_at != moments.get(entry.id):
            yield RowMismatch(ROOM, subject, f"diary line {entry.id}")
    for entry_id, (subject, _) in recorded.items():
        yield RowMismatch(ROOM, subject, f"diary line {entry_id} missing")


def _moments(session: Session) -> dict[int, datetime]:
    """When each line was recorded: a line and its ledger entry are of one instant."""
    rows = session.execute(
        select(LedgerEntry.body, LedgerEntry.recorded_at)
        .where(LedgerEntry.kind == _DIARY)
        .execution_options(yield_per=_BATCH)
    )
    return {json.loads(row.body)["entry"]: row.recorded_at for row in rows}


def _bodies(session: Session, prefix: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Subjects and bodies of the entries of some kinds, in the order they were recorded."""
    rows = session.execute(
        select(LedgerEntry.subject, LedgerEntry.body)
        .where(LedgerEntry.kind.startswith(prefix, autoescape=True))
        .order_by(LedgerEntry.id)
        .execution_options(yield_per=_BATCH)
    )
    for subject, body in rows:
        yield subject, json.loads(body)
