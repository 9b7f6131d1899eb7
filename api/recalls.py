"""Recalls for programs: hold and decide, drill, list, end, and what came back."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from accounts.doors import current_actor
from api.blueprints import Blueprint
from foundation import clock, config, db, web
from foundation.i18n import _
from traceability.recalls import deciding, drilling, effects, holding, listing
from traceability.recalls.deciding import Notice
from traceability.recalls.models import EFFECTS, Recall
from traceability.recalls.schemas import (
    AnnounceInput,
    DrillSchema,
    EffectInput,
    EndInput,
    OpenedRecallSchema,
    RecallFiguresSchema,
    RecallInput,
    RecallListSchema,
    RecallQuery,
    RecallSchema,
    SuspicionInput,
    notice_of,
    wish_of,
)

blueprint = Blueprint("api_recalls", __name__, url_prefix="/api/v1", description="Recalls")


@blueprint.post("/recalls")
@web.guarded("recall.decide")
@blueprint.arguments(RecallInput)
@blueprint.made_at(OpenedRecallSchema, "/recalls/{code}")
def open_recall(given: dict[str, Any]) -> dict[str, Any]:
    """Hold every lot a suspicion reaches and recall it, in one transaction.

    Trace pages say so from the commit on; buyers, sellers and officers are told right after.
    With `hold_only` the lots are only held, until `/announce` or `/lift`.
    """
    now, actor = clock.now(), current_actor()
    wish = wish_of(given, given["reason"])
    with db.transaction() as session:
        held = holding.hold(session, actor, wish, now=now)
        recall = held.recall
        if given["hold_only"]:
            deciding.follow(session, recall)
        else:
            words = wish.instructions or _("Ngừng bán, ngừng dùng và trả hàng lại nơi đã mua.")
            notice = Notice(wish.reason, words, wish.scope_words)
            recall = deciding.announce(session, actor, recall.code, notice, now=now)
        return {
            "code": recall.code,
            "state": recall.state,
            "batches": held.batches,
            "orders": held.sold.orders,
            "buyers": held.sold.buyers,
            "unsent": held.sold.unsent,
            "claims": held.claims,
            "notice_url": _notice_url(recall),
        }


@blueprint.post("/recalls/drill")
@web.guarded("recall.decide")
@blueprint.arguments(SuspicionInput)
@blueprint.response(200, DrillSchema)
def drill(given: dict[str, Any]) -> dict[str, Any]:
    """What a recall would reach and how long holding it takes; it is undone at once."""
    with db.transaction() as session:
        found = drilling.drill(session, current_actor(), wish_of(given, "drill"), now=clock.now())
    return vars(found)


@blueprint.get("/recalls")
@web.guarded("recall.read")
@blueprint.arguments(RecallQuery, location="query")
@blueprint.response(200, RecallListSchema)
def list_recalls(query: dict[str, Any]) -> dict[str, Any]:
    """The recalls the caller is concerned by, newest first."""
    with db.reading() as session:
        page = listing.list_recalls(
            session, current_actor(), state=query["state"],
            cursor=query.get("cursor"), size=query["limit"],
        )  # fmt: skip
        counts = listing.counts(session, [recall.id for recall in page.items])
        sellers = listing.suppliers_of(session, page.items)
    return {
        "items": [_as_json(recall, counts, sellers) for recall in page.items],
        "next": page.next_cursor,
    }


@blueprint.get("/recalls/<code>")
@web.guarded("recall.read")
@blueprint.response(200, RecallSchema)
def get_recall(code: str) -> dict[str, Any]:
    """One recall, for holders of its lots, officers of their places, and admins."""
    with db.reading() as session:
        recall = deciding.get_recall(session, current_actor(), code)
        return _told(session, recall)


@blueprint.get("/recalls/<code>/figures")
@web.guarded("recall.read")
@blueprint.response(200, RecallFiguresSchema)
def get_figures(code: str) -> dict[str, Any]:
    """What was found, came back and was destroyed, holder by holder."""
    with db.reading() as session:
        actor = current_actor()
        recall = deciding.get_recall(session, actor, code)
        return {"items": listing.figures_for(session, actor, recall)}


@blueprint.post("/recalls/<code>/announce")
@web.guarded("recall.decide")
@blueprint.arguments(AnnounceInput)
@blueprint.response(200, RecallSchema)
def announce(given: dict[str, Any], code: str) -> dict[str, Any]:
    """Decide: what is held is recalled."""
    with db.transaction() as session:
        recall = deciding.announce(
            session, current_actor(), code, notice_of(given), now=clock.now()
        )
        return _told(session, recall)


@blueprint.post("/recalls/<code>/lift")
@web.guarded("recall.decide")
@blueprint.arguments(EndInput)
@blueprint.response(200, RecallSchema)
def lift(given: dict[str, Any], code: str) -> dict[str, Any]:
    """The suspicion was unfounded: lots stand as they stood before."""
    with db.transaction() as session:
        recall = deciding.lift(session, current_actor(), code, given["reason"], now=clock.now())
        return _told(session, recall)


@blueprint.post("/recalls/<code>/close")
@web.guarded("recall.decide")
@blueprint.arguments(EndInput)
@blueprint.response(200, RecallSchema)
def close(given: dict[str, Any], code: str) -> dict[str, Any]:
    """The recall did its work; its lots stay recalled."""
    with db.transaction() as session:
        recall = deciding.close(session, current_actor(), code, given["reason"], now=clock.now())
        return _told(session, recall)


@blueprint.post("/recalls/<code>/effects")
@web.guarded("recall.note")
@blueprint.arguments(EffectInput)
@blueprint.response(200, RecallFiguresSchema)
def note_effect(given: dict[str, Any], code: str) -> dict[str, Any]:
    """Note what was found, came back or was destroyed of a lot."""
    amounts = {kind: given[kind] for kind in EFFECTS if given.get(kind) is not None}
    with db.transaction() as session:
        actor = current_actor()
        effects.note(session, actor, code, given["batch"], amounts, now=clock.now())
        recall = deciding.get_recall(session, actor, code)
        return {"items": listing.figures_for(session, actor, recall)}


def _told(session: Session, recall: Recall) -> dict[str, Any]:
    counts, sellers = listing.counts(session, [recall.id]), listing.suppliers_of(session, [recall])
    return _as_json(recall, counts, sellers)


def _notice_url(recall: Recall) -> str | None:
    if recall.recalled_at is None:
        return None
    return f"{config.current().base_url}/recalls/{recall.code}"


def _as_json(recall: Recall, counts: dict[int, int], sellers: dict[int, str]) -> dict[str, Any]:
    return {
        "code": recall.code,
        "state": recall.state,
        "origin": recall.origin,
        "origin_key": recall.origin_key,
        "material_id": recall.material_id,
        "supplier": sellers.get(recall.id),
        "with_descendants": recall.with_descendants,
        "follows_claims": recall.follows_claims,
        "reason": recall.reason,
        "scope": recall.scope_words,
        "instructions": recall.instructions,
        "ended_because": recall.ended_because,
        "held_at": recall.held_at,
        "recalled_at": recall.recalled_at,
        "ended_at": recall.ended_at,
        "batches": counts.get(recall.id, 0),
    }
