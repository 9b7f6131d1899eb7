"""Alarms of sensors: the list, one of them, and what was done about it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from accounts.doors import current_actor
from foundation import clock, db, inputs, web
from foundation.errors import Invalid
from foundation.i18n import _
from traceability.sensors import listing
from traceability.sensors.judging import answering
from traceability.sensors.listing import Wanted
from traceability.sensors.schemas import AlarmsQuery, AnswerInput

blueprint = Blueprint("sensor_alarms", __name__)

_ONE = "traceability/sensors/alarm.html"


@blueprint.get("/workspace/sensors/alarms")
@web.guarded("sensor.write")
def index() -> str:
    """The alarms of all one's sensors: all, those that last, those nobody has answered."""
    query = inputs.load(AlarmsQuery, request.args)
    wanted = Wanted(alarms=query["state"], cursor=query.get("cursor"))
    with db.reading() as session:
        page = listing.list_alarms(session, current_actor(), wanted)
        states = [
            ("all", _("Tất cả"), url_for(".index")),
            ("lasting", _("Đang kéo dài"), url_for(".index", state="lasting")),
            ("open", _("Chưa ghi xử lý"), url_for(".index", state="open")),
        ]
        return web.render(
            "traceability/sensors/alarms.html", page=page, state=wanted.alarms, states=states
        )


@blueprint.get("/workspace/sensors/alarms/<int:alarm_id>")
@web.guarded("sensor.write")
def show(alarm_id: int) -> str:
    """One alarm, and who saw to it."""
    with db.reading() as session:
        return web.render(_ONE, form=web.Form(), **_details(session, alarm_id))


@blueprint.post("/workspace/sensors/alarms/<int:alarm_id>")
@web.guarded("sensor.write")
def answer(alarm_id: int) -> ResponseReturnValue:
    """Write down what was done; reminders end."""
    try:
        with db.transaction() as session:
            given = inputs.load(AnswerInput, request.form)
            answering.answer(session, current_actor(), alarm_id, given["done"], now=clock.now())
    except Invalid as error:
        with db.reading() as session:
            return web.render_again(_ONE, error, **_details(session, alarm_id))
    web.flash_done(_("Đã ghi việc xử lý."))
    return redirect(url_for(".show", alarm_id=alarm_id), 303)


def _details(session: Session, alarm_id: int) -> dict[str, Any]:
    return {"alarm": answering.get_alarm(session, current_actor(), alarm_id)}
