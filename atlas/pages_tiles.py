"""Vector tiles of the public map, for those who draw it with a script."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from atlas import area_tiles
from atlas.area_tiles import TileWish
from atlas.schemas import TileQuery
from atlas.tiles import Tile
from foundation import clock, db, inputs, web
from foundation.errors import Finding, Invalid, NotFound
from growing_areas.crops import find_crop

blueprint = Blueprint("tiles", __name__, url_prefix="/tiles")

MIME = "application/vnd.mapbox-vector-tile"
_SECONDS_KEPT = 60


@blueprint.get("/areas/<int:z>/<int:x>/<int:y>.mvt")
@web.public
def areas(z: int, x: int, y: int) -> ResponseReturnValue:
    """Coded areas in a tile: outlines from zoom 11 on, counted points before."""
    tile = Tile(z, x, y)
    if not tile.exists:
        raise NotFound("map.no_such_tile")
    wish = wish_of(inputs.load(TileQuery, request.args))
    with db.reading() as session:
        found = area_tiles.get_tile(session, tile, wish, at_s=clock.now().timestamp())
    answer = Response(found.body, mimetype=MIME)
    answer.set_etag(found.etag)
    answer.cache_control.public = True
    answer.cache_control.max_age = _SECONDS_KEPT
    return answer.make_conditional(request)


def wish_of(query: dict[str, Any]) -> TileWish:
    """Which areas are asked for. Raises: Invalid for an unknown crop."""
    crop, status = query.get("crop"), query.get("status")
    if crop is not None and find_crop(crop) is None:
        raise Invalid([Finding("map.no_such_crop", {"code": crop}, "crop")])
    plain = TileWish()
    return TileWish((status,) if status else plain.statuses, (crop,) if crop else ())
