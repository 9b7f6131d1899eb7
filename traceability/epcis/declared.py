"""Events declared wrong: which ones no longer count.

Only who told an event declares it wrong; what somebody else says of it is kept and changes nothing.
The question goes from the declarations, which are few, to their events: a walk asks it once and
keeps the answer, however many steps it takes.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, exists, text
from sqlalchemy.orm import aliased

from traceability.epcis.models import EpcisEvent
from traceability.lineage.models import TraceEdge

WRONG = """
SELECT o.id FROM epcis_events d
JOIN epcis_events o ON o.event_id = d.event_id AND NOT o.is_error_declaration
    AND o.organisation_id IS NOT DISTINCT FROM d.organisation_id
WHERE d.is_error_declaration"""
"""SQL: the ids of the rows of events that were declared wrong by who told them."""


def is_wrong() -> ColumnElement[bool]:
    """The condition that an event was declared wrong by who told it."""
    declaration = aliased(EpcisEvent)
    return exists().where(
        declaration.is_error_declaration,
        declaration.event_id == EpcisEvent.event_id,
        declaration.organisation_id.is_not_distinct_from(EpcisEvent.organisation_id),
    )


def still_counts() -> ColumnElement[bool]:
    """The condition that a step of the graph was not declared wrong, for a query on its table."""
    return TraceEdge.event_id.not_in(text(WRONG).columns(EpcisEvent.id))
