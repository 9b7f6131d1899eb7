"""Labels handed to a packing line, and what came back: so many pasted, the rest kept or void.

A roll is handed to a named line by range; who gave it and when stays on record. Nobody can be
handed what another line holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from accounts import permissions
from accounts.permissions import Actor
from foundation.errors import Conflict, Finding, Invalid, NotFound
from foundation.inputs import INT64
from traceability import batches
from traceability.items import acts, naming, spans
from traceability.items.acts import Range
from traceability.items.models import ItemHandout, ItemSpan
from traceability.items.spans import Span
from traceability.models import Batch


@dataclass(frozen=True)
class Handing:
    """What a line is handed: `count` labels from the next free one on, or from `start` on."""

    batch: str
    line: str
    count: int
    start: str = ""


@dataclass(frozen=True)
class Settling:
    """What came of a handed range: `used` labels pasted in order; the rest "kept" or "void"."""

    used: int
    left_over: str = "kept"
    reason: str | None = None


def hand_out(session: Session, actor: Actor, wanted: Handing, *, now: datetime) -> ItemHandout:
    """Hand a range of printed labels to a packing line.

    Raises: NotFound, Forbidden, Invalid, Conflict("item.is_…", "item.handed_out",
    "item.none_free", "item.batch_stopped").
    """
    batch = batches.get_locked_batch(session, wanted.batch)
    permissions.require(actor, "label.issue", batch)
    if batch.state in ("held", "recalled", "closed"):
        raise Conflict("item.batch_stopped", lot=batch.lot)
    first, last = _range(session, batch, wanted)
    row = ItemHandout(
        batch_id=batch.id,
        organisation_id=batch.organisation_id,
        commune_code=batch.commune_code,
        province_code=batch.province_code,
        line=" ".join(wanted.line.split()),
        first=first,
        last=last,
        handed_at=now,
        handed_by_id=actor.person_id,
    )
    row.batch = batch
    session.add(row)
    session.flush()
    return row


def settle(
    session: Session, actor: Actor, handout_id: int, told: Settling, *, now: datetime
) -> ItemHandout:
    """Tell what came of a handed range: the pasted ones are active from now on.

    Raises: NotFound, Forbidden, Invalid("item.used_too_many"), Conflict("item.settled"), and as
    `acts.become`.
    """
    row = get_handout(session, actor, handout_id)
    # The batch first, then its rows: the order every act on items locks in.
    row.batch = batches.get_locked_batch(session, row.batch.code)
    session.refresh(row, ["settled_at"], with_for_update=True)
    if row.settled_at is not None:
        raise Conflict("item.settled", line=row.line)
    _refuse_wrong(row, told)
    row.used, row.left_over = told.used, told.left_over
    row.settled_at, row.settled_by_id = now, actor.person_id
    middle = row.first + told.used
    _become(session, actor, row, (row.first, middle - 1), "activated", None, now=now)
    if told.left_over == "void":
        _become(session, actor, row, (middle, row.last), "void", told.reason, now=now)
    session.flush()
    return row


def _become(
    session: Session,
    actor: Actor,
    row: ItemHandout,
    part: tuple[int, int],
    state: str,
    reason: str | None,
    *,
    now: datetime,
) -> None:
    """What is still as printed in a part of a handed range becomes something.

    A label that was torn and taken out of use meanwhile stays so.
    """
    standing = acts.standing_in(session, row.batch_id, *part) if part[0] <= part[1] else []
    for first, last in _runs([each for each in standing if each.state == "printed"]):
        asked = Range(row.batch, first, last, reason=reason, handout_id=row.id, by=actor.person_id)
        acts.become(session, asked, state, now=now)


def get_handout(session: Session, actor: Actor, handout_id: int) -> ItemHandout:
    """A handed range, for those who print for its organisation. Raises: NotFound, Forbidden."""
    statement = select(ItemHandout).where(ItemHandout.id == handout_id)
    statement = statement.options(joinedload(ItemHandout.batch).joinedload(Batch.product))
    row = session.scalar(statement) if 0 < handout_id <= INT64 else None
    if row is None:
        raise NotFound("item.handout_not_found")
    permissions.require(actor, "label.issue", row)
    return row


def next_free(session: Session, batch_id: int, count: int) -> tuple[int, int] | None:
    """The first run of `count` printed labels in a row that no line holds."""
    statement = select(ItemSpan).where(ItemSpan.batch_id == batch_id, ItemSpan.state == "printed")
    printed = [
        Span(row.first, row.last, row.state, row.act_id) for row in session.scalars(statement)
    ]
    held = [Span(row.first, row.last, "held", 0) for row in _open(session, batch_id)]
    free = (each for each in spans.lay(printed, held) if each.state == "printed")
    for first, last in _runs(sorted(free)):
        if last - first + 1 >= count:
            return first, first + count - 1
    return None


def _runs(free: Sequence[Span]) -> list[tuple[int, int]]:
    """Neighbouring ranges as one, whichever order printed them."""
    found: list[tuple[int, int]] = []
    for each in free:
        if found and found[-1][1] + 1 == each.first:
            found[-1] = (found[-1][0], each.last)
        else:
            found.append((each.first, each.last))
    return found


def _range(session: Session, batch: Batch, wanted: Handing) -> tuple[int, int]:
    findings = []
    if not wanted.line.split():
        findings.append(Finding("input.required", {}, "line"))
    if wanted.count < 1:
        findings.append(Finding("input.out_of_range", {"low": 1, "high": 1_000_000}, "count"))
    if findings:
        raise Invalid(findings)
    if not wanted.start.strip():
        found = next_free(session, batch.id, wanted.count)
        if found is None:
            raise Conflict("item.none_free", count=wanted.count, lot=batch.lot)
        return found
    first = naming.find_number(session, batch.id, wanted.start)
    wrong = naming.number_findings(first, wanted.start, "start")
    if wrong or first is None:
        raise Invalid(wrong)
    last = first + wanted.count - 1
    _refuse_taken(session, batch, first, last)
    return first, last


def _refuse_taken(session: Session, batch: Batch, first: int, last: int) -> None:
    standing = acts.standing_in(session, batch.id, first, last)
    acts.refuse_state(standing, Range(batch, first, last), "handed")
    for row in _open(session, batch.id):
        if row.first <= last and row.last >= first:
            raise Conflict("item.handed_out", line=row.line, first=row.first, last=row.last)


def _open(session: Session, batch_id: int) -> Sequence[ItemHandout]:
    statement = select(ItemHandout).where(
        ItemHandout.batch_id == batch_id, ItemHandout.settled_at.is_(None)
    )
    return session.scalars(statement.order_by(ItemHandout.first)).all()


def _refuse_wrong(row: ItemHandout, told: Settling) -> None:
    findings = []
    if not 0 <= told.used <= row.count:
        findings.append(Finding("item.used_too_many", {"most": row.count}, "used"))
    if told.left_over not in ("kept", "void"):
        findings.append(Finding("input.not_a_choice", {"choices": "kept, void"}, "left_over"))
    if told.left_over == "void" and told.used < row.count and not (told.reason or "").strip():
        findings.append(Finding("input.required", {}, "reason"))
    if findings:
        raise Invalid(findings)
