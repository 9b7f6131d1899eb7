"""What sensors measured beside a batch, as its trace page shows it when the owner allows.

Read from hours and days, never from readings: a page costs the same however often devices report.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, select, text
from sqlalchemy.orm import Session

from traceability.models import Batch
from traceability.sensors.judging import bounds
from traceability.sensors.judging.bounds import InForce
from traceability.sensors.judging.watching import Bounds
from traceability.sensors.measures import MEASURES, Measure
from traceability.sensors.models import Sensor

MOST = 4
"""Stretches of time beside a batch that are shown."""
WIDTH, HEIGHT = 240, 60
_PIECES = 40
_BY_HOURS = 60
"""Hours that are drawn one by one; a longer time is drawn by days."""


@dataclass(frozen=True)
class MeasuredTold:
    """One sensor's time beside a batch: lowest and highest, limits, excursions, and a drawing.

    ``band`` is the ``points`` of a polygon between the lowest and the highest of each piece of
    the time, in a view of 240 × 60; ``limits`` are paths of the limits in it, each piece's those
    of its day. ``low`` and ``high`` are the last ones; ``is_changed``: others held before.
    ``outside_s``: seconds outside the limits of their moment.
    """

    measure: Measure
    began_at: datetime
    ended_at: datetime
    readings: int
    lowest: Decimal
    highest: Decimal
    mean: Decimal
    low: Decimal | None
    high: Decimal | None
    is_changed: bool
    outside_s: int
    alarms: int
    band: str
    limits: tuple[str, ...]

    @property
    def outside_minutes(self) -> int:
        """The same in whole minutes, at least one where there was any."""
        return -(-self.outside_s // 60)


def beside(session: Session, batch: Batch, *, now: datetime) -> tuple[MeasuredTold, ...]:
    """What public sensors measured beside a batch, the latest first; seven statements at most."""
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
            "hours": _BY_HOURS,
        },
    ).all()
    if not found:
        return ()
    ids = sorted({stay.sensor_id for stay in stays})
    limits = bounds.in_force(session, session.scalars(select(Sensor).where(Sensor.id.in_(ids))))
    told = []
    for number, stay in enumerate(stays):
        pieces = [row for row in found if row.stay == number]
        if pieces:
            told.append(_told(stay, pieces, limits))
    return tuple(told)


def _told(stay: Row[Any], pieces: Sequence[Row[Any]], limits: InForce) -> MeasuredTold:
    held = [limits.at(stay.sensor_id, row.last_at).bounds for row in pieces]
    lowest, highest = min(row.lowest for row in pieces), max(row.highest for row in pieces)
    ends = [limit for each in held for limit in (each.low, each.high)]
    scale = _Scale.over([lowest, highest, *ends])
    readings = sum(row.readings for row in pieces)
    return MeasuredTold(
        MEASURES[stay.measures],
        min(row.first_at for row in pieces),
        max(row.last_at for row in pieces),
        readings,
        lowest,
        highest,
        round(sum(row.total for row in pieces) / readings, 2),
        held[-1].low,
        held[-1].high,
        len({(each.low, each.high) for each in held}) > 1,
        int(sum(row.outside_s for row in pieces)),
        stay.alarms,
        _band(pieces, scale),
        _lines(pieces, held, scale),
    )


def _band(pieces: Sequence[Row[Any]], scale: _Scale) -> str:
    """Each piece from its left to its right edge, so that a single one is seen, too."""
    upper = [f"{x},{scale.y(row.highest)}" for row in pieces for x in _edges(row)]
    lower = [f"{x},{scale.y(row.lowest)}" for row in reversed(pieces) for x in _edges(row)[::-1]]
    return " ".join([*upper, *lower])


def _lines(pieces: Sequence[Row[Any]], held: Sequence[Bounds], scale: _Scale) -> tuple[str, ...]:
    """A path for each limit, from piece to piece: a limit set later is not drawn before it."""
    lefts = [0, *(_edges(row)[0] for row in pieces[1:]), WIDTH]
    found = []
    for sides in ([each.low for each in held], [each.high for each in held]):
        steps: list[str] = []
        for number, limit in enumerate(sides):
            if limit is None:
                continue
            if steps and sides[number - 1] == limit:
                steps[-1] = f"{steps[-1].partition('H')[0]}H{lefts[number + 1]}"
            else:
                steps.append(f"M{lefts[number]} {scale.y(limit)}H{lefts[number + 1]}")
        found.append("".join(steps))
    return tuple(path for path in found if path)


def _edges(row: Row[Any]) -> tuple[int, int]:
    return round(row.piece * WIDTH / row.pieces), round((row.piece + 1) * WIDTH / row.pieces)


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


_STAYS = text(
    """
