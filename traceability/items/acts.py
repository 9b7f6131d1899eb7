"""What is done to items: pasted, sold, come back, taken out of use; and undoing it.

A range of any length costs one act, one event and the few spans it touches. All of it happens under
the lock of the batch, so that two people cannot do two things to one label.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from accounts import permissions
from accounts.permissions import Actor
from foundation.errors import Conflict, Finding, Invalid, NotFound
from foundation.inputs import INT64
from traceability import batches, events
from traceability.epcis.models import EpcisEvent
from traceability.items import naming, spans, telling
from traceability.items.models import ItemAct, ItemSpan
from traceability.items.spans import Span
from traceability.models import Batch

# Nobody pastes or sells labels of goods that are held, recalled or gone; whatever comes back or is
# destroyed is told in any state.
_GOING_OUT = ("activated", "sold")
MOST_PIECES = 2_000


@dataclass(frozen=True)
class Change:
    """What becomes of a range: `first` and `last` as number, code or scanned address.

    `last` empty means the one item alone.
    """

    batch: str
    state: str
    first: str
    last: str = ""
    reason: str | None = None


@dataclass(frozen=True)
class Range:
    """Items of a batch that an act is about, with what it belongs to."""

    batch: Batch
    first: int
    last: int
    reason: str | None = None
    label_job_id: int | None = None
    handout_id: int | None = None
    by: int | None = None


def change(session: Session, actor: Actor, wanted: Change, *, now: datetime) -> ItemAct:
    """Record what became of a range of a batch's items.

    Raises: NotFound, Forbidden, Invalid naming the numbers, Conflict("item.is_…") naming the part
    that cannot become it, Conflict("item.batch_stopped").
    """
    batch = batches.get_locked_batch(session, wanted.batch)
    permissions.require(actor, "label.issue", batch)
    asked, standing = weigh(session, batch, wanted)
    asked = replace(asked, by=actor.person_id)
    return _become(session, asked, wanted.state, standing, now=now)


def weigh(session: Session, batch: Batch, wanted: Change) -> tuple[Range, list[Span]]:
    """The range a change is about and how it stands; what the page of it shows before it is done.

    Raises: Invalid, Conflict.
    """
    _refuse_wrong(wanted)
    asked = Range(batch, *find_range(session, batch, wanted.first, wanted.last), wanted.reason)
    standing = standing_in(session, batch.id, asked.first, asked.last)
    refuse_state(standing, asked, wanted.state)
    return asked, standing


def become(session: Session, asked: Range, state: str, *, now: datetime) -> ItemAct:
    """Let a range become something; its batch must be locked. Raises: as ``change``."""
    standing = standing_in(session, asked.batch.id, asked.first, asked.last)
    refuse_state(standing, asked, state)
    return _become(session, asked, state, standing, now=now)


def _become(
    session: Session, asked: Range, state: str, standing: Sequence[Span], *, now: datetime
) -> ItemAct:
    batch = asked.batch
    event = telling.record(session, batch, state, standing, now=now)
    return _write(session, asked, state, standing, event, now=now)


def find_range(session: Session, batch: Batch, first: str, last: str) -> tuple[int, int]:
    """The numbers of a range as typed. Raises: Invalid."""
    low = naming.find_number(session, batch.id, first)
    high = naming.find_number(session, batch.id, last) if last.strip() else low
    findings = naming.number_findings(low, first, "first")
    if last.strip():
        findings += naming.number_findings(high, last, "last")
    if findings or low is None or high is None:
        raise Invalid(findings)
    # A roll is unwound from either end: the first scanned may be the last printed.
    return min(low, high), max(low, high)


def refuse_state(standing: Sequence[Span], asked: Range, state: str) -> None:
    """Raises: Invalid("item.not_printed"), Conflict("item.is_…", "item.batch_stopped", …)."""
    if state in _GOING_OUT and asked.batch.state in ("held", "recalled"):
        raise Conflict("item.batch_stopped", lot=asked.batch.lot)
    missing = spans.gaps(standing, asked.first, asked.last)
    if missing:
        low, high = missing[0]
        raise Invalid([Finding("item.not_printed", {"first": low, "last": high}, "first")])
    for each in standing:
        if each.state not in spans.BEFORE[state]:
            raise Conflict(
                f"item.is_{each.state}", first=each.first, last=each.last, lot=asked.batch.lot
            )
    if len(standing) > MOST_PIECES:
        raise Conflict("item.too_many_pieces", most=MOST_PIECES)


def enter(session: Session, asked: Range, state: str, *, now: datetime) -> ItemAct:
    """Lay a printing order's own range, whatever lay there: printed by it, or never to be used."""
    standing = standing_in(session, asked.batch.id, asked.first, asked.last)
    return _write(session, asked, state, standing, None, now=now)


