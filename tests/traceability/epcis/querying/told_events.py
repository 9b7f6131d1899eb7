"""Events for asking: kept with everything they are asked by, as capture keeps them."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from accounts.models import Organisation
from traceability.epcis import identifiers
from traceability.epcis.index_models import ErrorDeclaration, EventWord, SensorReport
from traceability.epcis.models import EpcisEvent, EventThing
from traceability.lineage import nodes

HAPPENED = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
GTIN = "https://id.gs1.org/01/08930001000018"
ITEM = f"{GTIN}/21/1"
LOT = f"{GTIN}/10/L1"
_numbers = itertools.count(1)


def tell(
    session: Session,
    organisation: Organisation,
    *,
    things: dict[str, list[str]] | None = None,
    amounts: dict[str, list[tuple[str, Any, str | None]]] | None = None,
    words: list[tuple[str, str, str]] | None = None,
    reports: list[dict[str, Any]] | None = None,
    error: dict[str, Any] | None = None,
    document: dict[str, Any] | None = None,
    **columns: Any,
) -> EpcisEvent:
    """An event: ``things`` and ``amounts`` by role, ``words`` as (kind, type, value)."""
    number = next(_numbers)
    row: dict[str, Any] = {
        "event_id": f"urn:uuid:00000000-0000-4000-8000-{number:012d}",
        "event_type": "ObjectEvent",
        "action": "OBSERVE",
        "event_time": HAPPENED + timedelta(minutes=number),
        "time_zone": "+07:00",
        "record_time": HAPPENED + timedelta(days=1, minutes=number),
        "is_error_declaration": error is not None,
        "organisation_id": organisation.id,
        **columns,
    }
    row["document"] = {
        "type": row["event_type"],
        "eventID": row["event_id"],
        **({"bizStep": row["biz_step"]} if "biz_step" in row else {}),
        **(document or {}),
    }
    event = EpcisEvent(**row)
    session.add(event)
    session.flush()
    _keep_things(session, event, things or {}, amounts or {})
    for kind, type_, value in words or ():
        session.add(EventWord(event_id=event.id, kind=kind, type=type_, value=value))
    for place, report in enumerate(reports or ()):
        named = {"type": "Temperature", **report}
        session.add(SensorReport(event_id=event.id, element=0, report=place, **named))
    if error is not None:
        session.add(ErrorDeclaration(event_id=event.id, **error))
    session.commit()
    return event


def _keep_things(
    session: Session,
    event: EpcisEvent,
    things: dict[str, list[str]],
    amounts: dict[str, list[tuple[str, Any, str | None]]],
) -> None:
    named: list[tuple[str, str, bool, Any, str | None]]
    named = [(role, uri, False, None, None) for role, uris in things.items() for uri in uris]
    named += [(role, uri, True, q, u) for role, parts in amounts.items() for uri, q, u in parts]
    uris = [identifiers.canonical(uri) for _, uri, *_ in named]
    ids = nodes.ensure(session, uris, event.organisation_id, now=event.record_time)
    for role, uri, is_class, quantity, unit in named:
        node = ids[identifiers.canonical(uri)]
        session.add(
            EventThing(
                event_id=event.id,
                role=role,
                node_id=node,
                is_class=is_class,
                quantity=quantity,
                unit=unit,
            )
        )
    session.flush()
