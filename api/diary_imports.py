"""Diaries kept elsewhere, for programs: a sheet taken in whole, or not at all, and undone."""

from __future__ import annotations

from typing import Any

from accounts.doors import current_actor
from api.blueprints import Blueprint
from foundation import clock, db, imports, web
from growing_areas.answers import finding_json
from growing_areas.diary_sheets import taking_in
from growing_areas.diary_sheets.schemas import DiaryFile, DiaryImportedSchema

blueprint = Blueprint(
    "api_diary_imports", __name__, url_prefix="/api/v1/diary-imports", description="The farm diary"
)


@blueprint.post("")
@web.guarded("diary.write")
@blueprint.arguments(DiaryFile, location="files")
@blueprint.response(201, DiaryImportedSchema)
def import_lines(sent: dict[str, Any]) -> dict[str, Any]:
    """Take in a diary sheet (CSV, XLSX; the columns of the export), whole or not at all.

    A row with ``corrects`` and ``reason`` corrects a line. 422 tells every finding.
    """
    upload = sent["file"]
    data, name = upload.read(), upload.filename or ""
    with db.transaction() as session:
        batch, found = taking_in.take_in(session, current_actor(), data, name, now=clock.now())
        return {
            "import": batch.id,
            "state": batch.state,
            "created": len(batch.references),
            "findings": [finding_json(finding) for finding in found],
        }


@blueprint.post("/<int:batch_id>/undo")
@web.guarded("diary.write")
@blueprint.response(200, DiaryImportedSchema)
def undo_import(batch_id: int) -> dict[str, Any]:
    """Take back one's own import: new lines are struck out, corrected ones told as before."""
    now = clock.now()
    with db.transaction() as session:
        kind = taking_in.kind_on(clock.business_day(now))
        batch = imports.undo(session, current_actor(), kind, batch_id, now=now)
        return {"import": batch.id, "state": batch.state, "created": 0, "findings": []}
