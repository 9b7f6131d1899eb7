"""The days on which a unit is in force."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, and_, or_

from territory.models import Unit

# No older table is held: what was in force earlier is answered from the earliest.
EARLIEST = date(2025, 1, 4)
# Since this day there are provinces and communes, and no districts (QĐ 19/2025/QĐ-TTg).
TWO_LEVELS_FROM = date(2025, 7, 1)


def in_force(unit: type[Unit], on: date) -> ColumnElement[bool]:
    """Rows that hold on the day ``on``."""
    day = max(on, EARLIEST)
    return and_(unit.valid_from <= day, or_(unit.valid_to.is_(None), unit.valid_to > day))
