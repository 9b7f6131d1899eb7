"""Where the figures come from: for every measure, the rows behind it, day and commune told.

Facts are nothing but these rows added up, so that a figure always opens to what it was made of.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from sqlalchemy import func, select
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
from traceability.models import Batch
from traceability.scan.models import ScanTally

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


Measured = Iterator[tuple[str, FactRow]]


@dataclass(frozen=True)
class Feed:
    """A source of rows for one or more measures, read from its room once for all of them.

    A stock is asked for single days (first = last), a flow for any span.
    """

    nature: Nature
    measures: tuple[str, ...]
    rows: Callable[[Session, date, date], Measured]


def rows_of(session: Session, measure: str, first: date, last: date) -> list[FactRow]:
    """Return the rows behind one measure."""
    feed = next(feed for feed in FEEDS if measure in feed.measures)
    return [row for name, row in feed.rows(session, first, last) if name == measure]


def _areas(session: Session, first: date, last: date) -> Measured:
    for area in area_facts.coded_areas(session, last):
        row = FactRow(
            last,
            area.commune_code,
            _ONE,
            area.code,
            area.name,
            area.organisation_name,
            f"/areas/{area.code}",
        )
        yield "areas_coded", row
        # One plot in several registrations is one ground: its hectares count once.
        yield "area_ha_coded", replace(row, value=Decimal(str(area.counted_m2)) / M2_PER_HA)


def _models(session: Session, first: date, last: date) -> Measured:
    for model in linkage.list_running(session, last):
        row = FactRow(
            last, model.commune_code, _ONE, f"LK-{model.id}", model.name, model.buyer, None
        )
        if model.has_area:
            yield "link_models_with_area", row
            if model.is_digital:
                yield "link_models_digital", row


def _owners(session: Session, first: date, last: date) -> Measured:
    for owner in channels.list_owners(session, last):
        row = FactRow(last, owner.commune_code, _ONE, owner.code, owner.name, owner.channels, None)
        yield "ocop_owners_in_channels", row


def _batches(session: Session, first: date, last: date) -> Measured:
    found = trace_facts.batches_with_diary(session, first, last)
    holders = organisations_by_id(session, {batch.organisation_id for batch in found})
    for batch in found:
        row = FactRow(
            batch.produced_on,
            batch.commune_code,
            _ONE,
            batch.code,
            "",
            holders[batch.organisation_id].name,
            f"/t/{batch.code}",
        )
        yield "batches_released", row
        if batch.is_complete:
            yield "batches_with_diary", row


def _sales(session: Session, first: date, last: date) -> Measured:
    for sale in shop_facts.sales(session, first, last):
        day = clock.business_day(sale.delivered_at)
        value = Decimal(sale.items_vnd)
        yield (
            "turnover_vnd",
            FactRow(day, sale.commune_code, value, sale.code, "", sale.organisation_name, None),
        )


def _scans(session: Session, first: date, last: date) -> Measured:
    counted = (
        select(ScanTally.day, ScanTally.batch_id, func.sum(ScanTally.scans).label("scans"))
        .where(ScanTally.day.between(first, last))
        .group_by(ScanTally.day, ScanTally.batch_id)
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
        href = f"/t/{batch.code}"
        value = Decimal(scans)
        yield "scans", FactRow(on, batch.commune_code, value, batch.code, product, holder, href)


FEEDS = (
    Feed("stock", ("areas_coded", "area_ha_coded"), _areas),
    Feed("stock", ("link_models_with_area", "link_models_digital"), _models),
    Feed("stock", ("ocop_owners_in_channels",), _owners),
    Feed("flow", ("batches_released", "batches_with_diary"), _batches),
    Feed("flow", ("scans",), _scans),
    Feed("flow", ("turnover_vnd",), _sales),
)
