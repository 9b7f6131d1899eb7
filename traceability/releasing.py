"""Deciding about a batch: fit for sale, or held until somebody has looked at it."""

from datetime import datetime

from sqlalchemy.orm import Session

from accounts import permissions, verification
from accounts.permissions import Actor
from foundation import clock
from foundation.errors import Conflict, Finding
from ledger import log
from traceability import events, pre_harvest
from traceability.batches import get_locked_batch
from traceability.models import Batch
from traceability.quality import holds, labels, settling


def release(session: Session, actor: Actor, code: str, *, now: datetime) -> Batch:
    """Declare a batch fit for sale: from here on its scan page says so and offers may sell it.

    Raises: Forbidden, NotFound, Conflict("batch.not_releasable"), Conflict("batch.expired"),
    Conflict("batch.on_hold"), Conflict("batch.pre_harvest_interval"),
    Refused("organisation.unverified").
    """
    batch = get_locked_batch(session, code)
    permissions.require(actor, "batch.release", batch)
    if batch.state not in ("open", "held"):
        raise Conflict("batch.not_releasable", lot=batch.lot)
    if batch.expires_on is not None and batch.expires_on < clock.business_day(now):
        raise Conflict("batch.expired", lot=batch.lot, on=batch.expires_on)
    verification.require_verified(session, batch.organisation_id)
    # The diary may have grown a moment ago: what holds nothing yet forbids all the same.
    pre_harvest.refuse(session, batch)
    before = {
        "step": "release",
        "before": batch.state,
        "held_by_hand": _lift_own_holds(session, actor, batch, now),
        "released_before": batch.released_at.isoformat() if batch.released_at else None,
    }
    batch.state = "released"
    batch.released_at = batch.changed_at = now
    events.record_of_batch(
        session,
        batch,
        action="OBSERVE",
        biz_step="inspecting",
        disposition="conformant",
        details=before,
        now=now,
    )
    log.append(session, kind="batch.released", subject=batch.code, body={}, now=now)
    return batch


def hold(session: Session, actor: Actor, code: str, *, now: datetime) -> Batch:
    """Stop a batch from being sold until somebody has looked at it.

    Raises: Forbidden, NotFound, Conflict("batch.not_holdable").
    """
    batch = get_locked_batch(session, code)
    permissions.require(actor, "batch.release", batch)
    if batch.state not in ("open", "released"):
        raise Conflict("batch.not_holdable", lot=batch.lot)
    details = {"step": "hold", "before": batch.state}
    holds.place(session, batch, "manual", holds.OWN, {}, now=now, by=actor.person_id)
    events.record_of_batch(
        session,
        batch,
        action="OBSERVE",
        biz_step="holding",
        disposition="non_conformant",
        details=details,
        now=now,
    )
    log.append(session, kind="batch.held", subject=batch.code, body={}, now=now)
    return batch


def _lift_own_holds(session: Session, actor: Actor, batch: Batch, now: datetime) -> bool:
    """To release is to lift what was held by hand; every other hold has its own way out.

    Answers whether anything was.
    """
    found = holds.open_holds(session, [batch.id]).get(batch.id, ())
    others = [hold for hold in found if hold.cause != holds.OWN]
    if others:
        told = [
            Finding("batch.held_because", {"why": each.sentence})
            for each in labels.tell(session, others)
        ]
        raise Conflict("batch.on_hold", told, lot=batch.lot)
    for hold in found:
        settling.lift(session, batch, hold, "released", now=now, by=actor.person_id)
    return bool(found)
