"""Taking back that a batch was let out, or stopped, by mistake: it stands again as it stood.

Only the last word of its own house is taken back, and a release only while no goods left on it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.permissions import Actor
from foundation import clock, quantity
from foundation.errors import Finding
from traceability import events
from traceability.epcis.declared import is_wrong
from traceability.epcis.models import EpcisEvent
from traceability.handling.models import BatchMovement
from traceability.handling.stock import Shelf
from traceability.models import Batch
from traceability.quality import holds, settling
from traceability.quality.models import BatchHold
from traceability.undoing.steps import DECIDING, Step, kind_of

_STATE = {"release": "released", "hold": "held"}


def findings(
    session: Session, step: Step, found: Mapping[int, Batch], shelves: Mapping[int, Shelf]
) -> list[Finding]:
    """What stands in the way of taking a release or a hold back."""
    (batch_id,) = step.named
    batch, shelf = found[batch_id], shelves[batch_id]
    against = []
    if batch.state != _STATE[step.kind]:
        against.append(Finding(f"undo.not_{_STATE[step.kind]}", {"lot": batch.lot}))
    if step.kind == "hold" and not _own_hold(session, batch):
        against.append(Finding("undo.hold_gone", {"lot": batch.lot}))
    if step.kind == "release" and shelf.promised > 0:
        unit = quantity.get_unit(batch.unit).symbol()
        told = {"lot": batch.lot, "amount": quantity.stored(shelf.promised), "unit": unit}
        against.append(Finding("undo.promised", told))
    return [*against, *_later(session, step, batch)]


def _later(session: Session, step: Step, batch: Batch) -> list[Finding]:
    """Later words of its house about it, and goods that left it since it was let out."""
    rows = session.execute(
        select(EpcisEvent, BatchMovement.amount)
        .outerjoin(
            BatchMovement,
            (BatchMovement.event_id == EpcisEvent.id) & (BatchMovement.batch_id == batch.id),
        )
        .where(
            EpcisEvent.id.in_(events.naming(batch.id)),
            EpcisEvent.id > step.event.id,
            EpcisEvent.organisation_id == step.organisation_id,
            ~EpcisEvent.is_error_declaration,
            ~is_wrong(),
        )
        .order_by(EpcisEvent.id)
        .limit(200)
    )
    told = []
    for event, amount in rows:
        kind = kind_of(event)
        on = {"lot": batch.lot, "on": clock.business_day(event.event_time)}
        if kind in DECIDING:
            told.append(Finding("undo.decided_since", on))
        elif step.kind == "release" and amount is not None and amount < 0:
            told.append(Finding("undo.moved_since", on))
    return told


def turn_back(
    session: Session, actor: Actor, step: Step, found: Mapping[int, Batch], *, now: datetime
) -> None:
    """Let the batch stand as before; its own hold comes back with a release, and goes with one."""
    (batch,) = (found[each] for each in step.named)
    batch.state = state_after(session, step, batch, clock.business_day(now))
    if step.kind == "hold":
        for hold in _own_hold(session, batch):
            settling.lift(session, batch, hold, "mistaken", now=now, by=actor.person_id)
        return
    before = step.details.get("released_before")
    batch.released_at = datetime.fromisoformat(before) if before else None
    if step.details.get("held_by_hand"):
        holds.place(session, batch, "manual", holds.OWN, {}, now=now, by=actor.person_id)


def state_after(session: Session, step: Step, batch: Batch, today: date) -> str:
    """How a batch stands once its release or hold was a mistake.

    What expired meanwhile, or was held for another reason that is gone, is not let out: it waits
    for its house to decide about it anew.
    """
    before = step.details.get("before")
    if step.kind == "release":
        return "held" if before == "held" else "open"
    standing = holds.open_holds(session, [batch.id]).get(batch.id, ())
    if any(hold.cause != holds.OWN for hold in standing):
        return "held"
    expired = batch.expires_on is not None and batch.expires_on < today
    is_as_it_was = not expired and not _held_meanwhile(session, batch, standing)
    return "released" if before == "released" and is_as_it_was else "open"


def _held_meanwhile(session: Session, batch: Batch, own: Sequence[BatchHold]) -> bool:
    """Whether something else came to hold a batch after its own hold; recalls give back by rule."""
    later = select(BatchHold.id).where(
        BatchHold.batch_id == batch.id,
        BatchHold.id > max((hold.id for hold in own), default=0),
        BatchHold.reason != "recall",
    )
    return session.scalar(select(later.exists())) or False


def _own_hold(session: Session, batch: Batch) -> list[BatchHold]:
    standing = holds.open_holds(session, [batch.id]).get(batch.id, ())
    return [hold for hold in standing if hold.cause == holds.OWN]
