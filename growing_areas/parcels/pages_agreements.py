"""A household's agreement on paper: sent, replaced, opened, taken off."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from accounts import permissions
from accounts.doors import current_actor
from foundation import clock, db, inputs, retention, web
from foundation.downloads import file_response
from foundation.errors import Invalid
from foundation.i18n import _
from growing_areas import labels
from growing_areas.dossiers.receiving import receive
from growing_areas.parcels import agreements, households
from growing_areas.parcels.schemas import AgreementInput

blueprint = Blueprint("agreements", __name__, url_prefix="/households/<int:household_id>/agreement")

_PAGE = "growing_areas/parcels/agreement.html"


@blueprint.get("")
@web.guarded("area.propose")
def show(area_id: int, household_id: int) -> str:
    """What is known of the household's agreement, and the form for its paper."""
    context = _one(area_id, household_id)
    form = web.Form({"agreed_on": context["household"].agreed_on})
    return web.render(_PAGE, form=form, **context)


@blueprint.post("")
@web.guarded("area.propose")
def attach(area_id: int, household_id: int) -> ResponseReturnValue:
    """Keep the paper sent, in place of the one before."""
    actor, now = current_actor(), clock.now()
    try:
        given = inputs.load(AgreementInput, request.form)
        sent = request.files.get("file") or FileStorage()
        judged = receive(actor, area_id, sent.stream)
        with db.transaction() as session:
            row = agreements.attach(
                session, actor, area_id, household_id, judged, given.get("agreed_on"), now=now
            )
            name = row.name
    except Invalid as error:
        return web.render_again(_PAGE, error, **_one(area_id, household_id))
    web.flash_done(_("Đã lưu giấy đồng ý của hộ %(name)s.", name=name))
    return redirect(url_for("growing_areas.parcels.households.show", area_id=area_id), 303)


@blueprint.get("/file")
@web.guarded(agreements.READ)
def open_file(area_id: int, household_id: int) -> Response:
    """The paper itself; an officer's look is written down."""
    with db.transaction() as session:
        stored = agreements.read(session, current_actor(), area_id, household_id, now=clock.now())
        answer = file_response(stored, f"dong-y-{area_id}-{household_id}")
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@blueprint.get("/remove")
@web.guarded("area.propose")
def ask_remove(area_id: int, household_id: int) -> str:
    """What taking the paper off does."""
    context = _one(area_id, household_id)
    return web.render("growing_areas/parcels/agreement_remove.html", form=web.Form(), **context)


@blueprint.post("/remove")
@web.guarded("area.propose")
def remove(area_id: int, household_id: int) -> ResponseReturnValue:
    """Take the paper off; its file is erased after the time of grace."""
    inputs.load(inputs.InputSchema, request.form)
    with db.transaction() as session:
        agreements.remove(session, current_actor(), area_id, household_id)
    web.flash_done(_("Đã bỏ giấy đồng ý; tệp sẽ bị xóa hẳn."))
    return redirect(url_for(".show", area_id=area_id, household_id=household_id), 303)


def _one(area_id: int, household_id: int) -> dict[str, Any]:
    actor, now = current_actor(), clock.now()
    with db.transaction() as session:
        area, household = households.read_one(session, actor, area_id, household_id, now=now)
    return {
        "area": area,
        "household": household,
        "may_open": permissions.may(actor, agreements.READ, area),
        "kept_days": retention.time_of("unheld_files", clock.today()).days,
        "labels": labels,
    }
