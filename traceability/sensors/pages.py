"""The cooperative's sensors: the list, registering one, its readings, limits, and its end."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from accounts import organisations
from accounts.doors import current_actor
from foundation import clock, db, inputs, web
from foundation.downloads import table_response
from foundation.errors import Conflict, Invalid, NguonError
from foundation.i18n import _, word
from foundation.tables import Notes
from traceability.sensors import listing, measures, placing, register
from traceability.sensors.arriving import months, receipts
from traceability.sensors.drawing import history
from traceability.sensors.judging import bounds, limiting, patience
from traceability.sensors.judging.limiting import PlaceLimitsTold
from traceability.sensors.judging.patience import patient
from traceability.sensors.judging.watching import Bounds
from traceability.sensors.listing import Wanted
from traceability.sensors.models import Sensor
from traceability.sensors.register import NewSensor
from traceability.sensors.schemas import LimitsInput, ListQuery, ReadingsQuery, SensorInput

blueprint = Blueprint("sensors", __name__)

_SHOW = "traceability/sensors/show.html"
_NEW = "traceability/sensors/new.html"
_LASTING = 3


@blueprint.get("/workspace/sensors")
@web.guarded("sensor.write")
def index() -> str:
    """The sensors of one's organisations with their last reading."""
    query = inputs.load(ListQuery, request.args)
    wanted = Wanted(retired=query["retired"], cursor=query.get("cursor"))
    with db.reading() as session:
        actor = current_actor()
        page = listing.list_sensors(session, actor, wanted)
        lasting = listing.list_alarms(session, actor, Wanted(alarms="lasting", size=_LASTING))
        return web.render(
            "traceability/sensors/list.html",
            page=page,
            retired=wanted.retired,
            lasting=lasting,
            in_alarm=listing.lasting_among(session, page.items),
            limits=_limits_of(session, page.items),
        )


@blueprint.get("/workspace/sensors/new")
@web.guarded("sensor.write")
def new() -> str:
    """An empty form."""
    with db.reading() as session:
        return web.render(_NEW, form=web.Form(), **_choices(session))


@blueprint.post("/workspace/sensors/new")
@web.guarded("sensor.write")
def create() -> ResponseReturnValue:
    """Register the sensor and tell its topic."""
    try:
        with db.transaction() as session:
            plain = MultiDict(request.form)
            own = organisations.list_own(session, current_actor())
            if not plain.get("organisation") and len(own) == 1:
                plain["organisation"] = own[0].code
            told = _told(inputs.load(SensorInput, plain))
            sensor = register.register(session, current_actor(), told, now=clock.now())
    except Invalid as error:
        return _again(error)
    web.flash_done(_("Đã thêm cảm biến. Đặt địa chỉ gửi dưới đây vào thiết bị."))
    return redirect(url_for(".show", code=sensor.code), 303)


@blueprint.get("/workspace/sensors/<code>")
@web.guarded("sensor.write")
def show(code: str) -> ResponseReturnValue:
    """One sensor: drawing, table and file of its readings, its alarms and limits."""
    query = inputs.load(ReadingsQuery, request.args)
    if query["format"]:
        return _file(code, query)
    with db.reading() as session:
        return web.render(_SHOW, **_details(session, code, query["span"]), form=web.Form())


@blueprint.post("/workspace/sensors/<code>/limits")
@web.guarded("sensor.write")
def set_limits(code: str) -> ResponseReturnValue:
    """Set the limits from now on."""
    try:
        with db.transaction() as session:
            given = inputs.load(LimitsInput, request.form)
            told = PlaceLimitsTold(given.get("low"), given.get("high"), patient(given))
            register.set_limits(session, current_actor(), code, told, now=clock.now())
    except (Conflict, Invalid) as error:
        with db.reading() as session:
            return web.render_again(_SHOW, error, **_details(session, code, "day"))
    web.flash_done(_("Đã đặt giới hạn."))
    return redirect(url_for(".show", code=code), 303)


@blueprint.get("/workspace/sensors/<code>/retire")
@web.guarded("sensor.write")
def ask_retire(code: str) -> str:
    """Ask before a sensor is taken out of use."""
    with db.reading() as session:
        sensor = register.get(session, current_actor(), code)
        return web.render("traceability/sensors/retire.html", sensor=sensor, form=web.Form())


