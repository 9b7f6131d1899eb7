"""The farm diary: what was done on areas, when, with what. Lines are added, never edited.

Work told for several areas at once is a line of each, its amounts shared out by size.
`forbidding_sprays` and `completeness` (from `season`) answer batches and indicators.
Source of the fields: VietGAP practice (TCVN 11892-1:2017).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, selectinload

from accounts import households, permissions
from accounts.permissions import Actor
from foundation import clock, paging
from foundation.errors import Conflict, Finding, Invalid, NotFound
from foundation.inputs import INT64
from foundation.paging import Page
from growing_areas import areas
from growing_areas.completeness import completeness as completeness
from growing_areas.fieldbook import keeping, lines, photos, telling
from growing_areas.fieldbook.keeping import Recorded as Recorded
from growing_areas.fieldbook.lines import NewLine, Told
from growing_areas.fieldbook.telling import Work as Work
from growing_areas.models import DiaryEntry, GrowingArea
from growing_areas.season import forbidding_sprays as forbidding_sprays
from growing_areas.season import stands
from growing_areas.slips.models import BuyingSlip

MOST_AREAS = 50
"""Areas one telling may cover."""


@dataclass(frozen=True)
class Ground:
    """An area work was done on; no parcel named means the whole of it."""

    area_id: int
    parcels: Sequence[int] = ()


def record(session: Session, actor: Actor, area_id: int, work: Work, *, now: datetime) -> Recorded:
    """Write a line into the diary of an area.

    Raises: NotFound, Forbidden; Invalid with every finding.
    """
    return record_on(session, actor, [Ground(area_id, work.parcels)], work, now=now)[0]


def record_on(
    session: Session, actor: Actor, grounds: Sequence[Ground], work: Work, *, now: datetime
) -> list[Recorded]:
    """Write work done on several areas of one organisation: a line in each one's diary.

    Quantity, treated area and head count are shared out by the size of the ground. Told again
    under the same ``work_key`` nothing new is written. Raises: NotFound, Forbidden; Invalid with
    every finding; Conflict("diary.key_taken").
    """
    found = _areas(session, actor, grounds)
    written = _written_before(session, actor, found, work.work_key)
    if written:
        return [Recorded(entry, ()) for entry in written]
    tellings = _shared(session, found, grounds, work, now)
    return keeping.keep(session, actor, [NewLine(*each) for each in tellings], now=now)


def correct(
    session: Session,
    actor: Actor,
    entry_id: int,
    work: Work,
    reason: str,
    *,
    now: datetime,
    photos_kept: Sequence[int] | None = None,
) -> Recorded:
    """Write a line that takes the place of an earlier one, which stays readable.

    Its photos stand beside the new line too, all or those ``photos_kept``.
    Raises: Conflict("diary.already_corrected"): correct the newest line instead;
    Conflict("diary.has_slip"): correct the buying slip, which is the harvest.
    """
    _refuse_slips(session, actor, entry_id)
    return replace_line(session, actor, entry_id, work, reason, now=now, photos_kept=photos_kept)


def replace_line(
    session: Session,
    actor: Actor,
    entry_id: int,
    work: Work,
    reason: str,
    *,
    now: datetime,
    photos_kept: Sequence[int] | None = None,
) -> Recorded:
    """The same for whoever corrects what the line was written with (a buying slip)."""
    before = _corrected_before(session, actor, entry_id, work.work_key)
    if before is not None:
        return Recorded(before, ())
    area, old = _correctable(session, actor, entry_id, reason)
    told = Told.of(session, area, work, is_share=None)
    today = clock.business_day(now)
    _refuse(telling.errors(session, area, told.work, today, old.parcel_ids))
    told = lines.keyed(session, actor, told, old, photos_kept, now=now)
    return keeping.keep(session, actor, [NewLine(area, told, old, reason)], now=now)[0]


def strike_out(
    session: Session, actor: Actor, entry_id: int, reason: str, *, now: datetime
) -> DiaryEntry:
    """Write that an earlier line never happened; it stays readable as struck out."""
    _refuse_slips(session, actor, entry_id)
    return strike_line(session, actor, entry_id, reason, now=now)


def strike_line(
    session: Session, actor: Actor, entry_id: int, reason: str, *, now: datetime
) -> DiaryEntry:
    """The same for whoever strikes out what the line was written with (a buying slip)."""
    area, old = _correctable(session, actor, entry_id, reason)
    told = Told(Work(old.activity, old.done_on, parcels=old.parcel_ids))
    return lines.write(session, actor, [NewLine(area, told, old, reason, void=True)], now=now)[0]


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


def _areas(session: Session, actor: Actor, grounds: Sequence[Ground]) -> list[GrowingArea]:
    """The areas in the order told, each one the actor's to write on. Raises as `record_on`."""
    if not grounds:
        raise Invalid([Finding("diary.area_needed", {}, "areas")])
    if len(grounds) > MOST_AREAS:
        raise Invalid([Finding("diary.too_many_areas", {"most": MOST_AREAS}, "areas")])
    ids = [ground.area_id for ground in grounds]
    loaded = areas.load_several(session, ids)
    found = [loaded[area_id] for area_id in ids]
    for area in found:
        households.require_entry(session, actor, "diary.write", area)
    if len(set(ids)) < len(ids):
        raise Invalid([Finding("diary.area_twice", {}, "areas")])
    if len({area.organisation_id for area in found}) > 1:
        raise Invalid([Finding("diary.several_organisations", {}, "areas")])
    return found


