"""Works after which days may have to pass before a harvest."""

from __future__ import annotations

from sqlalchemy import ColumnElement, or_

from growing_areas.fieldbook.models import DiaryEntry

CHEMICAL = ("spraying", "treatment")
"""Works whose products want days before a harvest, known or not."""
_GIVEN = ("fertilising", "feeding")
"""Works whose products want some where it is told of them: medicated feed, nitrogen."""


def waits() -> ColumnElement[bool]:
    """The condition that days may have to pass between a work and the harvest."""
    return or_(
        DiaryEntry.activity.in_(CHEMICAL),
        DiaryEntry.activity.in_(_GIVEN)
        & or_(DiaryEntry.pre_harvest_days > 0, DiaryEntry.catalogue_days > 0),
    )


def is_waited_for(entry: DiaryEntry) -> bool:
    """The same of a line."""
    return entry.activity in CHEMICAL or (entry.activity in _GIVEN and bool(entry.days_that_count))
