"""Tallies: how many coded areas a cell of the map holds, on how much ground, in which version.

An area is a registration: a plot in two of them is two areas, but its ground is counted once. A
version is the number of changes visible to the reader's own snapshot: two readers with the same
number see the same areas, whatever order transactions committed in. Read it in the statement
that reads the areas, or before it; never after.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Text, cast, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from growing_areas.mapping import picked
from growing_areas.mapping.models import MapChange, MapGround, MapTally
from growing_areas.mapping.picked import EVERY, Picked


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
    picked: Picked = EVERY

    def holds(self) -> list[str]:
        """What a plot has to hold one of, in the words of ``MapGround.holds``; none: anything."""
        if not self.crop_codes:
            return sorted(self.statuses)
        statuses = self.statuses or _EVERY_STATUS
        return sorted(f"{status}/{crop}" for status in statuses for crop in self.crop_codes)


_EVERY_STATUS = ("approved", "suspended", "revoked", "expired")


@dataclass(frozen=True)
class CellCount:
    """How many areas stand in a cell, and how much ground their plots have together."""

    tile_x: int
    tile_y: int
    areas: int
    area_m2: int


@dataclass(frozen=True)
class UnitCount:
    """How many areas a province has, and how much ground their plots have together."""

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
    if wanted.picked != EVERY:
        asked = picked.Asked(wanted.statuses, wanted.crop_codes, *_unit(wanted))
        frame = (cells.zoom, cells.west, cells.north, cells.east, cells.south)
        return [CellCount(*row) for row in picked.by_cell(session, wanted.picked, asked, frame)]
    place = MapTally.tile_x, MapTally.tile_y
    counted = select(*place, func.sum(MapTally.areas)).where(
        *_within(MapTally, cells), *_is(wanted)
    )
    ground = select(MapGround.tile_x, MapGround.tile_y, func.sum(MapGround.area_m2)).where(
        *_within(MapGround, cells), *_on(wanted)
    )
    areas = _summed(session, counted, place)
    sizes = _summed(session, ground, (MapGround.tile_x, MapGround.tile_y))
    return [
        CellCount(x, y, n, sizes.get((x, y), 0)) for (x, y), n in sorted(areas.items()) if n > 0
    ]


def by_province(session: Session, wanted: Wanted) -> list[UnitCount]:
    """The provinces that have any wanted area, most areas first."""
    if wanted.picked != EVERY:
        asked = picked.Asked(wanted.statuses, wanted.crop_codes, *_unit(wanted))
        found = [UnitCount(*row) for row in picked.by_province(session, wanted.picked, asked)]
        return _most_first(found)
    zoom = 12 if wanted.commune_code else 6
    counted = select(MapTally.province_code, func.sum(MapTally.areas)).where(
        MapTally.zoom == zoom, *_is(wanted)
    )
    ground = select(MapGround.province_code, func.sum(MapGround.area_m2)).where(
        MapGround.zoom == zoom, *_on(wanted)
    )
    areas = _summed(session, counted, (MapTally.province_code,))
    sizes = _summed(session, ground, (MapGround.province_code,))
    return _most_first(
        UnitCount(code, n, sizes.get((code,), 0)) for (code,), n in areas.items() if n > 0
    )


def _summed(session: Session, statement: Any, by: tuple[Any, ...]) -> dict[tuple[Any, ...], int]:
    rows = session.execute(statement.group_by(*by))
    return {tuple(row[:-1]): int(row[-1]) for row in rows}


def _most_first(found: Iterable[UnitCount]) -> list[UnitCount]:
    return sorted(found, key=lambda each: (-each.areas, each.unit_code))


def _unit(wanted: Wanted) -> tuple[str | None, str | None]:
    return wanted.province_code, wanted.commune_code


def _within(table: type[MapChange | MapTally | MapGround], cells: Cells) -> list[Any]:
    return [
        table.zoom == cells.zoom,
        table.tile_x.between(cells.west, cells.east),
        table.tile_y.between(cells.north, cells.south),
    ]


def _is(wanted: Wanted) -> list[Any]:
    found: list[Any] = _in_unit(MapTally, wanted)
    if wanted.statuses:
        found.append(MapTally.status.in_(sorted(wanted.statuses)))
    if wanted.crop_codes:
        found.append(MapTally.crop_code.in_(sorted(wanted.crop_codes)))
    return found


def _on(wanted: Wanted) -> list[Any]:
    found: list[Any] = _in_unit(MapGround, wanted)
    if holds := wanted.holds():
        found.append(MapGround.holds.overlap(cast(holds, ARRAY(Text))))
    return found


def _in_unit(table: type[MapTally | MapGround], wanted: Wanted) -> list[Any]:
    found: list[Any] = []
    if wanted.province_code:
        found.append(table.province_code == wanted.province_code)
    if wanted.commune_code:
        found.append(table.commune_code == wanted.commune_code)
    return found
