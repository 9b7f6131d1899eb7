"""Where the figures come from: for every measure, the rows behind it, day and commune told.

Facts are nothing but these rows added up, so that a figure always opens to what it was made of.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import Date, cast, func, select
from sqlalchemy.orm import Session

from accounts.facts import organisations_by_id
from accounts.models import Organisation
from foundation import clock
from growing_areas import facts as area_facts
from growing_areas.shapes.measure import M2_PER_HA
from indicators.definitions import Nature
from indicators.registers import channels, linkage
from products.models import Product
from shop import facts as shop_facts
from traceability import facts as trace_facts
from traceability.models import Batch, Scan

_ONE = Decimal(1)


@dataclass(frozen=True)
class FactRow:
    """One row behind a figure; `href` leads to the thing itself."""

    day: date
    commune_code: str
    value: Decimal
    code: str
    name: str
    holder: str
    href: str | None


Rows = Callable[[Session, date, date], Iterable[FactRow]]


@dataclass(frozen=True)
class Source:
    """A measure's rows. A stock is asked for single days, a flow for any span."""

    nature: Nature
    rows: Rows


def _areas_coded(session: Session, first: date, last: date) -> Iterable[FactRow]:
    return (_area_row(area, last, _ONE) for area in area_facts.coded_areas(session, last))


def _area_ha_coded(session: Session, first: date, last: date) -> Iterable[FactRow]:
    return (
        _area_row(area, last, Decimal(str(area.area_m2)) / M2_PER_HA)
        for area in area_facts.coded_areas(session, last)
    )


def _area_row(area: area_facts.CodedArea, day: date, value: Decimal) -> FactRow:
    return FactRow(
        day,
        area.commune_code,
        value,
        area.code,
        area.name,
        area.organisation_name,
        f"/areas/{area.code}",
    )


def _turnover(session: Session, first: date, last: date) -> Iterable[FactRow]:
    return (
        FactRow(
            clock.business_day(sale.delivered_at),
            sale.commune_code,
            Decimal(sale.items_vnd),
            sale.code,
            "",
            sale.organisation_name,
            None,
        )
        for sale in shop_facts.sales(session, first, last)
    )


def _models(session: Session, day: date, *, digital_only: bool) -> Iterable[FactRow]:
    for model in linkage.list_running(session, day):
        if model.has_area and (model.is_digital or not digital_only):
            yield FactRow(
                day, model.commune_code, _ONE, f"LK-{model.id}", model.name, model.buyer, None
            )


def _models_with_area(session: Session, first: date, last: date) -> Iterable[FactRow]:
    return _models(session, last, digital_only=False)


def _models_digital(session: Session, first: date, last: date) -> Iterable[FactRow]:
    return _models(session, last, digital_only=True)


def _owners_in_channels(session: Session, first: date, last: date) -> Iterable[FactRow]:
    return (
        FactRow(last, owner.commune_code, _ONE, owner.code, owner.name, owner.channels, None)
        for owner in channels.list_owners(session, last)
    )


def _batches(session: Session, first: date, last: date, *, complete: bool) -> Iterable[FactRow]:
    found = trace_facts.batches_with_diary(session, first, last)
    holders = organisations_by_id(session, {batch.organisation_id for batch in found})
    for batch in found:
        if batch.is_complete or not complete:
            yield FactRow(
                batch.produced_on,
                batch.commune_code,
                _ONE,
                batch.code,
                "",
                holders[batch.organisation_id].name,
                f"/t/{batch.code}",
            )


def _batches_released(session: Session, first: date, last: date) -> Iterable[FactRow]:
    return _batches(session, first, last, complete=False)


def _batches_with_diary(session: Session, first: date, last: date) -> Iterable[FactRow]:
    return _batches(session, first, last, complete=True)


def _scans(session: Session, first: date, last: date) -> Iterable[FactRow]:
    day = cast(func.timezone("Asia/Ho_Chi_Minh", Scan.scanned_at), Date)
    # Grouped by the batch's key alone, so that a day of many scans stays one index walk.
    counted = (
        select(day.label("day"), Scan.batch_id, func.count().label("scans"))
        .where(
            Scan.scanned_at >= clock.start_of_day(first),
            Scan.scanned_at < clock.start_of_day(last + timedelta(days=1)),
        )
        .group_by(day, Scan.batch_id)
        .subquery()
    )
    statement = (
        select(counted.c.day, counted.c.scans, Batch, Product.name, Organisation.name)
        .join(Batch, Batch.id == counted.c.batch_id)
        .join(Product, Product.id == Batch.product_id)
        .join(Organisation, Organisation.id == Batch.organisation_id)
        .order_by(counted.c.day, Batch.id)
    )
    for on, scans, batch, product, holder in session.execute(statement):
        yield FactRow(
            on,
            batch.commune_code,
            Decimal(scans),
            batch.code,
            product,
            holder,
            f"/t/{batch.code}",
        )


SOURCES: dict[str, Source] = {
    "areas_coded": Source("stock", _areas_coded),
    "area_ha_coded": Source("stock", _area_ha_coded),
    "link_models_with_area": Source("stock", _models_with_area),
    "link_models_digital": Source("stock", _models_digital),
    "ocop_owners_in_channels": Source("stock", _owners_in_channels),
    "batches_released": Source("flow", _batches_released),
    "batches_with_diary": Source("flow", _batches_with_diary),
    "scans": Source("flow", _scans),
    "turnover_vnd": Source("flow", _turnover),
}
