"""Open data of the maps: coded growing areas as GeoJSON, coarse, free to use."""

from __future__ import annotations

import json
from typing import Any

from flask import Response

from api.blueprints import Blueprint
from atlas import layers, open_data
from atlas.layers import Filter
from atlas.schemas import MapQuery
from foundation import db, web

blueprint = Blueprint("api_maps", __name__, url_prefix="/api/v1", description="Maps")


@blueprint.get("/maps/areas.geojson")
@web.public
@blueprint.arguments(MapQuery, location="query")
@blueprint.doc(
    responses={
        "200": {
            "description": "FeatureCollection; geometries are cells of about one kilometre.",
            "content": {"application/geo+json": {"schema": {"type": "object"}}},
        }
    }
)
def areas_geojson(query: dict[str, Any]) -> Response:
    """Growing areas whose code is in force; unknown codes in the query find nothing."""
    wish = Filter(query.get("province"), query.get("crop"))
    with db.reading() as session:
        found = open_data.areas(layers.areas(session, wish))
    text = json.dumps(found, ensure_ascii=False, separators=(",", ":"))
    return Response(text, mimetype="application/geo+json")
