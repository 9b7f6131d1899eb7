"""Letters about alarms: one when it begins, one when it ends, at most one a day in between.

An organisation with many at once gets one letter about all of them. When readings that came late
say otherwise than was told, that is one more, at most one an hour.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from accounts.models import Person
from foundation import config, i18n
from foundation.i18n import _
from growing_areas import recipients
from traceability.sensors.models import AlarmAnswer, Sensor, SensorAlarm

AT_ONCE = 3
"""So many an organisation is told one by one; more come in one letter."""
_NAMED = 30
_EVERY = timedelta(days=1)
_MOST = 2_000

_SETTLED = timedelta(hours=1)
"""Readings that come late come by the hundred: what they change is told once they are quiet."""

Kind = Literal["began", "lasts", "ended", "revised", "overtaken"]


@dataclass(frozen=True)
class _News:
    kind: Kind
    alarm: SensorAlarm


def tell(session: Session, *, now: datetime) -> int:
    """Write the letters that are due, and note that they were; answers how many alarms they tell.

    Nobody is reminded of an alarm somebody has answered.
    """
    news = [_News(_kind(alarm), alarm) for alarm in session.scalars(_due(now))]
    managers = recipients.managers_of(session, {each.alarm.sensor.organisation_id for each in news})
    for organisation_id, own in _by_house(news):
        _write(session, managers.get(organisation_id, ()), own)
    for each in news:
        _note(each, now)
    session.flush()
    return len(news)


def _due(now: datetime) -> Select[SensorAlarm]:
    answered = select(AlarmAnswer.id).where(AlarmAnswer.alarm_id == SensorAlarm.id).exists()
    valid = SensorAlarm.overtaken_at.is_(None)
    last = func.greatest(SensorAlarm.told_begin_at, SensorAlarm.reminded_at)
    lasts = SensorAlarm.ended_at.is_(None) & (last <= now - _EVERY) & ~answered
    ended = SensorAlarm.ended_at.is_not(None) & SensorAlarm.told_end_at.is_(None)
    begun = SensorAlarm.told_begin_at.is_(None)
    return (
        select(SensorAlarm)
        .join(SensorAlarm.sensor)
        .options(contains_eager(SensorAlarm.sensor).options(joinedload(Sensor.batch)))
        .where(or_(valid & or_(begun, ended, lasts), SensorAlarm.revised_at <= now - _SETTLED))
        .order_by(SensorAlarm.id)
        .limit(_MOST)
        .with_for_update(of=SensorAlarm)
    )


def _kind(alarm: SensorAlarm) -> Kind:
    if alarm.overtaken_at is not None:
        return "overtaken"
    if alarm.ended_at is not None:
        return "ended" if alarm.told_end_at is None else "revised"
    if alarm.told_begin_at is None:
        return "began"
    return "lasts" if alarm.revised_at is None else "revised"


def _by_house(news: Sequence[_News]) -> Iterator[tuple[int, list[_News]]]:
    found: dict[int, list[_News]] = {}
    for each in news:
        found.setdefault(each.alarm.sensor.organisation_id, []).append(each)
    return iter(sorted(found.items()))


def _note(news: _News, now: datetime) -> None:
    alarm = news.alarm
    alarm.told_begin_at = alarm.told_begin_at or now
    # Whatever is told is told as it is by now.
    alarm.revised_at = None
    if news.kind == "ended":
        alarm.told_end_at = now
    elif news.kind in ("lasts", "revised"):
        alarm.reminded_at = now


def _write(session: Session, managers: Sequence[Person], news: Sequence[_News]) -> None:
    if len(news) > AT_ONCE:
        recipients.tell(session, managers, lambda: _digest(news))
        return
    for each in news:
        recipients.tell(session, managers, lambda told=each: _letter(told))  # type: ignore[misc]


def _letter(news: _News) -> tuple[str, str]:
    """Subject and text about one alarm, in the language spoken just now."""
    sensor = news.alarm.sensor
    subject, line = _words(news)
    lot = [_("Lô %(lot)s", lot=sensor.batch.lot)] if sensor.batch else []
    return subject, "\n".join([line, *lot, _address(f"/alarms/{news.alarm.id}")])


def _digest(news: Sequence[_News]) -> tuple[str, str]:
    """Subject and text about many alarms at once."""
    lasting = sum(each.alarm.ended_at is None for each in news)
    subject = _("%(count)s báo động của cảm biến", count=i18n.number(len(news)))
    lines = [_("Đang vượt giới hạn: %(count)s.", count=i18n.number(lasting))] if lasting else []
    lines += ["– " + " ".join(_words(each)) for each in news[:_NAMED]]
    if len(news) > _NAMED:
        more = i18n.number(len(news) - _NAMED)
        lines.append(_("Và %(count)s báo động khác.", count=more))
    return subject, "\n".join([*lines, _address("/alarms")])


def _words(news: _News) -> tuple[str, str]:
    """What one alarm is called, and what there is to say of it."""
    alarm, measure = news.alarm, news.alarm.sensor.measure
    said = {
        "name": alarm.sensor.name,
        "measure": measure.name,
        "worst": f"{i18n.number(alarm.worst)} {measure.sign}",
        "limit": f"{i18n.number(alarm.limit)} {measure.sign}",
        "since": i18n.vn_datetime(alarm.began_at),
    }
    if news.kind == "overtaken":
        return _overtaken(alarm, said)
    subject, line = _over(alarm, said) if alarm.ended_at is not None else _on(alarm, said)
    if news.kind == "lasts":
        line += " " + _("Chưa ai ghi đã xử lý.")
    if news.kind == "revised":
        subject = _("%(name)s: báo động được sửa theo số đo đến muộn", **said)
        line += " " + _("Thư này thay cho thư trước: có số đo đến muộn.")
    elif alarm.is_late and alarm.heard_at is not None and alarm.reminded_at is None:
        heard = i18n.vn_datetime(alarm.heard_at)
        line += " " + _("Số đo đến muộn: đến %(heard)s mới nhận được.", heard=heard)
    return subject, line


def _on(alarm: SensorAlarm, said: dict[str, str]) -> tuple[str, str]:
    """An alarm that lasts."""
    if alarm.is_above:
        subject = _("%(name)s: %(measure)s quá cao", **said)
        return subject, _(
            "%(measure)s lên tới %(worst)s, cao hơn giới hạn %(limit)s từ %(since)s.", **said
        )
    subject = _("%(name)s: %(measure)s quá thấp", **said)
    return subject, _(
        "%(measure)s xuống tới %(worst)s, thấp hơn giới hạn %(limit)s từ %(since)s.", **said
    )


def _over(alarm: SensorAlarm, said: dict[str, str]) -> tuple[str, str]:
    """An alarm that is over; nobody may have been told of it while it lasted."""
    told = said | {"until": i18n.vn_datetime(alarm.ended_at)}
    subject = (
        _("%(name)s: hết báo động", **told)
        if alarm.told_begin_at is not None
        else _("%(name)s: đã vượt giới hạn, nay đã hết", **told)
    )
    return subject, _(
        "%(measure)s vượt giới hạn %(limit)s từ %(since)s đến %(until)s; lúc xấu nhất là"
        " %(worst)s.",
        **told,
    )


def _overtaken(alarm: SensorAlarm, said: dict[str, str]) -> tuple[str, str]:
    """An alarm of which readings that came late say that it was none of its own."""
    subject = _("%(name)s: báo động được sửa theo số đo đến muộn", **said)
    if alarm.joined_id is not None:
        return subject, _(
            "Báo động từ %(since)s là một phần của một báo động dài hơn; xem ở đó.", **said
        )
    return subject, _(
        "Theo số đo đến muộn, lần vượt giới hạn từ %(since)s không kéo dài đến mức báo động.",
        **said,
    )


def _address(path: str) -> str:
    return f"{config.current().base_url}/workspace/sensors{path}"
