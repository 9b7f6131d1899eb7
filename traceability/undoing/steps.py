"""A recorded step, read back from its event: what it moved, what it made, what it is called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation import codes
from foundation.errors import Conflict, NotFound
from traceability.epcis import own_documents
from traceability.epcis.declared import is_wrong
from traceability.epcis.models import EpcisEvent, EventThing
from traceability.handling import consignments, packing
from traceability.handling.models import BatchMovement
from traceability.handling.trade_models import Consignment, ConsignmentLine, LogisticUnit
from traceability.lineage.models import TraceNode
from traceability.models import Batch

# Kind of event and what its details call the step → the step as it can be undone.
_KINDS = {
    ("TransformationEvent", "split"): "split",
    ("TransformationEvent", "merge"): "merge",
    ("TransformationEvent", "process"): "process",
    ("TransformationEvent", "pack"): "pack",
    ("TransformationEvent", "receive"): "receive",
    ("AggregationEvent", "pack"): "unit",
    ("ObjectEvent", "sent"): "ship",
    ("ObjectEvent", "received"): "receive",
    ("ObjectEvent", "waste"): "waste",
    ("ObjectEvent", "stocktake"): "count",
    ("ObjectEvent", "closed"): "close",
    ("ObjectEvent", "release"): "release",
    ("ObjectEvent", "hold"): "hold",
}
DECIDING = ("release", "hold")
"""Steps that move no goods: the batch was let out, or stopped, by its own house."""
MAKING = ("open", "split", "merge", "process", "pack", "receive")


@dataclass(frozen=True)
class Step:
    """A step of one's own that may be undone; amounts are signed, in each batch's unit.

    ``events`` tell it, the one that was asked for or the chief one first. ``made`` are the
    batches that came to be by it, ``sources`` those they were made of, ``named`` all of them and
    whatever else it speaks of.
    """

    kind: str
    events: tuple[EpcisEvent, ...]
    moved: Mapping[int, Decimal]
    made: tuple[int, ...] = ()
    sources: frozenset[int] = frozenset()
    named: frozenset[int] = frozenset()
    consignment: Consignment | None = None
    unit: LogisticUnit | None = None
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def event(self) -> EpcisEvent:
        """The chief event."""
        return self.events[0]

    @property
    def organisation_id(self) -> int:
        """Whose step it was."""
        assert self.event.organisation_id is not None
        return self.event.organisation_id


def kind_of(event: EpcisEvent) -> str | None:
    """What an event of our own is as a step; None for what cannot be undone, and for partners'."""
    details = own_documents.own_details(event.document)
    if details is None or event.organisation_id is None:
        return None
    if "step" in details:
        return _KINDS.get((event.event_type, details["step"]))
    is_opening = event.biz_step == "commissioning" and event.action == "ADD"
    return "open" if is_opening and "origin" in details else None


def is_undoable(event: EpcisEvent, batch: Batch) -> bool:
    """Whether a step is one of the batch's own organisation, of a kind that can be undone."""
    return event.organisation_id == batch.organisation_id and kind_of(event) is not None


def get_event(session: Session, event_id: str) -> EpcisEvent:
    """The event of an id, as it was first told. Raises: NotFound."""
    event = session.scalar(
        select(EpcisEvent).where(EpcisEvent.event_id == event_id, ~EpcisEvent.is_error_declaration)
    )
    if event is None:
        raise NotFound("step.not_found")
    return event


