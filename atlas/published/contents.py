"""Contents: the rows of each dataset, from what the rooms below let everybody know."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from shapely import Point
from sqlalchemy.orm import Session

from accounts import facts as account_facts
from foundation.tables import Cell
from growing_areas import facts as area_facts
from growing_areas.crops import crops
from growing_areas.packing import facts as packing_facts
from growing_areas.raw_materials import facts as material_facts
from growing_areas.shapes.measure import hectares
from growing_areas.writing.shapes import Drawing
from indicators import export as indicator_export
from indicators import periods
from indicators.plans import plans
from products.places import facts as place_facts
from territory import units

MOST = 10_000_000
"""Rows of a dataset at most: far more than the country has."""


@dataclass(frozen=True)
class Row:
    """One row: its name, its cells by column, its place or outline if it has one."""

    name: str
    cells: Mapping[str, Cell]
    drawing: Drawing | None = None


@dataclass(frozen=True)
class Moment:
    """For which day rows are told, and under which address pages stand."""

    on: date
    base_url: str


def rows(session: Session, dataset: str, moment: Moment) -> Iterator[Row]:
    """The rows of a dataset in a steady order: the same house gives the same file."""
    return _ROWS[dataset](session, moment)


def _growing_areas(session: Session, moment: Moment) -> Iterator[Row]:
    known = crops()
    for batch in area_facts.public_area_batches(session):
        names = _public_names(session, (area.organisation_id for area in batch))
        places = units.labels(session, {area.commune_code for area in batch}, moment.on)
        for area in batch:
            crop = known.get(area.crop_code)
            yield Row(
                area.name,
                {
                    "code": area.code,
                    "crop": area.crop_code,
                    "crop_vi": crop.name_vi if crop else None,
                    "sci_name": crop.scientific_name if crop else None,
                    "org_name": names.get(area.organisation_id),
                    "area_ha": hectares(area.area_m2),
                    **_place(area.commune_code, area.province_code, places),
                    "precision": "exact" if area.is_exact else "cell",
                    "page": f"{moment.base_url}/areas/{area.code}",
                },
                area.outline,
            )


def _cooperatives(session: Session, moment: Moment) -> Iterator[Row]:
    sizes: dict[int, list[float]] = defaultdict(list)
    for area in area_facts.coded_areas(session, moment.on):
        sizes[area.organisation_id].append(area.area_m2)
    found = account_facts.verified_organisations(session, kind="cooperative")
    places = units.labels(session, {fact.commune_code for fact in found}, moment.on)
    for fact in sorted(found, key=lambda each: each.code):
        yield Row(
            fact.name,
            {
                "code": fact.code,
                **_place(fact.commune_code, fact.province_code, places),
                "areas": len(sizes[fact.id]),
                "area_ha": hectares(sum(sizes[fact.id])),
                "page": f"{moment.base_url}/producers/{fact.slug}",
            },
        )


def _packing_houses(session: Session, moment: Moment) -> Iterator[Row]:
    found = packing_facts.public_packing_houses(session, on=moment.on, limit=MOST)
    names = _public_names(session, (house.organisation_id for house in found))
    places = units.labels(session, {house.commune_code for house in found}, moment.on)
    for house in sorted(found, key=lambda each: each.code):
        yield Row(
            house.name,
            {
                "code": house.code,
                "crops": " ".join(house.crop_codes),
                "markets": " ".join(house.markets),
                "org_name": names.get(house.organisation_id),
                "address": house.address or None,
                **_place(house.commune_code, house.province_code, places),
                "capacity": house.capacity_kg,
                "valid_to": house.valid_until,
                **_position((house.lon, house.lat)),
            },
            Point(house.lon, house.lat),
        )


def _raw_material_areas(session: Session, moment: Moment) -> Iterator[Row]:
    found = material_facts.raw_material_areas(session, moment.on)
    names = _public_names(session, (area.lead_id for area in found))
    places = units.labels(session, {area.commune_code for area in found}, moment.on)
    for area in found:
        yield Row(
            area.name,
            {
                "code": area.code,
                "lead": names.get(area.lead_id),
                "crops": " ".join(area.crop_codes),
                **_place(area.commune_code, area.province_code, places),
                "members": len(area.organisation_ids),
                "areas": len(area.area_ids),
                "area_ha": area.area_ha,
                "has_buyer": area.has_buyer,
            },
        )


def _tourism_places(session: Session, moment: Moment) -> Iterator[Row]:
    found = place_facts.public_places(session, limit=MOST)
    places = units.labels(session, {place.commune_code for place in found}, moment.on)
    for place in sorted(found, key=lambda each: each.code):
        yield Row(
            place.name,
            {
                "code": place.code,
                "kind": place.kind,
                "name_en": place.name_en,
                **_place(place.commune_code, place.province_code, places),
                **_position(place.position),
                "page": f"{moment.base_url}/places/{place.slug}",
            },
            Point(*place.position) if place.position else None,
        )


def _programme_results(session: Session, moment: Moment) -> Iterator[Row]:
    period = periods.year_of(moment.on)
    told = [column.code for column in indicator_export.COLUMNS]
    for plan in plans().values():
        for cells in indicator_export.rows(session, plan, period, today=moment.on):
            row = dict(zip(told, cells, strict=True))
            yield Row(
                str(row["indicator_name"]),
                {
                    "plan": row["plan"],
                    "indicator": row["indicator"],
                    "unit": row["unit"],
                    "period": row["period"],
                    "through": row["through"],
                    "province": row["province_code"],
                    "commune": row["commune_code"],
                    "numerator": row["numerator"],
                    "denominat": row["denominator"],
                    "value": row["value"],
                    "targets": row["targets"] or None,
                },
            )


_ROWS: dict[str, Callable[[Session, Moment], Iterator[Row]]] = {
    "growing-areas": _growing_areas,
    "cooperatives": _cooperatives,
    "packing-houses": _packing_houses,
    "raw-material-areas": _raw_material_areas,
    "tourism-places": _tourism_places,
    "programme-results": _programme_results,
}


def _public_names(session: Session, ids: Iterable[int]) -> dict[int, str]:
    """Names of organisations; a household's is a person's name and stays out."""
    facts = account_facts.organisations_by_id(session, ids).values()
    return {fact.id: fact.name for fact in facts if fact.kind != "household"}


def _place(commune: str, province: str, labels: Mapping[str, str]) -> dict[str, Cell]:
    return {"commune": commune, "commune_vi": labels.get(commune), "province": province}


def _position(place: tuple[float, float] | None) -> dict[str, Cell]:
    # Written as numbers without the tail that binary fractions have.
    lon, lat = (None, None) if place is None else (_degrees(place[0]), _degrees(place[1]))
    return {"lon": lon, "lat": lat}


def _degrees(value: float) -> Cell:
    return Decimal(f"{value:.7f}").normalize()
