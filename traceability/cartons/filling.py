"""Packing a lot into cartons that are all alike: each gets its number, its event and its label."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from accounts.models import Organisation
from accounts.permissions import Actor
from foundation import codes
from foundation.errors import Conflict, Finding, Invalid
from traceability import events
from traceability.epcis.models import EpcisEvent
from traceability.handling import acting, amounts, packing, stock, unit_numbers
from traceability.handling.acting import Drawn, Taken
from traceability.handling.models import BatchMovement
from traceability.handling.trade_models import LogisticUnit, UnitContent
from traceability.happenings import Happening
from traceability.items import acts, spans
from traceability.models import Batch

MOST_CARTONS = 200
_CHANCE = secrets.SystemRandom()
FULL = ("packed", "loaded", "shipped", "received")
"""States of a unit that goods are in."""
_PACKABLE = ("printed", "activated", "returned")


@dataclass(frozen=True)
class Filling:
    """So many cartons of so much of a lot each, in the lot's unit unless another is named.

    ``items_each`` counts labelled items into each carton, from ``first_item`` on; without a first
    one, from the first that no carton holds.
    """

    batch: str
    each: Decimal
    count: int
    unit: str | None = None
    items_each: int | None = None
    first_item: int | None = None
    happened_at: datetime | None = None


@dataclass(frozen=True)
class _Carton:
    unit: LogisticUnit
    content: UnitContent


def fill(
    session: Session,
    actor: Actor,
    wanted: Filling,
    *,
    now: datetime,
    chance: codes.Chooser = _CHANCE,
) -> str:
    """Pack the cartons and tell each; the code of the run they are printed by.

    Raises: NotFound, Forbidden, Invalid, Conflict("batch.is_…"), Conflict("batch.short"),
    Conflict("carton.items_packed").
    """
    happened_at = wanted.happened_at or now
    acting.refuse_future(happened_at, now)
    found = acting.lock(session, actor, [wanted.batch], "pack")
    acting.refuse_before(session, found.values(), happened_at)
    batch = found[wanted.batch]
    each = _amount(wanted, batch)
    acting.amounts_of(session, (Taken(wanted.batch, each * wanted.count),), found, "")
    first_item = _first_item(session, batch, wanted)
    run = codes.new_code(packing.CODE_LENGTH, chance)
    units = _units(session, batch, wanted.count, run, happened_at, chance)
    cartons = [
        _Carton(unit, _content(unit, batch, each, wanted.items_each, first_item, place))
        for place, unit in enumerate(units)
    ]
    session.add_all(carton.content for carton in cartons)
    told = _tell(session, batch, cartons, happened_at, now=now)
    _draw(session, actor, batch, each, told, now=now)
    return run


def _amount(wanted: Filling, batch: Batch) -> Decimal:
    """What goes into one carton, in the lot's unit. Raises: Invalid with all findings."""
    findings = []
    if not 1 <= wanted.count <= MOST_CARTONS:
        findings.append(Finding("carton.count", {"most": MOST_CARTONS}, "count"))
    if wanted.first_item is not None and wanted.items_each is None:
        findings.append(Finding("carton.items_each_missing", {}, "items_each"))
    each = amounts.of_batch(wanted.each, wanted.unit, batch)
    if isinstance(each, Finding):
        findings.append(Finding(each.code, each.params, "each"))
    if findings or isinstance(each, Finding):
        raise Invalid(findings)
    return each


def _first_item(session: Session, batch: Batch, wanted: Filling) -> int | None:
    """Where the labelled items begin. Raises: Invalid, Conflict naming what is in the way."""
    if wanted.items_each is None:
        return None
    first = wanted.first_item or _next_item(session, batch)
    last = first + wanted.items_each * wanted.count - 1
    standing = acts.standing_in(session, batch.id, first, last)
    gone = [span for span in standing if span.state not in _PACKABLE]
    if not spans.is_whole(standing, first, last) or gone:
        at = gone[0] if gone else None
        told = {"first": at.first if at else first, "last": at.last if at else last}
        code = f"item.is_{at.state}" if at else "item.not_printed"
        raise Invalid([Finding(code, told, "first_item")])
    holder = session.scalar(_holder(batch, first, last))
    if holder is not None:
        raise Conflict("carton.items_packed", unit=holder)
    return first


