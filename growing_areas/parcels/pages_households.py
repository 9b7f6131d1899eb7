"""The household list of an area: one by one, from a sheet, agreed at a meeting, erased."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from accounts.doors import current_actor
from accounts.permissions import require
from foundation import clock, db, imports, inputs, web
from foundation.downloads import table_response
from foundation.errors import Conflict, Finding, Invalid, Refused
from foundation.i18n import _, ngettext, number
from foundation.tables import Notes
from growing_areas import areas, labels
from growing_areas.parcels import household_sheet, households
from growing_areas.parcels.board import of_plot
from growing_areas.parcels.household_sheet import kind_of
from growing_areas.parcels.schemas import AgreedInput, HouseholdForm
from growing_areas.proposals import Household

blueprint = Blueprint("households", __name__, url_prefix="/households")

_LIST = "growing_areas/parcels/households.html"
_EDIT = "growing_areas/parcels/household.html"
_SHEET = "growing_areas/parcels/sheet.html"


@blueprint.get("")
@web.guarded("area.propose")
def show(area_id: int) -> str:
    """The households of the plot; a look from outside the cooperative is audited."""
    return web.render(_LIST, form=web.Form(), **_list(area_id))


@blueprint.post("")
@web.guarded("area.propose")
def enter(area_id: int) -> ResponseReturnValue:
    """List one more household."""
    try:
        given = inputs.load(HouseholdForm, request.form)
        with db.transaction() as session:
            told = Household(**given)
            row = households.enter(session, current_actor(), area_id, told, now=clock.now())
            name = row.name
    except Invalid as error:
        return web.render_again(_LIST, error, **_list(area_id))
    web.flash_done(_("Đã thêm hộ %(name)s.", name=name))
    return redirect(url_for("growing_areas.parcels.households.show", area_id=area_id), 303)


@blueprint.post("/agree")
@web.guarded("area.propose")
def agree(area_id: int) -> ResponseReturnValue:
    """Write down that the ticked households agreed on one day."""
    try:
        given = inputs.load(AgreedInput, request.form)
        with db.transaction() as session:
            count = households.agree(
                session, current_actor(), area_id, given["households"], given["agreed_on"],
                given["agreed_how"], now=clock.now(),
            )  # fmt: skip
    except Invalid as error:
        return web.render_again(_LIST, error, **_list(area_id))
    said = ngettext("Đã ghi %(num)s hộ đồng ý.", "Đã ghi %(num)s hộ đồng ý.", count)
    web.flash_done(said)
    return redirect(url_for("growing_areas.parcels.households.show", area_id=area_id), 303)


@blueprint.get("/<int:household_id>/edit")
@web.guarded("area.propose")
def edit(area_id: int, household_id: int) -> str:
    """The form of one household."""
    context = _one(area_id, household_id)
    row = context["household"]
    values = {name: getattr(row, name) for name in HouseholdForm().fields}
    values["area_ha"] = number(row.area_ha) if row.area_ha is not None else None
    return web.render(_EDIT, form=web.Form(values), **context)


@blueprint.post("/<int:household_id>/edit")
@web.guarded("area.propose")
def change(area_id: int, household_id: int) -> ResponseReturnValue:
    """Correct what is known of a household."""
    try:
        told = Household(**inputs.load(HouseholdForm, request.form))
        with db.transaction() as session:
            actor, now = current_actor(), clock.now()
            households.change(session, actor, area_id, household_id, told, now=now)
    except Invalid as error:
        return web.render_again(_EDIT, error, **_one(area_id, household_id))
    web.flash_done(_("Đã lưu."))
    return redirect(url_for("growing_areas.parcels.households.show", area_id=area_id), 303)


@blueprint.get("/<int:household_id>/erase")
@web.guarded("area.propose")
def ask_erase(area_id: int, household_id: int) -> str:
    """What erasing a household will do."""
    return web.render("growing_areas/parcels/erase.html", **_one(area_id, household_id))


@blueprint.post("/<int:household_id>/erase")
@web.guarded("area.propose")
def erase(area_id: int, household_id: int) -> ResponseReturnValue:
    """Erase a household's personal data for good."""
    inputs.load(inputs.InputSchema, request.form)
    with db.transaction() as session:
        households.erase(session, current_actor(), area_id, household_id)
    web.flash_done(_("Đã xóa dữ liệu của hộ. Thửa của hộ vẫn còn, không mang tên ai."))
    return redirect(url_for("growing_areas.parcels.households.show", area_id=area_id), 303)


