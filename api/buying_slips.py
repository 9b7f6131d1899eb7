"""Buying slips for programs: written, corrected, struck out, listed."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from accounts.doors import current_actor
from api.blueprints import Blueprint
from foundation import clock, db, web
from growing_areas.fieldbook.schemas import StrikeInput
from growing_areas.slips import listing, slips
from growing_areas.slips.listing import SlipQuery
from growing_areas.slips.models import BuyingSlip
from growing_areas.slips.schemas import (
    SlipCorrectionInput,
    SlipInput,
    SlipListSchema,
    SlipSchema,
    SlipsQueryInput,
    slip_json,
)
from growing_areas.slips.slips import SlipTold

blueprint = Blueprint(
    "api_buying_slips", __name__, url_prefix="/api/v1", description="Buying slips"
)


@blueprint.post("/growing-areas/<int:area_id>/buying-slips")
@web.guarded("slip.write")
@blueprint.arguments(SlipInput)
@blueprint.made_at(SlipSchema, "/buying-slips/{id}")
def write_slip(given: dict[str, Any], area_id: int) -> dict[str, Any]:
    """Write a slip and the harvest it is; a harvest too early is recorded and marked ``early``."""
    with db.transaction() as session:
        told = SlipTold(**given)
        done = slips.write(session, current_actor(), area_id, told, now=clock.now())
        return slip_json(_line(session, done.slip), done.findings)


@blueprint.get("/buying-slips")
@web.guarded("slip.read")
@blueprint.arguments(SlipsQueryInput, location="query")
@blueprint.response(200, SlipListSchema)
def list_slips(query: dict[str, Any]) -> dict[str, Any]:
    """The slips that stand, newest first."""
    size = query.pop("limit")
    with db.reading() as session:
        page = listing.list_slips(session, current_actor(), SlipQuery(**query, size=size))
        return {"items": [slip_json(line) for line in page.items], "next": page.next_cursor}


@blueprint.get("/buying-slips/<int:slip_id>")
@web.guarded("slip.read")
@blueprint.response(200, SlipSchema)
def get_slip(slip_id: int) -> dict[str, Any]:
    """One slip, whether it stands or was replaced."""
    with db.reading() as session:
        return slip_json(_line(session, slips.get_slip(session, current_actor(), slip_id)))


@blueprint.post("/buying-slips/<int:slip_id>/corrections")
@web.guarded("slip.write")
@blueprint.arguments(SlipCorrectionInput)
@blueprint.made_at(SlipSchema, "/buying-slips/{id}")
def correct_slip(given: dict[str, Any], slip_id: int) -> dict[str, Any]:
    """Write a slip in the place of an earlier one; its harvest is corrected with it."""
    reason = given.pop("reason")
    with db.transaction() as session:
        told = SlipTold(**given)
        done = slips.correct(session, current_actor(), slip_id, told, reason, now=clock.now())
        return slip_json(_line(session, done.slip), done.findings)


@blueprint.post("/buying-slips/<int:slip_id>/void")
@web.guarded("slip.write")
@blueprint.arguments(StrikeInput)
@blueprint.made_at(SlipSchema, "/buying-slips/{id}")
def void_slip(given: dict[str, Any], slip_id: int) -> dict[str, Any]:
    """Strike a slip out, and the harvest it was; both stay readable."""
    with db.transaction() as session:
        slip = slips.void(session, current_actor(), slip_id, given["reason"], now=clock.now())
        return slip_json(_line(session, slip))


def _line(session: Session, slip: BuyingSlip) -> listing.SlipLine:
    return listing.told(session, current_actor(), [slip])[0]
