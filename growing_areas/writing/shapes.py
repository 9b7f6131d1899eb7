"""Shapes: what goes into a map file, and how numbers and texts are written. PURE."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import TypeAlias

import shapely
from shapely import MultiPolygon, Point, Polygon

from foundation import tables
from foundation.clock import VIETNAM
from foundation.tables import Column

Drawing: TypeAlias = Polygon | MultiPolygon | Point
Value: TypeAlias = str | int | float | bool | Decimal | date | datetime | None

DECIMALS = 9
"""A tenth of a millimetre on the ground: what text formats keep of a coordinate."""
NAME, OUTLINE = "name", "wkt"
"""The keys under which the name and, in a table, the outline are written."""
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Shape:
    """One thing of a map file: its name, its outline or place (WGS 84), what is told of it.

    Raises: ValueError for an outline that is empty or not finite, a property that takes the
    name's or the outline's key, a number that is not finite.
    """

    name: str
    drawing: Drawing
    properties: Mapping[str, Value] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse what a file could not hold."""
        if not isinstance(self.drawing, (Polygon, MultiPolygon, Point)) or self.drawing.is_empty:
            raise ValueError("a shape needs an outline or a place")
        if not all(math.isfinite(value) for value in self.drawing.bounds):
            raise ValueError("coordinates must be finite")
        if any(key.casefold() in (NAME, OUTLINE) for key in self.properties):
            raise ValueError("name and outline are no properties")
        for value in self.properties.values():
            if isinstance(value, (float, Decimal)) and not math.isfinite(value):
                raise ValueError("numbers must be finite")


def plain(value: Value) -> str | int | float | bool | None:
    """A value as map formats hold it: days and times (Vietnam's) as ISO text."""
    match value:
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case datetime():
            return value.astimezone(VIETNAM).isoformat(timespec="seconds")
        case date():
            return value.isoformat()
        case _:
            return value


def text(value: Value) -> str:
    """A value as text formats hold it; nothing is an empty text."""
    return str(value) if isinstance(value, float) else tables.plain(value)


def degrees(number: float) -> str:
    """A coordinate in as few signs as keep nine decimals, never as 1e-05."""
    return f"{number:.{DECIMALS}f}".rstrip("0").rstrip(".")


def marked(words: str) -> str:
    """Text inside XML: signs escaped, what XML cannot hold replaced by U+FFFD."""
    kept = _NOT_XML.sub("\ufffd", words)
    escaped = kept.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return escaped.replace('"', "&quot;").replace("\r", "&#13;")


def polygons_of(drawing: Polygon | MultiPolygon) -> Iterable[Polygon]:
    """The polygons of an outline."""
    return drawing.geoms if isinstance(drawing, MultiPolygon) else (drawing,)


def rings_of(polygon: Polygon) -> list[list[tuple[float, float]]]:
    """The rings of a polygon, outer first, as (lon, lat) pairs."""
    rings = [polygon.exterior, *polygon.interiors]
    return [[(x, y) for x, y in shapely.get_coordinates(ring).tolist()] for ring in rings]


def told(shape: Shape, columns: Sequence[Column]) -> list[tuple[Column, Value]]:
    """What a shape tells, column by column; None where it says nothing.

    Raises: ValueError for something no column announces: nothing is left out in silence.
    """
    unknown = set(shape.properties) - {column.code for column in columns}
    if unknown:
        raise ValueError(f"columns not announced: {sorted(unknown)}")
    return [(column, shape.properties.get(column.code)) for column in columns]
