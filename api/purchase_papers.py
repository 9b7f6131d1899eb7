"""Papers of bought material, for programs."""

from __future__ import annotations

from typing import Any

from flask import Response

from accounts.doors import current_actor
from api.blueprints import Blueprint, file_answer
from foundation import clock, db, web
from foundation.downloads import file_response
from growing_areas.dossiers import uploads
from growing_areas.dossiers.schemas import PaperFile
from traceability.handling import answers, purchase_papers
from traceability.handling.answer_shapes import PurchaseSchema

blueprint = Blueprint(
    "api_purchase_papers", __name__, url_prefix="/api/v1", description="Papers of bought material"
)
_ONE = "/batches/<code>/purchases/<int:purchase_id>/paper"


@blueprint.post(_ONE)
@web.guarded("batch.write")
@blueprint.arguments(PaperFile, location="files")
@blueprint.response(200, PurchaseSchema)
def add(sent: dict[str, Any], code: str, purchase_id: int) -> dict[str, Any]:
    """Keep the paper of a purchase (PDF, JPEG, PNG) in place of the one before; never public."""
    actor = current_actor()
    with db.reading() as session:
        purchase_papers.check(session, actor, code, purchase_id)
    judged = uploads.judge(sent["file"].stream, "paper", "file")
    with db.transaction() as session:
        row = purchase_papers.add(session, actor, code, purchase_id, judged, now=clock.now())
        return answers.of_purchase(row)


@blueprint.get(_ONE)
@web.guarded("batch.read")
@blueprint.doc(
    responses=file_answer("The paper: PDF, or a picture", "application/pdf", "image/webp")
)
def show(code: str, purchase_id: int) -> Response:
    """The paper itself, for the house and its officers."""
    with db.reading() as session:
        stored = purchase_papers.read(session, current_actor(), code, purchase_id)
        answer = file_response(stored, f"chung-tu-{purchase_id}")
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@blueprint.delete(_ONE)
@web.guarded("batch.write")
@blueprint.response(204)
def remove(code: str, purchase_id: int) -> None:
    """Let the paper of a purchase go; it is erased after its time of grace."""
    with db.transaction() as session:
        purchase_papers.remove(session, current_actor(), code, purchase_id, now=clock.now())
