"""What the public maps show besides growing areas: cooperatives, packing houses, OCOP, places."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Float, func, literal_column, select
from sqlalchemy.orm import Session

from accounts import facts as account_facts
from accounts.facts import OrganisationFact
from accounts.models import Organisation
from atlas.drawing import Box, Position, Thing
from atlas.ground import province_places
from atlas.wishes import Wish
from growing_areas.mapping.holders import holders_within, standings
from growing_areas.packing import facts as packing_facts
from growing_areas.raw_materials import facts as material_facts
from growing_areas.raw_materials.facts import PublicMaterial
from products import facts as product_facts
from products.places import facts as place_facts
from products.places.listing import PlaceWish
from territory.models import Boundary

MOST_THINGS = 500
MOST_PLACED = 200
"""So many cooperatives are put on the map; the list counts the rest."""
MOST_MATERIALS = 100
NEAR_DEGREES = 0.35
"""Frames up to this wide (about 38 km) show single things."""
_MIDDLE_LON: ColumnElement[float] = literal_column("(@@ commune_boundaries.box)[0]", Float)
_MIDDLE_LAT: ColumnElement[float] = literal_column("(@@ commune_boundaries.box)[1]", Float)


@dataclass(frozen=True)
class Cooperative:
    """A verified cooperative; `position` is the middle of its coded areas' cells, if any."""

    fact: OrganisationFact
    position: Position | None
    areas: int


@dataclass(frozen=True)
class OcopCommune:
    """How many products with a running OCOP certificate a commune's owners have."""

    commune_code: str
    province_code: str
    products: int
    position: Position | None


@dataclass(frozen=True)
class Cooperatives:
    """The first cooperatives by name, and how many there are in all."""

    shown: list[Cooperative]
    total: int


@dataclass(frozen=True)
class Material:
    """A raw-material area, the cells of about 1 km its members' plots lie in, and their middle."""

    fact: PublicMaterial
    position: Position


def cooperatives(session: Session, wish: Wish) -> Cooperatives:
    """The verified cooperatives; with a frame, those whose areas stand in it.

    Frames too wide to tell cooperatives apart have none: choose a province instead.
    """
    inside = None
    if wish.box is not None:
        wide = max(wish.box[2] - wish.box[0], wish.box[3] - wish.box[1]) > NEAR_DEGREES
        inside = set() if wide else holders_within(session, wish.box)
        if not inside:
            return Cooperatives([], 0)
    facts, total = account_facts.first_verified(
        session,
        kind="cooperative",
        province_code=wish.province_code,
        commune_code=wish.commune_code,
        ids=inside,
        limit=MOST_PLACED,
    )
    placed = standings(session, {fact.id for fact in facts})
    shown = [
        Cooperative(fact, placed[fact.id].position, placed[fact.id].areas)
        if fact.id in placed
        else Cooperative(fact, None, 0)
        for fact in facts
    ]
    return Cooperatives(shown, total)


def materials(session: Session, wish: Wish, on: date) -> list[Material]:
    """The raw-material areas that run, with members' land where the reader looks."""
    found = material_facts.public_materials(
        session,
        on,
        bbox=wish.box,
        province_code=wish.province_code,
        commune_code=wish.commune_code,
        crop_codes=wish.wanted.crop_codes,
        limit=MOST_MATERIALS,
    )
    return [
        Material(each, (each.cells.centroid.x, each.cells.centroid.y))
        for each in found
        if not each.cells.is_empty
    ]


def packing_houses(session: Session, wish: Wish, on: date) -> list[Thing]:
    """The packing houses in force."""
    houses = packing_facts.public_packing_houses(
        session,
        on=on,
        bbox=wish.box,
        province_code=wish.province_code,
        commune_code=wish.commune_code,
        crop_codes=tuple(wish.wanted.crop_codes),
        limit=MOST_THINGS,
    )
    return [
        Thing(
            (house.lon, house.lat),
            f"{house.name} ({house.code})",
            f"/producers/{house.organisation_slug}",
        )
        for house in houses
    ]


def places(session: Session, wish: Wish) -> list[Thing]:
    """The rural-tourism places that receive visitors."""
    found = place_facts.public_places(
        session,
        wish=PlaceWish(
            province_code=wish.province_code or "", commune_code=wish.commune_code or ""
        ),
        bbox=wish.box,
        limit=MOST_THINGS,
    )
    return [
        Thing(place.position, place.name, f"/places/{place.slug}", place.name)
        for place in found
        if place.position is not None
    ]


def ocop(session: Session, wish: Wish, on: date) -> list[OcopCommune]:
    """Communes whose owners hold running OCOP certificates, most products first."""
    held = product_facts.certified_products(on).subquery()
    owner, product = held.c
    count = func.count(product)
    statement = (
        select(
            Organisation.commune_code,
            Organisation.province_code,
            count,
            func.min(_MIDDLE_LON),
            func.min(_MIDDLE_LAT),
        )
        .select_from(held)
        .join(Organisation, Organisation.id == owner)
        .outerjoin(Boundary, Boundary.commune_code == Organisation.commune_code)
        .group_by(Organisation.commune_code, Organisation.province_code)
        .order_by(count.desc(), Organisation.commune_code)
        .limit(MOST_THINGS)
    )
    if wish.province_code:
        statement = statement.where(Organisation.province_code == wish.province_code)
    if wish.commune_code:
        statement = statement.where(Organisation.commune_code == wish.commune_code)
    told = [
        OcopCommune(commune, province, products, _place(lon, lat, province))
        for commune, province, products, lon, lat in session.execute(statement)
    ]
    return [each for each in told if _is_within(each.position, wish.box)]


def things(
    session: Session, wish: Wish, coops: list[Cooperative], held: list[OcopCommune], on: date
) -> dict[str, list[Thing]]:
    """The layers of points over the areas that the reader wants to see."""
    found: dict[str, list[Thing]] = {}
    if wish.shows("cooperatives"):
        found["cooperatives"] = [
            Thing(coop.position, coop.fact.name, f"/producers/{coop.fact.slug}")
            for coop in coops
            if coop.position is not None
        ]
    if wish.shows("packing"):
        found["packing"] = packing_houses(session, wish, on)
    if wish.shows("places"):
        found["places"] = places(session, wish)
    if wish.shows("ocop"):
        found["ocop"] = [
            Thing(each.position, str(each.products), f"/shop?province={each.province_code}")
            for each in held
            if each.position is not None
        ]
    return found


def _place(lon: float | None, lat: float | None, province: str) -> Position | None:
    """The middle of the commune, or of its province until boundaries are loaded."""
    if lon is not None and lat is not None:
        return lon, lat
    return province_places().get(province)


def _is_within(position: Position | None, box: Box | None) -> bool:
    if box is None:
        return True
    if position is None:
        return False
    return box[0] <= position[0] <= box[2] and box[1] <= position[1] <= box[3]
