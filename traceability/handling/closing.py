"""Closing a batch of which nothing is left, and opening it again when that was wrong."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from accounts.permissions import Actor
from foundation import quantity
from foundation.errors import Conflict
from ledger import log
from traceability import events
from traceability.handling import acting, stock
from traceability.happenings import Action
from traceability.models import Batch
from traceability.sensors import register as sensors


def close(session: Session, actor: Actor, code: str, *, now: datetime) -> Batch:
    """Close a batch of which nothing is left; what is left is shipped or written off first.

    Raises: NotFound, Forbidden, Conflict("batch.is_…"), Conflict("batch.close_stock") naming
    what is there and what of it is promised.
    """
    batch = acting.lock(session, actor, [code], "close")[code]
    shelf = stock.lock(session, [batch.id])[batch.id]
    if shelf.made != shelf.used:
        raise Conflict(
            "batch.close_stock",
            lot=batch.lot,
            left=shelf.made - shelf.used,
            promised=shelf.taken,
            unit=quantity.get_unit(batch.unit).symbol(),
        )
    before, batch.state = batch.state, "closed"
    _tell(session, batch, before, "batch.closed", "decommissioning", "DELETE", now)
    sensors.leave(session, batch, now=now)
    return batch


def reopen(session: Session, actor: Actor, code: str, *, now: datetime) -> Batch:
    """Open a closed batch again; it is released anew before it is sold. What holds it, holds it.

    Raises: NotFound, Forbidden, Conflict("batch.is_…"), Conflict("batch.is_void").
    """
    batch = acting.lock(session, actor, [code], "reopen")[code]
    if batch.voided_at is not None:
        raise Conflict("batch.is_void", lot=batch.lot)
    acting.open_again(session, [batch])
    _tell(session, batch, "closed", "batch.reopened", "other", "OBSERVE", now)
    return batch


def _tell(
    session: Session,
    batch: Batch,
    before: str,
    kind: str,
    biz_step: str,
    action: Action,
    now: datetime,
) -> None:
    batch.changed_at = now
    events.record_of_batch(
        session,
        batch,
        action=action,
        biz_step=biz_step,
        disposition="inactive" if batch.state == "closed" else "active",
        details={"step": batch.state, "before": before},
        now=now,
    )
    log.append(session, kind=kind, subject=batch.code, body={}, now=now)
