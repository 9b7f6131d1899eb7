"""Papers of growing areas for programs: certificate and decision as PDF."""

from __future__ import annotations

from typing import Any

from flask import Response

from accounts.doors import current_actor
from api.blueprints import Blueprint, file_answer
from foundation import clock, config, db, web
from foundation.documents import sending
from growing_areas.papers import decision, pages
from growing_areas.papers.schemas import IssueQuery

blueprint = Blueprint(
    "api_area_papers", __name__, url_prefix="/api/v1", description="Growing areas and diaries"
)

_PAPER = file_answer("The paper", "application/pdf")


@blueprint.get("/growing-areas/<int:area_id>/certificate.pdf")
@web.guarded("area.read")
@blueprint.arguments(IssueQuery, location="query")
@blueprint.doc(responses=_PAPER)
def get_certificate(given: dict[str, Any], area_id: int) -> Response:
    """The certificate of an area in force, with a QR code to its page; 409 when not in force.

    ``number`` asks for an earlier issue, as it was printed.
    """
    return sending.answer(pages.certificate_paper(area_id, given.get("number")))


@blueprint.get("/growing-areas/<int:area_id>/decision.pdf")
@web.guarded("area.read")
@blueprint.doc(responses=_PAPER)
def get_decision(area_id: int) -> Response:
    """The decision about an area's code, ready to be signed; 409 before there is a code."""
    with db.transaction() as session:
        paper = decision.decision(
            session,
            current_actor(),
            area_id,
            base_url=config.current().base_url,
            on=clock.today(),
        )
    return sending.answer(paper)