def read(session: Session, event_id: str) -> Step:
    """The step an event tells. Raises: NotFound, Conflict("step.undone", "step.not_undoable")."""
    event = get_event(session, event_id)
    if session.scalar(select(EpcisEvent.id).where(EpcisEvent.id == event.id, is_wrong())):
        raise Conflict("step.undone")
    kind = kind_of(event)
    if kind is None:
        raise Conflict("step.not_undoable")
    told: Sequence[EpcisEvent] = (event,)
    consignment, unit = None, None
    if kind == "receive":
        consignment = _received(session, event)
        told = _telling(session, consignment)
    elif kind == "ship":
        consignment = consignments.get(session, _paper(event))
    elif kind == "unit":
        unit = packing.get_unit_by_uri(session, event.parent_uri or "", event.organisation_id)
    things = _things(session, [each.id for each in told])
    lines = consignment.lines if consignment and kind == "ship" else ()
    return Step(
        kind=kind,
        events=tuple(told),
        moved=_moved(session, [each.id for each in told]),
        made=_made(kind, things),
        sources=frozenset(batch for role, batch in things if role == "input"),
        named=frozenset([batch for _, batch in things] + [line.batch_id for line in lines]),
        consignment=consignment,
        unit=unit,
        details=own_documents.own_details(event.document) or {},
    )


def _paper(event: EpcisEvent) -> str:
    """The consignment a sending or a receipt is about."""
    papers = event.document.get("bizTransactionList", ())
    return next(
        codes.normalise(each["bizTransaction"].rpartition("/")[2])
        for each in papers
        if each["bizTransaction"].startswith("/consignments/")
    )


def _received(session: Session, event: EpcisEvent) -> Consignment:
    """The consignment that arrived: told by its receipt, or by what one of its lines became."""
    if event.event_type == "ObjectEvent":
        return consignments.get(session, _paper(event))
    code = session.scalar(
        select(Consignment.code)
        .join(ConsignmentLine, ConsignmentLine.consignment_id == Consignment.id)
        .join(TraceNode, TraceNode.batch_id == ConsignmentLine.received_batch_id)
        .join(EventThing, EventThing.node_id == TraceNode.id)
        .where(EventThing.event_id == event.id, EventThing.role == "output")
    )
    if code is None:
        raise NotFound("step.not_found")
    return consignments.get(session, code)


def _telling(session: Session, consignment: Consignment) -> list[EpcisEvent]:
    """The receipt of a consignment, and what each of its lines became."""
    made = [line.received_batch_id for line in consignment.lines if line.received_batch_id]
    became = (
        select(EventThing.event_id)
        .join(TraceNode, TraceNode.id == EventThing.node_id)
        .where(TraceNode.batch_id.in_(made), EventThing.role == "output")
    )
    mine = EpcisEvent.organisation_id == consignment.recipient_id
    lines = select(EpcisEvent).where(EpcisEvent.id.in_(became), mine)
    receipts = select(EpcisEvent).where(
        mine,
        EpcisEvent.biz_step == "receiving",
        EpcisEvent.event_type == "ObjectEvent",
        EpcisEvent.record_time == consignment.settled_at,
    )
    found = [
        *(each for each in session.scalars(receipts) if _is_receipt(each, consignment)),
        *(each for each in session.scalars(lines) if kind_of(each) == "receive"),
    ]
    if not found:
        raise NotFound("step.not_found")
    return found


def _is_receipt(event: EpcisEvent, consignment: Consignment) -> bool:
    return kind_of(event) == "receive" and _paper(event) == consignment.code


def _things(session: Session, events: Sequence[int]) -> list[tuple[str, int]]:
    rows = session.execute(
        select(EventThing.role, TraceNode.batch_id)
        .join(TraceNode, TraceNode.id == EventThing.node_id)
        .where(EventThing.event_id.in_(events), TraceNode.batch_id.is_not(None))
        .order_by(TraceNode.batch_id)
    )
    return [(role, batch_id) for role, batch_id in rows if batch_id is not None]


def _moved(session: Session, events: Sequence[int]) -> dict[int, Decimal]:
    rows = session.execute(
        select(BatchMovement.batch_id, BatchMovement.amount)
        .where(BatchMovement.event_id.in_(events))
        .order_by(BatchMovement.batch_id)
    )
    return dict(rows.all())


def _made(kind: str, things: Sequence[tuple[str, int]]) -> tuple[int, ...]:
    if kind not in MAKING:
        return ()
    role = "object" if kind == "open" else "output"
    return tuple(batch for each, batch in things if each == role)
