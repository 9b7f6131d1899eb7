"""Which batches of ours go with a crate, a machine, a shipment or a paper, as their makers told.

Only what the batch's own organisation told counts, and only batches the public may see. Places
and parties are not answered from events: whoever knows a buyer's location number would learn what
was sent there. Nor are numbers of service relations (8017, 8018): those stand for persons.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, Select, cast, literal, null, or_, select, union
from sqlalchemy.orm import Session

from products.models import Product
from traceability.digital_link import Link
from traceability.epcis.declared import is_wrong, still_counts
from traceability.epcis.index_models import EventWord
from traceability.epcis.models import EpcisEvent, EventThing
from traceability.lineage.models import TraceEdge, TraceNode
from traceability.models import Batch

KEYS = ("00", "253", "255", "401", "402", "8003", "8004", "8006", "8010")
"""Keys of things and papers that events of batches name."""
_PAPERS = ("bizTransaction", "certificationInfo")
_HOST = "https://id.gs1.org"
_MOST, _DEEPEST = 50, 6
Batches = tuple[tuple[str, str], ...]
"""Name and trace path of each."""


@dataclass(frozen=True)
class Mention:
    """A key as far as events know it, with name and trace path of the batches beside it."""

    link: Link
    batches: Batches


def find(session: Session, link: Link) -> Mention | None:
    """What goes with a key, walked up from its narrowest form to the first that is known."""
    for count in range(len(link.qualifiers), -1, -1):
        known = Link(link.key, link.value, link.qualifiers[:count])
        batches = _batches_with(session, known.canonical())
        if batches:
            return Mention(known, batches)
    return None


def _batches_with(session: Session, address: str) -> Batches:
    """The public batches in events that name an address, told by whose batches they are."""
    events = union(
        select(EventThing.event_id)
        .join(TraceNode, TraceNode.id == EventThing.node_id)
        .where(TraceNode.uri == address),
        select(EventWord.event_id).where(EventWord.kind.in_(_PAPERS), EventWord.value == address),
    ).cte("events")
    beside = (
        select(EventThing.node_id, EpcisEvent.organisation_id.label("teller"))
        .join(events, events.c.event_id == EventThing.event_id)
        .join(EpcisEvent, EpcisEvent.id == EventThing.event_id)
        .where(~EpcisEvent.is_error_declaration, ~is_wrong())
    )
    return public_batches(session, beside)


def in_unit(session: Session, unit: Link) -> Batches:
    """The public batches packed in a logistic unit, and in the units in it, whoever packed them."""
    step = select(TraceEdge.parent_id.label("node_id")).where(
        TraceEdge.kind == "packed_in", still_counts()
    )
    top = select(TraceNode.id).where(TraceNode.uri == unit.canonical()).scalar_subquery()
    packed = (
        step.add_columns(literal(1).label("depth"))
        .where(TraceEdge.child_id == top)
        .cte("packed", recursive=True)
    )
    packed = packed.union(
        step.add_columns(packed.c.depth + 1)
        .join(packed, packed.c.node_id == TraceEdge.child_id)
        .where(packed.c.depth < _DEEPEST)
    )
    return public_batches(
        session, select(packed.c.node_id, cast(null(), BigInteger).label("teller"))
    )


def public_batches(session: Session, named: Select[*tuple[Any, ...]]) -> Batches:
    """Public batches among nodes (`node_id`, `teller`), and those that items came out of.

    Where a teller is named, only its own batches count.
    """
    found = named.cte("named")
    lots = union(
        select(found.c.node_id, found.c.teller),
        select(TraceEdge.parent_id, found.c.teller)
        .join(found, found.c.node_id == TraceEdge.child_id)
        .join(TraceNode, TraceNode.id == found.c.node_id)
        .where(TraceEdge.kind == "made_of", TraceNode.uri.like("%/21/%")),
    ).cte("lots")
    rows = session.execute(
        select(Product.name, Batch.lot, TraceNode.uri)
        .join(lots, lots.c.node_id == TraceNode.id)
        .join(Batch, Batch.id == TraceNode.batch_id)
        .join(Product, Product.id == Batch.product_id)
        .where(Batch.state != "open")
        .where(or_(lots.c.teller.is_(None), lots.c.teller == Batch.organisation_id))
        .distinct()
        .order_by(Product.name, Batch.lot)
        .limit(_MOST)
    )
    return tuple((f"{name}, {lot}", uri.removeprefix(_HOST)) for name, lot, uri in rows)
