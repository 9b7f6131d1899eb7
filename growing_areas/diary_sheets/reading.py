"""Reading a diary sheet: which line each row is, and what keeps it from being written.

A row without a number is new work; one that names the line it takes the place of is a correction;
one that came out of the book (it has a number) and says the same is passed over.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from accounts import permissions
from accounts.permissions import Actor
from foundation import clock
from foundation.errors import Finding
from foundation.imports import Line
from foundation.vietnamese import fold
from growing_areas import registration
from growing_areas.fieldbook import telling
from growing_areas.fieldbook.lines import NewLine, Told
from growing_areas.fieldbook.telling import Work
from growing_areas.models import DiaryEntry, GrowingArea
from growing_areas.parcels import versions
from growing_areas.parcels.models import Parcel, ParcelVersion
from growing_areas.registration import AreaQuery
from growing_areas.season import stands
from growing_areas.slips.models import BuyingSlip

MOST_LINES = 2_000
"""Rows one sheet may bring: some hundred seasons of one field."""
_OF_WORK = frozenset(each.name for each in fields(Work)) - {"parcels"}
_ALIKE = ("activity", "done_on", "product_name", "quantity", "unit", "head_count", "treated_ha")


@dataclass
class Reading:
    """The lines a sheet would write, in its order, with the rows they are, and what was found."""

    new: list[NewLine] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


@dataclass(frozen=True)
class _Book:
    """What rows are held against: areas, their parcels, lines named, lines like theirs."""

    areas: Sequence[GrowingArea]
    parcels: Mapping[tuple[int, str], int]
    moves: Mapping[int, Sequence[ParcelVersion]]
    named: Mapping[int, DiaryEntry]
    corrected: frozenset[int]
    slips: frozenset[int]
    alike: frozenset[tuple[Any, ...]]


def read(session: Session, actor: Actor, rows: Sequence[Line], today: date) -> Reading:
    """Every row as the line it would be; a dozen statements, however many rows."""
    if len(rows) > MOST_LINES:
        most = {"most": MOST_LINES, "rows": len(rows)}
        return Reading(findings=[Finding("diary.sheet_too_long", most, "file")])
    book = _book(session, actor, rows)
    found, corrected = Reading(), set(book.corrected)
    for row in rows:
        line, findings = _row(actor, row, book, corrected, today)
        found.findings += [placed(row.number, each) for each in findings]
        if line is not None:
            found.new.append(line)
            found.rows.append(row.number)
    return found


def _row(
    actor: Actor, row: Line, book: _Book, corrected: set[int], today: date
) -> tuple[NewLine | None, list[Finding]]:
    told = row.values
    old = book.named.get(told.get("corrects", 0))
    areas = _areas_of(told, book.areas) if old is None else _area_of_line(old, told, book.areas)
    if len(areas) != 1 or not permissions.may(actor, "diary.write", areas[0]):
        code = "diary.area_ambiguous" if len(areas) > 1 else "diary.area_unknown"
        return None, [Finding(code, {}, "area_name")]
    (area,) = areas
    parcels, findings = _parcels_of(told, area, book)
    work = Work(**_work(told), parcels=parcels)
    findings += telling.wrong(work, today)
    if "id" in told:
        return None, [*findings, _of_book(work, area, book.named.get(told["id"]))]
    if "corrects" in told:
        findings += _correction(told, old, book, corrected)
        corrected.add(told["corrects"])
    elif _likeness(area.id, work) in book.alike:
        findings.append(Finding("diary.sheet_alike", {}, "done_on", severity="warning"))
    if any(each.severity == "error" for each in findings):
        return None, findings
    return NewLine(area, Told(work.settled()), old, told.get("reason") if old else None), findings


def _work(told: Mapping[str, Any]) -> dict[str, Any]:
    work = {name: value for name, value in told.items() if name in _OF_WORK}
    # Our own export writes the whole dose in words beside its parts.
    has_parts = "dose_amount" in told or "dose_words" in told
    work["dose"] = told.get("dose_words") if has_parts else told.get("dose")
    return work


def _areas_of(told: Mapping[str, Any], areas: Sequence[GrowingArea]) -> list[GrowingArea]:
    """By number, else by code, else by name."""
    if "area" in told:
        return [area for area in areas if area.id == told["area"]]
    if "area_code" in told:
        code = told["area_code"].upper()
        return [area for area in areas if area.code == code]
    name = fold(told.get("area_name", ""))
    return [area for area in areas if name and area.name_key == name]


def _area_of_line(
    old: DiaryEntry, told: Mapping[str, Any], areas: Sequence[GrowingArea]
) -> list[GrowingArea]:
    """A correction stays on the area of what it corrects, whether the row names it or not."""
    named = {"area", "area_code", "area_name"} & told.keys()
    own = [area for area in areas if area.id == old.area_id]
    return [area for area in own if not named or area in _areas_of(told, areas)]


def _parcels_of(
    told: Mapping[str, Any], area: GrowingArea, book: _Book
) -> tuple[tuple[int, ...], list[Finding]]:
    wanted = [part.strip() for part in re.split(r"[,;]", told.get("parcels", "")) if part.strip()]
    found, findings = [], []
    for label in wanted:
        parcel_id = book.parcels.get((area.plot_id, fold(label)))
        if parcel_id is None:
            findings.append(Finding("diary.parcel_unknown", {"parcel": label[:40]}, "parcels"))
        elif moved := _moved(book.moves.get(parcel_id, ()), told["done_on"]):
            params = {"label": moved.label, "on": clock.business_day(moved.held_from)}
            findings.append(Finding("diary.parcel_moved", params, "parcels"))
        else:
            found.append(parcel_id)
    return tuple(sorted(set(found))), findings


def _moved(moves: Sequence[ParcelVersion], done_on: date) -> ParcelVersion | None:
    after = clock.start_of_day(done_on + timedelta(days=1))
    return next(
        (each for each in moves if each.kind == "redrawn" and each.held_from >= after), None
    )


def _of_book(work: Work, area: GrowingArea, entry: DiaryEntry | None) -> Finding:
    """A row that came out of the book: the same still, or somebody wrote over it."""
    if entry is None:
        return Finding("diary.sheet_line_unknown", {}, "id")
    names = _OF_WORK - {"worker", "material", "work_key"}
    settled = work.settled() if not telling.wrong(work, work.done_on) else work
    same = all(getattr(settled, name) == getattr(entry, name) for name in names)
    if same and area.id == entry.area_id and work.parcels == tuple(sorted(entry.parcel_ids)):
        return Finding("diary.sheet_line_there", {"line": entry.id}, "id", severity="warning")
    return Finding("diary.sheet_line_changed", {"line": entry.id}, "id")


def _correction(
    told: Mapping[str, Any], old: DiaryEntry | None, book: _Book, corrected: set[int]
) -> list[Finding]:
    if old is None:
        return [Finding("diary.not_found", {}, "corrects")]
    if old.id in corrected or old.void:
        return [Finding("diary.already_corrected", {}, "corrects")]
    if old.id in book.slips:
        return [Finding("diary.has_slip", {}, "corrects")]
    return [] if told.get("reason") else [Finding("diary.reason_needed", {}, "reason")]


def placed(row: int, found: Finding) -> Finding:
    """A finding of a line, at the row it stands in."""
    place = f"rows.{row}" + (f".{found.field}" if found.field else "")
    return Finding(found.code, found.params, place, severity=found.severity)


def _likeness(area_id: int, work: Work | DiaryEntry) -> tuple[Any, ...]:
    return (area_id, *(getattr(work, name) for name in _ALIKE))


def _book(session: Session, actor: Actor, rows: Sequence[Line]) -> _Book:
    named = _lines_named(session, actor, rows)
    areas = _areas_named(session, actor, rows, named.values())
    parcels = _parcels(session, areas, rows)
    newer = select(DiaryEntry.corrects_id).where(DiaryEntry.corrects_id.in_(named))
    slips = select(BuyingSlip.entry_id).where(BuyingSlip.entry_id.in_(named))
    return _Book(
        areas,
        parcels,
        versions.all_of(session, parcels.values()) if parcels else {},
        named,
        frozenset(session.scalars(newer)) if named else frozenset(),
        frozenset(session.scalars(slips)) if named else frozenset(),
        _alike(session, areas, rows),
    )


def _lines_named(session: Session, actor: Actor, rows: Sequence[Line]) -> dict[int, DiaryEntry]:
    """Lines that rows name by number and the actor may read; another's is as if it were not."""
    wanted = {row.values[name] for row in rows for name in ("id", "corrects") if name in row.values}
    if not wanted:
        return {}
    seen = select(GrowingArea.id).where(*registration.conditions(actor, AreaQuery()))
    statement = (
        select(DiaryEntry)
        .where(DiaryEntry.id.in_(wanted), DiaryEntry.area_id.in_(seen))
        .options(selectinload(DiaryEntry.parcel_links))
    )
    return {entry.id: entry for entry in session.scalars(statement)}


