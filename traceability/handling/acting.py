"""What every step does alike: find and lock the batches, draw on their stock, tell the event."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts import permissions
from accounts.permissions import Actor
from foundation import clock, codes, quantity
from foundation.clock import VIETNAM
from foundation.errors import Conflict, Finding, Invalid, NotFound
from traceability import batches
from traceability.epcis.models import EpcisEvent
from traceability.handling import amounts, states, stock
from traceability.handling.models import BatchMovement
from traceability.happenings import Portion
from traceability.lineage import nodes
from traceability.lineage.models import TraceEdge, TraceNode
from traceability.models import Batch
from traceability.quality import holds

_NOON = time(12)


@dataclass(frozen=True)
class Taken:
    """What a step takes of a batch; ``quantity`` None is all that is free."""

    batch: str
    quantity: Decimal | None = None
    unit: str | None = None


@dataclass(frozen=True)
class Drawn:
    """An amount of a batch in its own unit."""

    batch: Batch
    amount: Decimal


def lock(
    session: Session, actor: Actor, wanted: Iterable[str], step: str, *, action: str = "batch.write"
) -> dict[str, Batch]:
    """The batches of these codes as typed, held in id order, on which the step may be done.

    Raises: NotFound, Forbidden, Conflict("batch.is_…") naming the batch its state forbids.
    """
    typed = {code: codes.normalise(code) for code in wanted}
    found = batches.lock_batches(session, typed.values())
    if any(code not in found for code in typed.values()):
        raise NotFound("batch.not_found")
    for batch in found.values():
        permissions.require(actor, action, batch)
        refuse_by_state(batch, step)
    return {as_typed: found[code] for as_typed, code in typed.items()}


def refuse_by_state(batch: Batch, step: str) -> None:
    """Raises: Conflict("batch.is_…") when the batch's state forbids the step."""
    if not states.allows(batch.state, step):
        raise Conflict(f"batch.is_{batch.state}", lot=batch.lot, step=step, state=batch.state)


def refuse_future(happened_at: datetime, now: datetime) -> None:
    """Raises: Invalid("batch.step_in_future"): what is to happen has not happened."""
    if happened_at > now:
        raise Invalid([Finding("batch.step_in_future", {}, "happened_at")])


def refuse_before(session: Session, found: Iterable[Batch], happened_at: datetime) -> None:
    """Raises: Invalid("batch.step_too_early"): nothing is done with goods not there yet."""
    early = early_findings(session, list(found), happened_at)
    if early:
        raise Invalid(early)


def early_findings(
    session: Session, found: Sequence[Batch], happened_at: datetime
) -> list[Finding]:
    """The batches of some that were not there yet at a time, each with since when it was.

    Goods are there from their day of production; parts, mixtures, products and arrivals, which
    keep the day of what they came of, from the step that made them.
    """
    day = clock.business_day(happened_at)
    made_at = _made_at(session, found)
    early = []
    for batch in found:
        since: date | datetime | None = batch.produced_on if batch.produced_on > day else None
        made = made_at.get(batch.id)
        if made is not None and is_before(happened_at, made):
            since = moment(made, happened_at)
        if since is not None:
            told = {"lot": batch.lot, "on": since}
            early.append(Finding("batch.step_too_early", told, "happened_at"))
    return early


def is_before(one: datetime, other: datetime) -> bool:
    """Whether one step came before another: by the day where either is told by its day alone."""
    if _is_told_by_day(one) or _is_told_by_day(other):
        return clock.business_day(one) < clock.business_day(other)
    return one < other


def moment(at: datetime, beside: datetime) -> date | datetime:
    """A time as it is told beside another: its day, and the hour only on one and the same day."""
    day = clock.business_day(at)
    return at if day == clock.business_day(beside) else day


def _is_told_by_day(at: datetime) -> bool:
    return at.astimezone(VIETNAM).time() == _NOON


def _made_at(session: Session, found: Sequence[Batch]) -> dict[int, datetime]:
    """When the batches made of others came to be, as their own house told it."""
    made_of = [batch.id for batch in found if batch.origin == "batches"]
    if not made_of:
        return {}
    statement = (
        select(TraceNode.batch_id, func.min(TraceEdge.happened_at))
        .join(TraceEdge, TraceEdge.child_id == TraceNode.id)
        .join(Batch, Batch.id == TraceNode.batch_id)
        .join(EpcisEvent, EpcisEvent.id == TraceEdge.event_id)
        .where(
            TraceNode.batch_id.in_(made_of),
            TraceEdge.kind == "made_of",
            EpcisEvent.organisation_id == Batch.organisation_id,
        )
        .group_by(TraceNode.batch_id)
    )
    return {batch_id: at for batch_id, at in session.execute(statement) if batch_id is not None}