@blueprint.post("/workspace/sensors/<code>/retire")
@web.guarded("sensor.write")
def retire(code: str) -> ResponseReturnValue:
    """Take it out of use; what it measured stays."""
    with db.transaction() as session:
        register.retire(session, current_actor(), code, now=clock.now())
    web.flash_done(_("Cảm biến đã ngừng dùng; số đo cũ vẫn giữ."))
    return redirect(url_for(".show", code=code), 303)


def _told(given: dict[str, Any]) -> NewSensor:
    area, batch = placing.named(given.pop("place", None))
    return NewSensor(patience=patient(given), **given, area=area, batch=batch)


def _again(error: NguonError) -> ResponseReturnValue:
    with db.reading() as session:
        return web.render_again(_NEW, error, **_choices(session))


def _choices(session: Session) -> dict[str, Any]:
    actor = current_actor()
    own = organisations.list_own(session, actor)
    return {
        "own": [(each.code, each.name) for each in own],
        "measures": [(code, f"{each.name} ({each.sign})") for code, each in _measures()],
        "places": placing.choices(session, actor, own),
    }


def _measures() -> list[tuple[str, measures.Measure]]:
    return list(measures.MEASURES.items())


def _details(session: Session, code: str, span_code: str) -> dict[str, Any]:
    now, span = clock.now(), history.SPANS[span_code]
    sensor = register.get(session, current_actor(), code)
    found = history.pieces(session, sensor, span, now=now)
    alarms = listing.alarms_of(session, sensor.id)
    limits, since = bounds.in_force(session, [sensor]), history.since(span, now)
    drawn = (
        history.draw(
            found,
            span,
            limits.within(sensor.id, since, now),
            listing.alarms_since(session, sensor.id, since),
            now=now,
        )
        if found
        else None
    )
    return {
        "sensor": sensor,
        "refused_because": word(f"sensor.{sensor.refused_because}", {}),
        "drawing": drawn,
        "span": span_code,
        "spans": [
            (each, _(one.label), url_for(".show", code=sensor.code, span=each))
            for each, one in history.SPANS.items()
        ],
        "files": [
            (format_.upper(), url_for(".show", code=sensor.code, span=span_code, format=format_))
            for format_ in ("csv", "xlsx")
        ],
        "alarms": alarms,
        "lasting": next((each for each in alarms if each.ended_at is None), None),
        "stays": listing.stays_of(session, sensor.id),
        "limits": limits.of(sensor, now),
        "own_limits": limiting.newest_place(session, sensor),
        "usual": patience.usual(sensor.measures, clock.business_day(now)),
        "kept_since": months.kept_since(session),
        "receipts": f"{receipts.TOPIC}{sensor.code}",
        "post_address": f"/api/v1/sensors/{sensor.code}/readings",
    }


def _limits_of(session: Session, sensors: list[Sensor]) -> dict[int, Bounds]:
    now, limits = clock.now(), bounds.in_force(session, sensors)
    return {sensor.id: limits.of(sensor, now) for sensor in sensors}


def _file(code: str, query: dict[str, Any]) -> ResponseReturnValue:
    """Every reading of the days asked for, else of the span."""
    stretch = history.days(query.get("start"), query.get("end"))
    span = history.SPANS[query["span"]]
    now = clock.now()
    with db.reading() as session:
        sensor = register.get(session, current_actor(), code)
        notes = Notes(sensor.name, (_place(sensor), history.words(stretch, span)))
        stretch_ = stretch or history.back(span, now)
        history.refuse_too_many(session, sensor, stretch_, history.MOST_ROWS)
        rows = history.rows(session, sensor, stretch_)
        stem = f"cam-bien-{sensor.code}"
        return table_response(history.columns(), rows, query["format"], stem, notes=notes)


def _place(sensor: Sensor) -> str:
    if sensor.area is not None:
        return _("Vùng trồng %(name)s", name=sensor.area.name)
    if sensor.batch is not None:
        return _("Lô %(lot)s", lot=sensor.batch.lot)
    return sensor.room or ""