def undo(session: Session, actor: Actor, act_id: int, *, now: datetime) -> ItemAct:
    """Take an act back: the range stands as before, and both acts stay on record.

    Raises: NotFound, Forbidden, Conflict("item.not_undoable") for printing and what a cancelled
    order took out of use, Conflict("item.acted_since") when something was done to a part since.
    """
    act = get_act(session, act_id)
    batch = session.get_one(Batch, act.batch_id)
    permissions.require(actor, "label.issue", batch)
    batch = batches.get_locked_batch(session, batch.code)
    if not is_undoable(act):
        raise Conflict("item.not_undoable")
    standing = standing_in(session, batch.id, act.first, act.last)
    if any(each.act_id != act.id for each in standing):
        raise Conflict("item.acted_since")
    if act.event_id is not None:
        event = session.get_one(EpcisEvent, act.event_id)
        events.declare_wrong(session, event, "did_not_occur", now=now)
    row = ItemAct(
        batch_id=batch.id,
        state="undone",
        first=act.first,
        last=act.last,
        before=_plain(standing),
        undoes_id=act.id,
        handout_id=act.handout_id,
        acted_at=now,
        acted_by_id=actor.person_id,
    )
    session.add(row)
    session.flush()
    _lay(session, batch.id, act.first, act.last, [Span(*piece) for piece in act.before])
    return row


def get_act(session: Session, act_id: int) -> ItemAct:
    """Raises: NotFound("item.act_not_found")."""
    act = session.get(ItemAct, act_id) if 0 < act_id <= INT64 else None
    if act is None:
        raise NotFound("item.act_not_found")
    return act


def is_undoable(act: ItemAct) -> bool:
    """Whether an act is one of people on labels that exist, not of printing."""
    return act.label_job_id is None and act.state not in ("printed", "undone") and bool(act.before)


def standing_in(session: Session, batch_id: int, first: int, last: int) -> list[Span]:
    """How a range stands, in order of numbers, cut to the range."""
    return spans.cut(_touching(session, batch_id, first, last), first, last)


def _refuse_wrong(wanted: Change) -> None:
    findings = []
    if wanted.state not in spans.BECOME:
        findings.append(Finding("item.state_unknown", {"state": wanted.state[:20]}, "state"))
    if wanted.state == "void" and not (wanted.reason or "").strip():
        findings.append(Finding("input.required", {}, "reason"))
    if findings:
        raise Invalid(findings)


def _touching(session: Session, batch_id: int, first: int, last: int) -> list[Span]:
    statement = select(ItemSpan).where(
        ItemSpan.batch_id == batch_id, ItemSpan.first <= last, ItemSpan.last >= first
    )
    rows = session.execute(
        statement.with_only_columns(ItemSpan.first, ItemSpan.last, ItemSpan.state, ItemSpan.act_id)
    )
    return [Span(*row) for row in rows]


def _write(
    session: Session,
    asked: Range,
    state: str,
    standing: Sequence[Span],
    event: EpcisEvent | None,
    *,
    now: datetime,
) -> ItemAct:
    act = ItemAct(
        batch_id=asked.batch.id,
        state=state,
        first=asked.first,
        last=asked.last,
        reason=asked.reason,
        before=_plain(standing),
        label_job_id=asked.label_job_id,
        handout_id=asked.handout_id,
        event_id=event.id if event else None,
        acted_at=now,
        acted_by_id=asked.by,
    )
    session.add(act)
    session.flush()
    over = Span(asked.first, asked.last, state, act.id)
    _lay(session, asked.batch.id, asked.first, asked.last, [over])
    return act


def _lay(session: Session, batch_id: int, first: int, last: int, laid: Sequence[Span]) -> None:
    """Put spans over what stands in a range and beside it."""
    touching = _touching(session, batch_id, first, last)
    rows = spans.lay(touching, laid)
    low = min([first, *(each.first for each in touching)])
    session.execute(
        delete(ItemSpan).where(
            ItemSpan.batch_id == batch_id, ItemSpan.first >= low, ItemSpan.first <= last
        )
    )
    values: list[dict[str, Any]] = [
        {
            "batch_id": batch_id,
            "first": each.first,
            "last": each.last,
            "state": each.state,
            "act_id": each.act_id,
        }
        for each in rows
    ]
    if values:
        session.execute(insert(ItemSpan), values)


def _plain(standing: Sequence[Span]) -> list[list[Any]]:
    return [list(astuple(each)) for each in standing]
