"""The documents that queries answer: collections and EPCISQueryDocuments. PURE.

Source: EPCIS 2.0, 12.6; EPCIS-JSON-Schema.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
STANDARD_QUERY = "SimpleEventQuery"


def collection(members: Iterable[str], contexts: Sequence[Any] = ()) -> dict[str, Any]:
    """A list of resources or of identifiers."""
    return {"@context": _context(contexts), "type": "Collection", "member": list(members)}


def query_document(
    events: Sequence[dict[str, Any]],
    *,
    created_at: datetime,
    query_name: str = STANDARD_QUERY,
    subscription: str | None = None,
    document_id: str | None = None,
) -> dict[str, Any]:
    """An EPCISQueryDocument of events, each as it is kept.

    What an event's own ``@context`` adds to the standard's goes to the top of the document; where
    two events mean different things by one prefix, each keeps its own.
    """
    lifted = _lifted(events)
    results: dict[str, Any] = {"queryName": query_name}
    if subscription is not None:
        results["subscriptionID"] = subscription
    told = [_without_context(event) for event in events] if lifted is not None else list(events)
    results["resultsBody"] = {"eventList": told}
    document: dict[str, Any] = {"@context": _context(lifted or ())}
    if document_id is not None:
        document["id"] = document_id
    return {
        **document,
        "type": "EPCISQueryDocument",
        "schemaVersion": "2.0",
        "creationDate": _instant(created_at),
        "epcisBody": {"queryResults": results},
    }


def _lifted(events: Sequence[dict[str, Any]]) -> list[Any] | None:
    """The events' own context parts, each once; None when two of them contradict each other."""
    parts: dict[str, Any] = {}
    meant: dict[str, str] = {}
    for part in (part for event in events for part in _parts(event)):
        for term, meaning in part.items() if isinstance(part, dict) else ():
            if meant.setdefault(term, json.dumps(meaning, sort_keys=True)) != json.dumps(
                meaning, sort_keys=True
            ):
                return None
        parts[json.dumps(part, sort_keys=True)] = part
    # A context that is only an address may define anything: it stays with its events.
    if any(isinstance(part, str) for part in parts.values()) and len(parts) > 1:
        return None
    return list(parts.values())


def _parts(event: dict[str, Any]) -> list[Any]:
    own = event.get("@context", [])
    return own if isinstance(own, list) else [own]


def _without_context(event: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in event.items() if name != "@context"}


def _context(extra: Sequence[Any]) -> Any:
    return [CONTEXT, *extra] if extra else CONTEXT


def _instant(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
