"""The farm diary: what was done on an area, when, with what. Lines are added, never edited.

`forbidding_sprays` and `completeness` (from `season`) answer batches and indicators.
Source of the fields: VietGAP practice (TCVN 11892-1:2017).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from accounts import households, permissions
from accounts.permissions import Actor
from foundation import clock, paging, quantity
from foundation.errors import Conflict, Finding, Invalid, NotFound
from foundation.inputs import INT64
from foundation.paging import Page
from growing_areas import areas
from growing_areas.dossiers import lifecycle
from growing_areas.models import DiaryEntry, GrowingArea
from growing_areas.parcels import lines
from growing_areas.recorded import diary_digest
from growing_areas.season import CHEMICAL, stands
from growing_areas.season import completeness as completeness
from growing_areas.season import forbidding_sprays as forbidding_sprays
from ledger import log


@dataclass(frozen=True)
class Work:
    """One thing done on an area, as the farmer tells it."""

    activity: str
    done_on: date
    product_name: str | None = None
    active_ingredient: str | None = None
    pre_harvest_days: int | None = None
    dose: str | None = None
    target: str | None = None
    equipment: str | None = None
    water_source: str | None = None
    treated_ha: Decimal | None = None
    quantity: Decimal | None = None
    unit: str | None = None
    notes: str | None = None
    # The parcels it was done on; none named means the whole area.
    parcels: Sequence[int] = ()


@dataclass(frozen=True)
class Recorded:
    """The line as written, and what may be wrong with it (warnings only)."""

    entry: DiaryEntry
    findings: tuple[Finding, ...]


def record(session: Session, actor: Actor, area_id: int, work: Work, *, now: datetime) -> Recorded:
    """Write a line into the diary of an area.

    Raises: NotFound, Forbidden; Invalid with every finding.
    """
    area = areas.load_area(session, area_id)
    households.require_entry(session, actor, "diary.write", area)
    found = _findings(session, area, work, clock.business_day(now))
    entry = _write(session, actor, area, work, now=now)
    return Recorded(entry, tuple(found))


def correct(
    session: Session, actor: Actor, entry_id: int, work: Work, reason: str, *, now: datetime
) -> Recorded:
    """Write a line that takes the place of an earlier one, which stays readable.

    Raises: Conflict("diary.already_corrected"): correct the newest line instead.
    """
    area, old = _correctable(session, actor, entry_id, reason)
    found = _findings(session, area, work, clock.business_day(now), old.parcel_ids)
    entry = _write(session, actor, area, work, now=now, corrects=old, reason=reason)
    return Recorded(entry, tuple(found))


def strike_out(
    session: Session, actor: Actor, entry_id: int, reason: str, *, now: datetime
) -> DiaryEntry:
    """Write that an earlier line never happened; it stays readable as struck out."""
    area, old = _correctable(session, actor, entry_id, reason)
    work = Work(old.activity, old.done_on, parcels=old.parcel_ids)
    return _write(session, actor, area, work, now=now, corrects=old, reason=reason, void=True)


def get_entry(session: Session, actor: Actor, entry_id: int) -> DiaryEntry:
    """A line of the diary, for whoever may read it; raises NotFound."""
    entry = None
    if 0 < entry_id <= INT64:
        entry = session.get(DiaryEntry, entry_id, options=[selectinload(DiaryEntry.parcel_links)])
    if entry is None:
        raise NotFound("diary.not_found")
    permissions.require(actor, "diary.read", areas.load_area(session, entry.area_id))
    return entry


def list_entries(
    session: Session, actor: Actor, area_id: int, *, cursor: str | None = None, size: int = 50
) -> Page[DiaryEntry]:
    """The lines of an area that stand, newest work first."""
    area = areas.load_area(session, area_id)
    permissions.require(actor, "diary.read", area)
    statement = (
        select(DiaryEntry)
        .where(DiaryEntry.area_id == area_id, stands())
        .options(selectinload(DiaryEntry.parcel_links))
    )
    key = (DiaryEntry.done_on, DiaryEntry.id)
    return paging.fetch(session, statement, key, cursor=cursor, size=size, descending=True)


def _findings(
    session: Session, area: GrowingArea, work: Work, today: date, named: Sequence[int] = ()
) -> list[Finding]:
    """What is wrong with a line; errors are raised, warnings come back.

    ``named`` are parcels an earlier line named: they may be gone by now.
    """
    errors = lines.parcel_findings(session, area.plot_id, work.parcels, work.done_on, named)
    if work.done_on > today:
        errors.append(Finding("diary.in_future", {"on": work.done_on}, "done_on"))
    if work.activity in CHEMICAL and not work.product_name:
        errors.append(Finding("diary.product_needed", {}, "product_name"))
    if (work.quantity is None) != (work.unit is None):
        errors.append(Finding("diary.quantity_needs_unit", {}, "unit"))
    if work.unit is not None and quantity.find_unit(work.unit) is None:
        errors.append(Finding("quantity.unit_unknown", {"unit": work.unit[:40]}, "unit"))
    if errors:
        raise Invalid(errors)
    warnings = lines.outside_findings(session, area, work.parcels)
    if work.activity == "spraying" and work.pre_harvest_days is None:
        warnings.append(
            Finding("diary.interval_missing", {}, "pre_harvest_days", severity="warning")
        )
    if work.activity == "harvest":
        warnings += _harvest_findings(session, area, work)
    return warnings


def _harvest_findings(session: Session, area: GrowingArea, work: Work) -> Sequence[Finding]:
    """The diary tells the truth, so a harvest too early is written down, with a warning."""
    found = []
    for spraying in forbidding_sprays(session, [area.id], work.done_on, work.parcels):
        params = {
            "product": spraying.product_name or "",
            "sprayed_on": spraying.done_on,
            "first_permitted_on": spraying.first_permitted_on,
        }
        code = "diary.interval_unknown" if spraying.is_unknown else "diary.within_interval"
        found.append(Finding(code, params, "done_on", severity="warning"))
    return found


def _correctable(
    session: Session, actor: Actor, entry_id: int, reason: str
) -> tuple[GrowingArea, DiaryEntry]:
    old = None
    if 0 < entry_id <= INT64:
        links = selectinload(DiaryEntry.parcel_links)
        old = session.get(DiaryEntry, entry_id, with_for_update=True, options=[links])
    if old is None:
        raise NotFound("diary.not_found")
    area = areas.load_area(session, old.area_id)
    households.require_entry(session, actor, "diary.write", area)
    newer = session.scalar(select(DiaryEntry.id).where(DiaryEntry.corrects_id == old.id))
    if newer is not None or old.void:
        raise Conflict("diary.already_corrected")
    if not reason.strip():
        raise Invalid([Finding("diary.reason_needed", {}, "reason")])
    return area, old


def _write(
    session: Session,
    actor: Actor,
    area: GrowingArea,
    work: Work,
    *,
    now: datetime,
    corrects: DiaryEntry | None = None,
    reason: str | None = None,
    void: bool = False,
) -> DiaryEntry:
    told = {field.name: getattr(work, field.name) for field in fields(work)}
    parcels = told.pop("parcels")
    if work.unit is not None:
        told["unit"] = quantity.get_unit(work.unit).code
    if work.quantity is not None:
        told["quantity"] = quantity.stored(work.quantity)
    entry = DiaryEntry(
        area_id=area.id,
        organisation_id=area.organisation_id,
        corrects_id=corrects.id if corrects else None,
        void=void,
        reason=reason,
        recorded_at=now,
        recorded_by_id=actor.person_id,
        **told,
    )
    session.add(entry)
    session.flush()
    lines.name_parcels(session, entry, parcels)
    body = {
        "entry": entry.id,
        "area": area.id,
        "activity": entry.activity,
        "done_on": entry.done_on,
        "pre_harvest_days": entry.pre_harvest_days,
        "corrects": entry.corrects_id,
        "void": entry.void,
        "digest": diary_digest(entry),
    }
    log.append(
        session, kind="diary.recorded", subject=lifecycle.subject_of(area), body=body, now=now
    )
    return entry
