"""The catalogue of permitted farm inputs for programs."""

from __future__ import annotations

from typing import Any

from accounts.doors import current_actor
from api.blueprints import Blueprint
from foundation import clock, db, imports, web
from growing_areas.answers import finding_json
from growing_areas.catalogue import catalogue, yearly_list
from growing_areas.catalogue.catalogue import MaterialQuery
from growing_areas.catalogue.schemas import (
    MaterialListSchema,
    MaterialsFile,
    MaterialsImportedSchema,
    MaterialsQuery,
    material_json,
)

blueprint = Blueprint(
    "api_materials", __name__, url_prefix="/api/v1/materials", description="Permitted farm inputs"
)


@blueprint.get("")
@web.guarded("catalogue.read")
@blueprint.arguments(MaterialsQuery, location="query")
@blueprint.response(200, MaterialListSchema)
def list_materials(query: dict[str, Any]) -> dict[str, Any]:
    """Products permitted for crops in spans of days, by name."""
    size = query.pop("limit")
    with db.reading() as session:
        page = catalogue.list_materials(session, MaterialQuery(**query, size=size))
        return {"items": [material_json(row) for row in page.items], "next": page.next_cursor}


@blueprint.post("/imports")
@web.guarded("catalogue.import")
@blueprint.arguments(MaterialsFile, location="files")
@blueprint.response(201, MaterialsImportedSchema)
def import_list(sent: dict[str, Any]) -> dict[str, Any]:
    """Take in a yearly list (CSV, XLSX), whole or not at all; 422 tells every finding."""
    upload = sent["file"]
    data, name = upload.read(), upload.filename or ""
    with db.transaction() as session:
        batch, found = yearly_list.take_in(session, current_actor(), data, name, now=clock.now())
        findings = [finding_json(finding) for finding in found]
        return {
            "import": batch.id,
            "state": batch.state,
            "created": yearly_list.rows_added(batch),
            "findings": findings,
        }


@blueprint.post("/imports/<int:batch_id>/undo")
@web.guarded("catalogue.import")
@blueprint.response(200, MaterialsImportedSchema)
def undo_import(batch_id: int) -> dict[str, Any]:
    """Take back what one's own import added; 409 once a diary was judged by it."""
    with db.transaction() as session:
        batch = imports.undo(session, current_actor(), yearly_list.KIND, batch_id, now=clock.now())
        return {"import": batch.id, "state": batch.state, "created": 0, "findings": []}
