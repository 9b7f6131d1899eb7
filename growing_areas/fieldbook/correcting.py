"""Correcting: work told once for many areas is corrected, or struck out, once for all of them.

Every line that stands of the telling gets a line of its own in its place, pointing at it. A line
that was corrected by itself before is left as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from accounts import households
from accounts.permissions import Actor
from foundation import clock
from foundation.errors import Conflict, Finding, Invalid
from growing_areas import areas, diary
from growing_areas.diary import Recorded, Work
from growing_areas.fieldbook import keeping, lines, photos, telling
from growing_areas.fieldbook.lines import NewLine, Told
from growing_areas.models import DiaryEntry, GrowingArea
from growing_areas.season import stands
from growing_areas.slips.models import BuyingSlip


def together(session: Session, entry: DiaryEntry) -> Sequence[DiaryEntry]:
    """The lines that stand and were told in one with this one, in the order they were written."""
    if entry.work_key is None:
        return [entry]
    return session.scalars(
        select(DiaryEntry)
        .where(DiaryEntry.work_key == entry.work_key, stands())
        .options(selectinload(DiaryEntry.parcel_links))
        .order_by(DiaryEntry.id)
    ).all()


def amounts(told: Sequence[DiaryEntry]) -> dict[str, Decimal | int | None]:
    """What was told of all of them: the shares put together again; None where none was told."""
    sums: dict[str, Decimal | int | None] = {}
    for name in ("quantity", "treated_ha", "head_count"):
        known = [value for each in told if (value := getattr(each, name)) is not None]
        sums[name] = sum(known) if known else None
    return sums


def correct_together(
    session: Session,
    actor: Actor,
    entry_id: int,
    work: Work,
    reason: str,
    *,
    now: datetime,
    photos_kept: Sequence[int] | None = None,
) -> list[Recorded]:
    """Tell work on many areas anew: each line of it gets one that takes its place.

    Amounts are of all areas and are shared out by size again; every area keeps the parcels it
    named. Sent again under the same ``work_key`` nothing new is written. Raises: NotFound,
    Forbidden; Invalid with every finding; Conflict("diary.already_corrected"),
    Conflict("diary.has_slip"), Conflict("diary.key_taken").
    """
    entry = diary.get_entry(session, actor, entry_id)
    written = _corrected_before(session, entry, work.work_key)
    if written:
        return [Recorded(each, ()) for each in written]
    old, grounds = _correctable(session, actor, entry, reason)
    key = work.work_key or uuid4()
    photos.refuse_strangers(session, actor, key)
    tellings = _shared(session, old, grounds, replace(work, work_key=key), now)
    photos.carry_over(session, actor, entry, key, photos_kept, now=now)
    new = [NewLine(*told, each, reason) for each, told in zip(old, tellings, strict=True)]
    return keeping.keep(session, actor, new, now=now)


def strike_out_together(
    session: Session, actor: Actor, entry_id: int, reason: str, *, now: datetime
) -> list[DiaryEntry]:
    """Write that work on many areas never happened on any. Raises as `correct_together`."""
    entry = diary.get_entry(session, actor, entry_id)
    old, grounds = _correctable(session, actor, entry, reason)
    return strike_lines(session, actor, list(zip(grounds, old, strict=True)), reason, now=now)


def strike_lines(
    session: Session,
    actor: Actor,
    old: Sequence[tuple[GrowingArea, DiaryEntry]],
    reason: str,
    *,
    now: datetime,
) -> list[DiaryEntry]:
    """Strike out lines that are locked and may be; each stays readable."""
    new = [
        NewLine(
            area,
            Told(Work(each.activity, each.done_on, parcels=each.parcel_ids)),
            each,
            reason,
            void=True,
        )
        for area, each in old
    ]
    return lines.write(session, actor, new, now=now)


def _corrected_before(
    session: Session, entry: DiaryEntry, work_key: UUID | None
) -> Sequence[DiaryEntry]:
    """The corrections written under that key already; the form came twice."""
    if work_key is None:
        return ()
    photos.lock(session, work_key)
    rows = session.scalars(
        select(DiaryEntry)
        .where(DiaryEntry.work_key == work_key)
        .options(selectinload(DiaryEntry.parcel_links))
        .order_by(DiaryEntry.id)
    ).all()
    if {row.organisation_id for row in rows} - {entry.organisation_id}:
        raise Conflict("diary.key_taken")
    if rows and entry.id not in {row.corrects_id for row in rows}:
        raise Conflict("diary.already_recorded")
    return rows


def _correctable(
    session: Session, actor: Actor, entry: DiaryEntry, reason: str
) -> tuple[list[DiaryEntry], list[GrowingArea]]:
    """The lines that stand, locked in the order of their ids, and the area of each."""
    wanted = sorted({entry.id, *(each.id for each in together(session, entry))})
    locked = session.scalars(
        select(DiaryEntry)
        .where(DiaryEntry.id.in_(wanted))
        .options(selectinload(DiaryEntry.parcel_links))
        .order_by(DiaryEntry.id)
        .with_for_update()
    ).all()
    loaded = areas.load_several(session, [each.area_id for each in locked])
    grounds = [loaded[each.area_id] for each in locked]
    for area in grounds:
        households.require_entry(session, actor, "diary.write", area)
    # Asked once the lines are ours: somebody may have corrected one of them in between.
    newer = select(DiaryEntry.id).where(DiaryEntry.corrects_id.in_(wanted)).limit(1)
    if session.scalar(newer) is not None or any(each.void for each in locked):
        raise Conflict("diary.already_corrected")
    slips = select(BuyingSlip.id).where(BuyingSlip.entry_id.in_(wanted)).limit(1)
    if session.scalar(slips) is not None:
        raise Conflict("diary.has_slip")
    if not reason.strip():
        raise Invalid([Finding("diary.reason_needed", {}, "reason")])
    return list(locked), grounds


def _shared(
    session: Session,
    old: Sequence[DiaryEntry],
    grounds: Sequence[GrowingArea],
    work: Work,
    now: datetime,
) -> list[tuple[GrowingArea, Told]]:
    work = lines.named_by_catalogue(session, work)
    found = telling.wrong(work, clock.business_day(now))
    for area, each in zip(grounds, old, strict=True):
        named = each.parcel_ids
        wrong = telling.parcel_errors(session, area, named, work.done_on, named)
        found += [finding for finding in wrong if finding not in found]
    if found:
        raise Invalid(found)
    return lines.shared(session, grounds, [each.parcel_ids for each in old], work.settled())
