"""Two cooperatives, and a step that one of them tells of the other's goods."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Organisation
from tests.traceability.factories import grow, make_batch
from traceability import events
from traceability.happenings import Happening, Portion
from traceability.lineage import nodes
from traceability.lineage.models import StepClaim
from traceability.models import Batch


@dataclass(frozen=True)
class Rivals:
    """Whoever tells, with a lot of theirs; whose goods it is about, with a lot and cakes of it."""

    teller: Organisation
    theirs: Batch
    owner: Organisation
    lot: Batch
    cakes: Batch


def make_rivals(session: Session, now: datetime) -> Rivals:
    teller, owner = grow(session, now), grow(session, now)
    theirs = make_batch(session, teller, now, lot="CUA-HO")
    lot, cakes = (make_batch(session, owner, now, lot=each) for each in ("LO-Y", "BANH-Y"))
    tell(session, owner.organisation, cakes, lot, now=now)
    return Rivals(teller.organisation, theirs, owner.organisation, lot, cakes)


def tell(
    session: Session, teller: Organisation, child: Batch, parent: Batch, *, now: datetime
) -> None:
    """An organisation says that a lot was made of another."""
    source = Portion(nodes.node_of(session, parent).uri, Decimal(10), parent.unit)
    output = Portion(nodes.node_of(session, child).uri, Decimal(10), child.unit)
    happening = Happening(
        "TransformationEvent", "creating_class_instance", now, inputs=(source,), outputs=(output,)
    )
    events.record(session, teller.id, happening, now=now)


def the_claim(session: Session) -> StepClaim:
    return session.scalars(select(StepClaim)).one()
