"""Undoing a step that was recorded by mistake: its event is declared wrong, its goods go back.

Nothing is wiped out. The event stays and is struck out, the stock goes back by movements of its
own, and a batch the step had made is closed for good with nothing left in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import permissions
from accounts.models import Organisation
from accounts.permissions import Actor
from foundation import clock
from foundation.errors import Conflict, Finding, Invalid, NotFound
from ledger import log
from traceability import batches, events
from traceability.epcis.declared import is_wrong
from traceability.epcis.models import EpcisEvent
from traceability.handling import consignments, packing, stock
from traceability.handling.models import BatchMovement
from traceability.happenings import Reason
from traceability.models import Batch
from traceability.quality import holds, settling
from traceability.sensors import register as sensors
from traceability.undoing import naming, stances, standing, steps
from traceability.undoing.steps import Step

ACTION = "batch.undo"


@dataclass(frozen=True)
class Mistake:
    """Which step of a batch is wrong and why; ``corrective`` events tell what happened instead."""

    batch: str
    event: str
    reason: Reason
    corrective: tuple[str, ...] = ()


@dataclass(frozen=True)
class Outlook:
    """What undoing a step would do, and what stands in its way; read without a lock."""

    step: Step
    batches: Mapping[int, Batch]
    shelves: Mapping[int, stock.Shelf]
    findings: tuple[Finding, ...]
    # Of batches that would be void: why their names are not given again (naming).
    kept_names: Mapping[int, str]
    # How the batch of a release or a hold would stand (stances).
    stands: str | None = None


def look(session: Session, actor: Actor, batch: str, event: str, *, now: datetime) -> Outlook:
    """What undoing a step of a batch would do.

    Raises: NotFound, Forbidden, Conflict("step.undone"), Conflict("step.not_undoable").
    """
    step = _step(session, actor, batch, event)
    found = batches.by_ids(session, step.named)
    shelves = stock.shelves_of(session, found)
    findings = tuple(standing.findings(session, step, found, shelves))
    stands = None
    if step.kind in steps.DECIDING:
        (decided,) = (found[each] for each in step.named)
        stands = stances.state_after(session, step, decided, clock.business_day(now))
    kept_names = naming.told_outside(session, step.made)
    return Outlook(step, found, shelves, findings, kept_names, stands)


def undo(session: Session, actor: Actor, wanted: Mistake, *, now: datetime) -> Step:
    """Undo a step of a batch: declare its events wrong and give back exactly what it took.

    Raises: NotFound, Forbidden, Invalid("undo.corrective_unknown"), Conflict("step.undone"),
    Conflict("step.not_undoable"), Conflict("undo.built_upon") naming all that stands on it.
    """
    named = _step(session, actor, wanted.batch, wanted.event).named
    found = batches.lock_by_ids(session, named)
    # Read again, now that its batches are ours: somebody may have been quicker by a moment.
    step = steps.read(session, wanted.event)
    _refuse_unknown(session, step, wanted.corrective)
    _lock_papers(session, step)
    stock.lock(session, named)
    shelves = stock.shelves_of(session, named)
    against = standing.findings(session, step, found, shelves)
    if against:
        raise Conflict("undo.built_upon", against)
    kept_names = naming.told_outside(session, step.made)
    declare = partial(events.declare_wrong, corrective=wanted.corrective, now=now)
    declarations = [declare(session, event, wanted.reason) for event in step.events]
    chief = declarations[0]
    move = partial(_move, session, actor, chief, now=now)
    for batch_id, amount in step.moved.items():
        _give_back(session, batch_id, amount)
        move(batch_id, -amount)
    for batch_id in step.made:
        _void(session, actor, found[batch_id], shelves[batch_id].there, now)
        found[batch_id].name_kept_because = kept_names.get(batch_id)
        move(batch_id, -shelves[batch_id].there)
    _turn_back(session, step, found, now)
    if step.kind in steps.DECIDING:
        stances.turn_back(session, actor, step, found, now=now)
    for batch in found.values():
        batch.changed_at = now
    session.flush()
    return step


def _step(session: Session, actor: Actor, code: str, event: str) -> Step:
    """The step, for those who may undo it, when it is one of that batch."""
    batch = batches.get_own_batch(session, actor, code)
    # Whose it is comes first: nobody is told of another's step whether it still counts.
    told_by = steps.get_event(session, event).organisation_id
    if told_by is None:
        raise NotFound("step.not_found")
    permissions.require(actor, ACTION, session.get_one(Organisation, told_by))
    step = steps.read(session, event)
    if batch.id not in step.named:
        raise NotFound("step.not_found")
    return step


def _refuse_unknown(session: Session, step: Step, corrective: tuple[str, ...]) -> None:
    """Events that correct a step are its teller's own, still count, and are not the step."""
    wanted = set(corrective)
    if not wanted:
        return
    known = set(
        session.scalars(
            select(EpcisEvent.event_id).where(
                EpcisEvent.event_id.in_(wanted),
                EpcisEvent.organisation_id == step.organisation_id,
                ~EpcisEvent.is_error_declaration,
                ~is_wrong(),
            )
        )
    ) - {event.event_id for event in step.events}
    unknown = sorted(wanted - known)
    if unknown:
        raise Invalid(
            [
                Finding("undo.corrective_unknown", {"event": each[:100]}, "corrective_event_ids")
                for each in unknown
            ]
        )


