"""Between which limits something is to be kept: its product's, or else those of the place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from accounts import permissions
from accounts.permissions import Actor
from foundation import clock
from foundation.errors import Finding, Invalid
from products import register as products
from products.models import Product
from traceability.models import Batch
from traceability.sensors.measures import MEASURES, Measure
from traceability.sensors.models import ProductLimits, Sensor

WRITE = "sensor.write"


@dataclass(frozen=True)
class Bounds:
    """The lowest and the highest that is good; one that is None is not limited."""

    low: Decimal | None
    high: Decimal | None
    is_products: bool = False

    def broken_by(self, value: Decimal) -> Decimal | None:
        """The limit a value breaks."""
        if self.high is not None and value > self.high:
            return self.high
        if self.low is not None and value < self.low:
            return self.low
        return None


@dataclass(frozen=True)
class LimitsTold:
    """What a cooperative says of a product: from a day on, between which limits, by what source."""

    measures: str
    valid_from: date
    low: Decimal | None = None
    high: Decimal | None = None
    source: str | None = None


class InForce:
    """The limits of the products some sensors go with, by day."""

    def __init__(self, rows: Iterable[ProductLimits], products_of: dict[int, int]) -> None:
        self._products_of = products_of
        self._rows: dict[tuple[int, str], list[ProductLimits]] = {}
        for row in rows:
            self._rows.setdefault((row.product_id, row.measures), []).append(row)

    def of(self, sensor: Sensor, at: datetime) -> Bounds:
        """A sensor's limits at a moment: the product's of that day, else the place's.

        Also the place's for what it measured before it stood beside the batch.
        """
        is_beside = sensor.batch_id is not None and at >= sensor.placed_at
        product_id = self._products_of.get(sensor.batch_id or 0) if is_beside else None
        rows = self._rows.get((product_id, sensor.measures), []) if product_id else []
        return on_day(rows, clock.business_day(at)) or Bounds(sensor.low, sensor.high)


def in_force(session: Session, sensors: Iterable[Sensor]) -> InForce:
    """The limits of the products that sensors go with; none is asked for when none does."""
    batch_ids = {sensor.batch_id for sensor in sensors if sensor.batch_id is not None}
    if not batch_ids:
        return InForce((), {})
    statement = select(Batch.id, Batch.product_id).where(Batch.id.in_(sorted(batch_ids)))
    products_of = {row.id: row.product_id for row in session.execute(statement)}
    return InForce(_rows(session, set(products_of.values())), products_of)


def set_limits(
    session: Session, actor: Actor, product_code: str, told: LimitsTold, *, now: datetime
) -> ProductLimits:
    """Set a product's limits from a day on, until the next such day; empty ones end them.

    Readings that came before are not judged anew.

    Raises: Forbidden, NotFound, Invalid("sensor.limits", "sensor.limit_impossible").
    """
    product = products.get_product(session, product_code)
    permissions.require(actor, WRITE, product)
    found = findings(MEASURES[told.measures], told.low, told.high)
    if found:
        raise Invalid(found)
    said = {"low": told.low, "high": told.high, "source": told.source, "set_at": now}
    key = {"product_id": product.id, "measures": told.measures, "valid_from": told.valid_from}
    statement = insert(ProductLimits).values(**key, **said)
    saved = session.scalars(
        statement.on_conflict_do_update(constraint="pk_product_limits", set_=said).returning(
            ProductLimits
        ),
        execution_options={"populate_existing": True},
    )
    return saved.one()


@dataclass(frozen=True)
class LimitsLine:
    """A product's limits from a day on, as a list shows them."""

    product: Product
    limits: ProductLimits
    is_in_force: bool


def history(session: Session, goods: Sequence[Product], *, on: date) -> list[LimitsLine]:
    """All limits some products ever had or will have, by product, the newest first."""
    by_id = {each.id: each for each in goods}
    rows = _rows(session, set(by_id))
    in_force = {
        (row.product_id, row.measures): row.valid_from for row in rows if row.valid_from <= on
    }
    lines = [
        LimitsLine(
            by_id[row.product_id],
            row,
            in_force.get((row.product_id, row.measures)) == row.valid_from,
        )
        for row in reversed(rows)
    ]
    return sorted(lines, key=lambda line: (line.product.name_key, line.limits.measures))


def of_product(session: Session, product_id: int) -> dict[str, list[ProductLimits]]:
    """A product's limits by what is measured, the earliest first."""
    found: dict[str, list[ProductLimits]] = {}
    for row in _rows(session, {product_id}):
        found.setdefault(row.measures, []).append(row)
    return found


def on_day(rows: Sequence[ProductLimits], day: date) -> Bounds | None:
    """The limits in force on a day: the last that began by then; None when they are empty."""
    begun = [row for row in rows if row.valid_from <= day]
    if not begun or (begun[-1].low, begun[-1].high) == (None, None):
        return None
    return Bounds(begun[-1].low, begun[-1].high, is_products=True)


def findings(measure: Measure, low: Decimal | None, high: Decimal | None) -> list[Finding]:
    """What is wrong with a pair of limits."""
    bounds = {"low": f"{measure.lowest:f}", "high": f"{measure.highest:f}"}
    found = [
        Finding("sensor.limit_impossible", bounds, name)
        for name, limit in (("low", low), ("high", high))
        if limit is not None and not measure.lowest <= limit <= measure.highest
    ]
    if low is not None and high is not None and low >= high:
        found.append(Finding("sensor.limits", {}, "high"))
    return found


def _rows(session: Session, product_ids: set[int]) -> Sequence[ProductLimits]:
    statement = (
        select(ProductLimits)
        .where(ProductLimits.product_id.in_(sorted(product_ids)))
        .order_by(ProductLimits.measures, ProductLimits.valid_from)
    )
    return session.scalars(statement).all()
