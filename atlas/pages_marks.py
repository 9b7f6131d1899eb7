"""What stands over the areas in a frame, as JSON, for the map that is drawn by a script."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue
from shapely.geometry import mapping
from sqlalchemy.orm import Session

from atlas import layers
from atlas.drawing import Thing
from atlas.schemas import MapQuery
from atlas.wishes import Wish, wish_of
from foundation import clock, db, inputs, web
from territory import units

blueprint = Blueprint("marks", __name__)

_SECONDS_KEPT = 60


@blueprint.get("/map/marks.json")
@web.public
def show() -> ResponseReturnValue:
    """Cooperatives, packing houses, OCOP products, places, raw-material areas of a frame.

    The same filters as the map's page; ``marks`` are points, ``materials`` outlines of cells.
    """
    query = inputs.load(MapQuery, request.args)
    today = clock.today()
    with db.reading() as session:
        provinces = units.list_units(session, on=today, level="province", size=100).items
        wish = wish_of(session, query, {unit.code for unit in provinces}, today)
        # The whole country would be one heap of points.
        is_near = wish.box is not None or wish.province_code is not None
        told = _told(session, wish) if is_near else {"marks": [], "materials": []}
    answer = jsonify(told)
    answer.cache_control.public = True
    answer.cache_control.max_age = _SECONDS_KEPT
    return answer


def _told(session: Session, wish: Wish) -> dict[str, Any]:
    today = clock.today()
    coops = layers.cooperatives(session, wish) if wish.shows("cooperatives") else None
    held = layers.ocop(session, wish, today) if wish.shows("ocop") else []
    found = layers.things(session, wish, coops.shown if coops else [], held, today)
    materials = layers.materials(session, wish, today) if wish.shows("materials") else []
    return {
        "marks": [_mark(layer, thing) for layer, things in found.items() for thing in things],
        "materials": [
            {
                "label": f"{each.fact.name} ({each.fact.code})",
                "href": f"/raw-material-areas/{each.fact.code}",
                "shape": mapping(each.fact.cells),
            }
            for each in materials
        ],
    }


def _mark(layer: str, thing: Thing) -> dict[str, Any]:
    lon, lat = thing.position
    return {
        "layer": layer,
        "lon": round(lon, 5),
        "lat": round(lat, 5),
        "label": thing.label,
        "href": thing.href,
    }
