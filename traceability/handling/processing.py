"""Processing and packing into packs: other products come out, never more than went in can give."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import permissions
from accounts.permissions import Actor
from foundation import clock, codes, quantity
from foundation.errors import Conflict, Finding, Invalid, NotFound
from products.models import Product
from traceability import events
from traceability.handling import acting, amounts, balance, demands, making, statements
from traceability.handling.acting import Drawn, Taken
from traceability.handling.balance import Goods, Weighing
from traceability.handling.making import Making
from traceability.happenings import Happening
from traceability.models import Batch
from traceability.quality import inheriting

MOST_LINES = 50
_STEPS = {"process": "commissioning", "pack": "packing"}


@dataclass(frozen=True)
class Output:
    """A lot that comes out, in any unit its product can be counted in."""

    product: str
    quantity: Decimal
    unit: str
    lot: str | None = None
    expires_on: date | None = None
    # None: the day itself for goods in packs.
    packed_on: date | None = None
    # As with a batch that is opened; None: what its inputs are for, if they are of one mind.
    market: str | None = None


@dataclass(frozen=True)
class Processing:
    """What went in and what came out; ``loss_because`` where more was lost than is stated."""

    inputs: tuple[Taken, ...]
    outputs: tuple[Output, ...]
    kind: Literal["process", "pack"] = "process"
    happened_at: datetime | None = None
    loss_because: str | None = None
    document_number: str | None = None


@dataclass(frozen=True)
class Processed:
    """The lots made, and what weighing found."""

    batches: tuple[Batch, ...]
    weighing: Weighing


def process(session: Session, actor: Actor, wanted: Processing, *, now: datetime) -> Processed:
    """Make lots of other products out of batches, weighed against what their makers state.

    Raises: NotFound, Forbidden, Invalid, Conflict("batch.is_…"), Conflict("batch.short"),
    Conflict("batch.balance") naming produced and possible, Conflict("batch.loss_unexplained"),
    Conflict("batch.lot_taken").
    """
    happened_at = wanted.happened_at or now
    acting.refuse_future(happened_at, now)
    found = acting.lock(session, actor, [each.batch for each in wanted.inputs], wanted.kind)
    acting.refuse_before(session, found.values(), happened_at)
    products = _products(session, actor, wanted.outputs, found)
    outputs = _countable(wanted.outputs, products, found.values(), happened_at, now)
    _refuse_missing(session, wanted, outputs, now)
    drawn = acting.amounts_of(session, wanted.inputs, found)
    weighing = _weigh(session, drawn, outputs)
    refuse_unbalanced(weighing, outputs, wanted.loss_because)
    told = {"made_from": [each.batch.code for each in drawn]}
    made = tuple(
        making.make(session, product, each, told=told, now=now) for product, each in outputs
    )
    _tell(session, actor, wanted, drawn, made, happened_at, now=now)
    return Processed(made, weighing)


def _products(
    session: Session, actor: Actor, outputs: Sequence[Output], found: Mapping[str, Batch]
) -> list[Product]:
    """The products that come out, all of the organisation whose batches go in.

    Raises: Invalid when nothing goes in or comes out, NotFound, Forbidden.
    """
    findings = [
        Finding(f"batch.{name}_missing", {}, name)
        for name, given in (("inputs", found), ("outputs", outputs))
        if not given
    ]
    owners = {batch.organisation_id for batch in found.values()}
    if len(owners) > 1:
        findings.append(Finding("batch.owners_differ", {}, "inputs"))
    if findings:
        raise Invalid(findings)
    wanted = [codes.normalise(each.product) for each in outputs]
    rows = session.scalars(select(Product).where(Product.code.in_(wanted)))
    known = {row.code: row for row in rows if row.organisation_id in owners}
    if any(code not in known for code in wanted):
        raise NotFound("product.not_found")
    for product in known.values():
        permissions.require(actor, "batch.write", product)
    return [known[code] for code in wanted]


def _countable(
    outputs: Sequence[Output],
    products: Sequence[Product],
    sources: Collection[Batch],
    happened_at: datetime,
    now: datetime,
) -> list[tuple[Product, Making]]:
    """The lots to make, each in a unit of its product. Raises: Invalid with all findings."""
    findings = []
    made = []
    day = clock.business_day(happened_at)
    market = making.common_market(sources)
    for place, (output, product) in enumerate(zip(outputs, products, strict=True)):
        amount, unit = amounts.countable(output.quantity, output.unit, product)
        if amount is None or amount <= 0:
            told = [amounts.unit_finding(output.unit, product)]
            amount = Decimal(0)
        else:
            told = []
        each = Making(
            origin="batches",
            quantity=amount,
            unit=unit,
            produced_on=day,
            packed_on=output.packed_on or (day if unit != "KGM" and product.net_content else None),
            expires_on=output.expires_on or making.shelf_end(product, day),
            lot=output.lot,
            market=output.market or market,
        )
        told += making.market_findings(sources, output.market)
        told += demands.market_findings(output.market, clock.business_day(now))
        told += making.date_findings(each, now)
        findings += [_at(finding, place) for finding in told]
        made.append((product, each))
    if findings:
        raise Invalid(findings)
    return made


def _at(finding: Finding, place: int) -> Finding:
    return Finding(finding.code, finding.params, f"outputs.{place}.{finding.field}")


def _refuse_missing(
    session: Session, wanted: Processing, outputs: Sequence[tuple[Product, Making]], now: datetime
) -> None:
    given = {"document_number": wanted.document_number}
    markets = statements.markets_for(
        session, [(product.id, each.market) for product, each in outputs]
    )
    findings = demands.missing("process", markets, given, clock.business_day(now))
    if findings:
        raise Invalid(findings)


def _weigh(
    session: Session, drawn: Sequence[Drawn], outputs: Sequence[tuple[Product, Making]]
) -> Weighing:
    went_in = [amounts.goods(each.batch.product, each.amount, each.batch.unit) for each in drawn]
    came_out = [amounts.goods(product, each.quantity, each.unit) for product, each in outputs]
    stated = statements.recoveries_between(session, _ids(came_out), _ids(went_in))
    return balance.weigh(went_in, came_out, stated)


def _ids(goods: Sequence[Goods]) -> list[int]:
    return sorted({each.product_id for each in goods})


def refuse_unbalanced(
    weighing: Weighing, outputs: Sequence[tuple[Product, Making]], loss_because: str | None
) -> None:
    """Refuse more than what went in can give, and losses nobody explains.

    Raises: Invalid, Conflict("batch.balance"), Conflict("batch.loss_unexplained").
    """
    names = {product.id: product.name for product, _ in outputs}
    if weighing.incomparable:
        raise Invalid(
            [
                Finding("batch.conversion_missing", {"product": names[each]}, "outputs")
                for each in weighing.incomparable
            ]
        )
    if weighing.excesses:
        told = [
            {
                "product": names.get(each.product_id or 0, ""),
                "produced": each.produced.normalize(),
                "possible": each.possible.normalize(),
                "unit": quantity.get_unit(each.unit).symbol(),
            }
            for each in weighing.excesses
        ]
        findings = [
            Finding("batch.exceeds" if each["product"] else "batch.exceeds_all", each, "outputs")
            for each in told
        ]
        raise Conflict("batch.balance", findings, **told[0])
    if weighing.losses and not loss_because:
        loss = weighing.losses[0]
        raise Conflict(
            "batch.loss_unexplained",
            product=names[loss.product_id],
            produced=loss.produced.normalize(),
            least=loss.least.normalize(),
            unit=quantity.get_unit(loss.unit).symbol(),
        )


def _tell(
    session: Session,
    actor: Actor,
    wanted: Processing,
    drawn: Sequence[Drawn],
    made: Sequence[Batch],
    happened_at: datetime,
    *,
    now: datetime,
) -> None:
    details: dict[str, str] = {"step": wanted.kind}
    if wanted.loss_because:
        details["loss"] = "explained"
    happening = Happening(
        "TransformationEvent",
        _STEPS[wanted.kind],
        happened_at=happened_at,
        disposition="active",
        inputs=acting.portions(session, drawn),
        outputs=acting.whole(session, made),
        details=details,
    )
    event = events.record(session, made[0].organisation_id, happening, now=now)
    acting.draw(session, actor, drawn, wanted.kind, event, now=now)
    parents = [each.batch.id for each in drawn]
    for batch in made:
        inheriting.hold_new(session, batch, parents, now=now)
