"""Vector tiles of the public map, for those who draw it with a script."""

from __future__ import annotations

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from atlas import area_tiles, ground_tiles
from atlas.area_tiles import KeptTile
from atlas.schemas import TileQuery
from atlas.tiles import Tile
from atlas.wishes import tile_wish_of
from foundation import clock, db, inputs, web
from foundation.errors import NotFound

blueprint = Blueprint("tiles", __name__, url_prefix="/tiles")

MIME = "application/vnd.mapbox-vector-tile"
_SECONDS_KEPT = 60
_GROUND_KEPT = 86_400


@blueprint.get("/areas/<int:z>/<int:x>/<int:y>.mvt")
@web.public
def areas(z: int, x: int, y: int) -> ResponseReturnValue:
    """Coded areas in a tile: outlines from zoom 11 on (10 where few), counted points before."""
    tile = Tile(z, x, y)
    if not tile.exists:
        raise NotFound("map.no_such_tile")
    query = inputs.load(TileQuery, request.args)
    with db.reading() as session:
        wish = tile_wish_of(session, query, clock.today())
        found = area_tiles.get_tile(session, tile, wish, at_s=clock.now().timestamp())
    return _answer(found, _SECONDS_KEPT)


@blueprint.get("/ground/<int:z>/<int:x>/<int:y>.mvt")
@web.public
def ground(z: int, x: int, y: int) -> ResponseReturnValue:
    """The land in a tile: communes from zoom 9 on, provinces before."""
    tile = Tile(z, x, y)
    if not tile.exists:
        raise NotFound("map.no_such_tile")
    with db.reading() as session:
        found = ground_tiles.get_tile(session, tile, at_s=clock.now().timestamp())
    return _answer(found, _GROUND_KEPT)


def _answer(found: KeptTile, seconds: int) -> ResponseReturnValue:
    answer = Response(found.body, mimetype=MIME)
    answer.set_etag(found.etag)
    answer.cache_control.public = True
    answer.cache_control.max_age = seconds
    return answer.make_conditional(request)
