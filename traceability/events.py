"""What happened to batches, recorded in the words of EPCIS 2.0 and CBV 2.0.

`record` is the one place where an event of our own comes to be: its row, what it names, the
steps of the graph and its ledger entry, all in the caller's transaction. Rows are only added to.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Select, insert, select, text
from sqlalchemy.orm import Session, aliased

from ledger import canonical, log
from traceability.epcis import declared, indexing, own_documents
from traceability.epcis.index_models import ErrorDeclaration
from traceability.epcis.models import EpcisEvent, EventThing
from traceability.epcis.querying import order
from traceability.happenings import Action, Happening, Portion, Reason
from traceability.lineage import nodes
from traceability.lineage.models import TraceEdge, TraceNode
from traceability.models import Batch


def record(
    session: Session, organisation_id: int, happening: Happening, *, now: datetime
) -> EpcisEvent:
    """Record a step of an organisation as an event, with its edges and its ledger entry."""
    event_id = f"urn:uuid:{uuid4()}"
    document = own_documents.written(happening, event_id, recorded_at=now)
    event = EpcisEvent(
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
        document=document,
    )
    session.add(event)
    session.flush()
    _write_things(session, event, happening, now)
    indexing.index(session, event.id, document)
    body = {"type": event.event_type, "biz_step": event.biz_step, "digest": digest_of(document)}
    log.append(session, kind="event.recorded", subject=event_id, body=body, now=now)
    order.wake(session)
    return event


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
    indexing.index(session, declaration.id, document)
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


@dataclass(frozen=True)
class Told:
    """An event that names a batch; when and why it was declared wrong, if it was."""

    event: EpcisEvent
    wrong_since: datetime | None
    reason: str | None


def list_told(session: Session, batch_id: int) -> list[Told]:
    """The events that name a batch, the first first, each with its correction if it has one."""
    declaration = aliased(EpcisEvent)
    rows = session.execute(
        select(EpcisEvent, ErrorDeclaration.declared_at, ErrorDeclaration.reason)
        .outerjoin(declaration, declared.declares(declaration))
        .outerjoin(ErrorDeclaration, ErrorDeclaration.event_id == declaration.id)
        .where(EpcisEvent.id.in_(_naming(batch_id)), ~EpcisEvent.is_error_declaration)
        .order_by(EpcisEvent.event_time, EpcisEvent.id, declaration.id)
    )
    # Declared wrong twice, it is so since the first time.
    found: dict[int, Told] = {}
    for event, declared_at, reason in rows:
        found.setdefault(event.id, Told(event, declared_at, reason))
    return list(found.values())


def list_events(session: Session, batch_id: int) -> list[EpcisEvent]:
    """The events that name a batch, the first first; those declared wrong are left out."""
    statement = select(EpcisEvent).where(
        EpcisEvent.id.in_(_naming(batch_id)),
        ~EpcisEvent.is_error_declaration,
        ~declared.is_wrong(),
    )
    return list(session.scalars(statement.order_by(EpcisEvent.event_time, EpcisEvent.id)))


def _naming(batch_id: int) -> Select[int]:
    return (
        select(EventThing.event_id)
        .join(TraceNode, TraceNode.id == EventThing.node_id)
        .where(TraceNode.batch_id == batch_id)
    )


def digest_of(document: Mapping[str, Any]) -> str:
    """SHA-256 of an event's document in canonical form, as the ledger keeps it."""
    return hashlib.sha256(canonical.document(_exact(document)).encode()).hexdigest()


@dataclass(frozen=True)
class _Named:
    role: str
    portion: Portion


def _write_things(session: Session, event: EpcisEvent, happening: Happening, now: datetime) -> None:
    named = list(_named(happening))
    ids = nodes.ensure(
        session, (each.portion.uri for each in named), event.organisation_id, now=now
    )
    if named:
        _insert_things(session, [_thing(event.id, each, ids) for each in named])
    edges = list(_edges(event, named, ids))
    if edges:
        session.execute(insert(TraceEdge), edges)


# One statement however many lots an event names: a recall may name thousands.
_INSERT_THINGS = text(
    """
INSERT INTO epcis_event_things (event_id, role, node_id, is_class, quantity, unit)
SELECT * FROM unnest(
    CAST(:event_id AS bigint[]), CAST(:role AS text[]), CAST(:node_id AS bigint[]),
    CAST(:is_class AS boolean[]), CAST(:quantity AS numeric[]), CAST(:unit AS text[]))"""
)


def _insert_things(session: Session, rows: list[dict[str, Any]]) -> None:
    columns = ("event_id", "role", "node_id", "is_class", "quantity", "unit")
    session.execute(_INSERT_THINGS, {name: [row[name] for row in rows] for name in columns})


def _named(happening: Happening) -> Iterable[_Named]:
    contents = "child" if happening.parent_uri is not None else "object"
    if happening.parent_uri is not None:
        yield _Named("parent", Portion(happening.parent_uri, is_class=False))
    for role, portions in (
        (contents, happening.things),
        ("input", happening.inputs),
        ("output", happening.outputs),
    ):
        yield from (_Named(role, portion) for portion in portions)


def _thing(event_row: int, each: _Named, ids: Mapping[str, int]) -> dict[str, Any]:
    portion = each.portion
    return {
        "event_id": event_row,
        "role": each.role,
        "node_id": ids[portion.uri],
        "is_class": portion.is_class,
        "quantity": portion.quantity,
        "unit": portion.unit,
    }


def _edges(
    event: EpcisEvent, named: Iterable[_Named], ids: Mapping[str, int]
) -> Iterable[dict[str, Any]]:
    """Outputs are made of inputs; a unit that contents were added to holds them."""
    parts: dict[str, list[Portion]] = {}
    for each in named:
        parts.setdefault(each.role, []).append(each.portion)
    pairs = [("made_of", parts.get("output", []), parts.get("input", []))]
    if event.action == "ADD":
        pairs.append(("packed_in", parts.get("parent", []), parts.get("child", [])))
    for kind, children, parents in pairs:
        for child in children:
            yield from (
                _edge(event, kind, ids[child.uri], ids[parent.uri], parent)
                for parent in parents
                if parent.uri != child.uri
            )


def _edge(
    event: EpcisEvent, kind: str, child_id: int, parent_id: int, parent: Portion
) -> dict[str, Any]:
    return {
        "child_id": child_id,
        "parent_id": parent_id,
        "event_id": event.id,
        "kind": kind,
        "quantity": parent.quantity,
        "unit": parent.unit,
        "happened_at": event.event_time,
    }


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
