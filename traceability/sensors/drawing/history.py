"""A sensor's readings over a day, a week … a year: for a drawing, a table, a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, DateTime, Select, cast, func, select
from sqlalchemy.orm import Session

from foundation import charts, i18n
from foundation.clock import VIETNAM
from foundation.errors import Refused
from foundation.i18n import N_, _
from foundation.tables import Column
from traceability.sensors.drawing.summary_models import SensorDay, SensorHour
from traceability.sensors.judging.bounds import Regime
from traceability.sensors.listing import Stretch
from traceability.sensors.models import Sensor, SensorAlarm, SensorReading

MOST_ROWS = 200_000
"""Readings one file holds: what is longer is asked for in parts."""
_EVER = datetime(1900, 1, 1, tzinfo=UTC)
_NEVER = datetime(2200, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Span:
    """How far back one looks, in pieces of which length."""

    label: str
    back: timedelta
    piece: timedelta
    form: str


SPANS: dict[str, Span] = {
    "day": Span(N_("24 giờ"), timedelta(days=1), timedelta(minutes=30), "%H:%M"),
    "week": Span(N_("7 ngày"), timedelta(days=7), timedelta(hours=4), "%d/%m"),
    "month": Span(N_("30 ngày"), timedelta(days=30), timedelta(days=1), "%d/%m"),
    "season": Span(N_("90 ngày"), timedelta(days=90), timedelta(days=3), "%d/%m"),
    "year": Span(N_("Một năm"), timedelta(days=364), timedelta(days=14), "%d/%m/%y"),
}


@dataclass(frozen=True)
class Piece:
    """Readings of a stretch of time together: how many, lowest, mean, highest."""

    began_at: datetime
    count: int
    lowest: Decimal
    mean: Decimal
    highest: Decimal


def pieces(session: Session, sensor: Sensor, span: Span, *, now: datetime) -> list[Piece]:
    """The readings of a span by pieces, the earliest first; a piece without readings is missing.

    A day is drawn from its readings, a week from hours, what is longer from days.
    """
    since = _start(span, now)
    rows = session.execute(_statement(sensor, span, since))
    return [
        Piece(began_at, count, low, round(total / count, 2), high)
        for began_at, count, low, total, high in rows
    ]


def _statement(sensor: Sensor, span: Span, since: datetime) -> Select[Any]:
    if span.piece < timedelta(hours=1):
        value, at = SensorReading.value, SensorReading.measured_at
        summed = (func.count(), func.min(value), func.sum(value), func.max(value))
        return _by_pieces(span, since, at, summed).where(
            SensorReading.sensor_id == sensor.id, at >= since
        )
    if span.piece < timedelta(days=1):
        return _by_pieces(span, since, SensorHour.hour, _summed(SensorHour)).where(
            SensorHour.sensor_id == sensor.id, SensorHour.hour >= since
        )
    midnight = func.timezone(timedelta(hours=7), cast(SensorDay.day, DateTime))
    return _by_pieces(span, since, midnight, _summed(SensorDay)).where(
        SensorDay.sensor_id == sensor.id, SensorDay.day >= since.astimezone(VIETNAM).date()
    )


def _summed(table: type[SensorHour] | type[SensorDay]) -> tuple[ColumnElement[Any], ...]:
    return (
        func.sum(table.readings),
        func.min(table.lowest),
        func.sum(table.total),
        func.max(table.highest),
    )


def _by_pieces(
    span: Span, since: datetime, at: Any, summed: tuple[ColumnElement[Any], ...]
) -> Select[Any]:
    began = func.date_bin(span.piece, at, since)
    return select(began, *summed).group_by(began).order_by(began)


def draw(
    found: Sequence[Piece],
    span: Span,
    regimes: Sequence[Regime],
    alarms: Sequence[SensorAlarm],
    *,
    now: datetime,
) -> charts.Drawing:
    """The lowest and the highest of each piece as two lines; gaps stay gaps.

    Behind them the limits, each while it was in force, and above them the alarms.
    """
    start = _start(span, now)
    count = -((start - now) // span.piece)
    by_place = {(piece.began_at - start) // span.piece: piece for piece in found}
    labels = [f"{(start + n * span.piece).astimezone(VIETNAM):{span.form}}" for n in range(count)]
    rows = [by_place.get(n) for n in range(count)]

    def share(moment: datetime) -> float:
        return min(max((moment - start) / (count * span.piece), 0.0), 1.0)

    return charts.lines(
        labels,
        {
            _("Thấp nhất"): [None if row is None else row.lowest for row in rows],
            _("Cao nhất"): [None if row is None else row.highest for row in rows],
        },
        zones=[
            charts.Zone(share(each.began_at), share(each.until), each.bounds.low, each.bounds.high)
            for each in _alike(regimes)
        ],
        flags=[
            charts.Flag(share(each.began_at), share(each.ended_at or now), _flag(each))
            for each in alarms
        ],
    )


def since(span: Span, now: datetime) -> datetime:
    """When what is drawn of a span begins."""
    return _start(span, now)


def _alike(regimes: Sequence[Regime]) -> list[Regime]:
    """Stretches with limits; those that follow one another with the same ones are one."""
    found: list[Regime] = []
    for each in regimes:
        ends = (each.bounds.low, each.bounds.high)
        if ends == (None, None):
            continue
        if found and (found[-1].bounds.low, found[-1].bounds.high, found[-1].until) == (
            *ends,
            each.began_at,
        ):
            found[-1] = replace(found[-1], until=each.until)
        else:
            found.append(each)
    return found


def _flag(alarm: SensorAlarm) -> str:
    began = i18n.vn_datetime(alarm.began_at)
    if alarm.ended_at is None:
        return _("Báo động từ %(began)s, đang kéo dài", began=began)
    ended = i18n.vn_datetime(alarm.ended_at)
    return _("Báo động từ %(began)s đến %(ended)s", began=began, ended=ended)


def columns() -> list[Column]:
    """The columns of a file of readings."""
    return [
        Column("measured_at", _("Giờ đo")),
        Column("sequence", _("Số thứ tự")),
        Column("value", _("Số đo")),
        Column("unit", _("Đơn vị")),
        Column("received_at", _("Giờ nhận")),
    ]


def days(start: date | None, end: date | None) -> Stretch | None:
    """From the beginning of one Vietnamese day to the end of another; None when none is named."""
    if start is None and end is None:
        return None
    midnight = datetime.min.time()
    return Stretch(
        datetime.combine(start, midnight, VIETNAM) if start else None,
        datetime.combine(end, midnight, VIETNAM) + timedelta(days=1) if end else None,
    )


def back(span: Span, now: datetime) -> Stretch:
    """A span until now."""
    return Stretch(_start(span, now))


def words(stretch: Stretch | None, span: Span) -> str:
    """How a file names its time."""
    if stretch is None:
        return _(span.label)
    since, until = stretch.since, stretch.until
    if since and until:
        last = until - timedelta(days=1)
        return _(
            "Từ ngày %(start)s đến ngày %(end)s", start=i18n.vn_date(since), end=i18n.vn_date(last)
        )
    if since:
        return _("Từ ngày %(start)s", start=i18n.vn_date(since))
    return _("Đến ngày %(end)s", end=i18n.vn_date((until or _NEVER) - timedelta(days=1)))


def refuse_too_many(session: Session, sensor: Sensor, stretch: Stretch, most: int) -> None:
    """Refuse a file longer than one may be. Raises: Refused("sensor.too_many_readings")."""
    asked = select(SensorReading.sequence).where(*_of(sensor, stretch)).limit(most + 1).subquery()
    if (session.scalar(select(func.count()).select_from(asked)) or 0) > most:
        raise Refused("sensor.too_many_readings", most=most)


def _of(sensor: Sensor, stretch: Stretch) -> tuple[ColumnElement[bool], ...]:
    return (
        SensorReading.sensor_id == sensor.id,
        SensorReading.measured_at >= (stretch.since or _EVER),
        SensorReading.measured_at < (stretch.until or _NEVER),
    )


def rows(
    session: Session, sensor: Sensor, stretch: Stretch
) -> Iterator[tuple[datetime, int, Decimal, str, datetime]]:
    """Every reading of a stretch of time, the earliest first."""
    sign = sensor.measure.sign
    statement = (
        select(SensorReading)
        .where(*_of(sensor, stretch))
        .order_by(SensorReading.measured_at, SensorReading.sequence)
        .execution_options(yield_per=1_000)
    )
    for reading in session.scalars(statement):
        yield reading.measured_at, reading.sequence, reading.value, sign, reading.received_at


def _start(span: Span, now: datetime) -> datetime:
    """Pieces begin at whole ones of the local day, those of days at midnight."""
    local = (now - span.back).astimezone(VIETNAM)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + (local - midnight) // span.piece * span.piece
