"""Works after which days may have to pass before a harvest."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, func, or_, select

from growing_areas.catalogue.models import PermittedMaterial
from growing_areas.fieldbook.models import DiaryEntry

CHEMICAL = ("spraying", "treatment")
"""Works whose products want days before a harvest, known or not."""
_GIVEN = ("fertilising", "feeding")
"""Works whose products want some where it is told of them: medicated feed, nitrogen."""
AWAITED = (*CHEMICAL, *_GIVEN)
_KINDS_GIVEN = ("fertiliser", "feed", "veterinary")


def may_wait(harvested_on: date) -> ColumnElement[bool]:
    """The condition that days may have to pass between a work and a harvest on or after a day.

    What was fed or spread is asked of the catalogue as it stands today where it was used late
    enough for the longest interval a list gives such products; the rest never mattered.
    """
    longest = (
        select(func.coalesce(func.max(PermittedMaterial.pre_harvest_days), 0))
        .where(PermittedMaterial.kind.in_(_KINDS_GIVEN))
        .scalar_subquery()
    )
    told = or_(DiaryEntry.pre_harvest_days > 0, DiaryEntry.catalogue_days > 0)
    late = DiaryEntry.product_name.is_not(None) & (DiaryEntry.done_on + longest > harvested_on)
    return or_(DiaryEntry.activity.in_(CHEMICAL), DiaryEntry.activity.in_(_GIVEN) & or_(told, late))


def is_waited_for(entry: DiaryEntry) -> bool:
    """Whether days have to pass after a line, or may, by what was known when it was written."""
    return entry.activity in CHEMICAL or (entry.activity in _GIVEN and bool(entry.days_that_count))
