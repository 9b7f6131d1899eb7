"""What became of items in the words of EPCIS: one event a range, however many labels it holds.

An event names the lot, how many of its items, and from which number to which; a list of a million
serials would be a document nobody reads. Source: CBV 2.0, 7.1 (commissioning, decommissioning,
retail_selling, returning) and 7.2 (dispositions).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from traceability import events
from traceability.epcis.models import EpcisEvent
from traceability.happenings import Happening, Portion
from traceability.items.spans import Span
from traceability.lineage import nodes
from traceability.models import Batch

STEPS = {
    "activated": ("commissioning", "active"),
    "sold": ("retail_selling", "retail_sold"),
    "returned": ("returning", "returned"),
    "void": ("decommissioning", "inactive"),
}
STEP = "items"
"""What the details of such an event call their step: trace pages leave them out."""


def record(
    session: Session,
    batch: Batch,
    state: str,
    standing: Sequence[Span],
    *,
    now: datetime,
) -> EpcisEvent | None:
    """Tell what became of a range; None when nothing ever bore these labels."""
    if state == "void" and all(each.state == "printed" for each in standing):
        return None
    biz_step, disposition = STEPS[state]
    first, last = standing[0].first, standing[-1].last
    count = Decimal(last - first + 1)
    happening = Happening(
        "ObjectEvent",
        biz_step,
        happened_at=now,
        action="OBSERVE",
        disposition=disposition,
        things=(Portion(nodes.node_of(session, batch).uri, count, None),),
        details={"step": STEP, "first": first, "last": last},
    )
    return events.record(session, batch.organisation_id, happening, now=now)
