"""A sensor's readings over a day, a week or a month: for a drawing, a table, a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from foundation import charts, i18n
from foundation.clock import VIETNAM
from foundation.i18n import N_, _
from foundation.tables import Column
from traceability.sensors.listing import Stretch
from traceability.sensors.models import Sensor, SensorReading

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
    """The readings of a span by pieces, the earliest first; a piece without readings is missing."""
    since = _start(span, now)
    began = func.date_bin(span.piece, SensorReading.measured_at, since)
    statement = (
        select(
            began,
            func.count(),
            func.min(SensorReading.value),
            func.avg(SensorReading.value),
            func.max(SensorReading.value),
        )
        .where(SensorReading.sensor_id == sensor.id, SensorReading.measured_at >= since)
        .group_by(began)
        .order_by(began)
    )
    return [
        Piece(began_at, count, low, round(mean, 2), high)
        for began_at, count, low, mean, high in session.execute(statement)
    ]


def draw(found: Sequence[Piece], span: Span, *, now: datetime) -> charts.Drawing:
    """The lowest and the highest of each piece as two lines; gaps stay gaps."""
    start = _start(span, now)
    count = -((start - now) // span.piece)
    by_place = {(piece.began_at - start) // span.piece: piece for piece in found}
    labels = [f"{(start + n * span.piece).astimezone(VIETNAM):{span.form}}" for n in range(count)]
    rows = [by_place.get(n) for n in range(count)]
    return charts.lines(
        labels,
        {
            _("Thấp nhất"): [None if row is None else row.lowest for row in rows],
            _("Cao nhất"): [None if row is None else row.highest for row in rows],
        },
    )


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


def rows(
    session: Session, sensor: Sensor, stretch: Stretch
) -> Iterator[tuple[datetime, int, Decimal, str, datetime]]:
    """Every reading of a stretch of time, the earliest first."""
    sign = sensor.measure.sign
    statement = (
        select(SensorReading)
        .where(
            SensorReading.sensor_id == sensor.id,
            SensorReading.measured_at >= (stretch.since or _EVER),
            SensorReading.measured_at < (stretch.until or _NEVER),
        )
        .order_by(SensorReading.measured_at, SensorReading.sequence)
        .execution_options(yield_per=1_000)
    )
    for reading in session.scalars(statement):
        yield reading.measured_at, reading.sequence, reading.value, sign, reading.received_at


def _start(span: Span, now: datetime) -> datetime:
    """Pieces begin at whole ones of the local day."""
    local = (now - span.back).astimezone(VIETNAM)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + (local - midnight) // span.piece * span.piece
