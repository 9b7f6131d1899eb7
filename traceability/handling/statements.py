"""What makers state of their products: recoveries, and the countries they are declared for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select, update
from sqlalchemy.orm import Session, joinedload

from accounts import permissions
from accounts.permissions import Actor
from foundation import clock, quantity
from foundation.errors import Finding, Invalid, NotFound
from foundation.inputs import INT64
from ledger import log
from products import register
from products.models import Product
from traceability.handling import demands
from traceability.handling.balance import Recovery
from traceability.handling.trade_models import ProductMarket, ProductRecovery


@dataclass(frozen=True)
class Statement:
    """So much of an input gives at least and at most so much; ``source`` says who measured it."""

    input: str
    taken: Decimal
    taken_unit: str
    most: Decimal
    given_unit: str
    source: str
    least: Decimal | None = None


def state_recovery(
    session: Session, actor: Actor, code: str, wanted: Statement, *, now: datetime
) -> ProductRecovery:
    """State what a product recovers from an input; a statement made before is withdrawn.

    Raises: NotFound, Forbidden, Invalid.
    """
    product = register.get_product(session, code)
    permissions.require(actor, "product.write", product)
    given = register.find_product(session, wanted.input)
    if given is None or given.organisation_id != product.organisation_id:
        raise Invalid([Finding("recovery.input_unknown", {"product": wanted.input[:40]}, "input")])
    findings = _findings(wanted)
    if findings:
        raise Invalid(findings)
    _lock(session, product)
    _withdraw(session, product.id, given.id, now)
    row = ProductRecovery(
        product_id=product.id,
        input_id=given.id,
        taken=wanted.taken,
        taken_unit=quantity.get_unit(wanted.taken_unit).code,
        least=wanted.least,
        most=wanted.most,
        given_unit=quantity.get_unit(wanted.given_unit).code,
        source=wanted.source,
        stated_at=now,
        stated_by_id=actor.person_id,
    )
    session.add(row)
    session.flush()
    body = {
        "input": given.code,
        "taken": f"{wanted.taken} {row.taken_unit}",
        "least": None if wanted.least is None else str(wanted.least),
        "most": f"{wanted.most} {row.given_unit}",
    }
    log.append(session, kind="product.recovery_stated", subject=product.code, body=body, now=now)
    return row


def withdraw_recovery(
    session: Session, actor: Actor, code: str, recovery_id: int, *, now: datetime
) -> None:
    """Take a statement back; steps weighed by it stay as they are. Raises: NotFound, Forbidden."""
    product = register.get_product(session, code)
    permissions.require(actor, "product.write", product)
    row = session.get(ProductRecovery, recovery_id) if recovery_id <= INT64 else None
    if row is None or row.product_id != product.id or row.withdrawn_at is not None:
        raise NotFound("recovery.not_found")
    row.withdrawn_at = now
    given = session.get_one(Product, row.input_id)
    log.append(
        session,
        kind="product.recovery_withdrawn",
        subject=product.code,
        body={"input": given.code},
        now=now,
    )


def declare_markets(
    session: Session, actor: Actor, code: str, markets: Sequence[str], *, now: datetime
) -> tuple[str, ...]:
    """Say for which countries a product is made: their records are asked for from here on.

    Raises: NotFound, Forbidden, Invalid("market.unknown").
    """
    product = register.get_product(session, code)
    permissions.require(actor, "product.write", product)
    known = demands.markets(clock.business_day(now))
    wanted = set(markets)
    findings = [
        Finding("market.unknown", {"market": each[:8]}, "markets")
        for each in sorted(wanted - known.keys())
    ]
    if findings:
        raise Invalid(findings)
    _lock(session, product)
    present = {row.market: row for row in _declared(session, [product.id])}
    for market in sorted(wanted - present.keys()):
        session.add(
            ProductMarket(
                product_id=product.id,
                market=market,
                declared_at=now,
                declared_by_id=actor.person_id,
            )
        )
    for market in sorted(present.keys() - wanted):
        present[market].withdrawn_at = now
    session.flush()
    return tuple(sorted(wanted))


def recoveries_of(session: Session, product_id: int) -> list[ProductRecovery]:
    """A product's statements in force, with their inputs, the oldest first."""
    return list(
        session.scalars(
            select(ProductRecovery)
            .options(joinedload(ProductRecovery.input))
            .where(ProductRecovery.product_id == product_id, ProductRecovery.withdrawn_at.is_(None))
            .order_by(ProductRecovery.id)
        )
    )


