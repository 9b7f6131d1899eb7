"""A list of areas as one map file: as many rows as the list has, exact outlines, piece by piece."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from accounts.permissions import Actor
from foundation import counting
from growing_areas import areas, registration
from growing_areas.exports.columns import COLUMNS, shape_of
from growing_areas.models import GrowingArea
from growing_areas.registration import AreaQuery
from growing_areas.writing import formats
from growing_areas.writing.shapes import Shape
from territory import units

TITLE = "Vùng trồng"
STEM = "vung-trong"
INLINE_MOST = 2_000
"""Areas written while somebody waits (about two seconds); longer lists are a job's."""
_BATCH = 500

Progress = Callable[[int, int], None]


@dataclass
class Written:
    """How many areas went into a file so far."""

    rows: int = 0


def count(session: Session, actor: Actor, query: AreaQuery) -> int:
    """How many areas the list has, to the last one. Raises: Forbidden."""
    bare = _bare(actor, query).subquery()
    return session.scalar(select(func.count()).select_from(bare)) or 0


def count_bounded(session: Session, actor: Actor, query: AreaQuery) -> int:
    """How many areas the list has, as far as a page tells it. Raises: Forbidden."""
    return counting.count(session, _bare(actor, query))


def _bare(actor: Actor, query: AreaQuery) -> Select[Any]:
    return registration.selection(actor, query).with_only_columns(GrowingArea.id).order_by(None)


def write(
    session: Session,
    actor: Actor,
    query: AreaQuery,
    format_: str,
    *,
    on: date,
    progress: Progress | None = None,
    total: int = 0,
) -> tuple[Iterator[bytes], Written]:
    """The pieces of the file, and a count that is whole once they are all written.

    Raises: Forbidden; Invalid("table.format").
    """
    written = Written()
    shapes = _shapes(session, actor, query, on, written, progress, total)
    return formats.write(format_, shapes, COLUMNS, title=TITLE), written


def file_name(format_: str, on: date) -> str:
    """`vung-trong-20261122.geojson`; a zipped Shapefile says what it is."""
    mark = "-shp" if format_ == "shp" else ""
    return f"{STEM}-{on:%Y%m%d}{mark}{formats.FORMATS[format_].suffix}"


def _shapes(
    session: Session,
    actor: Actor,
    query: AreaQuery,
    on: date,
    written: Written,
    progress: Progress | None,
    total: int,
) -> Iterator[Shape]:
    """The list's areas in its order, some hundred at a time."""
    statement = (
        registration.selection(actor, query)
        .order_by(GrowingArea.status_changed_at.desc(), GrowingArea.id.desc())
        .execution_options(yield_per=_BATCH)
    )
    places: dict[str, str] = {}
    for batch in session.scalars(statement).partitions():
        unknown = {area.commune_code for area in batch} - set(places)
        if unknown:
            places.update(units.labels(session, unknown, on))
        for area in batch:
            yield shape_of(area, places, areas.outline_of(area.version))
            written.rows += 1
        if progress is not None:
            progress(min(written.rows, total), total)