SELECT stay.*, (SELECT count(*) FROM sensor_alarms a WHERE a.sensor_id = stay.sensor_id
    AND a.began_at BETWEEN stay.began_at AND stay.ended_at AND a.overtaken_at IS NULL) AS alarms
FROM (
    SELECT s.id AS sensor_id, s.measures, s.placed_at AS began_at,
        coalesce(s.retired_at, :now) AS ended_at
    FROM sensors s WHERE s.batch_id = :batch AND s.is_public
    UNION ALL
    SELECT s.id, s.measures, p.began_at, p.ended_at
    FROM sensor_stays p JOIN sensors s ON s.id = p.sensor_id
    WHERE p.batch_id = :batch AND s.is_public AND p.ended_at > p.began_at
) stay
ORDER BY stay.ended_at DESC, stay.sensor_id LIMIT :most
"""
)
# A stay of up to some days by its hours, a longer one by its days: some hundred rows a year. The
# pieces are as many as hours or days, up to forty.
_PIECES_OF = text(
    """
WITH stay AS (
    SELECT * FROM unnest(CAST(:stays AS integer[]), CAST(:sensors AS bigint[]),
        CAST(:begans AS timestamptz[]), CAST(:endeds AS timestamptz[]))
        AS t (stay, sensor_id, began_at, ended_at)
), summary AS (
    SELECT stay.stay, interval '1 hour' AS unit, h.hour AS at, h.readings, h.lowest, h.highest,
        h.total, h.outside_s, h.first_at, h.last_at
    FROM stay JOIN sensor_hours h ON h.sensor_id = stay.sensor_id
        AND h.stay_began_at = stay.began_at
        AND h.hour BETWEEN stay.began_at - interval '1 hour' AND stay.ended_at
    WHERE stay.ended_at - stay.began_at <= make_interval(hours => :hours)
    UNION ALL
    SELECT stay.stay, interval '1 day',
        CAST(d.day AS timestamp) AT TIME ZONE INTERVAL '7 hours', d.readings, d.lowest, d.highest,
        d.total, d.outside_s, d.first_at, d.last_at
    FROM stay JOIN sensor_days d ON d.sensor_id = stay.sensor_id
        AND d.stay_began_at = stay.began_at
        AND d.day BETWEEN CAST(stay.began_at AS date) - 1 AND CAST(stay.ended_at AS date) + 1
    WHERE stay.ended_at - stay.began_at > make_interval(hours => :hours)
), span AS (
    SELECT stay, min(at) AS began, extract(epoch FROM max(at + unit) - min(at)) AS seconds,
        least(:pieces, round(extract(epoch FROM max(at + unit) - min(at))
            / extract(epoch FROM min(unit)))) AS pieces
    FROM summary GROUP BY stay
)
SELECT summary.stay, CAST(span.pieces AS integer) AS pieces,
    CAST(floor(extract(epoch FROM summary.at - span.began) * span.pieces / span.seconds)
        AS integer) AS piece,
    sum(summary.readings) AS readings, min(lowest) AS lowest, max(highest) AS highest,
    sum(total) AS total, sum(outside_s) AS outside_s,
    min(summary.first_at) AS first_at, max(summary.last_at) AS last_at
FROM summary JOIN span USING (stay)
GROUP BY 1, 2, 3 ORDER BY 1, 3
"""
)
