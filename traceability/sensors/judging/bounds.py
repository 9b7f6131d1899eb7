"""Between which limits a sensor was to measure at which moment, and where it stood then.

The limits of the product it goes with, or else those of its place. Every reading is judged by the
limits of its own moment: ones set later never reach back.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation import clock
from foundation.clock import VIETNAM
from traceability.models import Batch
from traceability.sensors.judging import patience
from traceability.sensors.judging.patience import PatienceTold
from traceability.sensors.judging.watching import Bounds, Rules
from traceability.sensors.models import PlaceLimits, ProductLimits, Sensor, SensorStay

EVER = datetime(1970, 1, 1, tzinfo=UTC)
"""What a sensor measured before it was registered belongs to a stay that began then."""
NEVER = datetime(2400, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Stand:
    """Where a sensor stood for a while: beside which product, if beside a batch."""

    began_at: datetime
    ended_at: datetime
    batch_id: int | None = None
    product_id: int | None = None


@dataclass(frozen=True)
class Regime:
    """A stretch of a sensor's time in which neither place nor limits changed."""

    began_at: datetime
    until: datetime
    stand: Stand
    bounds: Bounds


class InForce:
    """The limits of some sensors, moment by moment."""

    def __init__(
        self, regimes: dict[int, list[Regime]], cuts: dict[int, tuple[datetime, ...]]
    ) -> None:
        self._regimes, self._cuts = regimes, cuts
        self._begans = {
            sensor_id: [regime.began_at for regime in own] for sensor_id, own in regimes.items()
        }

    def at(self, sensor_id: int, moment: datetime) -> Regime:
        """Where it stood at a moment, and between which limits."""
        place = bisect_right(self._begans[sensor_id], moment) - 1
        return self._regimes[sensor_id][max(place, 0)]

    def of(self, sensor: Sensor, moment: datetime) -> Bounds:
        """A sensor's limits at a moment."""
        return self.at(sensor.id, moment).bounds

    def rules(self, sensor_id: int) -> Rules:
        """As a sensor is watched: anew whenever it was moved, or limits were set for its place."""
        return Rules(lambda moment: self.at(sensor_id, moment).bounds, self._cuts[sensor_id])

    def within(self, sensor_id: int, since: datetime, until: datetime) -> list[Regime]:
        """What was in force at some moment of a stretch of time, the earliest first."""
        own = self._regimes[sensor_id]
        return [each for each in own if each.began_at < until and each.until > since]


def in_force(session: Session, sensors: Iterable[Sensor]) -> InForce:
    """All limits of some sensors; four statements at most, however many they are."""
    found = {sensor.id: sensor for sensor in sensors}
    if not found:
        return InForce({}, {})
    stands = _stands(session, found)
    places: dict[int, list[PlaceLimits]] = {}
    own = select(PlaceLimits).where(PlaceLimits.sensor_id.in_(sorted(found)))
    for row in session.scalars(own.order_by(PlaceLimits.valid_from, PlaceLimits.id)):
        places.setdefault(row.sensor_id, []).append(row)
    products = of_products(
        session, {each.product_id for own in stands.values() for each in own if each.product_id}
    )
    regimes, cuts = {}, {}
    for sensor in found.values():
        own_places = places.get(sensor.id, [])
        own_products = {
            product_id: rows
            for (product_id, measures), rows in products.items()
            if measures == sensor.measures
        }
        stood = stands[sensor.id]
        regimes[sensor.id] = _regimes(sensor.measures, stood, own_places, own_products)
        # What it measured before it was registered goes on with what it measured then.
        moved = {stand.began_at for stand in stood[2:]}
        cuts[sensor.id] = tuple(sorted(moved | {row.valid_from for row in own_places[1:]}))
    return InForce(regimes, cuts)


def of_products(
    session: Session, product_ids: Iterable[int]
) -> dict[tuple[int, str], list[ProductLimits]]:
    """The limits of products by what is measured, the earliest day first."""
    wanted = sorted(set(product_ids))
    if not wanted:
        return {}
    statement = (
        select(ProductLimits)
        .where(ProductLimits.product_id.in_(wanted))
        .order_by(ProductLimits.valid_from, ProductLimits.id)
    )
    found: dict[tuple[int, str], list[ProductLimits]] = {}
    for row in session.scalars(statement):
        found.setdefault((row.product_id, row.measures), []).append(row)
    return found


