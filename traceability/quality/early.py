"""Too early: what becomes of a batch, a call and the diary when a spraying forbids a harvest.

A person's page records the batch and holds it: the truth is worth more than a form that teaches
people to write false dates. A program is refused, and the harvest it told of stays in the diary.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from accounts.permissions import Actor
from foundation.errors import Conflict
from growing_areas import diary, season
from growing_areas.diary import Work
from growing_areas.models import DiaryEntry, GrowingArea
from growing_areas.parcels import ground
from traceability import opening, pre_harvest
from traceability.models import Batch, BatchArea
from traceability.opening import NewBatch
from traceability.quality import settling
from traceability.quality.settling import Cause, Settled

_LONGEST = timedelta(days=1000)


def open_unless_early(
    session: Session, actor: Actor, new: NewBatch, *, now: datetime
) -> Batch | Conflict:
    """Open a batch for a program, or answer the refusal it is to be told.

    Refused, nothing of the batch stays, but its harvest stands in the diary, once, however often
    the call comes. Raises: whatever `opening.open_batch` raises.
    """
    step = session.begin_nested()
    batch = opening.open_batch(session, actor, new, now=now)
    found = pre_harvest.standing_against(session, batch)
    if not found:
        step.commit()
        return batch
    refusal = pre_harvest.refusal(found)
    harvested = _told(batch, new)
    step.rollback()
    _record_harvest(session, actor, harvested, now=now)
    return refusal


def settle_entry(session: Session, entry_id: int, *, now: datetime) -> Settled:
    """Hold what a diary line forbids, free what the line it corrected had forbidden.

    Whatever order things happened in: the areas are held first, so a batch being opened on them
    is seen, and the batches then, so one being released or split is seen. Twice is once.
    """
    entry = session.get(DiaryEntry, entry_id, options=[selectinload(DiaryEntry.parcel_links)])
    if entry is None:
        return Settled()
    area_ids = _lock_ground(session, entry.area_id)
    # What became of a spraying may be corrected into another work altogether.
    may_wait = entry.activity in season.AWAITED
    settled = _settle(session, entry, area_ids, now) if may_wait else Settled()
    if entry.corrects_id is not None:
        cause = Cause(pre_harvest.cause_of(entry.corrects_id), "pre_harvest", {})
        settled = settled.joined(settling.settle(session, cause, (), "corrected", now=now))
    return settled


def _settle(session: Session, entry: DiaryEntry, area_ids: Sequence[int], now: datetime) -> Settled:
    by_batch = _forbidden(session, entry, area_ids)
    name = pre_harvest.cause_of(entry.id)
    first = next(iter(by_batch.values()), None)
    cause = first.cause if first else Cause(name, "pre_harvest", {})
    return settling.settle(session, cause, by_batch.keys(), "corrected", now=now)


def _forbidden(
    session: Session, entry: DiaryEntry, area_ids: Sequence[int]
) -> dict[int, pre_harvest.Early]:
    """What one line forbids: the batches harvested too early, by id."""
    found = pre_harvest.early_of(session, _harvested(session, entry, area_ids)).values()
    return {
        each.source.batch_id: each
        for early in found
        for each in early
        if each.spraying.entry_id == entry.id
    }


def lots_stopped(session: Session, entry_ids: Sequence[int]) -> dict[int, list[str]]:
    """The lots harvested too early after each of some diary lines, by the line's id.

    What is made of them is held with them. Nine statements, however many lines.
    """
    told = session.execute(
        select(GrowingArea.plot_id, DiaryEntry.done_on)
        .join(DiaryEntry, DiaryEntry.area_id == GrowingArea.id)
        .where(DiaryEntry.id.in_(entry_ids), DiaryEntry.activity.in_(season.AWAITED))
    ).all()
    if not told:
        return {}
    statement = (
        select(Batch.id, Batch.lot)
        .join(BatchArea, BatchArea.batch_id == Batch.id)
        .join(GrowingArea, GrowingArea.id == BatchArea.area_id)
        .where(
            GrowingArea.plot_id.in_({row.plot_id for row in told}),
            Batch.voided_at.is_(None),
            Batch.harvested_on >= min(row.done_on for row in told),
        )
    )
    lots = {row.id: row.lot for row in session.execute(statement.distinct())}
    asked, found = set(entry_ids), defaultdict(list)
    for batch_id, early in pre_harvest.early_of(session, lots).items():
        for each in early:
            if each.source.batch_id == batch_id and each.spraying.entry_id in asked:
                found[each.spraying.entry_id].append(lots[batch_id])
    return dict(found)


def sources_of(session: Session, entry_id: int) -> list[int]:
    """The batches whose harvest a diary line forbids, as it stands; none of a corrected line."""
    entry = session.get(DiaryEntry, entry_id, options=[selectinload(DiaryEntry.parcel_links)])
    if entry is None or entry.activity not in season.AWAITED:
        return []
    plot = select(GrowingArea.plot_id).where(GrowingArea.id == entry.area_id).scalar_subquery()
    areas = session.scalars(select(GrowingArea.id).where(GrowingArea.plot_id == plot)).all()
    return list(_forbidden(session, entry, areas))


def _harvested(session: Session, entry: DiaryEntry, area_ids: Sequence[int]) -> list[int]:
    """The batches harvested on the areas of a line since its day, while it may still forbid."""
    statement = (
        select(Batch.id)
        .join(BatchArea, BatchArea.batch_id == Batch.id)
        .where(
            BatchArea.area_id.in_(area_ids),
            Batch.voided_at.is_(None),
            Batch.harvested_on >= entry.done_on,
            Batch.harvested_on < entry.done_on + _LONGEST,
        )
        .distinct()
    )
    return list(session.scalars(statement))


def _lock_ground(session: Session, area_id: int) -> list[int]:
    """Every registration of an area's plot, held: a batch being opened on one names its row."""
    plot = select(GrowingArea.plot_id).where(GrowingArea.id == area_id).scalar_subquery()
    statement = select(GrowingArea.id).where(GrowingArea.plot_id == plot).order_by(GrowingArea.id)
    return list(session.scalars(statement.with_for_update()))


