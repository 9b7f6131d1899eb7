"""Past steps: the status and the outline each area had at the end of a day, from its steps."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.dialects.postgresql import distinct_on

from foundation import clock
from growing_areas.models import GrowingAreaEvent


def last_steps(on: date, *wanted: ColumnElement[bool]) -> Select[int, int, str, datetime]:
    """Each area's last step until the end of a day in Vietnam: what it was then, and since when.

    ``wanted`` are conditions on the steps, such as whose they are. An area without a step by then
    was a draft nobody had handed in, and is missing.
    """
    columns: tuple[Any, ...] = (
        GrowingAreaEvent.area_id,
        GrowingAreaEvent.version_id,
        GrowingAreaEvent.to_status,
        GrowingAreaEvent.happened_at,
    )
    return (
        select(*columns)
        .ext(distinct_on(GrowingAreaEvent.area_id))
        .where(GrowingAreaEvent.happened_at < clock.start_of_day(on + timedelta(days=1)), *wanted)
        .order_by(GrowingAreaEvent.area_id, GrowingAreaEvent.id.desc())
    )
