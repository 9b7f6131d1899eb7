"""Completeness: whether a season's diary tells what the rule of its crop asks for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    any_,
    cast,
    column,
    exists,
    func,
    or_,
    select,
    true,
    tuple_,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session, aliased

from growing_areas import areas, rules
from growing_areas.crops import get_crop
from growing_areas.models import DiaryEntry, DiaryEntryParcel, GrowingArea
from growing_areas.season import stands


@dataclass(frozen=True)
class Season:
    """The days of an area's diary, both included, that led to a harvest."""

    area_id: int
    start: date
    end: date
    # The parcels of the area that were harvested; none named: all of it.
    parcels: tuple[int, ...] = ()


@dataclass(frozen=True)
class Completeness:
    """Whether the diary tells what its rule asks for, and what it does not tell."""

    is_complete: bool
    missing: tuple[str, ...]
    entries: int
    rule: rules.DiaryRule


def completeness(
    session: Session, area_id: int, start: date, end: date, parcel_ids: Sequence[int] = ()
) -> Completeness:
    """Whether the diary of an area, or of some parcels of it, tells a whole season.

    A line about the whole area speaks of every parcel. Raises: NotFound("area.not_found").
    """
    asked = Season(areas.load_area(session, area_id).id, start, end, tuple(parcel_ids))
    return completenesses(session, [asked])[asked]


def completenesses(session: Session, asked: Iterable[Season]) -> dict[Season, Completeness]:
    """Whether the diaries of areas tell their whole seasons; two queries, however many.

    The rule (data/diary_rules.csv): at least one line of each required activity of the crop's
    kind, and every spraying with its product and its interval.
    """
    seasons = list(dict.fromkeys(asked))
    ids = cast(sorted({each.area_id for each in seasons}), ARRAY(BigInteger))
    crops = dict(
        session.execute(
            select(GrowingArea.id, GrowingArea.crop_code).where(GrowingArea.id == any_(ids))
        ).all()
    )
    told = _told(session, seasons)
    return {each: _weigh(each, crops[each.area_id], told[each]) for each in seasons}


@dataclass(frozen=True)
class _Told:
    """How many lines of an activity a diary holds, and whether a spraying lacks its details."""

    activity: str
    lines: int
    lacks_details: bool


def _told(session: Session, seasons: list[Season]) -> dict[Season, list[_Told]]:
    season = (
        func.unnest(
            cast(list(range(len(seasons))), ARRAY(BigInteger)),
            cast([each.area_id for each in seasons], ARRAY(BigInteger)),
            cast([each.start for each in seasons], ARRAY(Date)),
            cast([each.end for each in seasons], ARRAY(Date)),
        )
        .table_valued(
            column("place", BigInteger),
            column("area_id", BigInteger),
            column("first", Date),
            column("last", Date),
        )
        .render_derived(name="season")
    )
    lacking = (DiaryEntry.activity == "spraying") & or_(
        DiaryEntry.pre_harvest_days.is_(None) & DiaryEntry.catalogue_days.is_(None),
        func.coalesce(DiaryEntry.product_name, "") == "",
    )
    statement = (
        select(season.c.place, DiaryEntry.activity, func.count(), func.bool_or(lacking))
        .join(
            DiaryEntry,
            (DiaryEntry.area_id == season.c.area_id)
            & DiaryEntry.done_on.between(season.c.first, season.c.last),
        )
        .where(stands(), _speaks_of(seasons, season.c.place))
        .group_by(season.c.place, DiaryEntry.activity)
    )
    found: dict[Season, list[_Told]] = defaultdict(list)
    for place, *told in session.execute(statement):
        found[seasons[place]].append(_Told(*told))
    return found


def _speaks_of(seasons: list[Season], place: ColumnElement[int]) -> ColumnElement[bool]:
    """The condition that a line speaks of the ground of the season at that place of the list."""
    named = [(at, parcel) for at, each in enumerate(seasons) for parcel in each.parcels]
    if not named:
        return true()
    link = aliased(DiaryEntryParcel)
    own = link.entry_id == DiaryEntry.id
    whole = [at for at, each in enumerate(seasons) if not each.parcels]
    return or_(
        place.in_(whole),
        ~exists().where(own),
        exists().where(own, tuple_(place, link.parcel_id).in_(named)),
    )


def _weigh(season: Season, crop_code: str, told: list[_Told]) -> Completeness:
    rule = rules.diary_rule(get_crop(crop_code).kind, season.end)
    done = {each.activity for each in told}
    missing = [activity for activity in rule.required if activity not in done]
    if any(each.lacks_details for each in told):
        missing.append("spraying_details")
    return Completeness(not missing, tuple(missing), sum(each.lines for each in told), rule)
