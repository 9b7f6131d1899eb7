"""The names of events: as they were sent, else the event's own hash. PURE."""

import hashlib
from collections.abc import Mapping
from typing import Any

from traceability.epcis.contexts import Names
from traceability.epcis.event_hash import event_hash

_LONGEST_SUBJECT = 120


def id_of(event: Mapping[str, Any], names: Names) -> str:
    """An event's name: what was sent is kept and never checked against the hash."""
    sent = event.get("eventID")
    return sent if isinstance(sent, str) else event_hash(event, names)


def ledger_subject(event_id: str) -> str:
    """The event's name as the ledger keeps it; one too long for it by its digest."""
    if len(event_id) <= _LONGEST_SUBJECT:
        return event_id
    return f"sha256:{hashlib.sha256(event_id.encode()).hexdigest()}"