def _lock_papers(session: Session, step: Step) -> None:
    """Hold the consignment and the units of a step, after its batches, as every step does."""
    if step.consignment is not None:
        consignments.lock(session, step.consignment)
        units = [line.unit_id for line in step.consignment.lines if line.unit_id is not None]
        packing.lock_units(session, units)
    if step.unit is not None:
        packing.lock_units(session, [step.unit.id])


def _give_back(session: Session, batch_id: int, amount: Decimal) -> None:
    """Take a movement back. Raises: Conflict("stock.moved")."""
    back = stock.put_back if amount < 0 else stock.lose_found
    # The shelf is locked and weighed already; the condition is the last word all the same.
    if not back(session, batch_id, abs(amount)):
        raise Conflict("stock.moved")


def _void(session: Session, actor: Actor, batch: Batch, there: Decimal, now: datetime) -> None:
    """Close a batch that never should have been, with nothing left in it."""
    if there != batch.quantity or not stock.use(session, batch.id, there):
        raise Conflict("stock.moved")
    for hold in holds.open_holds(session, [batch.id]).get(batch.id, ()):
        settling.lift(session, batch, hold, "voided", now=now, by=actor.person_id)
    batch.state, batch.released_at, batch.voided_at = "closed", None, now
    sensors.leave(session, batch, now=now)
    log.append(session, kind="batch.voided", subject=batch.code, body={}, now=now)


def _move(
    session: Session,
    actor: Actor,
    declaration: EpcisEvent,
    batch_id: int,
    amount: Decimal,
    *,
    now: datetime,
) -> None:
    session.add(
        BatchMovement(
            batch_id=batch_id,
            event_id=declaration.id,
            kind="undo",
            amount=amount,
            happened_at=now,
            recorded_at=now,
            recorded_by_id=actor.person_id,
        )
    )


def _turn_back(session: Session, step: Step, found: Mapping[int, Batch], now: datetime) -> None:
    """Consignments, units and closed batches stand again as before the step."""
    if step.unit is not None:
        step.unit.state = "void"
    if step.consignment is not None:
        _turn_consignment(session, step, now)
    if step.kind == "close":
        held = holds.open_holds(session, step.named)
        for batch in found.values():
            before = _state_before(step)
            batch.state = "held" if batch.id in held and before != "recalled" else before


def _state_before(step: Step) -> str:
    """The state a batch was closed in; events of old say nothing of it: it is to be looked at."""
    before = step.details.get("before")
    return before if before in ("held", "released", "recalled") else "open"


def _turn_consignment(session: Session, step: Step, now: datetime) -> None:
    sent = step.consignment
    assert sent is not None
    is_sending = step.kind == "ship"
    sent.state, sent.settled_at = ("void", now) if is_sending else ("sent", None)
    if not is_sending:
        for line in sent.lines:
            line.received, line.received_batch_id = None, None
    units = [line.unit_id for line in sent.lines if line.unit_id is not None]
    for unit in packing.lock_units(session, units).values():
        unit.state = "packed" if is_sending else "shipped"
