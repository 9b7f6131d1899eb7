"""The public map."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from atlas import drawing, layers
from atlas.drawing import Box, Position, Thing
from atlas.layers import Cooperative, Filter
from atlas.schemas import MapQuery
from foundation import clock, db, i18n, inputs, web
from foundation.errors import Finding, Invalid
from growing_areas.crops import crops, find_crop
from growing_areas.facts import PublicArea
from territory import units
from territory.models import Unit

blueprint = Blueprint("atlas", __name__)

ROWS_SHOWN = 500
_AROUND_PROVINCE = 0.9


@dataclass(frozen=True)
class ProvinceRow:
    """What one province has: its line beside the country's map."""

    code: str
    name: str
    areas: int
    area_m2: float


@dataclass(frozen=True)
class View:
    """Everything the map's page draws: circles by province, or one province's marks."""

    frame: drawing.Frame
    grid: list[drawing.GridLine]
    land: str
    dots: list[Position] = field(default_factory=list)
    islands: list[drawing.Caption] = field(default_factory=list)
    captions: list[drawing.Caption] = field(default_factory=list)
    bubbles: list[drawing.Bubble] = field(default_factory=list)
    areas: list[drawing.Mark] = field(default_factory=list)
    cooperatives: list[drawing.Mark] = field(default_factory=list)


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
        rows = _rows(found, provinces)
        view = _view(session, wish, found, coops, rows)
        communes = {a.commune_code for a in found[:ROWS_SHOWN]} | {
            c.fact.commune_code for c in coops[:ROWS_SHOWN]
        }
        names = units.labels(session, communes, clock.today())
    return web.render(
        "atlas/map.html",
        view=view,
        rows=[] if wish.province_code else rows,
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
    rows: list[ProvinceRow],
) -> View:
    land = layers.land(session, wish.province_code)
    bounds = None if land is None else land.bounds
    on = drawing.frame(_box(wish, bounds, found))
    rings = [] if land is None else [list(part.exterior.coords) for part in land.geoms]
    view = View(frame=on, grid=drawing.graticule(on), land=drawing.path(rings, on))
    if wish.province_code is None:
        return _with_country(view, rows)
    return _with_marks(view, found, coops)


def _with_country(view: View, rows: list[ProvinceRow]) -> View:
    """The country: a circle for each province that has something, and the two archipelagos."""
    on, places = view.frame, layers.province_places()
    bubbles = drawing.bubbles(
        ((places[row.code], row.areas, row.name) for row in rows if row.code in places), on
    )
    groups = layers.islands()
    dots = [on.place(*place) for group in groups.values() for place in group]
    # Until boundaries are loaded, the provinces' places alone tell the shape of the country.
    if not view.land:
        dots += [on.place(*place) for place in places.values()]
    is_english = i18n.get_language() == "en"
    islands = [
        drawing.above([on.place(*place) for place in group], names[1] if is_english else names[0])
        for names, group in groups.items()
    ]
    captions = drawing.captions(bubbles, on)
    return replace(view, bubbles=bubbles, captions=captions, dots=dots, islands=islands)


def _with_marks(view: View, found: list[PublicArea], coops: list[Cooperative]) -> View:
    """A province: a mark for each coded area and each cooperative."""
    areas = drawing.marks(
        (Thing(layers.middle(a), f"{a.code} {a.name}", f"/areas/{a.code}", a.name) for a in found),
        view.frame,
    )
    cooperatives = drawing.marks(
        (
            Thing(c.position, c.fact.name, f"/producers/{c.fact.slug}")
            for c in coops
            if c.position is not None
        ),
        view.frame,
    )
    captions = drawing.captions(areas, view.frame)
    return replace(view, areas=areas, cooperatives=cooperatives, captions=captions)


def _rows(found: list[PublicArea], provinces: list[Unit]) -> list[ProvinceRow]:
    """The provinces that have areas, most areas first."""
    names = {unit.code: unit.name for unit in provinces}
    counts = Counter(area.province_code for area in found)
    sizes: dict[str, float] = defaultdict(float)
    for area in found:
        sizes[area.province_code] += float(area.area_m2)
    return [
        ProvinceRow(code, names.get(code, code), count, sizes[code])
        for code, count in sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    ]


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
