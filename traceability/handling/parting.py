"""Splitting a batch and merging batches: the same goods under other lots, to the gram."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from accounts.permissions import Actor
from foundation import clock, quantity
from foundation.errors import Finding, Invalid
from traceability import events
from traceability.handling import acting, amounts, demands, lots, making
from traceability.handling.acting import Drawn, Taken
from traceability.handling.making import Making
from traceability.happenings import Happening
from traceability.models import Batch
from traceability.quality import inheriting

MOST_PARTS = 50


@dataclass(frozen=True)
class Part:
    """A new lot taken out of a batch."""

    quantity: Decimal
    unit: str | None = None
    lot: str | None = None


@dataclass(frozen=True)
class Split:
    """Parts of one batch; what is not named stays in it."""

    batch: str
    parts: tuple[Part, ...]
    happened_at: datetime | None = None


@dataclass(frozen=True)
class Merge:
    """Batches of one product, whole or in part, put together."""

    inputs: tuple[Taken, ...]
    lot: str | None = None
    happened_at: datetime | None = None
    # Asked for where the batches are for different countries; None: what they are all for.
    market: str | None = None
    document_number: str | None = None


def split(session: Session, actor: Actor, wanted: Split, *, now: datetime) -> list[Batch]:
    """Part a batch into lots of their own; they keep its dates and whether it may be sold.

    Raises: NotFound, Forbidden, Invalid, Conflict("batch.is_…"), Conflict("batch.short"),
    Conflict("batch.lot_taken").
    """
    happened_at = wanted.happened_at or now
    acting.refuse_future(happened_at, now)
    found = acting.lock(session, actor, [wanted.batch], "split")
    acting.refuse_before(session, found.values(), happened_at)
    parent = found[wanted.batch]
    sizes = _sizes(wanted, parent)
    total = Taken(wanted.batch, sum(sizes, Decimal(0)), parent.unit)
    drawn = acting.amounts_of(session, [total], found, "parts")
    day = clock.business_day(happened_at)
    children = [
        making.make(
            session,
            parent.product,
            _part_of(parent, size, part.lot),
            told={"split_from": parent.code},
            proposals=lots.of_part(parent.lot, day),
            now=now,
        )
        for part, size in zip(wanted.parts, sizes, strict=True)
    ]
    _tell(session, actor, "split", drawn, children, happened_at, now=now)
    return children


def merge(session: Session, actor: Actor, wanted: Merge, *, now: datetime) -> Batch:
    """Put batches of one product together under one lot.

    It expires when the first of them does, and may be sold at once only when all of them may.
    Raises: NotFound, Forbidden, Invalid, Conflict("batch.is_…"), Conflict("batch.short"),
    Conflict("batch.lot_taken").
    """
    happened_at = wanted.happened_at or now
    acting.refuse_future(happened_at, now)
    found = acting.lock(session, actor, [each.batch for each in wanted.inputs], "merge")
    acting.refuse_before(session, found.values(), happened_at)
    sources = {batch.id: batch for batch in found.values()}
    findings = _merge_findings(wanted, list(sources.values()), now)
    if findings:
        raise Invalid(findings)
    drawn = acting.amounts_of(session, wanted.inputs, found)
    made = making.make(
        session,
        drawn[0].batch.product,
        _together(drawn, wanted),
        told={"merged_from": [each.batch.code for each in drawn]},
        now=now,
    )
    _tell(session, actor, "merge", drawn, [made], happened_at, now=now)
    return made


def _merge_findings(wanted: Merge, sources: Sequence[Batch], now: datetime) -> list[Finding]:
    """What is wrong with putting batches together, and what a country chosen anew is not told."""
    on = clock.business_day(now)
    findings = making.lot_findings(wanted.lot)
    if len(sources) < 2:
        findings.append(Finding("batch.merge_one", {}, "inputs"))
    if len({batch.product_id for batch in sources}) > 1:
        findings.append(Finding("batch.merge_products", {}, "inputs"))
    findings += demands.market_findings(wanted.market, on)
    if findings:
        return findings
    if wanted.market is None or {batch.market for batch in sources} == {wanted.market}:
        return making.market_findings(sources, wanted.market)
    given = {"document_number": wanted.document_number}
    return demands.missing("process", [wanted.market], given, on)


def _sizes(wanted: Split, parent: Batch) -> list[Decimal]:
    """Each part in the batch's unit. Raises: Invalid with all findings."""
    findings = [] if wanted.parts else [Finding("batch.parts_missing", {}, "parts")]
    sizes = []
    for place, part in enumerate(wanted.parts):
        findings += making.lot_findings(part.lot, f"parts.{place}.lot")
        size = amounts.of_batch(part.quantity, part.unit, parent)
        if isinstance(size, Finding):
            findings.append(Finding(size.code, size.params, f"parts.{place}.{size.field}"))
        else:
            sizes.append(size)
    if findings:
        raise Invalid(findings)
    return sizes


def _part_of(parent: Batch, amount: Decimal, lot: str | None) -> Making:
    return Making(
        origin="batches",
        quantity=amount,
        unit=parent.unit,
        produced_on=parent.produced_on,
        packed_on=parent.packed_on,
        expires_on=parent.expires_on,
        lot=lot,
        released_at=parent.released_at if parent.state == "released" else None,
        market=parent.market,
    )


def _together(drawn: Sequence[Drawn], wanted: Merge) -> Making:
    sources = [each.batch for each in drawn]
    # Kilograms and tonnes of one product: the finer unit holds both without rounding.
    unit = min((each.unit for each in sources), key=lambda code: quantity.get_unit(code).factor)
    released = [each.released_at for each in sources if each.state == "released"]
    ends = [each.expires_on for each in sources if each.expires_on is not None]
    return Making(
        origin="batches",
        quantity=sum(
            (quantity.convert(each.amount, each.batch.unit, unit) for each in drawn), Decimal(0)
        ),
        unit=unit,
        produced_on=max(each.produced_on for each in sources),
        packed_on=max((each.packed_on for each in sources if each.packed_on), default=None),
        expires_on=min(ends, default=None),
        lot=wanted.lot,
        released_at=released[-1] if len(released) == len(sources) else None,
        market=wanted.market or making.common_market(sources),
    )


def _tell(
    session: Session,
    actor: Actor,
    kind: str,
    drawn: Sequence[Drawn],
    made: Sequence[Batch],
    happened_at: datetime,
    *,
    now: datetime,
) -> None:
    happening = Happening(
        "TransformationEvent",
        "repackaging",
        happened_at=happened_at,
        disposition="active",
        inputs=acting.portions(session, drawn),
        outputs=acting.whole(session, made),
        details={"step": kind},
    )
    event = events.record(session, made[0].organisation_id, happening, now=now)
    acting.draw(session, actor, drawn, kind, event, now=now)
    parents = [each.batch.id for each in drawn]
    for batch in made:
        inheriting.hold_new(session, batch, parents, now=now)