@dataclass(frozen=True)
class _Told:
    """A harvest as a refused call told it: areas with the parcels named of each, day, amount."""

    grounds: tuple[tuple[int, tuple[int, ...]], ...]
    harvested_on: date
    quantity: Decimal | None
    unit: str | None


def _told(batch: Batch, new: NewBatch) -> _Told:
    parcels = {
        area.id: tuple(parcel.id for parcel in batch.parcels if parcel.plot_id == area.plot_id)
        for area in batch.areas
    }
    # How much each of several areas gave, nobody said.
    amount = (new.quantity, new.unit) if len(parcels) == 1 else (None, None)
    return _Told(tuple(parcels.items()), batch.harvested_on or batch.produced_on, *amount)


def _record_harvest(session: Session, actor: Actor, told: _Told, *, now: datetime) -> None:
    """Write the harvest into the diary of each area where that day's is not written yet."""
    day = told.harvested_on
    area_ids = [area_id for area_id, _ in told.grounds]
    # Two calls at once: the second sees what the first one wrote.
    held = select(GrowingArea.id).where(GrowingArea.id.in_(area_ids)).order_by(GrowingArea.id)
    session.execute(held.with_for_update())
    written = [
        entry
        for entry in season.entries_between(session, area_ids, day, day)
        if entry.activity == "harvest"
    ]
    for area_id, parcels in told.grounds:
        there = (e for e in written if e.area_id == area_id)
        if any(ground.meets(frozenset(e.parcel_ids), frozenset(parcels)) for e in there):
            continue
        work = Work("harvest", day, quantity=told.quantity, unit=told.unit, parcels=parcels)
        diary.record(session, actor, area_id, work, now=now)
