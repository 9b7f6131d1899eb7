"""Opening a batch: a harvest of coded areas becomes a lot of a product."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_FLOOR, Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from accounts import permissions
from accounts.models import Organisation
from accounts.permissions import Actor
from foundation import clock, codes, quantity
from foundation.errors import Conflict, Finding, Invalid
from growing_areas.areas import outline_of
from growing_areas.dossiers import editions
from growing_areas.models import GrowingArea
from growing_areas.parcels import strays
from growing_areas.parcels.models import Parcel
from ledger import log
from products import register
from products.models import Product
from traceability import digital_link, events, pre_harvest
from traceability.batches import get_batch
from traceability.handling import stock
from traceability.lineage import nodes
from traceability.models import Batch, BatchArea, BatchParcel

# Twelve characters carry 54 bits: a batch code is looked up, never trusted for an item.
CODE_LENGTH = 12
_LOT_TRIES = 200
_CHANCE = secrets.SystemRandom()


@dataclass(frozen=True)
class NewBatch:
    """What a cooperative says when it opens a batch; areas by code, quantity in `unit`."""

    product: str
    growing_areas: tuple[str, ...]
    quantity: Decimal
    unit: str
    produced_on: date
    lot: str | None = None
    harvested_on: date | None = None
    expires_on: date | None = None
    # Parcels of the areas, by id; an area none of whose parcels is named gave its whole harvest.
    parcels: tuple[int, ...] = ()


def new_batch(given: Mapping[str, Any]) -> NewBatch:
    """A loaded `BatchInput` as what a cooperative says."""
    lists = {name: tuple(given.get(name, ())) for name in ("growing_areas", "parcels")}
    return NewBatch(**{**given, **lists})


def open_batch(
    session: Session,
    actor: Actor,
    new: NewBatch,
    *,
    now: datetime,
    chance: codes.Chooser = _CHANCE,
) -> Batch:
    """Open a batch of a product from areas of the same organisation whose codes are in force.

    Raises: Forbidden, NotFound, Invalid with all findings, Conflict("batch.lot_taken"),
    Conflict("batch.pre_harvest_interval") naming spray, plot and first permitted day.
    """
    product = register.get_product(session, new.product)
    permissions.require(actor, "batch.write", product)
    areas = _areas(session, product, new.growing_areas)
    harvested_on = new.harvested_on or new.produced_on
    amount, unit = _in_countable_unit(new, product)
    findings = [*_area_findings(areas, new.growing_areas), *_findings(new, harvested_on, now)]
    findings += _parcel_findings(session, areas, new.parcels, harvested_on)
    if amount is None:
        findings.append(_unit_finding(new.unit, product))
    if findings or amount is None:
        raise Invalid(findings)
    pre_harvest.refuse_early_harvest(session, areas, harvested_on, new.parcels)
    organisation = session.get_one(Organisation, product.organisation_id)
    batch = Batch(
        code=codes.new_code(CODE_LENGTH, chance),
        product_id=product.id,
        organisation_id=organisation.id,
        commune_code=organisation.commune_code,
        province_code=organisation.province_code,
        quantity=amount,
        unit=unit,
        produced_on=new.produced_on,
        harvested_on=harvested_on,
        expires_on=new.expires_on or _shelf_end(product, new.produced_on),
        origin="harvest",
        state="open",
        opened_at=now,
        changed_at=now,
    )
    batch.product = product
    _write(session, batch, new.lot)
    nodes.name_batch(session, batch, now=now)
    stock.open_shelf(session, batch)
    session.add_all(BatchArea(batch_id=batch.id, area_id=area.id) for area in areas)
    parcels = sorted(set(new.parcels))
    session.add_all(BatchParcel(batch_id=batch.id, parcel_id=parcel_id) for parcel_id in parcels)
    _record_opening(session, batch, product, areas, parcels, now)
    return get_batch(session, batch.code)


def _areas(session: Session, product: Product, wanted: Sequence[str]) -> list[GrowingArea]:
    statement = select(GrowingArea).where(
        GrowingArea.code.in_(wanted), GrowingArea.organisation_id == product.organisation_id
    )
    return list(session.scalars(statement.order_by(GrowingArea.id)))


def _area_findings(areas: Sequence[GrowingArea], wanted: Sequence[str]) -> list[Finding]:
    if not wanted:
        return [Finding("batch.area_missing", {}, "growing_areas")]
    known = {area.code for area in areas}
    findings = [
        Finding("batch.area_unknown", {"code": code}, "growing_areas")
        for code in dict.fromkeys(wanted)
        if code not in known
    ]
    return findings + [
        Finding("batch.area_not_in_force", {"code": area.code}, "growing_areas")
        for area in areas
        if not area.is_in_force
    ]


def _parcel_findings(
    session: Session, areas: Sequence[GrowingArea], wanted: Sequence[int], harvested_on: date
) -> list[Finding]:
    """Parcels of none of the batch's areas, or outside all their outlines on the day of harvest."""
    if not wanted:
        return []
    plots = {area.plot_id for area in areas}
    known = set(
        session.scalars(
            select(Parcel.id).where(
                Parcel.id.in_(set(wanted)), Parcel.plot_id.in_(plots), Parcel.removed_at.is_(None)
            )
        )
    )
    found = [
        Finding("batch.parcel_unknown", {"parcel": parcel_id}, "parcels")
        for parcel_id in dict.fromkeys(wanted)
        if parcel_id not in known
    ]
    drawn = editions.on_day(session, [area.id for area in areas], harvested_on)
    outlines = [outline_of(edition.version) for edition in drawn.values()]
    outside = strays.beyond_code(session, outlines, known, harvested_on) if outlines else []
    return found + [
        Finding("batch.parcel_outside", {"label": label}, "parcels") for label in outside
    ]


