"""What sensors measured beside a batch, as its trace page shows it when the owner allows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from foundation import clock
from traceability.models import Batch
from traceability.sensors import bounds
from traceability.sensors.bounds import Bounds
from traceability.sensors.measures import MEASURES, Measure
from traceability.sensors.models import ProductLimits

MOST = 4
"""Stretches of time beside a batch that are shown."""
WIDTH, HEIGHT = 240, 60
_PIECES = 40


@dataclass(frozen=True)
class MeasuredTold:
    """One sensor's time beside a batch: lowest and highest, limits, excursions, and a drawing.

    ``band`` is the ``points`` of a polygon between the lowest and the highest of each piece of
    the time, in a view of 240 × 60; ``limits_y`` the heights of the limits in it.
    """

    measure: Measure
    began_at: datetime
    ended_at: datetime
    readings: int
    lowest: Decimal
    highest: Decimal
    low: Decimal | None
    high: Decimal | None
    alarms: int
    band: str
    limits_y: tuple[int, ...]


def beside(session: Session, batch: Batch, *, now: datetime) -> tuple[MeasuredTold, ...]:
    """What public sensors measured beside a batch, the latest first; two statements at most."""
    stays = session.execute(_STAYS, {"batch": batch.id, "now": now, "most": MOST}).all()
    if not stays:
        return ()
    found = session.execute(
        _PIECES_OF,
        {
            "stays": list(range(len(stays))),
            "sensors": [stay.sensor_id for stay in stays],
            "begans": [stay.began_at for stay in stays],
            "endeds": [stay.ended_at for stay in stays],
            "pieces": _PIECES,
        },
    ).all()
    products = bounds.of_product(session, batch.product_id) if found else {}
    told = []
    for number, stay in enumerate(stays):
        pieces = [row for row in found if row.stay == number]
        if pieces:
            told.append(_told(stay, pieces, products))
    return tuple(told)


def _told(
    stay: Row[Any], pieces: Sequence[Row[Any]], products: dict[str, list[ProductLimits]]
) -> MeasuredTold:
    measure = MEASURES[stay.measures]
    limits = bounds.on_day(products.get(measure.code, ()), clock.business_day(stay.ended_at))
    limits = limits or Bounds(stay.low, stay.high)
    lowest, highest = min(row.lowest for row in pieces), max(row.highest for row in pieces)
    scale = _Scale.over([lowest, highest, limits.low, limits.high])
    upper = [f"{_x(row.piece)},{scale.y(row.highest)}" for row in pieces]
    lower = [f"{_x(row.piece)},{scale.y(row.lowest)}" for row in reversed(pieces)]
    return MeasuredTold(
        measure,
        min(row.first_at for row in pieces),
        max(row.last_at for row in pieces),
        sum(row.readings for row in pieces),
        lowest,
        highest,
        limits.low,
        limits.high,
        stay.alarms,
        " ".join([*upper, *lower]),
        tuple(scale.y(limit) for limit in (limits.low, limits.high) if limit is not None),
    )


@dataclass(frozen=True)
class _Scale:
    low: Decimal
    span: Decimal

    @classmethod
    def over(cls, values: Iterable[Decimal | None]) -> _Scale:
        known = [value for value in values if value is not None]
        return cls(min(known), max(max(known) - min(known), Decimal(1)))

    def y(self, value: Decimal) -> int:
        """A height with a margin of 4 above and below."""
        return HEIGHT - 4 - round((value - self.low) / self.span * (HEIGHT - 8))


def _x(piece: int) -> int:
    return round((piece + 0.5) * WIDTH / _PIECES)


_STAYS = text(
    """
SELECT stay.*, (SELECT count(*) FROM sensor_alarms a WHERE a.sensor_id = stay.sensor_id
    AND a.began_at BETWEEN stay.began_at AND stay.ended_at) AS alarms
FROM (
    SELECT s.id AS sensor_id, s.measures, s.low, s.high, s.placed_at AS began_at,
        coalesce(s.retired_at, :now) AS ended_at
    FROM sensors s WHERE s.batch_id = :batch AND s.is_public
    UNION ALL
    SELECT s.id, s.measures, s.low, s.high, p.began_at, p.ended_at
    FROM sensor_stays p JOIN sensors s ON s.id = p.sensor_id
    WHERE p.batch_id = :batch AND s.is_public
) stay
ORDER BY stay.ended_at DESC, stay.sensor_id LIMIT :most
"""
)
_PIECES_OF = text(
    """
WITH stay AS (
    SELECT * FROM unnest(CAST(:stays AS integer[]), CAST(:sensors AS bigint[]),
        CAST(:begans AS timestamptz[]), CAST(:endeds AS timestamptz[]))
        AS t (stay, sensor_id, began_at, ended_at)
), span AS (
    SELECT stay.*, first.at AS first_at, last.at AS last_at FROM stay
    CROSS JOIN LATERAL (SELECT min(r.measured_at) AS at FROM sensor_readings r
        WHERE r.sensor_id = stay.sensor_id
        AND r.measured_at BETWEEN stay.began_at AND stay.ended_at) first
    CROSS JOIN LATERAL (SELECT max(r.measured_at) AS at FROM sensor_readings r
        WHERE r.sensor_id = stay.sensor_id
        AND r.measured_at BETWEEN stay.began_at AND stay.ended_at) last
)
SELECT span.stay, least(:pieces - 1, CAST(floor(extract(epoch FROM r.measured_at - span.first_at)
        * :pieces / greatest(extract(epoch FROM span.last_at - span.first_at), 1)) AS integer))
        AS piece,
    count(*) AS readings, min(r.value) AS lowest, max(r.value) AS highest,
    min(r.measured_at) AS first_at, max(r.measured_at) AS last_at
FROM span JOIN sensor_readings r ON r.sensor_id = span.sensor_id
    AND r.measured_at BETWEEN span.first_at AND span.last_at
GROUP BY 1, 2 ORDER BY 1, 2
"""
)
