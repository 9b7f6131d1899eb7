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
    _turn(session, batch, "closed", "batch.closed", "decommissioning", "DELETE", now)
    return batch


def reopen(session: Session, actor: Actor, code: str, *, now: datetime) -> Batch:
    """Open a closed batch again; it is released anew before it is sold.

    Raises: NotFound, Forbidden, Conflict("batch.is_…"), Conflict("batch.is_void").
    """
    batch = acting.lock(session, actor, [code], "reopen")[code]
    if batch.voided_at is not None:
        raise Conflict("batch.is_void", lot=batch.lot)
    _turn(session, batch, "open", "batch.reopened", "other", "OBSERVE", now)
    return batch


def _turn(
    session: Session,
    batch: Batch,
    state: str,
    kind: str,
    biz_step: str,
    action: Action,
    now: datetime,
) -> None:
    before = batch.state
    batch.state, batch.changed_at = state, now
    events.record_of_batch(
        session,
        batch,
        action=action,
        biz_step=biz_step,
        disposition="inactive" if state == "closed" else "active",
        details={"step": state, "before": before},
        now=now,
    )
    log.append(session, kind=kind, subject=batch.code, body={}, now=now)
