"""Complaints for programs of those who answer them: reading."""

from __future__ import annotations

from typing import Any

from accounts.doors import current_actor
from api.blueprints import Blueprint
from foundation import db, web
from traceability.complaints import listing
from traceability.complaints.listing import Listed, Whole, Wish
from traceability.complaints.schemas import (
    ComplaintListSchema,
    ComplaintQuery,
    WholeComplaintSchema,
)

blueprint = Blueprint(
    "api_complaints", __name__, url_prefix="/api/v1", description="What consumers tell of goods"
)


@blueprint.get("/complaints")
@web.guarded("complaint.read")
@blueprint.arguments(ComplaintQuery, location="query")
@blueprint.response(200, ComplaintListSchema)
def list_complaints(query: dict[str, Any]) -> dict[str, Any]:
    """Complaints about the caller's goods, or goods of their territory, newest first.

    Those that wait for an answer unless a state is named; `all`: everything.
    """
    wish = Wish(query["state"], query["kind"], query["q"], query["batch"])
    with db.reading() as session:
        page = listing.list_complaints(
            session, current_actor(), wish, cursor=query.get("cursor"), size=query["limit"]
        )
        return {"items": [_json(each) for each in page.items], "next": page.next_cursor}


@blueprint.get("/complaints/<int:complaint_id>")
@web.guarded("complaint.read")
@blueprint.response(200, WholeComplaintSchema)
def get_complaint(complaint_id: int) -> dict[str, Any]:
    """One complaint with what its sender told and what was said since; no way to reach them."""
    actor = current_actor()
    with db.reading() as session:
        about = listing.get_complaint(session, actor, complaint_id)
        return _whole(listing.whole(session, about), listing.side_of(actor, about))


def _json(about: Listed) -> dict[str, Any]:
    row = about.row
    return {
        "id": row.id,
        "kind": row.kind,
        "state": row.state,
        "batch": about.batch,
        "lot": about.lot,
        "product": about.product,
        "organisation": about.organisation_code,
        "serial": about.serial,
        "bought_in": row.bought_in,
        "filed_at": row.filed_at,
        "seen_at": row.seen_at,
        "answered_at": row.answered_at,
        "referred_at": row.referred_at,
        "closed_at": row.closed_at,
    }


def _whole(told: Whole, side: str) -> dict[str, Any]:
    sender = told.sender
    return {
        **_json(told.about),
        "words": sender.words if sender else None,
        "typed_code": sender.typed_code if sender else None,
        "bought_at": sender.bought_at if sender else None,
        "photos": len(told.photos),
        "remarks": [
            {"kind": each.kind, "side": each.side, "words": each.words, "said_at": each.said_at}
            for each in told.remarks
            if each.kind != "note" or each.side == side
        ],
    }
