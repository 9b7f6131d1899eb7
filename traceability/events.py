"""What happened to batches, recorded in the words of EPCIS 2.0 and CBV 2.0.

`record` is the one place where an event of our own comes to be: its row, what it names, the
steps of the graph and its ledger entry, all in the caller's transaction. Rows are only added to.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, Select, exists, select, text
from sqlalchemy.orm import Session

from ledger import canonical, log, writing
from ledger.calling import Entry
from traceability import event_things
from traceability.epcis import declared, indexing, own_documents
from traceability.epcis.index_models import ErrorDeclaration
from traceability.epcis.models import EpcisEvent, EventThing
from traceability.epcis.querying import order
from traceability.event_things import Recorded
from traceability.happenings import Action, Happening, Portion, Reason
from traceability.items.models import ItemAct
from traceability.lineage import nodes
from traceability.lineage.models import TraceNode
from traceability.models import Batch


def record(
    session: Session, organisation_id: int, happening: Happening, *, now: datetime
) -> EpcisEvent:
    """Record a step of an organisation as an event, with its edges and its ledger entry."""
    (event,) = record_all(session, [(organisation_id, happening)], now=now)
    return event


def record_all(
    session: Session, told: Sequence[tuple[int, Happening]], *, now: datetime
) -> list[EpcisEvent]:
    """Record steps of organisations at once: as many statements as for a single one."""
    found = [Recorded(_event(organisation_id, step, now), step) for organisation_id, step in told]
    written = [each.event for each in found]
    session.add_all(written)
    session.flush()
    event_things.write(session, found, now=now)
    indexing.index_all(session, {event.id: event.document for event in written})
    log.keep(session, [_entry(event, now) for event in written])
    order.wake(session)
    return written


def _event(organisation_id: int, happening: Happening, now: datetime) -> EpcisEvent:
    event_id = f"urn:uuid:{uuid4()}"
    return EpcisEvent(
        event_id=event_id,
        event_type=happening.event_type,
        action=happening.action,
        biz_step=happening.biz_step,
        disposition=happening.disposition,
        event_time=happening.happened_at,
        time_zone=own_documents.TIME_ZONE,
        record_time=now,
        read_point=happening.read_point,
        biz_location=happening.biz_location,
        parent_uri=happening.parent_uri,
        organisation_id=organisation_id,
        document=own_documents.written(happening, event_id, recorded_at=now),
    )


def _entry(event: EpcisEvent, now: datetime) -> Entry:
    digest = digest_of(event.document)
    body = {"type": event.event_type, "biz_step": event.biz_step, "digest": digest}
    return writing.entry_of("event.recorded", event.event_id, body, now)


def record_of_batch(
    session: Session,
    batch: Batch,
    *,
    action: Action,
    biz_step: str,
    disposition: str | None,
    details: Mapping[str, Any],
    now: datetime,
) -> EpcisEvent:
    """Record an object event of a whole batch: ADD when it comes to be, OBSERVE afterwards."""
    lot = Portion(nodes.node_of(session, batch).uri, batch.quantity, batch.unit)
    happening = Happening(
        "ObjectEvent",
        biz_step,
        happened_at=now,
        action=action,
        disposition=disposition,
        things=(lot,),
        details=details,
    )
    return record(session, batch.organisation_id, happening, now=now)


def declare_wrong(
    session: Session,
    event: EpcisEvent,
    reason: Reason,
    *,
    corrective: Sequence[str] = (),
    now: datetime,
) -> EpcisEvent:
    """Declare an event of our own wrong: the event once more, with why and since when it is not so.

    What it did to goods and batches is taken back by the caller, in the same transaction.
    ``corrective`` are the ids of the events that tell what happened instead.
    Source: EPCIS 2.0, 7.4.1.4 (error declaration repeats the event under its id).
    """
    document = own_documents.declared_wrong(event.document, reason, corrective, recorded_at=now)
    declaration = EpcisEvent(
        **{name: getattr(event, name) for name in _REPEATED},
        record_time=now,
        is_error_declaration=True,
        document=document,
    )
    session.add(declaration)
    session.flush()
    named = {"told": event.id, "declaration": declaration.id}
    # Whoever sees the event by what it names sees this by the same things.
    session.execute(_REPEAT_THINGS, named)
    session.add(ErrorDeclaration(event_id=declaration.id, declared_at=now, reason=reason))
    indexing.index_all(session, {declaration.id: document})
    body = {"reason": reason, "corrective": list(corrective), "digest": digest_of(document)}
    log.append(session, kind="event.declared_wrong", subject=event.event_id, body=body, now=now)
    order.wake(session)
    return declaration


_REPEATED = (
    "event_id",
    "event_type",
    "action",
    "biz_step",
    "disposition",
    "event_time",
    "time_zone",
    "read_point",
    "biz_location",
    "parent_uri",
    "transformation_id",
    "organisation_id",
)
_REPEAT_THINGS = text(
    "INSERT INTO epcis_event_things (event_id, role, node_id, is_class, quantity, unit)"
    " SELECT :declaration, role, node_id, is_class, quantity, unit"
    " FROM epcis_event_things WHERE event_id = :told"
)


def list_events(session: Session, batch_id: int) -> list[EpcisEvent]:
    """The events that name a batch, the first first; those declared wrong are left out.

    So is what became of its labels: how many a house has pasted and sold is its own affair.
    """
    statement = select(EpcisEvent).where(
        EpcisEvent.id.in_(naming(batch_id)),
        ~EpcisEvent.is_error_declaration,
        ~declared.is_wrong(),
        ~about_items(),
    )
    return list(session.scalars(statement.order_by(EpcisEvent.event_time, EpcisEvent.id)))


def about_items() -> ColumnElement[bool]:
    """Whether an event tells of labels of a batch rather than of its goods."""
    return exists().where(ItemAct.event_id == EpcisEvent.id)


def naming(batch_id: int) -> Select[int]:
    """The ids of the events that name a batch."""
    return (
        select(EventThing.event_id)
        .join(TraceNode, TraceNode.id == EventThing.node_id)
        .where(TraceNode.batch_id == batch_id)
    )


def digest_of(document: Mapping[str, Any]) -> str:
    """SHA-256 of an event's document in canonical form, as the ledger keeps it."""
    return hashlib.sha256(canonical.document(_exact(document)).encode()).hexdigest()


def _exact(value: Any) -> Any:
    """Numbers no double holds exactly as text: fractions, and whole ones beyond 2^53."""
    match value:
        case str() | bool():
            return value
        case int():
            return value if abs(value) <= canonical.SAFE else str(value)
        case float():
            return repr(value)
        case dict() | Mapping():
            return {key: _exact(inner) for key, inner in value.items()}
        case list() | tuple():
            return [_exact(inner) for inner in value]
        case _:
            return value
