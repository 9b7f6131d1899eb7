"""Moving a sensor, showing it to buyers, and the limits of products."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from accounts import organisations
from accounts.doors import current_actor
from foundation import clock, db, inputs, web
from foundation.errors import Conflict, Invalid, NguonError, NotFound
from foundation.i18n import _
from products import register as products
from traceability.sensors import measures, placing, register
from traceability.sensors.judging import limiting
from traceability.sensors.judging.limiting import LimitsTold
from traceability.sensors.judging.patience import patient
from traceability.sensors.register import Place
from traceability.sensors.schemas import MoveInput, ProductLimitsInput

blueprint = Blueprint("sensor_care", __name__)

_MOVE = "traceability/sensors/move.html"
_LIMITS = "traceability/sensors/limits.html"


@blueprint.get("/workspace/sensors/<code>/move")
@web.guarded("sensor.write")
def ask_move(code: str) -> str:
    """Where it stands now, and where it could."""
    with db.reading() as session:
        return web.render(_MOVE, form=web.Form(), **_move(session, code))


@blueprint.post("/workspace/sensors/<code>/move")
@web.guarded("sensor.write")
def move(code: str) -> ResponseReturnValue:
    """It stands elsewhere from now on."""
    try:
        with db.transaction() as session:
            given = inputs.load(MoveInput, request.form)
            area, batch = placing.named(given.get("place"))
            place = Place(area, batch, given.get("room"))
            register.move(session, current_actor(), code, place, now=clock.now())
    except (Conflict, Invalid) as error:
        with db.reading() as session:
            return web.render_again(_MOVE, error, **_move(session, code))
    web.flash_done(_("Đã đổi nơi đặt; địa chỉ gửi của thiết bị không đổi."))
    return _back(code)


@blueprint.post("/workspace/sensors/<code>/publish")
@web.guarded("sensor.write")
def publish(code: str) -> ResponseReturnValue:
    """Buyers who scan may see what it measures beside a batch."""
    with db.transaction() as session:
        register.publish(session, current_actor(), code, now=clock.now())
    web.flash_done(_("Trang truy xuất của lô nay cho xem số đo."))
    return _back(code)


@blueprint.post("/workspace/sensors/<code>/withhold")
@web.guarded("sensor.write")
def withhold(code: str) -> ResponseReturnValue:
    """Buyers see it no more."""
    with db.transaction() as session:
        register.withhold(session, current_actor(), code, now=clock.now())
    web.flash_done(_("Trang truy xuất không còn cho xem số đo."))
    return _back(code)


@blueprint.get("/workspace/sensors/limits")
@web.guarded("sensor.write")
def limits() -> str:
    """The limits of one's products, past, present and to come."""
    with db.reading() as session:
        return web.render(_LIMITS, form=web.Form(), **_limits(session))


@blueprint.post("/workspace/sensors/limits")
@web.guarded("sensor.write")
def set_limits() -> ResponseReturnValue:
    """Set a product's limits from a day on."""
    try:
        with db.transaction() as session:
            given = inputs.load(ProductLimitsInput, request.form)
            code, patience = given.pop("product"), patient(given)
            told = LimitsTold(**given, patience=patience)
            limiting.set_product_limits(session, current_actor(), code, told, now=clock.now())
    except (Invalid, NotFound) as error:
        return _limits_again(error)
    web.flash_done(_("Đã đặt giới hạn của sản phẩm."))
    return redirect(url_for(".limits"), 303)


def _back(code: str) -> ResponseReturnValue:
    return redirect(url_for("sensors.show", code=code), 303)


def _move(session: Session, code: str) -> dict[str, Any]:
    actor = current_actor()
    sensor = register.get(session, actor, code)
    return {"sensor": sensor, "places": placing.choices(session, actor, [sensor.organisation])}


def _limits_again(error: NguonError) -> ResponseReturnValue:
    with db.reading() as session:
        return web.render_again(_LIMITS, error, **_limits(session))


def _limits(session: Session) -> dict[str, Any]:
    own = organisations.list_own(session, current_actor())
    found = products.list_of_organisations(session, tuple(each.id for each in own))
    return {
        "products": [(each.code, each.name) for each in found],
        "measures": [
            (code, f"{each.name} ({each.sign})") for code, each in measures.MEASURES.items()
        ],
        "rows": limiting.history(session, found, now=clock.now()),
        "today": clock.today(),
    }
