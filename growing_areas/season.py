"""Season: what the diaries of some areas say together, for batches and indicators.

Pre-harvest interval (thời gian cách ly): the days a product's label demands between the last
spraying and the harvest.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session, aliased

from growing_areas import areas, rules
from growing_areas.crops import get_crop
from growing_areas.models import DiaryEntry

UNKNOWN_LOOKBACK_DAYS = 180
"""A spraying without a stated interval casts doubt on harvests this long; no label we know of
asks for more."""
CHEMICAL = ("spraying", "treatment")


@dataclass(frozen=True)
class Spraying:
    """A spraying that forbids a harvest, or may: ``first_permitted_on`` None = unknown."""

    entry_id: int
    area_id: int
    product_name: str | None
    active_ingredient: str | None
    done_on: date
    pre_harvest_days: int | None
    first_permitted_on: date | None

    @property
    def is_unknown(self) -> bool:
        return self.pre_harvest_days is None


@dataclass(frozen=True)
class Completeness:
    """Whether the diary tells what its rule asks for, and what it does not tell."""

    is_complete: bool
    missing: tuple[str, ...]
    entries: int
    rule: rules.DiaryRule


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
            .order_by(DiaryEntry.done_on, DiaryEntry.id)
        )
    )


def forbidding_sprays(
    session: Session, area_ids: Iterable[int], harvested_on: date
) -> list[Spraying]:
    """Every spraying that forbids a harvest on that day, and those that may (interval unknown).

    A spraying forbids from its day until the day before done_on + interval. Sorted by the first
    permitted day, unknown ones last.
    """
    rows = session.scalars(
        select(DiaryEntry).where(
            DiaryEntry.area_id.in_(list(area_ids)),
            DiaryEntry.activity.in_(CHEMICAL),
            DiaryEntry.done_on <= harvested_on,
            DiaryEntry.done_on >= harvested_on - timedelta(days=1000),
            stands(),
        )
    )
    found = [spraying for row in rows if _forbids(spraying := _spraying(row), harvested_on)]
    return sorted(
        found, key=lambda each: (each.is_unknown, each.first_permitted_on or each.done_on)
    )


def completeness(session: Session, area_id: int, start: date, end: date) -> Completeness:
    """Whether the diary of an area from one day to another tells a whole season.

    The rule (data/diary_rules.csv): at least one line of each required activity of the crop's
    kind, and every spraying with its product and its interval.
    """
    area = areas.load_area(session, area_id)
    rule = rules.diary_rule(get_crop(area.crop_code).kind, end)
    entries = entries_between(session, [area_id], start, end)
    done = {entry.activity for entry in entries}
    missing = [activity for activity in rule.required if activity not in done]
    if any(
        entry.pre_harvest_days is None or not entry.product_name
        for entry in entries
        if entry.activity == "spraying"
    ):
        missing.append("spraying_details")
    return Completeness(not missing, tuple(missing), len(entries), rule)


def stands() -> ColumnElement[bool]:
    """The condition that a line was neither corrected nor is a mere striking-out."""
    newer = aliased(DiaryEntry)
    return ~DiaryEntry.void & ~exists().where(newer.corrects_id == DiaryEntry.id)


def _spraying(entry: DiaryEntry) -> Spraying:
    days = entry.pre_harvest_days
    return Spraying(
        entry.id,
        entry.area_id,
        entry.product_name,
        entry.active_ingredient,
        entry.done_on,
        days,
        None if days is None else entry.done_on + timedelta(days=days),
    )


def _forbids(spraying: Spraying, harvested_on: date) -> bool:
    if spraying.first_permitted_on is None:
        return (harvested_on - spraying.done_on).days < UNKNOWN_LOOKBACK_DAYS
    return harvested_on < spraying.first_permitted_on
