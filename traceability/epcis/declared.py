"""Events declared wrong: which ones no longer count.

Only who told an event declares it wrong; what somebody else says of it is kept and changes nothing.
The question goes from the declarations, which are few, to their events: a walk asks it once and
keeps the answer, however many steps it takes.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, exists
from sqlalchemy.orm import aliased

from traceability.epcis.models import EpcisEvent
from traceability.lineage.models import TraceEdge

WRONG = """
SELECT o.id FROM epcis_events d
CROSS JOIN LATERAL (
    SELECT e.id FROM epcis_events e
    WHERE e.event_id = d.event_id AND NOT e.is_error_declaration
        AND e.organisation_id IS NOT DISTINCT FROM d.organisation_id
    OFFSET 0
) o
WHERE d.is_error_declaration"""
"""SQL: the ids of the rows of events that were declared wrong by who told them."""

WRONG_FIRST = f"wrong (id) AS MATERIALIZED ({WRONG})"
"""SQL: the same as the first member of a WITH. Inside a condition PostgreSQL would charge its
whole cost to every step of a walk, and read all steps of the graph rather than the index."""

NOT_WRONG = "e.event_id NOT IN (SELECT id FROM wrong)"
"""SQL: the condition that goes with it, on steps called ``e``."""


def is_wrong() -> ColumnElement[bool]:
    """The condition that an event was declared wrong by who told it."""
    declaration = aliased(EpcisEvent)
    return exists().where(declares(declaration))


def declares(declaration: type[EpcisEvent]) -> ColumnElement[bool]:
    """The condition that a declaration (an alias of events) is of an event by who told it."""
    return and_(
        declaration.is_error_declaration,
        declaration.event_id == EpcisEvent.event_id,
        declaration.organisation_id.is_not_distinct_from(EpcisEvent.organisation_id),
    )


def still_counts() -> ColumnElement[bool]:
    """The condition that a step of the graph was not declared wrong, for a query of a few steps."""
    return ~exists().where(EpcisEvent.id == TraceEdge.event_id, is_wrong())
