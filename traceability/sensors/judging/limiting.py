"""Setting limits: of a product from a day on, of a sensor's place from now on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from accounts import permissions
from accounts.permissions import Actor
from foundation.errors import Finding, Invalid
from products import register as products
from products.models import Product
from traceability.sensors.judging import bounds
from traceability.sensors.judging.patience import PatienceTold
from traceability.sensors.measures import MEASURES, Measure
from traceability.sensors.models import PlaceLimits, ProductLimits, Sensor

WRITE = "sensor.write"


@dataclass(frozen=True)
class PlaceLimitsTold:
    """Limits of a place, and how patient its alarms are."""

    low: Decimal | None = None
    high: Decimal | None = None
    patience: PatienceTold = field(default_factory=PatienceTold)


@dataclass(frozen=True)
class LimitsTold:
    """What a cooperative says of a product: from a day on, between which limits, by what source."""

    measures: str
    valid_from: date
    low: Decimal | None = None
    high: Decimal | None = None
    source: str | None = None
    patience: PatienceTold = field(default_factory=PatienceTold)


def set_product_limits(
    session: Session, actor: Actor, product_code: str, said: LimitsTold, *, now: datetime
) -> ProductLimits:
    """Set a product's limits from a day on, until the next such day; empty ones end them.

    A row of its own each time: readings of before now keep the limits they were judged by, also
    when the day lies in the past.

    Raises: Forbidden, NotFound, Invalid("sensor.limits", "sensor.limit_impossible").
    """
    product = products.get_product(session, product_code)
    permissions.require(actor, WRITE, product)
    found = findings(MEASURES[said.measures], said.low, said.high)
    if found:
        raise Invalid(found)
    row = ProductLimits(
        product_id=product.id,
        measures=said.measures,
        valid_from=said.valid_from,
        low=_exact(said.low),
        high=_exact(said.high),
        source=said.source,
        set_at=now,
        **vars(said.patience),
    )
    session.add(row)
    session.flush()
    return row


def write_place(
    session: Session, sensor: Sensor, said: PlaceLimitsTold, *, now: datetime
) -> PlaceLimits:
    """Write the limits of a sensor's place from now on; whoever calls has judged them."""
    low, high = _exact(said.low), _exact(said.high)
    sensor.low, sensor.high = low, high
    row = PlaceLimits(
        sensor_id=sensor.id, valid_from=now, low=low, high=high, **vars(said.patience)
    )
    session.add(row)
    session.flush()
    return row


def newest_place(session: Session, sensor: Sensor) -> PlaceLimitsTold:
    """The limits of a sensor's place as they were last set."""
    newest = bounds.in_force_of_place(session, sensor.id)
    if newest is None:
        return PlaceLimitsTold()
    return PlaceLimitsTold(newest.low, newest.high, bounds.told(newest))


@dataclass(frozen=True)
class LimitsLine:
    """A product's limits from a day on, as a list shows them."""

    product: Product
    limits: ProductLimits
    is_in_force: bool


def history(session: Session, goods: Sequence[Product], *, now: datetime) -> list[LimitsLine]:
    """All limits some products ever had or will have, by product, the newest first."""
    by_id = {each.id: each for each in goods}
    lines = [
        LimitsLine(by_id[product_id], row, row is bounds.said_at(rows, now))
        for (product_id, _measures), rows in bounds.of_products(session, by_id).items()
        for row in reversed(rows)
    ]
    return sorted(lines, key=lambda line: (line.product.name_key, line.limits.measures))


def findings(measure: Measure, low: Decimal | None, high: Decimal | None) -> list[Finding]:
    """What is wrong with a pair of limits."""
    ends = {"low": f"{measure.lowest:f}", "high": f"{measure.highest:f}"}
    found = [
        Finding("sensor.limit_impossible", ends, name)
        for name, limit in (("low", low), ("high", high))
        if limit is not None and not measure.lowest <= limit <= measure.highest
    ]
    if low is not None and high is not None and low >= high:
        found.append(Finding("sensor.limits", {}, "high"))
    return found


def _exact(limit: Decimal | None) -> Decimal | None:
    """As it is kept, and told from then on."""
    return None if limit is None else limit.quantize(Decimal("0.001"))