def in_force_of_place(session: Session, sensor_id: int) -> PlaceLimits | None:
    """The limits of a sensor's place as they were last set."""
    statement = select(PlaceLimits).where(PlaceLimits.sensor_id == sensor_id)
    newest = statement.order_by(PlaceLimits.valid_from.desc(), PlaceLimits.id.desc()).limit(1)
    return session.scalar(newest)


def said_at(rows: Sequence[ProductLimits], moment: datetime) -> ProductLimits | None:
    """Which of a product's rows is in force: the latest day begun, as it was last said by then."""
    begun = [row for row in rows if effective_from(row) <= moment]
    return begun[-1] if begun else None


def effective_from(row: ProductLimits) -> datetime:
    """From when on it judges readings: its day, but never before it was said."""
    midnight = datetime.combine(row.valid_from, datetime.min.time(), VIETNAM)
    return max(midnight.astimezone(UTC), row.set_at)


def told(row: PlaceLimits | ProductLimits) -> PatienceTold:
    """What its owner says of the patience of alarms."""
    return PatienceTold(row.begin_minutes, row.begin_readings, row.margin, row.end_minutes)


def _stands(session: Session, sensors: dict[int, Sensor]) -> dict[int, list[Stand]]:
    """Where each stood, the earliest first and without gaps."""
    statement = (
        select(SensorStay.sensor_id, SensorStay.began_at, SensorStay.ended_at, SensorStay.batch_id)
        .where(SensorStay.sensor_id.in_(sorted(sensors)))
        .order_by(SensorStay.began_at, SensorStay.id)
    )
    stays = list(session.execute(statement))
    batch_ids = {row.batch_id for row in stays} | {each.batch_id for each in sensors.values()}
    products = _products(session, {each for each in batch_ids if each is not None})
    found: dict[int, list[Stand]] = {sensor_id: [] for sensor_id in sensors}
    for row in stays:
        product_id = products.get(row.batch_id) if row.batch_id else None
        found[row.sensor_id].append(Stand(row.began_at, row.ended_at, row.batch_id, product_id))
    for sensor in sensors.values():
        product_id = products.get(sensor.batch_id) if sensor.batch_id else None
        now = Stand(sensor.placed_at, NEVER, sensor.batch_id, product_id)
        own = [*found[sensor.id], now]
        found[sensor.id] = [Stand(EVER, own[0].began_at), *own]
    return found


def _products(session: Session, batch_ids: set[int]) -> dict[int, int]:
    if not batch_ids:
        return {}
    statement = select(Batch.id, Batch.product_id).where(Batch.id.in_(sorted(batch_ids)))
    return {row.id: row.product_id for row in session.execute(statement)}


def _regimes(
    measures: str,
    stands: Sequence[Stand],
    places: Sequence[PlaceLimits],
    products: dict[int, list[ProductLimits]],
) -> list[Regime]:
    """A sensor's time cut wherever it was moved, or its limits or the house's rule changed."""
    found = []
    for stand in stands:
        rows = products.get(stand.product_id or 0, [])
        cuts = {stand.began_at}
        cuts |= {row.valid_from for row in places} | {effective_from(row) for row in rows}
        cuts |= {_midnight(rule.valid_from) for rule in patience.rules()}
        inside = sorted(cut for cut in cuts if stand.began_at <= cut < stand.ended_at)
        for began_at, until in zip(inside, [*inside[1:], stand.ended_at], strict=True):
            bounds = _bounds(measures, places, rows, began_at)
            found.append(Regime(began_at, until, stand, bounds))
    return found


def _bounds(
    measures: str,
    places: Sequence[PlaceLimits],
    products: Sequence[ProductLimits],
    moment: datetime,
) -> Bounds:
    day = clock.business_day(moment)
    row = said_at(products, moment)
    if row is not None and (row.low, row.high) != (None, None):
        return Bounds(row.low, row.high, True, patience.of(told(row), measures, day))
    begun = [place for place in places if place.valid_from <= moment] or places[:1]
    if not begun:
        return Bounds(None, None, False, patience.usual(measures, day))
    place = begun[-1]
    return Bounds(place.low, place.high, False, patience.of(told(place), measures, day))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time(), VIETNAM).astimezone(UTC)
