"""Deciding about a batch: fit for sale, or held until somebody has looked at it."""

from datetime import datetime

from sqlalchemy.orm import Session

from accounts import permissions, verification
from accounts.permissions import Actor
from foundation.errors import Conflict
from ledger import log
from traceability import events, pre_harvest
from traceability.batches import get_locked_batch
from traceability.models import Batch


def release(session: Session, actor: Actor, code: str, *, now: datetime) -> Batch:
    """Declare a batch fit for sale: from here on its scan page says so and offers may sell it.

    Raises: Forbidden, NotFound, Conflict("batch.not_releasable"),
    Conflict("batch.pre_harvest_interval"), Refused("organisation.unverified").
    """
    batch = get_locked_batch(session, code)
    permissions.require(actor, "batch.release", batch)
    if batch.state not in ("draft", "held"):
        raise Conflict("batch.not_releasable", lot=batch.lot)
    verification.require_verified(session, batch.organisation_id)
    # The diary may have grown since the batch was opened: a late entry still counts.
    pre_harvest.refuse_early_harvest(session, batch.areas, batch.harvested_on, batch.parcel_ids)
    batch.state = "released"
    batch.released_at = batch.changed_at = now
    events.record(
        session,
        batch,
        action="OBSERVE",
        biz_step="inspecting",
        disposition="conformant",
        details={},
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
    if batch.state not in ("draft", "released"):
        raise Conflict("batch.not_holdable", lot=batch.lot)
    batch.state = "held"
    batch.changed_at = now
    events.record(
        session,
        batch,
        action="OBSERVE",
        biz_step="holding",
        disposition="non_conformant",
        details={},
        now=now,
    )
    log.append(session, kind="batch.held", subject=batch.code, body={}, now=now)
    return batch
