"""Open data of the maps: coded growing areas as GeoJSON, coarse unless shown, free to use."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from flask import Response, request, url_for

from accounts.doors import current_actor
from api.blueprints import Blueprint
from atlas import open_data
from atlas.schemas import OpenAreasQuery, OutlineInput
from atlas.wishes import picked_of
from foundation import clock, db, web
from foundation.errors import Finding, Invalid
from growing_areas import facts
from growing_areas.answer_shapes import AreaSchema
from growing_areas.answers import area_json
from growing_areas.mapping import choice, tallies
from growing_areas.mapping.tallies import Cells

blueprint = Blueprint("api_maps", __name__, url_prefix="/api/v1", description="Maps")

_EVERYWHERE = Cells(6, 0, 0, 63, 63)
_SECONDS_KEPT = 60


@blueprint.get("/maps/areas.geojson")
@web.public
@blueprint.arguments(OpenAreasQuery, location="query")
@blueprint.doc(
    responses={
        "200": {
            "description": "FeatureCollection; geometries are cells of about one kilometre unless"
            " their owner shows the outline. `next` is the address of the following page.",
            "content": {"application/geo+json": {"schema": {"type": "object"}}},
        }
    }
)
def areas_geojson(query: dict[str, Any]) -> Response:
    """Growing areas whose code is in force, page by page; unknown units and crops find nothing."""
    findings: list[Finding] = []
    with db.reading() as session:
        picked = picked_of(session, query, clock.today(), findings)
        if findings:
            raise Invalid(findings)
        # Names of organisations come from elsewhere: they may lag by an hour.
        told = (
            f"{tallies.version(session, _EVERYWHERE)} {clock.now():%F %H} {sorted(query.items())}"
            f" {picked}"
        )
        tag = hashlib.sha256(told.encode()).hexdigest()[:32]
        if request.if_none_match.contains_weak(tag):
            return _kept(Response(status=304), tag)
        found = facts.public_areas(
            session,
            bbox=query.get("bbox"),
            province_code=query.get("province"),
            commune_code=query.get("commune"),
            crop_codes=[query["crop"]] if "crop" in query else (),
            of=picked,
            after_id=query["after"],
            limit=query["limit"],
        )
    following = None
    if len(found) == query["limit"]:
        kept: dict[str, Any] = {**request.args.to_dict(), "after": found[-1].area_id}
        following = url_for("api_maps.areas_geojson", **kept)
    document = open_data.areas(found, following=following)
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    answer = _kept(Response(text, mimetype="application/geo+json"), tag)
    if following:
        answer.headers["Link"] = f'<{following}>; rel="next"'
    return answer


def _kept(answer: Response, tag: str) -> Response:
    answer.set_etag(tag, weak=True)
    answer.cache_control.public = True
    answer.cache_control.max_age = _SECONDS_KEPT
    return answer


@blueprint.post("/growing-areas/<int:area_id>/outline")
@web.guarded("area.submit")
@blueprint.arguments(OutlineInput)
@blueprint.response(200, AreaSchema)
def choose_outline(given: dict[str, Any], area_id: int) -> dict[str, Any]:
    """Show the exact outline to everybody (`public: true`), or only cells of about 1 km."""
    step = choice.show_outline if given["public"] else choice.hide_outline
    with db.transaction() as session:
        return area_json(step(session, current_actor(), area_id, now=clock.now()))
