"""What lets devices in, and for the operator the messages that could not be kept."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from accounts.doors import current_actor
from foundation import clock, db, inputs, web
from foundation.errors import Invalid, Refused
from foundation.i18n import _
from traceability.sensors import register
from traceability.sensors.arriving import dead_letters
from traceability.sensors.devices import device_tokens
from traceability.sensors.schemas import LettersQuery, TokenInput

blueprint = Blueprint("sensor_devices", __name__)

_TOKENS = "traceability/sensors/tokens.html"


@blueprint.get("/workspace/sensors/<code>/tokens")
@web.guarded("sensor.write")
def tokens(code: str) -> str:
    """The keys by which a sensor can report, and making another one."""
    with db.reading() as session:
        return web.render(_TOKENS, form=web.Form(), **_tokens(session, code))


@blueprint.post("/workspace/sensors/<code>/tokens")
@web.guarded("sensor.write")
def make_token(code: str) -> ResponseReturnValue:
    """A new key, shown on the answer to this very request and never again."""
    try:
        with db.transaction() as session:
            given = inputs.load(TokenInput, request.form)
            actor, for_all = current_actor(), given["scope"] == "all"
            made = device_tokens.make(
                session, actor, code, given["name"], for_all=for_all, now=clock.now()
            )
    except (Invalid, Refused) as error:
        with db.reading() as session:
            return web.render_again(_TOKENS, error, **_tokens(session, code))
    with db.reading() as session:
        sensor = register.get(session, current_actor(), code)
        return web.render(
            "traceability/sensors/token.html",
            sensor=sensor,
            plain=made.plain,
            name=given["name"],
            post_address=f"/api/v1/sensors/{sensor.code}/readings",
        )


@blueprint.post("/workspace/sensors/<code>/tokens/<int:token_id>/revoke")
@web.guarded("sensor.write")
def revoke_token(code: str, token_id: int) -> ResponseReturnValue:
    """End a key at once."""
    with db.transaction() as session:
        device_tokens.revoke(session, current_actor(), code, token_id, now=clock.now())
    web.flash_done(_("Đã thu hồi khóa; thiết bị dùng khóa ấy không gửi được nữa."))
    return redirect(url_for(".tokens", code=code), 303)


@blueprint.get("/admin/sensors/dead-letters")
@web.guarded("system.operate")
def letters() -> str:
    """Messages of devices that were set aside."""
    query = inputs.load(LettersQuery, request.args)
    with db.reading() as session:
        page = dead_letters.list_letters(session, current_actor(), cursor=query.get("cursor"))
        shown = [
            (each, each.topic.decode(errors="replace"), each.payload.decode(errors="replace"))
            for each in page.items
        ]
        return web.render("traceability/sensors/letters.html", page=page, shown=shown)


@blueprint.post("/admin/sensors/dead-letters/<int:letter_id>/retry")
@web.guarded("system.operate")
def retry_letter(letter_id: int) -> ResponseReturnValue:
    """Keep the message once more."""
    with db.transaction() as session:
        is_kept = dead_letters.try_again(session, current_actor(), letter_id, now=clock.now())
    web.flash_done(_("Đã giữ số đo của tin này.") if is_kept else _("Tin này vẫn không đọc được."))
    return redirect(url_for(".letters"), 303)


@blueprint.post("/admin/sensors/dead-letters/<int:letter_id>/discard")
@web.guarded("system.operate")
def discard_letter(letter_id: int) -> ResponseReturnValue:
    """Throw the message away."""
    with db.transaction() as session:
        dead_letters.discard(session, current_actor(), letter_id)
    web.flash_done(_("Đã bỏ tin này."))
    return redirect(url_for(".letters"), 303)


def _tokens(session: Session, code: str) -> dict[str, Any]:
    sensor = register.get(session, current_actor(), code)
    return {
        "sensor": sensor,
        "tokens": device_tokens.list_of(session, sensor),
        "scopes": [("one", _("Chỉ cảm biến này")), ("all", _("Mọi cảm biến của đơn vị"))],
    }
