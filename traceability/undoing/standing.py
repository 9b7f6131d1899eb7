"""What stands on a step: whatever happened since that would hang in the air without it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from foundation import clock, quantity
from foundation.errors import Finding
from traceability.certifying.models import GoodsCertificate, LaboratoryResult
from traceability.epcis import own_documents
from traceability.epcis.declared import is_wrong
from traceability.epcis.models import EpcisEvent, EventThing
from traceability.handling import markets
from traceability.handling.models import BatchMovement
from traceability.handling.stock import Shelf
from traceability.lineage.models import TraceNode
from traceability.models import Batch, LabelJob
from traceability.quality import holds
from traceability.undoing import stances
from traceability.undoing.steps import DECIDING, Step, kind_of

MOST_NAMED = 20
_MOST_READ = 200
# Looking at a batch, and letting it out, builds nothing on how it came to be.
_QUIET = ("inspecting", "holding", "sensor_reporting")
_COUNTED, _CLOSED = ("stock_taking",), ("decommissioning",)
# A batch whose opening was a mistake may be held for what is weighed anew when it is opened again.
_WEIGHED_ANEW = ("pre_harvest", "yield")


@dataclass(frozen=True)
class Since:
    """Something that happened to a batch after the step; ``amount`` None when no goods moved."""

    batch_id: int
    event: EpcisEvent
    amount: Decimal | None


def findings(
    session: Session,
    step: Step,
    found: Mapping[int, Batch],
    shelves: Mapping[int, Shelf],
) -> list[Finding]:
    """Everything that stands in the way of undoing a step, with its numbers."""
    if step.kind in DECIDING:
        return stances.findings(session, step, found, shelves)[:MOST_NAMED]
    later = _since(session, step)
    return [
        *_settled(step),
        *_closing(step, found),
        *_given_away(step, found, shelves),
        *_happened(step, found, later),
        *_held(session, step, found),
        *_vouched(session, step, found),
    ][:MOST_NAMED]


def _settled(step: Step) -> Iterator[Finding]:
    wanted = {"ship": "sent", "receive": "received"}.get(step.kind)
    sent = step.consignment
    if sent is not None and sent.state != wanted:
        yield Finding("undo.consignment_settled", {"consignment": sent.code})
    if step.unit is not None and step.unit.state != "packed":
        yield Finding("undo.unit_gone", {"unit": step.unit.name})


def _closing(step: Step, found: Mapping[int, Batch]) -> Iterator[Finding]:
    """A closed batch takes nothing back; and only a closed one is opened by undoing."""
    if step.kind == "close":
        for batch_id in step.named:
            if found[batch_id].state != "closed":
                yield Finding("undo.not_closed", {"lot": found[batch_id].lot})
        return
    for batch_id in step.moved:
        if found[batch_id].state == "closed":
            yield Finding("undo.closed_since", {"lot": found[batch_id].lot})


def _given_away(
    step: Step, found: Mapping[int, Batch], shelves: Mapping[int, Shelf]
) -> Iterator[Finding]:
    for batch_id in step.made:
        shelf = shelves[batch_id]
        if shelf.promised > 0:
            yield Finding("undo.promised", _goods(found[batch_id], shelf.promised))
    for batch_id, amount in step.moved.items():
        shelf = shelves[batch_id]
        if amount > shelf.free:
            told = {
                "free": quantity.stored(shelf.free),
                "promised": quantity.stored(shelf.promised),
            }
            yield Finding("undo.found_gone", _goods(found[batch_id], amount) | told)


def _happened(step: Step, found: Mapping[int, Batch], later: Sequence[Since]) -> Iterator[Finding]:
    for each in later:
        kind = kind_of(each.event) or "other"
        if each.batch_id not in step.made and kind not in ("count", "close"):
            continue
        if _is_word(each.event):
            continue
        params = _goods(found[each.batch_id], abs(each.amount or Decimal(0)))
        params["on"] = clock.business_day(each.event.event_time)
        code = f"undo.since_{kind}" if each.amount is not None else f"undo.event_{kind}"
        yield Finding(code if code in _TOLD_AS else "undo.event_other", params)


def _is_word(event: EpcisEvent) -> bool:
    """Whether it only says for whom the goods are meant: nothing was built on it."""
    return (own_documents.own_details(event.document) or {}).get("step") == markets.CHANGED


_TOLD_AS = {
    f"undo.since_{kind}"
    for kind in ("split", "merge", "process", "pack", "unit", "ship", "waste", "count")
} | {"undo.event_count", "undo.event_ship", "undo.event_receive", "undo.event_close"}


def _held(session: Session, step: Step, found: Mapping[int, Batch]) -> Iterator[Finding]:
    """Goods that are held do not slip out of it into a batch that is not."""
    held = holds.open_holds(session, {*step.made, *step.sources})
    above = {hold.cause for batch_id in step.sources for hold in held.get(batch_id, ())}
    for batch_id in step.made:
        batch = found[batch_id]
        own = [hold for hold in held.get(batch_id, ()) if hold.cause not in above]
        if step.kind == "open":
            own = [
                hold for hold in own if hold.reason not in _WEIGHED_ANEW and hold.cause != holds.OWN
            ]
        if batch.state == "recalled":
            yield Finding("undo.recalled", {"lot": batch.lot})
        elif own:
            yield Finding("undo.held", {"lot": batch.lot})


def _vouched(session: Session, step: Step, found: Mapping[int, Batch]) -> Iterator[Finding]:
    """Labels, results and certificates out in the world name the batch."""
    if not step.made:
        return
    counted = (
        ("undo.labels", select(LabelJob.batch_id, func.sum(LabelJob.label_count)), LabelJob),
        ("undo.tested", select(LaboratoryResult.batch_id, func.count()), LaboratoryResult),
        ("undo.certified", select(GoodsCertificate.batch_id, func.count()), GoodsCertificate),
    )
    for code, statement, table in counted:
        rows = session.execute(
            statement.where(table.batch_id.in_(step.made)).group_by(table.batch_id)
        )
        for batch_id, count in rows.all():
            assert batch_id is not None
            yield Finding(code, {"lot": found[batch_id].lot, "count": int(count)})


def _since(session: Session, step: Step) -> list[Since]:
    """What happened to the goods of a step after it, and still counts."""
    concerned = step.named if step.kind == "close" else {*step.made, *step.moved}
    own = {event.id for event in step.events}
    rows = session.execute(
        select(TraceNode.batch_id, EpcisEvent, BatchMovement.amount)
        .join(EventThing, EventThing.node_id == TraceNode.id)
        .join(EpcisEvent, EpcisEvent.id == EventThing.event_id)
        .outerjoin(
            BatchMovement,
            (BatchMovement.event_id == EpcisEvent.id)
            & (BatchMovement.batch_id == TraceNode.batch_id),
        )
        .where(
            TraceNode.batch_id.in_(concerned),
            EpcisEvent.id > max(own),
            _matters(step),
            ~EpcisEvent.is_error_declaration,
            ~is_wrong(),
        )
        .order_by(EpcisEvent.id)
        .limit(_MOST_READ)
    )
    return [
        Since(batch_id, event, amount) for batch_id, event, amount in rows if batch_id is not None
    ]


def _matters(step: Step) -> ColumnElement[bool]:
    """What stands in the way at all: a batch lives on, and most of that builds on no step.

    A count, or closing once more, tells over what was before; all else only of what was made, and
    without goods moved only by its own house: strangers may capture events of any batch.
    """
    over = (*_COUNTED, *(_CLOSED if step.kind == "close" else ()))
    is_loud = or_(EpcisEvent.biz_step.is_(None), EpcisEvent.biz_step.not_in(_QUIET))
    is_own = EpcisEvent.organisation_id == step.organisation_id
    return or_(
        and_(EpcisEvent.biz_step.in_(over), is_own),
        and_(
            TraceNode.batch_id.in_(step.made),
            or_(and_(is_loud, is_own), BatchMovement.amount.is_not(None)),
        ),
    )


def _goods(batch: Batch, amount: Decimal) -> dict[str, Any]:
    return {
        "lot": batch.lot,
        "amount": quantity.stored(amount),
        "unit": quantity.get_unit(batch.unit).symbol(),
    }
