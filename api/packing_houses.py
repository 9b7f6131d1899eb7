"""Packing houses for programs: register, steps, and which growing areas deliver."""

from __future__ import annotations

from typing import Any

from accounts.doors import current_actor
from api.blueprints import Blueprint
from foundation import clock, db, web
from growing_areas.packing import approval, deliveries, houses, inspection, registration
from growing_areas.packing.answers import (
    HouseDeliveryListSchema,
    HouseListSchema,
    HouseSchema,
    decision_of,
    delivery_json,
    house_json,
    proposal_of,
)
from growing_areas.packing.houses import HouseQuery
from growing_areas.packing.inspection import HouseVisit
from growing_areas.packing.schemas import (
    DeliveriesInput,
    HouseApprovalInput,
    HouseInput,
    HousesQuery,
    HouseVisitInput,
    RenewalInput,
)
from growing_areas.schemas import AreaNoteInput, AreaReasonInput

blueprint = Blueprint(
    "api_packing_houses", __name__, url_prefix="/api/v1", description="Packing houses"
)


@blueprint.post("/packing-houses")
@web.guarded("packing.propose")
@blueprint.arguments(HouseInput)
@blueprint.made_at(HouseSchema, "/packing-houses/{id}")
def propose(given: dict[str, Any]) -> dict[str, Any]:
    """Register a packing house as a draft."""
    organisation = given.pop("organisation")
    with db.transaction() as session:
        made = registration.propose(
            session, current_actor(), organisation, proposal_of(given), now=clock.now()
        )
        return house_json(made.house, made.findings)


@blueprint.get("/packing-houses")
@web.guarded("packing.read")
@blueprint.arguments(HousesQuery, location="query")
@blueprint.response(200, HouseListSchema)
def list_houses(query: dict[str, Any]) -> dict[str, Any]:
    """Packing houses the caller may see the inside of."""
    size = query.pop("limit")
    with db.reading() as session:
        page = houses.list_houses(
            session, current_actor(), HouseQuery(**query, size=size), on=clock.today()
        )
        return {"items": [house_json(house) for house in page.items], "next": page.next_cursor}


@blueprint.get("/packing-houses/<int:house_id>")
@web.guarded("packing.read")
@blueprint.response(200, HouseSchema)
def get_house(house_id: int) -> dict[str, Any]:
    """One packing house."""
    with db.reading() as session:
        return house_json(houses.get_house(session, current_actor(), house_id))


@blueprint.post("/packing-houses/<int:house_id>/submit")
@web.guarded("packing.submit")
@blueprint.response(200, HouseSchema)
def submit(house_id: int) -> dict[str, Any]:
    """Hand a draft in; a missing piece answers 409 listing the pieces."""
    with db.transaction() as session:
        return house_json(registration.submit(session, current_actor(), house_id, now=clock.now()))


@blueprint.post("/packing-houses/<int:house_id>/inspections")
@web.guarded("packing.inspect")
@blueprint.arguments(HouseVisitInput)
@blueprint.response(200, HouseSchema)
def inspect(given: dict[str, Any], house_id: int) -> dict[str, Any]:
    """Write down a visit: an answer to every point of that day's checklist, and the outcome."""
    visit, now = HouseVisit(**given), clock.now()
    with db.transaction() as session:
        return house_json(inspection.record(session, current_actor(), house_id, visit, now=now))


@blueprint.post("/packing-houses/<int:house_id>/approve")
@web.guarded("packing.approve")
@blueprint.arguments(HouseApprovalInput, required=False)
@blueprint.response(200, HouseSchema)
def approve(given: dict[str, Any], house_id: int) -> dict[str, Any]:
    """Approve and give the code; a code printed without its hyphen answers 422 with the offer."""
    decision, now = decision_of(given), clock.now()
    with db.transaction() as session:
        return house_json(approval.approve(session, current_actor(), house_id, decision, now=now))


@blueprint.post("/packing-houses/<int:house_id>/send-back")
@web.guarded("packing.inspect")
@blueprint.arguments(AreaReasonInput)
@blueprint.response(200, HouseSchema)
def send_back(given: dict[str, Any], house_id: int) -> dict[str, Any]:
    """Return a dossier to its operator with a reason."""
    return _decide(approval.send_back, house_id, given["reason"])


@blueprint.post("/packing-houses/<int:house_id>/suspend")
@web.guarded("packing.approve")
@blueprint.arguments(AreaReasonInput)
@blueprint.response(200, HouseSchema)
def suspend(given: dict[str, Any], house_id: int) -> dict[str, Any]:
    """Hold a house up."""
    return _decide(approval.suspend, house_id, given["reason"])


@blueprint.post("/packing-houses/<int:house_id>/restore")
@web.guarded("packing.approve")
@blueprint.arguments(AreaNoteInput, required=False)
@blueprint.response(200, HouseSchema)
def restore(given: dict[str, Any], house_id: int) -> dict[str, Any]:
    """Let a suspended house go on."""
    return _decide(approval.restore, house_id, given["reason"])


@blueprint.post("/packing-houses/<int:house_id>/revoke")
@web.guarded("packing.approve")
@blueprint.arguments(AreaReasonInput)
@blueprint.response(200, HouseSchema)
def revoke(given: dict[str, Any], house_id: int) -> dict[str, Any]:
    """End a house for good; its code is never given again."""
    return _decide(approval.revoke, house_id, given["reason"])


@blueprint.post("/packing-houses/<int:house_id>/renew")
@web.guarded("packing.approve")
@blueprint.arguments(RenewalInput)
@blueprint.response(200, HouseSchema)
def renew(given: dict[str, Any], house_id: int) -> dict[str, Any]:
    """Let the code of a house hold until a later day."""
    return _decide(approval.renew, house_id, given["valid_until"])


@blueprint.get("/packing-houses/<int:house_id>/areas")
@web.guarded("packing.read")
@blueprint.response(200, HouseDeliveryListSchema)
def list_areas(house_id: int) -> dict[str, Any]:
    """The growing areas said to deliver to a house."""
    with db.reading() as session:
        house = houses.get_house(session, current_actor(), house_id)
        found = deliveries.list_of_house(session, house.id)
        return {"items": [delivery_json(each) for each in found], "next": None}


@blueprint.post("/packing-houses/<int:house_id>/areas")
@web.guarded("packing.propose")
@blueprint.arguments(DeliveriesInput)
@blueprint.response(200, HouseDeliveryListSchema)
def declare_areas(given: dict[str, Any], house_id: int) -> dict[str, Any]:
    """Add growing areas by code; others' areas count once their organisation confirms."""
    actor, now = current_actor(), clock.now()
    with db.transaction() as session:
        found = deliveries.declare(session, actor, house_id, given["areas"], now=now)
        return {"items": [delivery_json(each) for each in found], "next": None}


def _decide(decide: Any, house_id: int, told: Any) -> dict[str, Any]:
    with db.transaction() as session:
        return house_json(decide(session, current_actor(), house_id, told, now=clock.now()))
