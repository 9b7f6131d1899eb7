"""Lists of areas as map files for programs: at once, or ordered and fetched later."""

from __future__ import annotations

from typing import Any

from flask import Response

from accounts.doors import current_actor
from api.blueprints import Blueprint
from foundation import clock, db, web
from growing_areas.exports import answers, orders
from growing_areas.exports.schemas import ExportInput, ExportQuery, ExportSchema
from growing_areas.registration import AreaQuery
from growing_areas.writing.formats import FORMATS

blueprint = Blueprint(
    "api_area_exports", __name__, url_prefix="/api/v1/growing-areas", description="Map files"
)

_FILE = {
    "200": {
        "description": "The file; X-Row-Count tells how many areas it holds.",
        "content": {
            kind: {
                # A JSON answer is an object, also where it is saved as a file.
                "schema": {"type": "object"}
                if kind.endswith("json")
                else {"type": "string", "format": "binary"}
            }
            for kind in (found.media_type.partition(";")[0] for found in FORMATS.values())
        },
    }
}


@blueprint.get("/export")
@web.guarded("area.read")
@blueprint.arguments(ExportQuery, location="query")
@blueprint.doc(responses=_FILE)
def export(query: dict[str, Any]) -> Response:
    """The areas the caller may see, as one map file; 409 above 2,000 areas: order it instead."""
    return answers.file_now(query)


@blueprint.post("/exports")
@web.guarded("area.read")
@blueprint.arguments(ExportInput)
@blueprint.made_at(ExportSchema, "/growing-areas/exports/{id}", status=202)
def order(given: dict[str, Any]) -> dict[str, Any]:
    """Order a list of any length; `Location` says where to watch it."""
    format_ = given.pop("format")
    with db.transaction() as session:
        made = orders.place(session, current_actor(), AreaQuery(**given), format_, now=clock.now())
        return answers.order_json(session, made)


@blueprint.get("/exports/<int:order_id>")
@web.guarded("area.read")
@blueprint.response(200, ExportSchema)
def get_order(order_id: int) -> dict[str, Any]:
    """How far one's own order is."""
    with db.reading() as session:
        return answers.order_json(session, orders.get_order(session, current_actor(), order_id))


@blueprint.get("/exports/<int:order_id>/file")
@web.guarded("area.read")
@blueprint.doc(responses=_FILE)
def get_file(order_id: int) -> Response:
    """The written file; 409 while it is not there, 404 once it was removed."""
    with db.reading() as session:
        return answers.written_file(orders.get_order(session, current_actor(), order_id))


@blueprint.post("/exports/<int:order_id>/cancel")
@web.guarded("area.read")
@blueprint.response(200, ExportSchema)
def cancel(order_id: int) -> dict[str, Any]:
    """Stop an order."""
    with db.transaction() as session:
        made = orders.cancel(session, current_actor(), order_id, now=clock.now())
        return answers.order_json(session, made)
