"""Season: what the diaries of some areas say together before a harvest.

Pre-harvest interval (thời gian cách ly): the days a product's label demands between the last
spraying and the harvest.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session, aliased, selectinload

from growing_areas import waiting
from growing_areas.catalogue import today
from growing_areas.fieldbook.awaited import AWAITED as AWAITED
from growing_areas.fieldbook.awaited import CHEMICAL as CHEMICAL
from growing_areas.fieldbook.awaited import is_waited_for as is_waited_for
from growing_areas.fieldbook.awaited import may_wait
from growing_areas.models import DiaryEntry, GrowingArea
from growing_areas.parcels import ground

_LOOKBACK_DAYS = 1000
"""No interval is longer; what was sprayed before is not asked for."""


@dataclass(frozen=True)
class Spraying:
    """A spraying that forbids a harvest, or may: ``first_permitted_on`` None = unknown.

    ``area_id`` is the harvested area it forbids; ``pre_harvest_days`` the days that count: the
    longest of the label, the catalogue at entry and the catalogue today.
    """

    entry_id: int
    activity: str
    area_id: int
    product_name: str | None
    active_ingredient: str | None
    done_on: date
    pre_harvest_days: int | None
    first_permitted_on: date | None

    @property
    def is_unknown(self) -> bool:
        return self.pre_harvest_days is None


def entries_between(
    session: Session, area_ids: Iterable[int], start: date, end: date
) -> list[DiaryEntry]:
    """The lines that stand for some areas from one day to another (both included)."""
    return list(
        session.scalars(
            select(DiaryEntry)
            .where(
                DiaryEntry.area_id.in_(list(area_ids)),
                DiaryEntry.done_on.between(start, end),
                stands(),
            )
            .options(selectinload(DiaryEntry.parcel_links))
            .order_by(DiaryEntry.done_on, DiaryEntry.id)
        )
    )


@dataclass(frozen=True)
class Harvest:
    """A harvest of some areas on a day; of whole areas, or of the parcels named of them."""

    area_ids: tuple[int, ...]
    harvested_on: date
    parcel_ids: tuple[int, ...] = ()


def forbidding_sprays(
    session: Session,
    area_ids: Iterable[int],
    harvested_on: date,
    parcel_ids: Sequence[int] = (),
) -> list[Spraying]:
    """Every spraying that forbids a harvest on that day, and those that may (interval unknown).

    ``parcel_ids`` narrows areas to the parcels named of them: a spray on one parcel does not
    forbid the harvest of another, one on the whole area forbids all. What was sprayed under
    another registration of the same plot and crop counts too.

    A spraying forbids from its day until the day before done_on + interval. Sorted by the first
    permitted day, unknown ones last.
    """
    asked = Harvest(tuple(area_ids), harvested_on, tuple(parcel_ids))
    return forbidding_sprays_of(session, [asked])[asked]


def grounds_of(session: Session, harvests: Iterable[Harvest]) -> dict[Harvest, ground.Ground]:
    """The ground of each harvest; three statements, however many there are."""
    asked = list(dict.fromkeys(harvests))
    found = ground.of_many(session, [(each.area_ids, each.parcel_ids) for each in asked])
    return dict(zip(asked, found, strict=True))


def forbidding_sprays_of(
    session: Session,
    harvests: Iterable[Harvest],
    grounds: Mapping[Harvest, ground.Ground] | None = None,
) -> dict[Harvest, list[Spraying]]:
    """The same for many harvests; six statements, three where their grounds are known already."""
    asked = list(dict.fromkeys(harvests))
    if not asked:
        return {}
    on = grounds_of(session, asked) if grounds is None else grounds
    area_ids = {area_id for each in asked for area_id in (*on[each].named, *on[each].sisters)}
    told = session.execute(
        select(DiaryEntry, GrowingArea.crop_code)
        .join(GrowingArea, GrowingArea.id == DiaryEntry.area_id)
        .where(
            DiaryEntry.area_id.in_(area_ids),
            may_wait(min(each.harvested_on for each in asked)),
            DiaryEntry.done_on <= max(each.harvested_on for each in asked),
            DiaryEntry.done_on
            >= min(each.harvested_on for each in asked) - timedelta(days=_LOOKBACK_DAYS),
            stands(),
        )
        .options(selectinload(DiaryEntry.parcel_links))
    ).all()
    rows = [entry for entry, _crop in told]
    days = today.intervals(session, rows, {entry.area_id: crop for entry, crop in told})
    # Plain feed and manure want no days; medicated feed may want some by today's list alone.
    rows = [entry for entry in rows if entry.activity in CHEMICAL or days[entry.id]]
    return {each: _forbidding(rows, days, on[each], each) for each in asked}


def _forbidding(
    rows: Sequence[DiaryEntry],
    days: Mapping[int, int | None],
    harvested: ground.Ground,
    harvest: Harvest,
) -> list[Spraying]:
    sprayings = [_spraying(row, days[row.id], harvested) for row in harvested.touched(rows)]
    found = [spraying for spraying in sprayings if _forbids(spraying, harvest.harvested_on)]
    return sorted(
        found, key=lambda each: (each.is_unknown, each.first_permitted_on or each.done_on)
    )


@cache
def stands() -> ColumnElement[bool]:
    """The condition that a line was neither corrected nor is a mere striking-out."""
    # Made once: an alias of so wide a table takes longer than the question itself.
    newer = aliased(DiaryEntry)
    return ~DiaryEntry.void & ~exists().where(newer.corrects_id == DiaryEntry.id)


def _spraying(entry: DiaryEntry, days: int | None, harvested: ground.Ground) -> Spraying:
    return Spraying(
        entry.id,
        entry.activity,
        harvested.sisters.get(entry.area_id, entry.area_id),
        entry.product_name,
        entry.active_ingredient,
        entry.done_on,
        days,
        waiting.permitted_from(entry.done_on, days),
    )


def _forbids(spraying: Spraying, harvested_on: date) -> bool:
    told = (spraying.done_on, spraying.pre_harvest_days, harvested_on)
    return waiting.forbids(*told) or waiting.casts_doubt(*told)
