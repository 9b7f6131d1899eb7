"""Steps of a batch for programs, and undoing those that were recorded by mistake."""

from __future__ import annotations

from typing import Any

from accounts.doors import current_actor
from api.blueprints import Blueprint
from foundation import clock, db, web
from traceability import batches, told_events
from traceability.told_events import Told
from traceability.undoing import steps, undoing
from traceability.undoing.schemas import StepListSchema, StepsQuery, UndoInput, UndoneSchema
from traceability.undoing.undoing import Mistake

blueprint = Blueprint(
    "api_undoing", __name__, url_prefix="/api/v1", description="Undoing what was recorded wrong"
)


@blueprint.get("/batches/<code>/steps")
@web.guarded("batch.read")
@blueprint.arguments(StepsQuery, location="query")
@blueprint.response(200, StepListSchema)
def list_steps(query: dict[str, Any], code: str) -> dict[str, Any]:
    """What happened to a batch, the first first; steps declared wrong carry their correction."""
    with db.reading() as session:
        batch = batches.get_own_batch(session, current_actor(), code)
        page = told_events.page_told(
            session, batch.id, cursor=query.get("cursor"), size=query["limit"]
        )
        return {"items": [_step(told) for told in page.items], "next": page.next_cursor}


@blueprint.post("/batches/<code>/undo")
@web.guarded("batch.undo")
@blueprint.arguments(UndoInput)
@blueprint.response(200, UndoneSchema)
def undo(given: dict[str, Any], code: str) -> dict[str, Any]:
    """Declare a step wrong and give back exactly what it took.

    409 `undo.built_upon` names everything that stands on it: sold, sent, written off, counted.
    """
    corrective = tuple(given["corrective_event_ids"])
    wanted = Mistake(code, given["event"], given["reason"], corrective)
    with db.transaction() as session:
        step = undoing.undo(session, current_actor(), wanted, now=clock.now())
        found = batches.by_ids(session, {*step.moved, *step.made})
        return {
            "event": step.event.event_id,
            "kind": step.kind,
            "reason": given["reason"],
            "given_back": [found[each].code for each in step.moved],
            "voided": [found[each].code for each in step.made],
        }


def _step(told: Told) -> dict[str, Any]:
    correction = None
    if told.wrong_since is not None:
        correction = {"declared_at": told.wrong_since, "reason": told.reason}
    return {
        "event": told.event.event_id,
        "kind": None if correction else steps.kind_of(told.event),
        "step": told.event.biz_step,
        "happened_at": told.event.event_time,
        "correction": correction,
    }
