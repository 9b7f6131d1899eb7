"""Claims for programs: what others tell of one's goods, and what one says to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from accounts.doors import current_actor
from accounts.permissions import Actor
from api.blueprints import Blueprint
from foundation import clock, db, web
from traceability.claims import deciding, listing
from traceability.claims.listing import Claim
from traceability.claims.schemas import (
    AskInput,
    ClaimListSchema,
    ClaimSchema,
    ClaimsQuery,
    ConfirmInput,
    DenyInput,
)

blueprint = Blueprint(
    "api_step_claims",
    __name__,
    url_prefix="/api/v1",
    description="What others tell of one's goods",
)


@blueprint.get("/step-claims")
@web.guarded("claim.read")
@blueprint.arguments(ClaimsQuery, location="query")
@blueprint.response(200, ClaimListSchema)
def list_claims(query: dict[str, Any]) -> dict[str, Any]:
    """Steps into the caller's goods, or goods of their territory, that somebody else told.

    Undecided ones, newest first; also those the caller told of others' goods.
    """
    actor = current_actor()
    with db.reading() as session:
        page = listing.list_claims(
            session, actor, state=query["state"], cursor=query.get("cursor"), size=query["limit"]
        )
        return {"items": [_json(actor, each) for each in page.items], "next": page.next_cursor}


@blueprint.get("/step-claims/<int:claim_id>")
@web.guarded("claim.read")
@blueprint.response(200, ClaimSchema)
def get_claim(claim_id: int) -> dict[str, Any]:
    """One claim."""
    with db.reading() as session:
        return _json(current_actor(), listing.get_claim(session, current_actor(), claim_id))


@blueprint.post("/step-claims/<int:claim_id>/confirm")
@web.guarded("claim.confirm")
@blueprint.arguments(ConfirmInput)
@blueprint.response(200, ClaimSchema)
def confirm(given: dict[str, Any], claim_id: int) -> dict[str, Any]:
    """It is so, says the owner or the office: holds and recalls follow the step from now on."""
    return _say(deciding.confirm, claim_id, given)


@blueprint.post("/step-claims/<int:claim_id>/deny")
@web.guarded("claim.answer")
@blueprint.arguments(DenyInput)
@blueprint.response(200, ClaimSchema)
def deny(given: dict[str, Any], claim_id: int) -> dict[str, Any]:
    """It is not so, says the owner; the office decides."""
    return _say(deciding.deny, claim_id, given)


@blueprint.post("/step-claims/<int:claim_id>/reject")
@web.guarded("claim.decide")
@blueprint.arguments(DenyInput)
@blueprint.response(200, ClaimSchema)
def reject(given: dict[str, Any], claim_id: int) -> dict[str, Any]:
    """It is not so, the office found: lots held by the claim alone are let go."""
    return _say(deciding.reject, claim_id, given)


@blueprint.post("/step-claims/<int:claim_id>/take-back")
@web.guarded("claim.confirm")
@blueprint.arguments(DenyInput)
@blueprint.response(200, ClaimSchema)
def take_back(given: dict[str, Any], claim_id: int) -> dict[str, Any]:
    """The side that confirmed takes its word back; the office decides anew.

    What the step held is let go at the office's word, and stays held at the owner's until the
    office has decided.
    """
    return _say(deciding.take_back, claim_id, given)


@blueprint.post("/step-claims/<int:claim_id>/ask")
@web.guarded("claim.decide")
@blueprint.arguments(AskInput)
@blueprint.response(200, ClaimSchema)
def ask(given: dict[str, Any], claim_id: int) -> dict[str, Any]:
    """Write to the owner once more."""
    return _say(deciding.ask, claim_id, given)


def _say(word: Callable[..., Claim], claim_id: int, given: dict[str, Any]) -> dict[str, Any]:
    """Say one of the words about a claim, which differ in what may be given with them."""
    actor = current_actor()
    (said,) = given.values()
    with db.transaction() as session:
        return _json(actor, word(session, actor, claim_id, said, now=clock.now()))


def _json(actor: Actor, claim: Claim) -> dict[str, Any]:
    row = claim.row
    is_theirs = deciding.is_office(actor, claim) or deciding.may_answer(actor, claim)
    return {
        "id": row.id,
        "state": row.state,
        "event_id": claim.event_id,
        "happened_at": claim.happened_at,
        "claimed_at": row.claimed_at,
        "teller": claim.teller,
        "owner": claim.owner,
        "goods": asdict(claim.goods),
        "went_in": [asdict(each) for each in claim.went_in],
        "urgent": claim.is_urgent,
        "asked_at": row.asked_at,
        "denied_at": row.denied_at,
        "decided_at": row.decided_at,
        "decided_as": row.decided_as,
        "taken_back_at": row.taken_back_at,
        "taken_back_as": row.taken_back_as,
        "reason": row.reason if is_theirs else None,
    }
