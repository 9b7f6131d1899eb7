"""Which steps of the graph count: not those declared wrong, nor what another merely claims.

A step counts when whoever's goods it ends in told it, or confirmed it. A step that somebody else
tells of their goods is a claim: shown as one, followed by nothing that holds or recalls goods on
an organisation's own word, until its owner or an officer confirms it. One an officer rejected is
no step at all.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, exists
from sqlalchemy.orm import aliased

from traceability.epcis.declared import NOT_WRONG, WRONG_FIRST, still_counts
from traceability.lineage.models import StepClaim, TraceEdge

_REFUSED = "SELECT event_id, child_id FROM step_claims WHERE state = 'rejected'"

TOLD_FIRST = f"{WRONG_FIRST}, refused (event_id, child_id) AS MATERIALIZED ({_REFUSED})"
"""SQL: the first members of a WITH for walks over every step told. Rejected ones are as few as an
office's decisions."""

_NOT_REFUSED = "(e.event_id, e.child_id) NOT IN (SELECT event_id, child_id FROM refused)"
TOLD = f"{NOT_WRONG} AND {_NOT_REFUSED}"
"""SQL: the condition that goes with it, on steps called ``e``."""

HEARD_FIRST = WRONG_FIRST
"""SQL: the first member of a WITH for walks over the steps that count."""

CLAIMED = """EXISTS (
    SELECT FROM step_claims k
    WHERE k.event_id = e.event_id AND k.child_id = e.child_id AND k.state <> 'confirmed'
)"""
"""SQL: whether a step called ``e`` is a mere claim. Asked step by step: anybody may claim many."""

HEARD = f"{NOT_WRONG} AND NOT {CLAIMED}"
"""SQL: the condition that a step called ``e`` counts."""

_UNSURE = """EXISTS (
    SELECT FROM step_claims k
    WHERE k.event_id = e.event_id AND k.child_id = e.child_id AND k.state <> 'confirmed'
    AND NOT (k.state = 'denied' AND k.taken_back_as = 'owner')
)"""
STANDING = f"{NOT_WRONG} AND NOT {_UNSURE}"
"""SQL: the condition that what a step called ``e`` brought stays: it counts, or its owner took the
confirmation back and no officer has decided. Nobody frees suspected goods by their own word."""


def is_heard() -> ColumnElement[bool]:
    """The condition that a step counts, for a query of a few steps."""
    return still_counts() & ~is_claimed()


def is_told() -> ColumnElement[bool]:
    """The condition that a step counts or is claimed: not declared wrong, not rejected."""
    return still_counts() & ~_has_claim("rejected")


def is_claimed() -> ColumnElement[bool]:
    """The condition that a step is told by another than its owner and not confirmed."""
    return _has_claim("open", "denied", "rejected")


def _has_claim(*states: str) -> ColumnElement[bool]:
    claim = aliased(StepClaim)
    return exists().where(
        claim.event_id == TraceEdge.event_id,
        claim.child_id == TraceEdge.child_id,
        claim.state.in_(states),
    )
