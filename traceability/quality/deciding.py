"""Deciding about holds: an officer lets a batch pass with reason and evidence, or holds one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import permissions
from accounts.permissions import Actor
from foundation.errors import Conflict, Finding, Invalid, NotFound, Refused
from foundation.inputs import INT64
from traceability.batches import get_batch
from traceability.certifying import retesting
from traceability.certifying.models import LaboratoryResult
from traceability.models import Batch
from traceability.quality import holds, inheriting, notices, reach, settling
from traceability.quality.models import BatchHold, HoldDecision
from traceability.quality.settling import Cause, Settled


@dataclass(frozen=True)
class Decision:
    """Why a batch may pass, and on what evidence: a document, a laboratory result, or both.

    ``with_made_of``: what was made of the batch passes too, unless the cause reaches it by another
    way as well.
    """

    reason: str
    evidence: str = ""
    result_id: int | None = None
    with_made_of: bool = False


def lift(
    session: Session, actor: Actor, hold_id: int, decision: Decision, *, now: datetime
) -> Settled:
    """Take a hold away by decision. The batch stays held until its cooperative releases it.

    Raises: NotFound, Forbidden, Conflict("hold.ended"), Refused("hold.by_recall"),
    Refused("hold.no_retest") for a failed result no re-test has answered, Invalid without reason
    or evidence.
    """
    hold = _find(session, hold_id)
    batch = reach.lock(session, [hold.batch_id])[hold.batch_id]
    permissions.require(actor, "hold.decide", batch)
    session.refresh(hold)
    if hold.lifted_at is not None:
        raise Conflict("hold.ended")
    _check(session, hold, decision)
    settled = _lift(session, actor, batch, hold, decision, now)
    reach.touch(session, [each.id for each in settled.freed], now=now)
    notices.tell(session, settled)
    return settled


def hold(session: Session, actor: Actor, code: str, reason: str, *, now: datetime) -> Batch:
    """Hold a batch of the officer's territory, and all made of it, until an officer lets it pass.

    Each officer's hold stands by itself: lifting one leaves the others. It comes down the steps
    that count, as what a spraying or a laboratory found does; what is made later inherits it.
    Raises: NotFound, Forbidden, Conflict("batch.not_holdable"), Conflict("hold.own_already"),
    Invalid without a reason.
    """
    found = get_batch(session, code)
    permissions.require(actor, "hold.decide", found)
    # By no name yet: it is counted from the holds of the batch, which must be ours for that.
    batch = reach.lock_spread(session, "", [found.id])[found.id]
    if not reason.strip():
        raise Invalid([Finding("input.required", {}, "reason")])
    if batch.state in ("closed", "recalled"):
        raise Conflict("batch.not_holdable", lot=batch.lot)
    _refuse_twice(session, actor, batch)
    cause = Cause(holds.office_cause(session, batch), "manual", {})
    settled = settling.settle(session, cause, [batch.id], "", now=now, by=actor.person_id)
    row = _open(session, batch.id, cause.name)
    _write(session, actor, row, "placed", Decision(reason), now)
    notices.tell(session, settled)
    return batch


def _refuse_twice(session: Session, actor: Actor, batch: Batch) -> None:
    """Raises: Conflict("hold.own_already") while a hold of this lot by the same officer stands.

    One that came down from what the lot is made of ends with that: it is none of the lot's own.
    """
    standing = holds.open_holds(session, [batch.id]).get(batch.id, ())
    if any(
        holds.is_placed_on(each.cause, batch) and each.placed_by_id == actor.person_id
        for each in standing
    ):
        raise Conflict("hold.own_already", lot=batch.lot)


def decisions_of(session: Session, hold_ids: list[int]) -> dict[int, list[HoldDecision]]:
    """What offices said of some holds, the first first."""
    statement = select(HoldDecision).where(HoldDecision.hold_id.in_(hold_ids))
    found: dict[int, list[HoldDecision]] = {}
    for row in session.scalars(statement.order_by(HoldDecision.id)):
        found.setdefault(row.hold_id, []).append(row)
    return found


def _check(session: Session, hold: BatchHold, decision: Decision) -> None:
    if hold.reason == "recall":
        raise Refused("hold.by_recall")
    if hold.reason == "laboratory":
        failed_id = int(hold.cause.partition(":")[2])
        if not retesting.has_passed(session, failed_id):
            raise Refused("hold.no_retest")
    found = []
    if not decision.reason.strip():
        found.append(Finding("input.required", {}, "reason"))
    if decision.result_id is None and not decision.evidence.strip():
        found.append(Finding("hold.evidence_needed", {}, "evidence"))
    if decision.result_id is not None and not _may_prove(session, hold, decision.result_id):
        found.append(Finding("hold.result_unfit", {}, "result"))
    if found:
        raise Invalid(found)


def _may_prove(session: Session, hold: BatchHold, result_id: int) -> bool:
    """Whether a passed result is about the batch, its product, or an area it came from."""
    row = session.get(LaboratoryResult, result_id) if 0 < result_id <= INT64 else None
    if row is None or row.removed_at is not None or row.outcome != "passed":
        return False
    sources = reach.sources_of(session, [hold.batch_id])[hold.batch_id]
    product_id = session.scalar(select(Batch.product_id).where(Batch.id == hold.batch_id))
    return (
        row.batch_id in {each.batch_id for each in sources}
        or row.product_id == product_id
        or row.area_id in {area_id for each in sources for area_id in each.area_ids}
    )


def _lift(
    session: Session,
    actor: Actor,
    batch: Batch,
    hold: BatchHold,
    decision: Decision,
    now: datetime,
) -> Settled:
    # What does not come down from a lot holds each for itself, whatever others are called alike.
    with_below = decision.with_made_of and inheriting.spreads(hold)
    below = reach.lock_spread(session, hold.cause, [batch.id]) if with_below else {}
    freed = [batch]
    _lift_one(session, actor, batch, hold, decision, now)
    # Asked once this batch lets nothing through any more: what is still reached stays held.
    for each, own in _only_below(session, actor, below, hold.cause):
        _lift_one(session, actor, each, own, decision, now)
        freed.append(each)
    return Settled(freed=tuple(freed))


def _lift_one(
    session: Session,
    actor: Actor,
    batch: Batch,
    hold: BatchHold,
    decision: Decision,
    now: datetime,
) -> None:
    evidence = {} if decision.result_id is None else {"result": decision.result_id}
    settling.lift(
        session, batch, hold, reach.DECIDED, now=now, by=actor.person_id, details=evidence
    )
    _write(session, actor, hold, "lifted", decision, now)


def _only_below(
    session: Session, actor: Actor, below: Mapping[int, Batch], cause: str
) -> list[tuple[Batch, BatchHold]]:
    """What is held by a cause only because of what it is made of, which just was let pass."""
    if not below:
        return []
    statement = select(BatchHold).where(BatchHold.cause == cause, BatchHold.lifted_at.is_(None))
    open_now = {row.batch_id: row for row in session.scalars(statement)}
    elsewhere = reach.spread(session, {cause: open_now.keys() - below.keys()})[cause]
    return [
        (each, open_now[batch_id])
        for batch_id, each in below.items()
        if batch_id in open_now
        and batch_id not in elsewhere
        and permissions.may(actor, "hold.decide", each)
    ]


def _write(
    session: Session, actor: Actor, hold: BatchHold, kind: str, decision: Decision, now: datetime
) -> None:
    session.add(
        HoldDecision(
            hold_id=hold.id,
            kind=kind,
            reason=decision.reason.strip(),
            evidence=decision.evidence.strip(),
            result_id=decision.result_id,
            decided_at=now,
            decided_by_id=actor.person_id,
        )
    )
    session.flush()


def _find(session: Session, hold_id: int) -> BatchHold:
    row = session.get(BatchHold, hold_id) if 0 < hold_id <= INT64 else None
    if row is None:
        raise NotFound("hold.not_found")
    return row


def _open(session: Session, batch_id: int, cause: str) -> BatchHold:
    statement = select(BatchHold).where(
        BatchHold.batch_id == batch_id, BatchHold.cause == cause, BatchHold.lifted_at.is_(None)
    )
    return session.scalars(statement).one()
