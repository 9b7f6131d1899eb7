"""The ground maps are drawn on: the land, its communes, the provinces' places, the islands."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import cast, func, select
from sqlalchemy.orm import Session

from atlas.drawing import Box, Position
from territory.boundaries import box_text
from territory.models import Boundary, Unit
from territory.models import Box as BoxType

_COUNTRY_TOLERANCE = 0.02
_PROVINCE_TOLERANCE = 0.003
_LEAST_ISLAND = 0.003
_MOST_COMMUNES = 300


@dataclass(frozen=True)
class Commune:
    """A commune's piece of a frame."""

    code: str
    outline: BaseGeometry


def communes(session: Session, box: Box) -> list[Commune]:
    """The communes within a frame, cut to it and drawn as finely as it shows them."""
    fine = max(box[2] - box[0], box[3] - box[1]) / 800
    frame = cast(box_text(*box), BoxType)
    rows = session.execute(
        select(Boundary.commune_code, Boundary.geometry)
        .where(Boundary.box.bool_op("&&")(frame))
        .order_by(Boundary.commune_code)
        .limit(_MOST_COMMUNES)
    ).all()
    shapes = shapely.simplify(shapely.from_wkb([row.geometry for row in rows]), fine)
    cut = shapely.clip_by_rect(shapes, *box)
    return [
        Commune(row.commune_code, shape)
        for row, shape in zip(rows, cut, strict=True)
        if not shape.is_empty
    ]


def is_loaded(session: Session) -> bool:
    """Tell whether there is any ground to draw: boundaries are loaded, not shipped."""
    return bool(session.scalar(select(select(Boundary.commune_code).exists())))


def land(session: Session, province_code: str | None) -> BaseGeometry | None:
    """Return the outline of the country or a province, or None while no boundary is loaded."""
    count = session.scalar(select(func.count()).select_from(Boundary)) or 0
    if count == 0:
        return None
    known = _kept_outline(count, province_code)
    if known.shape is None:
        known.shape = _outline(session, province_code)
    return known.shape


def province_places() -> dict[str, Position]:
    """Return where each province's name stands on the country's map."""
    return _province_places()


@cache
def islands() -> dict[tuple[str, str], list[Position]]:
    """Return where the islands of each archipelago lie, by its Vietnamese and English name."""
    found: dict[tuple[str, str], list[Position]] = defaultdict(list)
    for row in _table("archipelagos"):
        name = row["archipelago_vi"], row["archipelago_en"]
        found[name].append((float(row["lon"]), float(row["lat"])))
    return found


@cache
def _province_places() -> dict[str, Position]:
    return {row["code"]: (float(row["lon"]), float(row["lat"])) for row in _table("provinces")}


def _table(name: str) -> Iterator[dict[str, str]]:
    text = resources.files("atlas").joinpath(f"data/{name}.csv").read_text("utf-8")
    return csv.DictReader(text.splitlines())


class _Kept:
    """An outline once it has been put together."""

    shape: BaseGeometry | None = None


@lru_cache(maxsize=64)
def _kept_outline(count: int, province_code: str | None) -> _Kept:
    """One holder for each outline of one set of boundaries: they are loaded once a year."""
    return _Kept()


def _outline(session: Session, province_code: str | None) -> BaseGeometry:
    """Every province's land, one after another; where one alone is wanted, in finer lines."""
    statement = (
        select(Unit.parent_code, Boundary.geometry)
        .join(Unit, Unit.code == Boundary.commune_code)
        .where(Unit.valid_to.is_(None))
    )
    tolerance = _COUNTRY_TOLERANCE
    if province_code is not None:
        statement = statement.where(Unit.parent_code == province_code)
        tolerance = _PROVINCE_TOLERANCE
    shapes: dict[str | None, list[BaseGeometry]] = defaultdict(list)
    for code, wkb in session.execute(statement):
        shapes[code].append(shapely.from_wkb(wkb))
    return shapely.MultiPolygon(
        [part for communes in shapes.values() for part in _land_of(communes, tolerance)]
    )


def _land_of(communes: list[BaseGeometry], tolerance: float) -> list[BaseGeometry]:
    # A tiny widening closes the slits that simplified neighbours leave between them.
    whole = shapely.union_all([shape.buffer(tolerance / 10, quad_segs=1) for shape in communes])
    least = _LEAST_ISLAND if tolerance == _COUNTRY_TOLERANCE else 0.0
    return [part for part in shapely.get_parts(whole.simplify(tolerance)) if part.area >= least]
