"""Chains of batches as processing leaves them."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from traceability import events
from traceability.happenings import Happening, Portion
from traceability.lineage import nodes
from traceability.models import Batch


def make_of(
    session: Session, child: Batch, *parents: Batch, now: datetime, quantity: str = "10"
) -> None:
    """Record that a batch was made of others, 10 of each unless told otherwise."""
    inputs = tuple(
        Portion(nodes.node_of(session, parent).uri, Decimal(quantity), parent.unit)
        for parent in parents
    )
    output = Portion(nodes.node_of(session, child).uri, child.quantity, child.unit)
    happening = Happening(
        "TransformationEvent", "creating_class_instance", now, inputs=inputs, outputs=(output,)
    )
    events.record(session, child.organisation_id, happening, now=now)
