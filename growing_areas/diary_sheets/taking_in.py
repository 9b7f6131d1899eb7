"""Taking in a diary sheet (CSV, XLSX): previewed, written as one, undone as one.

Undone, new lines are struck out and corrected ones say again what they said: nothing is deleted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import date, datetime
from functools import partial

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, selectinload

from accounts import audit, households, permissions
from accounts.permissions import Actor
from foundation import clock, imports
from foundation.errors import Conflict, Finding, Invalid
from foundation.i18n import _
from foundation.imports import Kind, Line
from foundation.models import ImportBatch
from growing_areas import areas
from growing_areas.diary_sheets import reading, rehearsing
from growing_areas.diary_sheets.schemas import DiaryRow
from growing_areas.fieldbook import correcting, keeping, persons, sheet
from growing_areas.fieldbook.lines import NewLine, Told
from growing_areas.fieldbook.telling import Work
from growing_areas.models import DiaryEntry, GrowingArea

CODE = "growing_areas.diary"
_NEW, _CORRECTED = "n", "c"


def kind_on(today: date) -> Kind[Actor]:
    """The import of diary lines; a day after ``today`` has not come yet."""
    return Kind(
        code=CODE,
        title="Nhật ký sản xuất",
        columns=sheet.COLUMNS,
        schema=DiaryRow,
        check=partial(_check, today),
        apply=_apply,
        undo=_undo,
    )


def preview(
    session: Session, actor: Actor, data: bytes, file_name: str, *, now: datetime
) -> ImportBatch:
    """Read a sheet and keep it with everything found in it, also what writing it would warn of.

    Raises as `imports.preview`.
    """
    permissions.require(actor, "diary.write")
    kind = kind_on(clock.business_day(now))
    batch = imports.preview(session, actor, kind, data, file_name, now=now)
    if all(each.severity != "error" for each in imports.findings_of(batch)):
        lines = imports.lines_of(kind, batch)
        imports.add_findings(session, batch, rehearsing.rehearse(session, actor, lines, now=now))
    return batch


def take_in(
    session: Session, actor: Actor, data: bytes, file_name: str, *, now: datetime
) -> tuple[ImportBatch, list[Finding]]:
    """Read a sheet and write all of it at once, or nothing; what is worth knowing comes back.

    Raises: Forbidden, Refused, Invalid with every finding.
    """
    batch = preview(session, actor, data, file_name, now=now)
    found = imports.findings_of(batch)
    return imports.apply(session, actor, kind_on(clock.business_day(now)), batch.id, now=now), found


def _check(today: date, session: Session, actor: Actor, rows: Sequence[Line]) -> list[Finding]:
    permissions.require(actor, "diary.write")
    return reading.read(session, actor, rows, today).findings


def _apply(session: Session, actor: Actor, rows: Sequence[Line], now: datetime) -> list[str]:
    # Held before they are read again: somebody may correct one of them at this moment.
    _hold(session, [row.values["corrects"] for row in rows if "corrects" in row.values])
    found = reading.read(session, actor, rows, clock.business_day(now))
    wrong = [each for each in found.findings if each.severity == "error"]
    if wrong:
        raise Invalid(wrong)
    _require_entry(session, actor, [each.area for each in found.new])
    written = [each for _row, each in rehearsing.write(session, actor, found, now=now)]
    audit.record(session, actor, "diary.imported", "diary", now=now, details={"rows": len(written)})
    return [f"{_CORRECTED if each.entry.corrects_id else _NEW}{each.entry.id}" for each in written]


def _undo(session: Session, actor: Actor, references: Sequence[str], now: datetime) -> None:
    """Strike out what was new, tell again what was corrected.

    Raises: Conflict("diary.already_corrected") when somebody corrected one of the lines since.
    """
    made = _hold(session, [int(each[1:]) for each in references])
    newer = select(DiaryEntry.id).where(DiaryEntry.corrects_id.in_([each.id for each in made]))
    if session.scalar(newer.limit(1)) is not None:
        raise Conflict("diary.already_corrected")
    grounds = areas.load_several(session, [each.area_id for each in made])
    _require_entry(session, actor, list(grounds.values()))
    reason = _("Hoàn tác lần nhập")
    struck = [(grounds[each.area_id], each) for each in made if each.corrects_id is None]
    correcting.strike_lines(session, actor, struck, reason, now=now)
    again = [each for each in made if each.corrects_id is not None]
    keeping.keep(session, actor, _as_before(session, grounds, again, reason), now=now)
    audit.record(session, actor, "diary.import_undone", "diary", now=now)


def _as_before(
    session: Session, grounds: dict[int, GrowingArea], again: Sequence[DiaryEntry], reason: str
) -> list[NewLine]:
    rows = session.scalars(_lines([each.corrects_id or 0 for each in again]))
    before = {each.id: each for each in rows}
    names = persons.names(session, (each.worker_id for each in before.values()))
    known = {each.name for each in fields(Work)} - {"parcels", "worker", "material", "work_key"}
    new = []
    for each in again:
        old = before[each.corrects_id or 0]
        told = {name: getattr(old, name) for name in known}
        worker = names.get(old.worker_id or 0)
        work = Work(**told, parcels=old.parcel_ids, worker=worker)
        new.append(NewLine(grounds[each.area_id], Told(work), each, reason))
    return new


def _hold(session: Session, ids: Sequence[int]) -> list[DiaryEntry]:
    """Lines by their ids, locked in that order."""
    return list(session.scalars(_lines(ids).with_for_update())) if ids else []


def _lines(ids: Sequence[int]) -> Select[DiaryEntry]:
    return (
        select(DiaryEntry)
        .where(DiaryEntry.id.in_(ids))
        .options(selectinload(DiaryEntry.parcel_links))
        .order_by(DiaryEntry.id)
    )


def _require_entry(session: Session, actor: Actor, grounds: Sequence[GrowingArea]) -> None:
    """The actor may write into the diary of each organisation. Raises as `require_entry`."""
    of_each = {area.organisation_id: area for area in grounds}
    for area in of_each.values():
        households.require_entry(session, actor, "diary.write", area)
