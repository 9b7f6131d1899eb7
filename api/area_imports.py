"""Imports of growing areas for programs: listed, and undone as one."""

from __future__ import annotations

from typing import Any

from accounts.doors import current_actor
from api.blueprints import Blueprint
from foundation import clock, db, web
from growing_areas.imports import batches
from growing_areas.imports.models import AreaImport
from growing_areas.imports.schemas import AreaImportListSchema, AreaImportSchema, ImportsQuery

blueprint = Blueprint(
    "api_area_imports",
    __name__,
    url_prefix="/api/v1/growing-areas/imports",
    description="Imports of growing areas",
)


@blueprint.get("")
@web.guarded("area.propose")
@blueprint.arguments(ImportsQuery, location="query")
@blueprint.response(200, AreaImportListSchema)
def list_imports(query: dict[str, Any]) -> dict[str, Any]:
    """The imports of the caller's organisations, newest first."""
    with db.reading() as session:
        page = batches.list_imports(
            session, current_actor(), cursor=query.get("cursor"), size=query["limit"]
        )
        return {"items": [_import_json(each) for each in page.items], "next": page.next_cursor}


@blueprint.delete("/<int:import_id>")
@web.guarded("area.propose")
@blueprint.response(200, AreaImportSchema)
def undo(import_id: int) -> dict[str, Any]:
    """Throw every area of an import away; 409 naming those no longer mere drafts."""
    with db.transaction() as session:
        return _import_json(batches.undo(session, current_actor(), import_id, now=clock.now()))


def _import_json(batch: AreaImport) -> dict[str, Any]:
    return {
        "id": batch.id,
        "organisation": batch.organisation.code,
        "file_name": batch.file_name,
        "state": batch.state,
        "area_count": batch.area_count,
        "ordered_at": batch.ordered_at,
        "stored_at": batch.stored_at,
        "undone_at": batch.undone_at,
    }
