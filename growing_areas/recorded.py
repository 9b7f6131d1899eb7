"""Recorded: what the ledger holds about areas and diaries, and whether the rows still say it.

The ledger gets digests, never the words: an outline's bytes, a diary line's every field.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session, selectinload

from growing_areas.models import DiaryEntry, PlotVersion
from ledger import canonical
from ledger.ports import RowMismatch
from ledger.reading import streamed

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
    outlines: dict[int, list[tuple[str, str]]] = {}
    statement = "SELECT id, status, code FROM growing_areas ORDER BY id"
    for area_id, status, code in streamed(session, statement, {}):
        subject, body = last.pop(area_id, (code or f"area:{area_id}", {"status": "draft"}))
        if status != body["status"]:
            yield RowMismatch(ROOM, subject, "status")
        if code is not None and subject != code:
            yield RowMismatch(ROOM, subject, "code")
        if "outline" in body:
            outlines.setdefault(body["version"], []).append((subject, body["outline"]))
    for subject, _ in last.values():
        yield RowMismatch(ROOM, subject, "missing")
    yield from _check_outlines(session, outlines)


def _check_outlines(
    session: Session, outlines: dict[int, list[tuple[str, str]]]
) -> Iterator[RowMismatch]:
    """Outlines by the version that was recorded: there, and with the same fingerprint."""
    statement = "SELECT id, encode(sha256(geometry), 'hex') FROM growing_plot_versions ORDER BY id"
    for version_id, digest in streamed(session, statement, {}):
        for subject, recorded in outlines.pop(version_id, ()):
            if recorded != digest:
                yield RowMismatch(ROOM, subject, "outline")
    for missing in outlines.values():
        for subject, _ in missing:
            yield RowMismatch(ROOM, subject, "outline")


# A line and its entry in the ledger are of one instant.
_UNTOLD = """
SELECT coalesce(e.subject, 'area:' || d.area_id), coalesce(e.line, d.id), d.id IS NULL
FROM (SELECT subject, recorded_at, (body::json ->> 'entry')::bigint AS line
    FROM ledger_entries WHERE kind = %(kind)s) e
FULL JOIN diary_entries d ON d.id = e.line
WHERE d.id IS NULL OR e.line IS NULL OR e.recorded_at <> d.recorded_at
ORDER BY 2
"""


def _check_diary(session: Session) -> Iterator[RowMismatch]:
    """Each line has its entry, of the same instant, and the other way round.

    What a line says is committed to with all its columns (`ledger.rows`); entries of before that
    hold a digest of it beside.
    """
    for subject, line, is_gone in streamed(session, _UNTOLD, {"kind": _DIARY}):
        yield RowMismatch(ROOM, subject, f"diary line {line}{' missing' if is_gone else ''}")
    told = dict(_digests(session))
    wanted = bindparam("ids", list(told), type_=ARRAY(BigInteger))
    lines = select(DiaryEntry).where(DiaryEntry.id == func.any(wanted)).order_by(DiaryEntry.id)
    loaded = lines.options(selectinload(DiaryEntry.parcel_links))
    for entry in session.scalars(loaded.execution_options(yield_per=_BATCH)):
        subject, digest = told[entry.id]
        if diary_digest(entry) != digest:
            yield RowMismatch(ROOM, subject, f"diary line {entry.id}")


def _digests(session: Session) -> Iterator[tuple[int, tuple[str, str]]]:
    """Of lines whose entries hold one: subject and digest."""
    for subject, body in _bodies(session, _DIARY, "AND body LIKE '%%\"digest\":%%'"):
        if "digest" in body:
            yield body["entry"], (subject, body["digest"])


def _bodies(
    session: Session, prefix: str, narrowed: str = ""
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Subjects and bodies of the entries of some kinds, in the order they were recorded."""
    statement = (
        "SELECT subject, body FROM ledger_entries WHERE starts_with(kind, %(prefix)s)"  # noqa: S608 - our own condition
        f" {narrowed} ORDER BY id"
    )
    for subject, body in streamed(session, statement, {"prefix": prefix}):
        yield subject, json.loads(body)
