"""What drawing maps ask for: the surroundings of an outline, a position in another system."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue

from accounts.doors import current_actor
from foundation import clock, config, db, inputs, web
from growing_areas import answers, areas, pasted, surroundings
from growing_areas.schemas import PositionQuery, SurroundingsQuery
from growing_areas.surroundings import Around

blueprint = Blueprint("surroundings", __name__, url_prefix="/workspace/areas")


def tiles() -> dict[str, str] | None:
    """The aerial images a drawing page may load, where the operator names a source of them."""
    source = config.current().map_tiles
    if source is None:
        return None
    web.allow_images(source.host)
    return {"address": source.address, "credit": source.credit}


@blueprint.get("/surroundings.geojson")
@web.guarded("area.propose")
def show() -> Response:
    """One's own areas and communes; around a drawn rectangle also neighbours' edges."""
    query = inputs.load(SurroundingsQuery, request.args)
    actor = current_actor()
    with db.reading() as session:
        area_id = query.get("area")
        area = areas.get_area(session, actor, area_id) if area_id else None
        found = surroundings.around(
            session, actor, bbox=query.get("bbox"),
            without_plot=area.plot_id if area else None, on=clock.today(),
        )  # fmt: skip
    document: dict[str, Any] = {"type": "FeatureCollection", "features": [*_features(found)]}
    if found.unit is not None:
        document["unit"] = {"name": found.unit.name, "square_metres": found.unit.square_metres}
    return Response(json.dumps(document, ensure_ascii=False), mimetype="application/geo+json")


@blueprint.get("/position.json")
@web.guarded("area.propose")
def position() -> ResponseReturnValue:
    """Where a typed position lies, given in one of the reference systems of land papers."""
    query = inputs.load(PositionQuery, request.args)
    found = pasted.read_corner(query["text"], query.get("crs"))
    return jsonify({"position": [round(value, 7) for value in found]})


def _features(found: Around) -> Iterator[dict[str, Any]]:
    for outline in found.communes:
        yield answers.shape_feature(outline, {"kind": "commune"})
    for name, own in found.own:
        yield answers.shape_feature(own, {"kind": "area", "name": name})
    for code, other in found.neighbours:
        yield answers.shape_feature(other, {"kind": "neighbour", "name": code})
