"""Opening a batch: from areas with or without a code, from a purchase, from batches, from none."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from accounts import permissions
from accounts.permissions import Actor
from foundation import clock, codes
from foundation.errors import Finding, Invalid
from growing_areas.models import GrowingArea
from products import register
from products.models import Product
from traceability import events
from traceability.batches import get_batch
from traceability.handling import (
    acting,
    amounts,
    demands,
    grounds,
    making,
    processing,
    purchases,
    statements,
    yield_notices,
)
from traceability.handling.acting import Taken
from traceability.handling.making import Making
from traceability.handling.processing import Output, Processing
from traceability.handling.purchases import NewPurchase
from traceability.models import Batch, BatchArea, BatchParcel
from traceability.quality import inheriting

_CHANCE = secrets.SystemRandom()


@dataclass(frozen=True)
class NewBatch:
    """What a cooperative says when it opens a batch; quantity in ``unit``.

    Areas with a code by ``growing_areas``, those whose code is missing or pending by ``areas``
    (ids). ``origin`` None is told by what is given; "none" is handicraft and services.
    """

    product: str
    growing_areas: tuple[str, ...]
    quantity: Decimal
    unit: str
    produced_on: date
    areas: tuple[int, ...] = ()
    # Parcels of the areas, by id; an area none of whose parcels is named gave its whole harvest.
    parcels: tuple[int, ...] = ()
    purchases: tuple[NewPurchase, ...] = ()
    inputs: tuple[Taken, ...] = ()
    origin: str | None = None
    lot: str | None = None
    harvested_on: date | None = None
    packed_on: date | None = None
    expires_on: date | None = None
    document_number: str | None = None
    # The country these goods are for, VN for none abroad; None: those the product is declared for.
    market: str | None = None

    @property
    def told_origin(self) -> str:
        """Where the goods come from: as said, else by what was given."""
        if self.origin:
            return self.origin
        if self.purchases:
            return "purchase"
        return "batches" if self.inputs else "harvest"


def new_batch(given: Mapping[str, Any]) -> NewBatch:
    """A loaded `BatchInput` as what a cooperative says."""
    lists = {name: tuple(given.get(name, ())) for name in ("growing_areas", "areas", "parcels")}
    made = {
        "purchases": tuple(NewPurchase(**each) for each in given.get("purchases", ())),
        "inputs": tuple(Taken(**each) for each in given.get("inputs", ())),
    }
    return NewBatch(**{**given, **lists, **made})


def open_batch(
    session: Session,
    actor: Actor,
    new: NewBatch,
    *,
    now: datetime,
    chance: codes.Chooser = _CHANCE,
) -> Batch:
    """Open a batch of a product from whatever its goods come from.

    A harvest that came too early is recorded all the same, and the batch held.
    Raises: Forbidden, NotFound, Invalid with all findings, Conflict("batch.lot_taken"); from other
    batches also what `processing.process` raises.
    """
    product = register.get_product(session, new.product)
    permissions.require(actor, "batch.write", product)
    origin = new.told_origin
    if origin == "batches":
        return _of_batches(session, actor, new, now=now)
    harvested_on = new.harvested_on or (new.produced_on if origin == "harvest" else None)
    new = replace(new, origin=origin, harvested_on=harvested_on)
    amount, unit = amounts.countable(new.quantity, new.unit, product)
    wanted = _making(new, product, amount or Decimal(0), unit)
    areas = grounds.areas_of(session, product, new.growing_areas, new.areas)
    bought, communes = purchases.findings(session, new.purchases, new.produced_on, now)
    findings = [*_origin_findings(new), *bought, *making.date_findings(wanted, now)]
    findings += _ground_findings(session, new, areas) + _amount_findings(new, product, amount)
    findings += _missing(session, product, new, communes, now)
    if findings:
        raise Invalid(findings)
    parcels = sorted(set(new.parcels))
    told = _told(new, areas, parcels, communes)
    batch = making.make(session, product, wanted, told=told, now=now, chance=chance)
    session.add_all(BatchArea(batch_id=batch.id, area_id=area.id) for area in areas)
    session.add_all(BatchParcel(batch_id=batch.id, parcel_id=parcel_id) for parcel_id in parcels)
    purchases.record(session, batch, new.purchases, communes)
    _record(session, batch, told, now)
    yield_notices.watch(session, batch, now=now)
    inheriting.hold_new(session, batch, now=now)
    session.expire(batch)
    return get_batch(session, batch.code)


def _of_batches(session: Session, actor: Actor, new: NewBatch, *, now: datetime) -> Batch:
    """Opening from other batches is processing them into one lot, on the day of production."""
    findings = _origin_findings(new)
    if findings:
        raise Invalid(findings)
    output = Output(
        new.product,
        new.quantity,
        new.unit,
        lot=new.lot,
        expires_on=new.expires_on,
        packed_on=new.packed_on,
        market=new.market,
    )
    wanted = Processing(
        inputs=new.inputs,
        outputs=(output,),
        happened_at=acting.done_at(new.produced_on, now),
        document_number=new.document_number,
    )
    try:
        made = processing.process(session, actor, wanted, now=now)
    except Invalid as wrong:
        raise Invalid([replace(each, field=_own_field(each)) for each in wrong.findings]) from None
    return get_batch(session, made.batches[0].code)


def _own_field(found: Finding) -> str | None:
    """Where a finding about the one output, or about its day, stands in what opens a batch."""
    if found.field == "happened_at":
        return "produced_on"
    return found.field.removeprefix("outputs.0.") if found.field else None


def _making(new: NewBatch, product: Product, amount: Decimal, unit: str) -> Making:
    return Making(
        origin=new.told_origin,
        quantity=amount,
        unit=unit,
        produced_on=new.produced_on,
        harvested_on=new.harvested_on,
        packed_on=new.packed_on,
        expires_on=new.expires_on or making.shelf_end(product, new.produced_on),
        lot=new.lot,
        market=new.market,
    )


def _origin_findings(new: NewBatch) -> list[Finding]:
    """Things given that do not belong to the origin named: two origins are two batches, merged."""
    given = {
        "harvest": bool(new.growing_areas or new.areas or new.parcels),
        "purchase": bool(new.purchases),
        "batches": bool(new.inputs),
    }
    mixed = any(is_given for origin, is_given in given.items() if origin != new.told_origin)
    findings = [Finding("batch.origin_mixed", {}, "origin")] if mixed else []
    if new.told_origin == "purchase" and not new.purchases:
        findings.append(Finding("batch.purchase_missing", {}, "purchases"))
    if new.told_origin != "harvest" and new.harvested_on is not None:
        findings.append(Finding("batch.harvest_without_area", {}, "harvested_on"))
    return findings


def _ground_findings(
    session: Session, new: NewBatch, areas: Sequence[GrowingArea]
) -> list[Finding]:
    if new.told_origin != "harvest" or new.harvested_on is None:
        return []
    return [
        *grounds.area_findings(areas, new.growing_areas, new.areas),
        *grounds.parcel_findings(session, areas, new.parcels, new.harvested_on),
    ]


def _amount_findings(new: NewBatch, product: Product, amount: Decimal | None) -> list[Finding]:
    if new.quantity <= 0:
        return [Finding("batch.quantity_zero", {}, "quantity")]
    return [] if amount is not None else [amounts.unit_finding(new.unit, product)]


def _missing(
    session: Session,
    product: Product,
    new: NewBatch,
    communes: Sequence[str | None],
    now: datetime,
) -> list[Finding]:
    """What the countries the product is declared for want to be told and are not."""
    on = clock.business_day(now)
    unknown = demands.market_findings(new.market, on)
    if unknown:
        return unknown
    markets = statements.markets_for(session, [(product.id, new.market)])
    given = {"document_number": new.document_number, "packed_on": new.packed_on}
    if new.told_origin != "purchase":
        return demands.missing(new.told_origin, markets, given, on)
    findings: list[Finding] = []
    for place, (each, commune) in enumerate(zip(new.purchases, communes, strict=True)):
        bought = {
            "supplier_lot": each.supplier_lot,
            "commune_code": commune,
            "bought_on": each.bought_on,
            "document_number": each.document_number,
        }
        findings += demands.missing("purchase", markets, bought, on, f"purchases.{place}.")
    return findings


def _told(
    new: NewBatch,
    areas: Sequence[GrowingArea],
    parcels: Sequence[int],
    communes: Sequence[str | None],
) -> dict[str, Any]:
    """What the ledger keeps of where the goods come from."""
    body: dict[str, Any] = {"areas": [area.code or f"#{area.id}" for area in areas]}
    if parcels:
        body["parcels"] = list(parcels)
    if new.purchases:
        body["purchases"] = purchases.told(new.purchases, communes)
    if new.document_number:
        body["document"] = new.document_number
    return body


def _record(session: Session, batch: Batch, told: Mapping[str, Any], now: datetime) -> None:
    events.record_of_batch(
        session,
        batch,
        action="ADD",
        biz_step="commissioning",
        disposition="active",
        details={**making.body_of(batch), **told},
        now=now,
    )