def _findings(new: NewBatch, harvested_on: date, now: datetime) -> list[Finding]:
    findings = []
    today = clock.business_day(now)
    if new.produced_on > today:
        findings.append(Finding("batch.in_future", {"today": today}, "produced_on"))
    if harvested_on > new.produced_on:
        findings.append(
            Finding("batch.harvested_late", {"produced_on": new.produced_on}, "harvested_on")
        )
    if new.expires_on is not None and new.expires_on < new.produced_on:
        findings.append(
            Finding("batch.expires_early", {"produced_on": new.produced_on}, "expires_on")
        )
    if new.lot is not None and digital_link.lot_findings(new.lot):
        findings.append(Finding("batch.lot_form", {"lot": new.lot}, "lot"))
    if new.quantity <= 0:
        findings.append(Finding("batch.quantity_zero", {}, "quantity"))
    return findings


def _in_countable_unit(new: NewBatch, product: Product) -> tuple[Decimal | None, str]:
    """The amount in a unit the product's stock can be counted in, to the last pack.

    Of two units of one measure the finer is kept: two tonnes of rice are two thousand kilograms,
    for half a kilogram is less than the thousandth of a tonne that can be stored. A harvest
    weighed in kilograms for a product sold by the bag becomes whole bags by the product's net
    content.
    """
    unit = quantity.find_unit(new.unit)
    if unit is None:
        return None, new.unit
    if quantity.is_convertible(unit.code, product.unit):
        finer = min((unit, quantity.get_unit(product.unit)), key=lambda each: each.factor)
        amount = quantity.convert(new.quantity, unit.code, finer.code)
        return quantity.stored(amount), finer.code
    net, net_unit = product.net_content, product.net_unit
    if net and net_unit and quantity.is_convertible(unit.code, net_unit):
        packs = quantity.convert(new.quantity, unit.code, net_unit) / net
        whole = packs.to_integral_value(ROUND_FLOOR)
        return (whole, product.unit) if whole > 0 else (None, product.unit)
    return None, new.unit


def _unit_finding(given: str, product: Product) -> Finding:
    unit = quantity.find_unit(given)
    if unit is None:
        return Finding("quantity.unit_unknown", {"unit": given[:40]}, "unit")
    params = {"unit": unit.symbol(), "wanted": quantity.get_unit(product.unit).symbol()}
    return Finding("batch.unit_differs", params, "unit")


def _shelf_end(product: Product, produced_on: date) -> date | None:
    if product.shelf_life_days is None:
        return None
    return produced_on + timedelta(days=product.shelf_life_days)


def _write(session: Session, batch: Batch, lot: str | None) -> None:
    """Write the row under the lot asked for, or under the first free one of its day."""
    day = f"{batch.produced_on:%y%m%d}"
    proposals = [lot] if lot else [f"{day}-{number}" for number in range(1, _LOT_TRIES)]
    taken = set(
        session.scalars(
            select(Batch.lot).where(Batch.product_id == batch.product_id, Batch.lot.in_(proposals))
        )
    )
    for proposal in proposals:
        if proposal in taken:
            continue
        batch.lot = proposal
        try:
            with session.begin_nested():
                session.add(batch)
                session.flush()
        except IntegrityError as error:
            if "uq_batches_product_id_lot" not in str(error.orig):
                raise
            continue
        return
    raise Conflict("batch.lot_taken", lot=proposals[0])


def _record_opening(
    session: Session,
    batch: Batch,
    product: Product,
    areas: Sequence[GrowingArea],
    parcels: Sequence[int],
    now: datetime,
) -> None:
    body: dict[str, Any] = {
        "lot": batch.lot,
        "product": product.code,
        "areas": [area.code for area in areas],
        "quantity": str(quantity.stored(batch.quantity)),
        "unit": batch.unit,
        "produced_on": batch.produced_on.isoformat(),
        "harvested_on": batch.harvested_on.isoformat() if batch.harvested_on else None,
        "expires_on": batch.expires_on.isoformat() if batch.expires_on else None,
    }
    if parcels:
        body["parcels"] = list(parcels)
    events.record_of_batch(
        session,
        batch,
        action="ADD",
        biz_step="commissioning",
        disposition="active",
        details=body,
        now=now,
    )
    log.append(session, kind="batch.opened", subject=batch.code, body=body, now=now)