def recoveries_from(session: Session, input_id: int) -> list[ProductRecovery]:
    """What is stated now of anything made from a product, with the products."""
    return list(
        session.scalars(
            select(ProductRecovery)
            .options(joinedload(ProductRecovery.product))
            .where(ProductRecovery.input_id == input_id, ProductRecovery.withdrawn_at.is_(None))
            .order_by(ProductRecovery.id)
        )
    )


def recoveries_between(
    session: Session, product_ids: Iterable[int], input_ids: Iterable[int]
) -> list[Recovery]:
    """What is stated now of these products made from these inputs."""
    rows = session.scalars(
        select(ProductRecovery).where(
            ProductRecovery.product_id.in_(list(product_ids)),
            ProductRecovery.input_id.in_(list(input_ids)),
            ProductRecovery.withdrawn_at.is_(None),
        )
    )
    return [
        Recovery(
            row.input_id, row.product_id, row.taken, row.taken_unit, row.least, row.most,
            row.given_unit,
        )
        for row in rows
    ]  # fmt: skip


def markets_of(session: Session, product_ids: Iterable[int]) -> tuple[str, ...]:
    """The countries any of these products is declared for."""
    return tuple(sorted({row.market for row in _declared(session, product_ids)}))


def markets_for(session: Session, goods: Iterable[tuple[int, str | None]]) -> tuple[str, ...]:
    """The countries goods are for: as said of each, else those its product is declared for."""
    told = list(goods)
    said = {market for _product, market in told if market is not None}
    unsaid = {product_id for product_id, market in told if market is None}
    return tuple(sorted(said | set(markets_of(session, unsaid))))


def demanded_of(
    session: Session, product_id: int, step: str, on: date
) -> tuple[demands.Demand, ...]:
    """What a step with a product must tell, for the countries it is declared for."""
    return demands.of_step(step, markets_of(session, [product_id]), on)


def _declared(session: Session, product_ids: Iterable[int]) -> list[ProductMarket]:
    return list(
        session.scalars(
            select(ProductMarket).where(
                ProductMarket.product_id.in_(list(product_ids)),
                ProductMarket.withdrawn_at.is_(None),
            )
        )
    )


def _findings(wanted: Statement) -> list[Finding]:
    findings = [
        Finding("quantity.unit_unknown", {"unit": unit[:40]}, field)
        for field, unit in (("taken_unit", wanted.taken_unit), ("given_unit", wanted.given_unit))
        if quantity.find_unit(unit) is None
    ]
    if wanted.taken <= 0 or wanted.most <= 0:
        findings.append(Finding("batch.quantity_zero", {}, "most"))
    if wanted.least is not None and wanted.least > wanted.most:
        findings.append(Finding("recovery.least_above_most", {"most": wanted.most}, "least"))
    return findings


def _lock(session: Session, product: Product) -> None:
    """One statement about a product at a time: the second takes the place of the first."""
    locked = select(Product.id).where(Product.id == product.id)
    session.execute(locked.with_for_update(key_share=True))


def _withdraw(session: Session, product_id: int, input_id: int, now: datetime) -> None:
    session.execute(
        update(ProductRecovery)
        .where(
            ProductRecovery.product_id == product_id,
            ProductRecovery.input_id == input_id,
            ProductRecovery.withdrawn_at.is_(None),
        )
        .values(withdrawn_at=now)
    )