def _written_before(
    session: Session, actor: Actor, found: Sequence[GrowingArea], work_key: UUID | None
) -> list[DiaryEntry]:
    """The lines written under that key already; the telling came twice."""
    if work_key is None:
        return []
    photos.lock(session, work_key)
    rows = session.scalars(
        select(DiaryEntry)
        .where(DiaryEntry.work_key == work_key)
        .options(selectinload(DiaryEntry.parcel_links))
        .order_by(DiaryEntry.id)
    ).all()
    if {row.organisation_id for row in rows} - {area.organisation_id for area in found}:
        raise Conflict("diary.key_taken")
    photos.refuse_strangers(session, actor, work_key)
    if rows and {row.area_id for row in rows} != {area.id for area in found}:
        raise Conflict("diary.already_recorded")
    return list(rows)


def _corrected_before(
    session: Session, actor: Actor, entry_id: int, work_key: UUID | None
) -> DiaryEntry | None:
    """The correction written under that key already; the form came twice."""
    entry = get_entry(session, actor, entry_id)
    area = areas.load_area(session, entry.area_id)
    written = _written_before(session, actor, [area], work_key)
    if written and written[0].corrects_id != entry_id:
        raise Conflict("diary.already_recorded")
    return written[0] if written else None


def _shared(
    session: Session,
    found: Sequence[GrowingArea],
    grounds: Sequence[Ground],
    work: Work,
    now: datetime,
) -> list[tuple[GrowingArea, Told]]:
    """The work as each area's diary tells it. Raises: Invalid with every finding."""
    work = lines.named_by_catalogue(session, work)
    today = clock.business_day(now)
    errors = telling.wrong(work, today)
    for area, ground in zip(found, grounds, strict=True):
        named = telling.parcel_errors(session, area, ground.parcels, work.done_on)
        errors += [each for each in named if each not in errors]
    _refuse(errors)
    parcels = [tuple(ground.parcels) for ground in grounds]
    return lines.shared(session, found, parcels, work.settled())


def _refuse_slips(session: Session, actor: Actor, entry_id: int) -> None:
    entry = get_entry(session, actor, entry_id)
    if session.scalar(select(exists().where(BuyingSlip.entry_id == entry.id))):
        raise Conflict("diary.has_slip")


def _refuse(errors: Sequence[Finding]) -> None:
    if errors:
        raise Invalid(list(errors))


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
