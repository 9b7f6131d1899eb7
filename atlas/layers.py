"""What the public maps show: coded areas as cells of a kilometre, cooperatives, land if known."""

import csv
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts import facts as account_facts
from accounts.facts import OrganisationFact
from atlas.drawing import Position
from growing_areas import facts as area_facts
from growing_areas.facts import PublicArea
from territory.models import Boundary, Unit

MOST_AREAS = 100_000
_COUNTRY_TOLERANCE = 0.02
_PROVINCE_TOLERANCE = 0.003
_LEAST_ISLAND = 0.003


@dataclass(frozen=True)
class Filter:
    """What the reader wants to see."""

    province_code: str | None = None
    crop_code: str | None = None


@dataclass(frozen=True)
class Cooperative:
    """A verified cooperative; `position` is the middle of its coded areas' cells, if any."""

    fact: OrganisationFact
    position: Position | None
    areas: int


def areas(session: Session, wish: Filter) -> list[PublicArea]:
    """Return the areas in force, by code."""
    crops = [wish.crop_code] if wish.crop_code else []
    found = area_facts.public_areas(
        session, province_code=wish.province_code, crop_codes=crops, limit=MOST_AREAS
    )
    return sorted(found, key=lambda area: area.code)


def cooperatives(session: Session, wish: Filter, shown: list[PublicArea]) -> list[Cooperative]:
    """Return the verified cooperatives, placed by their areas; with a crop, those that grow it."""
    places: dict[int, list[Position]] = defaultdict(list)
    for area in shown:
        places[area.organisation_id].append(middle(area))
    facts = account_facts.verified_organisations(
        session, kind="cooperative", province_code=wish.province_code
    )
    return [
        Cooperative(fact, _mean(places[fact.id]), len(places[fact.id]))
        for fact in facts
        if places[fact.id] or wish.crop_code is None
    ]


def middle(area: PublicArea) -> Position:
    """Return the middle of the cells an area lies in: never its own."""
    west, south, east, north = area.outline.bounds
    return (west + east) / 2, (south + north) / 2


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


def _mean(places: list[Position]) -> Position | None:
    if not places:
        return None
    count = len(places)
    return sum(place[0] for place in places) / count, sum(place[1] for place in places) / count