def _areas_named(
    session: Session, actor: Actor, rows: Sequence[Line], named: Iterable[DiaryEntry]
) -> list[GrowingArea]:
    told: dict[str, set[Any]] = defaultdict(set)
    for row in rows:
        for name in ("area", "area_code", "area_name"):
            if name in row.values:
                told[name].add(row.values[name])
                break
    wanted = or_(
        GrowingArea.id.in_({*told["area"], *(entry.area_id for entry in named)}),
        GrowingArea.code.in_({code.upper() for code in told["area_code"]}),
        GrowingArea.name_key.in_({fold(name) for name in told["area_name"]}),
    )
    statement = (
        select(GrowingArea)
        .where(wanted, *registration.conditions(actor, AreaQuery()))
        .options(joinedload(GrowingArea.version), joinedload(GrowingArea.organisation))
    )
    return list(session.scalars(statement.order_by(GrowingArea.id)))


def _parcels(
    session: Session, areas: Sequence[GrowingArea], rows: Sequence[Line]
) -> dict[tuple[int, str], int]:
    if not any(row.values.get("parcels") for row in rows):
        return {}
    statement = select(Parcel.plot_id, Parcel.label, Parcel.id).where(
        Parcel.plot_id.in_({area.plot_id for area in areas}), Parcel.removed_at.is_(None)
    )
    return {(row.plot_id, fold(row.label)): row.id for row in session.execute(statement)}


def _alike(
    session: Session, areas: Sequence[GrowingArea], rows: Sequence[Line]
) -> frozenset[tuple[Any, ...]]:
    """What already stands on those areas and days, so that a sheet sent twice is noticed."""
    days = [row.values["done_on"] for row in rows if "id" not in row.values]
    if not days or not areas:
        return frozenset()
    columns = [getattr(DiaryEntry, name) for name in _ALIKE]
    statement = select(DiaryEntry.area_id, *columns).where(
        DiaryEntry.area_id.in_([area.id for area in areas]),
        DiaryEntry.done_on.between(min(days), max(days)),
        stands(),
    )
    return frozenset(tuple(row) for row in session.execute(statement))
