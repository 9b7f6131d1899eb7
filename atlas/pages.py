"""The public map."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from atlas import drawing, layers
from atlas.drawing import Box, Thing
from atlas.layers import Cooperative, Filter
from atlas.schemas import MapQuery
from foundation import clock, db, inputs, web
from foundation.errors import Finding, Invalid
from growing_areas.crops import crops, find_crop
from growing_areas.facts import PublicArea
from territory import units
from territory.models import Unit

blueprint = Blueprint("atlas", __name__)

ROWS_SHOWN = 500
_AROUND_PROVINCE = 0.9
_LINES_OF_TEXT = 42
_ABOVE = 22.0


@dataclass(frozen=True)
class View:
    """Everything the map's page draws."""

    frame: drawing.Frame
    text: int
    grid: list[drawing.GridLine]
    land: str
    labels: list[tuple[float, float, str]]
    areas: list[drawing.Mark]
    cooperatives: list[drawing.Mark]


@blueprint.get("/map")
@web.public
def show_map() -> ResponseReturnValue:
    """Coded growing areas and cooperatives on the map of the country or of a province."""
    query = inputs.load(MapQuery, request.args)
    with db.reading() as session:
        provinces = units.list_units(session, on=clock.today(), level="province", size=100).items
        wish = wish_of(query, {unit.code for unit in provinces})
        found = layers.areas(session, wish)
        coops = layers.cooperatives(session, wish, found)
        view = _view(session, wish, found, coops, provinces)
        communes = {a.commune_code for a in found[:ROWS_SHOWN]} | {
            c.fact.commune_code for c in coops[:ROWS_SHOWN]
        }
        names = units.labels(session, communes, clock.today())
    return web.render(
        "atlas/map.html",
        view=view,
        areas=found,
        cooperatives=coops,
        shown=ROWS_SHOWN,
        names=names,
        crop_names={code: crop.name for code, crop in crops().items()},
        provinces=[(unit.code, unit.name) for unit in provinces],
    )


def wish_of(query: dict[str, Any], province_codes: set[str]) -> Filter:
    """Return what the reader wants to see. Raises: Invalid with every unknown code."""
    findings = []
    province, crop = query.get("province"), query.get("crop")
    if province is not None and province not in province_codes:
        findings.append(Finding("map.no_such_province", {"code": province}, "province"))
    if crop is not None and find_crop(crop) is None:
        findings.append(Finding("map.no_such_crop", {"code": crop}, "crop"))
    if findings:
        raise Invalid(findings)
    return Filter(province, crop)


def _view(
    session: Session,
    wish: Filter,
    found: list[PublicArea],
    coops: list[Cooperative],
    provinces: list[Unit],
) -> View:
    land = layers.land(session, wish.province_code)
    on = drawing.frame(_box(wish, None if land is None else land.bounds, found))
    rings = [] if land is None else [list(part.exterior.coords) for part in land.geoms]
    return View(
        frame=on,
        text=round(on.height / _LINES_OF_TEXT),
        grid=drawing.graticule(on),
        land=drawing.path(rings, on),
        labels=_labels(on, _named(wish, found, coops), provinces),
        areas=drawing.marks(
            (Thing(layers.middle(a), f"{a.code} {a.name}", f"/areas/{a.code}") for a in found), on
        ),
        cooperatives=drawing.marks(
            (
                Thing(c.position, c.fact.name, f"/producers/{c.fact.slug}")
                for c in coops
                if c.position is not None
            ),
            on,
        ),
    )


def _box(wish: Filter, land: Box | None, found: list[PublicArea]) -> Box:
    if wish.province_code is None:
        return drawing.COUNTRY
    if land is not None:
        return land
    lon, lat = layers.province_places()[wish.province_code]
    around = _AROUND_PROVINCE
    lons = [lon - around, lon + around, *(layers.middle(area)[0] for area in found)]
    lats = [lat - around, lat + around, *(layers.middle(area)[1] for area in found)]
    return min(lons), min(lats), max(lons), max(lats)


def _named(wish: Filter, found: list[PublicArea], coops: list[Cooperative]) -> set[str]:
    """Provinces to be named: those with something on the map, or there would be no room."""
    marked = {area.province_code for area in found} | {c.fact.province_code for c in coops}
    return {wish.province_code} if wish.province_code else marked


def _labels(
    on: drawing.Frame, wanted: set[str], provinces: list[Unit]
) -> list[tuple[float, float, str]]:
    places = layers.province_places()
    named = [unit for unit in provinces if unit.code in wanted & set(places)]
    return [(*_above(on.place(*places[unit.code])), unit.name) for unit in named]


def _above(place: tuple[float, float]) -> tuple[float, float]:
    return place[0], place[1] - _ABOVE
