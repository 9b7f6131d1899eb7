"""Households of growing areas for programs: the list, and each one's signed agreement."""

from __future__ import annotations

from typing import Any

from flask import Response

from accounts.doors import current_actor
from api.blueprints import Blueprint, file_answer
from foundation import clock, db, web
from foundation.downloads import file_response
from growing_areas.dossiers.receiving import receive
from growing_areas.dossiers.schemas import PaperFile
from growing_areas.parcels import agreements, households
from growing_areas.parcels.answers import household_json
from growing_areas.parcels.schemas import AgreementInput, HouseholdListSchema, HouseholdSchema

blueprint = Blueprint(
    "api_households",
    __name__,
    url_prefix="/api/v1/growing-areas/<int:area_id>/households",
    description="Households of growing areas",
)

_FILE = file_answer("The paper: PDF, or a picture", "application/pdf", "image/webp")


@blueprint.get("")
@web.guarded("area.propose")
@blueprint.response(200, HouseholdListSchema)
def list_households(area_id: int) -> dict[str, Any]:
    """The households of the area's plot, in one page; an outsider's look is audited."""
    with db.transaction() as session:
        rows = households.read_list(session, current_actor(), area_id, now=clock.now())
        return {"items": [household_json(row) for row in rows], "next": None}


@blueprint.put("/<int:household_id>/agreement")
@web.guarded("area.propose")
@blueprint.arguments(AgreementInput, location="form")
@blueprint.arguments(PaperFile, location="files")
@blueprint.response(200, HouseholdSchema)
def attach_agreement(
    given: dict[str, Any], sent: dict[str, Any], area_id: int, household_id: int
) -> dict[str, Any]:
    """Keep a household's signed agreement (PDF, JPEG, PNG) in place of the one before."""
    actor, now = current_actor(), clock.now()
    judged = receive(actor, area_id, sent["file"].stream)
    with db.transaction() as session:
        row = agreements.attach(
            session, actor, area_id, household_id, judged, given.get("agreed_on"), now=now
        )
        return household_json(row)


@blueprint.get("/<int:household_id>/agreement")
@web.guarded(agreements.READ)
@blueprint.doc(responses=_FILE)
def read_agreement(area_id: int, household_id: int) -> Response:
    """A household's signed agreement; an officer's look is audited."""
    with db.transaction() as session:
        stored = agreements.read(session, current_actor(), area_id, household_id, now=clock.now())
        answer = file_response(stored, f"dong-y-{area_id}-{household_id}")
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@blueprint.delete("/<int:household_id>/agreement")
@web.guarded("area.propose")
@blueprint.response(204)
def remove_agreement(area_id: int, household_id: int) -> None:
    """Take a household's agreement off; its file is erased after the time of grace."""
    with db.transaction() as session:
        agreements.remove(session, current_actor(), area_id, household_id)
