"""Labels for programs: order, watch, fetch, stop."""

from __future__ import annotations

from typing import Any

from flask import Response
from sqlalchemy.orm import Session

from accounts.doors import current_actor
from api.blueprints import Blueprint, file_answer
from foundation import clock, config, db, web
from traceability.labels import orders
from traceability.labels.layouts import list_layouts
from traceability.labels.orders import LabelOrder
from traceability.labels.pages import sheet_file
from traceability.models import LabelJob
from traceability.schemas import LabelJobSchema, LabelOrderInput, LayoutListSchema

blueprint = Blueprint(
    "api_label_jobs", __name__, url_prefix="/api/v1", description="Label sheets and serials"
)


@blueprint.get("/label-layouts")
@web.public
@blueprint.response(200, LayoutListSchema)
def layouts() -> dict[str, Any]:
    """The papers labels can be printed on."""
    return {"items": list_layouts(), "next": None}


@blueprint.post("/label-jobs")
@web.guarded("label.issue")
@blueprint.arguments(LabelOrderInput)
@blueprint.made_at(LabelJobSchema, "/label-jobs/{id}", status=202)
def order(given: dict[str, Any]) -> dict[str, Any]:
    """Order labels of a batch; `Location` says where to watch the printing."""
    with db.transaction() as session:
        job = orders.place(
            session,
            current_actor(),
            LabelOrder(**given),
            base_url=config.current().base_url,
            now=clock.now(),
        )
        orders.queue(session, job)
        return _json(session, job)


@blueprint.get("/label-jobs/<int:job_id>")
@web.guarded("label.issue")
@blueprint.response(200, LabelJobSchema)
def get_job(job_id: int) -> dict[str, Any]:
    """How far an order is."""
    with db.transaction() as session:
        return _json(session, orders.get_job(session, current_actor(), job_id))


@blueprint.get("/label-jobs/<int:job_id>/file")
@web.guarded("label.issue")
@blueprint.doc(
    responses=file_answer(
        "The sheets", "application/pdf", "application/zip", "application/octet-stream"
    )
)
def get_file(job_id: int) -> Response:
    """The sheets as PDF, ZPL or a ZIP of pictures; 409 while they are not printed."""
    with db.reading() as session:
        return sheet_file(session, orders.get_job(session, current_actor(), job_id))


@blueprint.post("/label-jobs/<int:job_id>/cancel")
@web.guarded("label.issue")
@blueprint.response(200, LabelJobSchema)
def cancel(job_id: int) -> dict[str, Any]:
    """Stop an order; its serials are never used for anything else."""
    with db.transaction() as session:
        return _json(session, orders.cancel(session, current_actor(), job_id, now=clock.now()))


def _json(session: Session, job: LabelJob) -> dict[str, Any]:
    state = orders.state_of(session, job)
    printed = job.file_digest is not None
    return {
        "id": job.id,
        "batch": job.batch.code,
        "layout": job.layout,
        "count": job.label_count,
        "serialised": job.is_serialised,
        "carrier": job.carrier,
        "format": job.format,
        "state": state.state,
        "done": state.done,
        "total": job.label_count,
        "file_url": f"/api/v1/label-jobs/{job.id}/file" if printed else None,
    }