def done_at(day: date | None, now: datetime) -> datetime:
    """When a step was done that people tell by its day: today is now, another day its noon."""
    if day is None or day == clock.business_day(now):
        return now
    return datetime.combine(day, _NOON, VIETNAM)


def amounts_of(
    session: Session, taken: Sequence[Taken], found: Mapping[str, Batch], field: str = "inputs"
) -> list[Drawn]:
    """What is wanted of each batch in the batch's unit, in id order, one line per batch.

    ``field`` is the list the lines stand in; "" for a step whose one line is its own fields.
    Raises: Invalid with all findings, Conflict("batch.short") naming what is free and promised.
    """
    shelves = stock.lock(session, [batch.id for batch in found.values()])
    wanted: dict[int, Drawn] = {}
    findings = []
    for place, line in enumerate(taken):
        batch = found[line.batch]
        shelf = shelves[batch.id]
        free = shelf.made - shelf.used - shelf.taken
        amount: Decimal | Finding = free
        if line.quantity is not None:
            amount = amounts.of_batch(line.quantity, line.unit, batch)
        elif free <= 0:
            raise short(batch, Decimal(0), free, shelf.taken)
        if isinstance(amount, Finding):
            at = f"{field}.{place}.{amount.field}" if field else amount.field
            findings.append(Finding(amount.code, amount.params, at))
            continue
        had = wanted[batch.id].amount if batch.id in wanted else Decimal(0)
        wanted[batch.id] = Drawn(batch, had + amount)
        if had + amount > free:
            raise short(batch, had + amount, free, shelf.taken)
    if findings:
        raise Invalid(findings)
    return [wanted[batch_id] for batch_id in sorted(wanted)]


def short(batch: Batch, asked: Decimal, free: Decimal, promised: Decimal) -> Conflict:
    """That a batch has less than a step takes, with the numbers."""
    return Conflict(
        "batch.short",
        lot=batch.lot,
        asked=quantity.stored(asked),
        free=quantity.stored(free),
        promised=quantity.stored(promised),
        unit=quantity.get_unit(batch.unit).symbol(),
    )


def draw(
    session: Session,
    actor: Actor,
    drawn: Sequence[Drawn],
    kind: str,
    event: EpcisEvent,
    *,
    now: datetime,
) -> None:
    """Take the amounts off the shelves and write the movements. Raises: Conflict("stock.moved")."""
    for each in drawn:
        # The shelf is locked and counted already; the condition is the last word all the same.
        if not stock.use(session, each.batch.id, each.amount):
            raise Conflict("stock.moved")
    move(session, actor, [Drawn(each.batch, -each.amount) for each in drawn], kind, event, now=now)


def bring_back(
    session: Session,
    actor: Actor,
    brought: Sequence[Drawn],
    kind: str,
    event: EpcisEvent,
    *,
    now: datetime,
) -> None:
    """Put amounts on the shelves again: what was found, or came back. A closed batch is open."""
    open_again(session, [each.batch for each in brought])
    for each in brought:
        stock.add_found(session, each.batch.id, each.amount)
    move(session, actor, brought, kind, event, now=now)


def open_again(session: Session, found: Iterable[Batch]) -> None:
    """Let closed batches be worked on again; those something still holds are held."""
    closed = [batch for batch in found if batch.state == "closed"]
    held = holds.open_holds(session, [batch.id for batch in closed]) if closed else {}
    for batch in closed:
        batch.state = "held" if batch.id in held else "open"


def move(
    session: Session,
    actor: Actor,
    moved: Sequence[Drawn],
    kind: str,
    event: EpcisEvent,
    *,
    now: datetime,
) -> None:
    """Write what moved, signed, and that the batches' pages have something new to tell."""
    batches.tell_anew(session, [each.batch for each in moved], now=now)
    for each in moved:
        session.add(
            BatchMovement(
                batch_id=each.batch.id,
                event_id=event.id,
                kind=kind,
                amount=each.amount,
                happened_at=event.event_time,
                recorded_at=now,
                recorded_by_id=actor.person_id,
            )
        )
    session.flush()


def portions(session: Session, drawn: Sequence[Drawn]) -> tuple[Portion, ...]:
    """The amounts as an event tells them."""
    uris = nodes.uris_of(session, [each.batch.id for each in drawn])
    return tuple(Portion(uris[each.batch.id], each.amount, each.batch.unit) for each in drawn)


def whole(session: Session, made: Sequence[Batch]) -> tuple[Portion, ...]:
    """New batches as an event tells them: all of each."""
    return portions(session, [Drawn(batch, batch.quantity) for batch in made])