@blueprint.get("/export.xlsx")
@web.guarded("area.propose")
def export(area_id: int) -> Response:
    """The list as a sheet; filled in it comes back through the import."""
    context = _list(area_id)
    rows = household_sheet.rows_of(context["rows"], context["parcels"])
    return table_response(
        household_sheet.COLUMNS,
        rows,
        "xlsx",
        f"danh-sach-ho-{area_id}",
        notes=Notes("Danh sách hộ"),
    )


@blueprint.get("/import")
@web.guarded("area.propose")
def ask_import(area_id: int) -> str:
    """The form for a sheet."""
    with db.reading() as session:
        return web.render(_SHEET, form=web.Form(), batch=None, **_own(session, area_id))


@blueprint.post("/import")
@web.guarded("area.propose")
def upload(area_id: int) -> ResponseReturnValue:
    """Read a sheet and show everything found in it; nothing is made yet."""
    file = request.files.get("file")
    try:
        if file is None or not file.filename:
            raise Invalid([Finding("input.required", {}, "file")])
        with db.transaction() as session:
            batch = imports.preview(
                session, current_actor(), kind_of(area_id), file.read(), file.filename,
                now=clock.now(),
            )  # fmt: skip
    except (Invalid, Refused) as error:
        with db.reading() as session:
            context = _own(session, area_id)
        return web.render_again(_SHEET, error, batch=None, **context)
    return redirect(url_for(".preview", area_id=area_id, batch_id=batch.id), 303)


@blueprint.get("/import/<int:batch_id>")
@web.guarded("area.propose")
def preview(area_id: int, batch_id: int) -> str:
    """What a sheet would do, with every finding."""
    return web.render(_SHEET, form=web.Form(), **_batch(area_id, batch_id))


@blueprint.post("/import/<int:batch_id>/<any(apply, undo):act>")
@web.guarded("area.propose")
def decide(area_id: int, batch_id: int, act: str) -> ResponseReturnValue:
    """Take a previewed sheet in whole, or take it back."""
    inputs.load(inputs.InputSchema, request.form)
    step = imports.undo if act == "undo" else imports.apply
    try:
        with db.transaction() as session:
            step(session, current_actor(), kind_of(area_id), batch_id, now=clock.now())
    except (Invalid, Conflict) as error:
        return web.render_again(_SHEET, error, **_batch(area_id, batch_id))
    if act == "undo":
        web.flash_done(_("Đã hoàn tác lần nhập."))
    else:
        undo = url_for(".decide", area_id=area_id, batch_id=batch_id, act="undo")
        web.flash_done(_("Đã nhập danh sách hộ."), undo)
    return redirect(url_for(".show", area_id=area_id), 303)


def _own(session: Session, area_id: int) -> dict[str, Any]:
    area = areas.get_area(session, current_actor(), area_id)
    require(current_actor(), "area.propose", area)
    return {"area": area, "labels": labels}


def _list(area_id: int) -> dict[str, Any]:
    with db.transaction() as session:
        context = _own(session, area_id)
        area = context["area"]
        return {
            **context,
            "rows": households.read(session, current_actor(), area_id, now=clock.now()),
            "parcels": of_plot(session, area.plot_id),
            "agreements": households.agreements(session, area.plot_id),
        }


def _one(area_id: int, household_id: int) -> dict[str, Any]:
    context = _list(area_id)
    with db.reading() as session:
        household = households.get_household(session, context["area"], household_id)
    return {**context, "household": household}


def _batch(area_id: int, batch_id: int) -> dict[str, Any]:
    with db.reading() as session:
        batch = imports.get_batch(session, current_actor(), kind_of(area_id), batch_id)
        findings = imports.findings_of(batch)
        return {**_own(session, area_id), "batch": batch, "findings": findings}
