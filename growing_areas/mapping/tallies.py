"""Tallies: how many coded areas a cell of the map holds, and which version of it one sees.

A version is the number of changes visible to the reader's own snapshot: two readers with the same
number see the same areas, whatever order transactions committed in. Read it in the statement
that reads the areas, or before it; never after.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from growing_areas.mapping.models import MapChange, MapTally


@dataclass(frozen=True)
class Cells:
    """A rectangle of cells of one size, its edges included."""

    zoom: int
    west: int
    north: int
    east: int
    south: int


@dataclass(frozen=True)
class Wanted:
    """Which coded areas are counted; empty means all."""

    statuses: Collection[str] = ()
    crop_codes: Collection[str] = ()
    province_code: str | None = None
    commune_code: str | None = None


@dataclass(frozen=True)
class CellCount:
    """How many areas stand in a cell, and how large they are together."""

    tile_x: int
    tile_y: int
    areas: int
    area_m2: int


@dataclass(frozen=True)
class UnitCount:
    """How many areas a province has, and how large they are together."""

    unit_code: str
    areas: int
    area_m2: int


def version(session: Session, cells: Cells) -> int:
    """The version of what these cells show: it grows with every change and is never reused."""
    statement = select(func.coalesce(func.sum(MapChange.changes), 0)).where(
        *_within(MapChange, cells)
    )
    return int(session.scalar(statement) or 0)


def by_cell(session: Session, cells: Cells, wanted: Wanted) -> list[CellCount]:
    """The cells that hold any wanted area."""
    rows = session.execute(
        select(
            MapTally.tile_x,
            MapTally.tile_y,
            func.sum(MapTally.areas),
            func.sum(MapTally.area_m2),
        )
        .where(*_within(MapTally, cells), *_is(wanted))
        .group_by(MapTally.tile_x, MapTally.tile_y)
        .having(func.sum(MapTally.areas) > 0)
        .order_by(MapTally.tile_x, MapTally.tile_y)
    )
    return [CellCount(x, y, int(areas), int(area_m2)) for x, y, areas, area_m2 in rows]


def by_province(session: Session, wanted: Wanted) -> list[UnitCount]:
    """The provinces that have any wanted area, most areas first."""
    areas = func.sum(MapTally.areas)
    rows = session.execute(
        select(MapTally.province_code, areas, func.sum(MapTally.area_m2))
        .where(MapTally.zoom == (12 if wanted.commune_code else 6), *_is(wanted))
        .group_by(MapTally.province_code)
        .having(areas > 0)
        .order_by(areas.desc(), MapTally.province_code)
    )
    return [UnitCount(code, int(count), int(area_m2)) for code, count, area_m2 in rows]


def fold(session: Session) -> int:
    """Add up the rows of each cell; how many rows were saved. Every sum stays what it is.

    Others may add, read and fold meanwhile: only rows this transaction took away are added up.
    """
    return sum(int(session.scalar(text(statement)) or 0) for statement in _FOLDS)


def rebuild(session: Session) -> None:
    """Count all cells anew, from the areas: after a load past the triggers."""
    for statement in REBUILD:
        session.execute(text(statement))


def _within(table: type[MapChange] | type[MapTally], cells: Cells) -> list[Any]:
    return [
        table.zoom == cells.zoom,
        table.tile_x.between(cells.west, cells.east),
        table.tile_y.between(cells.north, cells.south),
    ]


def _is(wanted: Wanted) -> list[Any]:
    found: list[Any] = []
    if wanted.statuses:
        found.append(MapTally.status.in_(sorted(wanted.statuses)))
    if wanted.crop_codes:
        found.append(MapTally.crop_code.in_(sorted(wanted.crop_codes)))
    if wanted.province_code:
        found.append(MapTally.province_code == wanted.province_code)
    if wanted.commune_code:
        found.append(MapTally.commune_code == wanted.commune_code)
    return found


def _folding(table: str, keys: str, sums: tuple[str, ...]) -> str:
    # Names from this module only.
    added = ", ".join(f"sum({name})" for name in sums)
    told = f"{keys}, {', '.join(sums)}"
    return f"""
WITH many AS (SELECT {keys} FROM {table} GROUP BY {keys} HAVING count(*) > 1),
gone AS (DELETE FROM {table} USING many
  WHERE ({", ".join(f"{table}.{key}" for key in keys.split(", "))})
      = ({", ".join(f"many.{key}" for key in keys.split(", "))})
  RETURNING {", ".join(f"{table}.{name}" for name in told.split(", "))}),
put AS (INSERT INTO {table} ({told}) SELECT {keys}, {added} FROM gone GROUP BY {keys} RETURNING 1)
SELECT (SELECT count(*) FROM gone) - (SELECT count(*) FROM put)
"""  # noqa: S608


_TALLY_KEYS = "zoom, tile_x, tile_y, province_code, commune_code, crop_code, status"
_FOLDS = (
    _folding("growing_map_changes", "zoom, tile_x, tile_y", ("changes",)),
    _folding("growing_map_tallies", _TALLY_KEYS, ("areas", "area_m2")),
)
_PLACED = """
WITH placed AS (SELECT area.*, round(drawn.area_m2)::bigint AS ground,
    floor(((drawn.box)[1])[0] * 100) / 100 AS west, floor(((drawn.box)[1])[1] * 100) / 100 AS south,
    ceil(((drawn.box)[0])[0] * 100) / 100 AS east, ceil(((drawn.box)[0])[1] * 100) / 100 AS north
  FROM growing_areas AS area JOIN growing_plot_versions AS drawn ON drawn.id = area.version_id
  WHERE area.code IS NOT NULL)
"""
REBUILD = (
    "LOCK TABLE growing_areas IN SHARE MODE",
    "DELETE FROM growing_map_tallies",
    f"""
INSERT INTO growing_map_tallies ({_TALLY_KEYS}, areas, area_m2)
{_PLACED} SELECT zoom, growing_map_column((west + east) / 2, zoom) AS tile_x,
  growing_map_row((south + north) / 2, zoom) AS tile_y, province_code,
  CASE zoom WHEN 12 THEN commune_code ELSE '' END AS commune, crop_code, status,
  count(*), sum(ground)
FROM placed, unnest(ARRAY[6, 9, 12]) AS zoom
GROUP BY zoom, tile_x, tile_y, province_code, commune, crop_code, status
""",  # noqa: S608
    # Versions only ever grow: what was counted before this is seen no more.
    f"""
INSERT INTO growing_map_changes (zoom, tile_x, tile_y, changes)
{_PLACED} SELECT zoom, across, down, count(*) FROM placed, unnest(ARRAY[6, 9, 12]) AS zoom,
  generate_series(growing_map_column(west, zoom), growing_map_column(east, zoom)) AS across,
  generate_series(growing_map_row(north, zoom), growing_map_row(south, zoom)) AS down
GROUP BY zoom, across, down
""",  # noqa: S608
)
