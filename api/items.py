"""Items for programs: how labels stand, what becomes of them, what packing lines hold."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from accounts import permissions
from accounts.doors import current_actor
from api.blueprints import Blueprint
from foundation import clock, db, web
from traceability import batches
from traceability.items import acts, handouts, listing, naming
from traceability.items.acts import Change
from traceability.items.handouts import Handing, Settling
from traceability.items.models import ItemAct, ItemHandout
from traceability.items.schemas import (
    ActListSchema,
    ActSchema,
    ChangeInput,
    HandingInput,
    HandoutListSchema,
    HandoutSchema,
    HandoutsQuery,
    ItemSchema,
    ListQuery,
    SettlingInput,
    SpanListSchema,
)
from traceability.models import Batch

blueprint = Blueprint(
    "api_items", __name__, url_prefix="/api/v1", description="Labels after printing"
)


@blueprint.get("/batches/<code>/items")
@web.guarded("label.issue")
@blueprint.arguments(ListQuery, location="query")
@blueprint.response(200, SpanListSchema)
def spans(query: dict[str, Any], code: str) -> dict[str, Any]:
    """How the serial labels of a batch stand, by ranges of numbers."""
    with db.reading() as session:
        batch = _own_batch(session, code)
        page = listing.page_spans(
            session, batch.id, cursor=query.get("cursor"), size=query["limit"]
        )
        items = [
            {
                "first": each.first,
                "last": each.last,
                "count": each.count,
                "state": each.state,
                "act": each.act_id,
            }
            for each in page.items
        ]
        counts = listing.counts(session, batch.id).by_state
        return {"items": items, "counts": counts, "next": page.next_cursor}


@blueprint.get("/batches/<code>/item-acts")
@web.guarded("label.issue")
@blueprint.arguments(ListQuery, location="query")
@blueprint.response(200, ActListSchema)
def list_acts(query: dict[str, Any], code: str) -> dict[str, Any]:
    """What was done to the labels of a batch, the newest first."""
    with db.reading() as session:
        batch = _own_batch(session, code)
        page = listing.page_acts(session, batch.id, cursor=query.get("cursor"), size=query["limit"])
        return {
            "items": [_act(each, batch.code) for each in page.items],
            "next": page.next_cursor,
        }


@blueprint.post("/batches/<code>/item-acts")
@web.guarded("label.issue")
@blueprint.arguments(ChangeInput)
@blueprint.response(200, ActSchema)
def change(given: dict[str, Any], code: str) -> dict[str, Any]:
    """Say what became of a range of labels: activated, sold, returned, void.

    `first` and `last` are numbers, serials, or addresses scanned from the labels; `last` empty is
    the one label alone.
    """
    with db.transaction() as session:
        act = acts.change(session, current_actor(), Change(code, **given), now=clock.now())
        return _act(act, code)


@blueprint.post("/item-acts/<int:act_id>/undo")
@web.guarded("label.issue")
@blueprint.response(200, ActSchema)
def undo(act_id: int) -> dict[str, Any]:
    """Take an act back: the range stands as before it, both stay on record."""
    with db.transaction() as session:
        act = acts.undo(session, current_actor(), act_id, now=clock.now())
        return _act(act, session.get_one(Batch, act.batch_id).code)


@blueprint.get("/items/<code>")
@web.guarded("label.issue")
@blueprint.response(200, ItemSchema)
def get_item(code: str) -> dict[str, Any]:
    """One label of the caller's by its serial: how it stands and what was done to it."""
    with db.reading() as session:
        found = listing.trace(session, current_actor(), code)
        return {
            "code": naming.code_in(code),
            "batch": found.batch.code,
            "number": found.number,
            "state": found.state,
            "acts": [_act(each, found.batch.code) for each in found.acts],
        }


@blueprint.get("/item-handouts")
@web.guarded("label.issue")
@blueprint.arguments(HandoutsQuery, location="query")
@blueprint.response(200, HandoutListSchema)
def list_handouts(query: dict[str, Any]) -> dict[str, Any]:
    """What packing lines were handed, the newest first."""
    with db.reading() as session:
        page = listing.page_handouts(
            session, current_actor(), state=query["state"], q=query["q"],
            cursor=query.get("cursor"), size=query["limit"],
        )  # fmt: skip
        return {"items": [_handout(each) for each in page.items], "next": page.next_cursor}


@blueprint.post("/batches/<code>/item-handouts")
@web.guarded("label.issue")
@blueprint.arguments(HandingInput)
@blueprint.made_at(HandoutSchema, "/item-handouts/{id}")
def hand_out(given: dict[str, Any], code: str) -> dict[str, Any]:
    """Hand printed labels to a packing line; without `start` the next free ones."""
    with db.transaction() as session:
        actor = current_actor()
        return _handout(handouts.hand_out(session, actor, Handing(code, **given), now=clock.now()))


@blueprint.get("/item-handouts/<int:handout_id>")
@web.guarded("label.issue")
@blueprint.response(200, HandoutSchema)
def get_handout(handout_id: int) -> dict[str, Any]:
    """One range a line was handed."""
    with db.reading() as session:
        return _handout(handouts.get_handout(session, current_actor(), handout_id))


@blueprint.post("/item-handouts/<int:handout_id>/settle")
@web.guarded("label.issue")
@blueprint.arguments(SettlingInput)
@blueprint.response(200, HandoutSchema)
def settle(given: dict[str, Any], handout_id: int) -> dict[str, Any]:
    """Say how many were pasted, in order, and whether the rest is kept or void."""
    with db.transaction() as session:
        told = Settling(**given)
        actor = current_actor()
        return _handout(handouts.settle(session, actor, handout_id, told, now=clock.now()))


def _own_batch(session: Session, code: str) -> Batch:
    batch = batches.get_own_batch(session, current_actor(), code)
    permissions.require(current_actor(), "label.issue", batch)
    return batch


def _act(act: ItemAct, batch_code: str) -> dict[str, Any]:
    return {
        "id": act.id,
        "batch": batch_code,
        "state": act.state,
        "first": act.first,
        "last": act.last,
        "count": act.count,
        "reason": act.reason,
        "handout": act.handout_id,
        "undoes": act.undoes_id,
        "acted_at": act.acted_at,
    }


def _handout(row: ItemHandout) -> dict[str, Any]:
    return {
        "id": row.id,
        "batch": row.batch.code,
        "line": row.line,
        "first": row.first,
        "last": row.last,
        "count": row.count,
        "handed_at": row.handed_at,
        "used": row.used,
        "left_over": row.left_over,
        "settled_at": row.settled_at,
    }
