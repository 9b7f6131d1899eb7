"""A cooperative chooses whether everybody may see an area's exact outline."""

from __future__ import annotations

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from accounts.doors import current_actor
from foundation import clock, db, web
from foundation.i18n import _
from growing_areas.mapping import choice

blueprint = Blueprint("outline", __name__, url_prefix="/workspace/areas")


@blueprint.post("/<int:area_id>/outline/<any(show, hide):wish>")
@web.guarded("area.submit")
def choose(area_id: int, wish: str) -> ResponseReturnValue:
    """Show the exact outline to everybody, or hide it again."""
    step = choice.show_outline if wish == "show" else choice.hide_outline
    with db.transaction() as session:
        step(session, current_actor(), area_id, now=clock.now())
    if wish == "show":
        web.flash_done(_("Mọi người nay thấy đúng đường bao của vùng này."))
    else:
        web.flash_done(_("Mọi người nay chỉ thấy các ô khoảng 1 km có vùng này."))
    return redirect(url_for("growing_areas.areas.show", area_id=area_id), 303)