def _next_item(session: Session, batch: Batch) -> int:
    """The first labelled item of a lot after those that cartons hold."""
    held = _held(batch).with_only_columns(func.max(UnitContent.last_item))
    return (session.scalar(held) or 0) + 1


def _holder(batch: Batch, first: int, last: int) -> Select[str]:
    """The name of a carton that holds any of some items."""
    name = func.coalesce(LogisticUnit.sscc, LogisticUnit.code)
    overlapping = (UnitContent.first_item <= last, UnitContent.last_item >= first)
    return _held(batch).where(*overlapping).with_only_columns(name).limit(1)


def _held(batch: Batch) -> Select[int]:
    return (
        select(UnitContent.unit_id)
        .join(LogisticUnit, LogisticUnit.id == UnitContent.unit_id)
        .where(UnitContent.batch_id == batch.id, LogisticUnit.state.in_(FULL))
    )


def _units(
    session: Session,
    batch: Batch,
    count: int,
    run: str,
    happened_at: datetime,
    chance: codes.Chooser,
) -> list[LogisticUnit]:
    packer = session.get_one(Organisation, batch.organisation_id)
    numbers: Sequence[str | None] = unit_numbers.draw_many(session, packer, count)
    units = [
        LogisticUnit(
            code=codes.new_code(packing.CODE_LENGTH, chance),
            sscc=number,
            organisation_id=batch.organisation_id,
            commune_code=batch.commune_code,
            province_code=batch.province_code,
            state="packed",
            packed_at=happened_at,
            run=run,
        )
        for number in numbers or [None] * count
    ]
    packing.write(session, units)
    return units


def _content(
    unit: LogisticUnit,
    batch: Batch,
    each: Decimal,
    items_each: int | None,
    first_item: int | None,
    place: int,
) -> UnitContent:
    first = last = None
    if items_each is not None and first_item is not None:
        first = first_item + place * items_each
        last = first + items_each - 1
    return UnitContent(
        unit_id=unit.id, batch_id=batch.id, quantity=each, first_item=first, last_item=last
    )


def _tell(
    session: Session,
    batch: Batch,
    cartons: Sequence[_Carton],
    happened_at: datetime,
    *,
    now: datetime,
) -> list[EpcisEvent]:
    """One aggregation a carton, told all at once."""
    (portion,) = acting.portions(session, [Drawn(batch, cartons[0].content.quantity)])
    told = []
    for carton in cartons:
        items = {}
        if carton.content.first_item is not None:
            items = {"first": carton.content.first_item, "last": carton.content.last_item}
        happening = Happening(
            "AggregationEvent",
            "packing",
            happened_at=happened_at,
            action="ADD",
            disposition="in_progress",
            parent_uri=carton.unit.uri,
            things=(portion,),
            details={"step": "pack", **items},
        )
        told.append((batch.organisation_id, happening))
    return events.record_all(session, told, now=now)


def _draw(
    session: Session,
    actor: Actor,
    batch: Batch,
    each: Decimal,
    told: Sequence[EpcisEvent],
    *,
    now: datetime,
) -> None:
    """Take it all off the shelf at once; each carton's share is a movement of its own."""
    if not stock.use(session, batch.id, each * len(told)):
        raise Conflict("stock.moved")
    batch.changed_at = now
    session.add_all(
        BatchMovement(
            batch_id=batch.id,
            event_id=event.id,
            kind="pack",
            amount=-each,
            happened_at=event.event_time,
            recorded_at=now,
            recorded_by_id=actor.person_id,
        )
        for event in told
    )
    session.flush()
