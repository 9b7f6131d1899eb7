"""The cooperative register: a cooperative's own profile, and the office's list and imports."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from accounts import names, permissions
from accounts.arrival import again
from accounts.doors import current_actor
from accounts.places import provinces
from accounts.register import importing, listing, profiles, table
from accounts.register.listing import RegisterQuery
from accounts.register.table import ProfileForm
from accounts.schemas import RegisterExportQuery, RegisterFilters
from foundation import clock, db, imports, inputs, web
from foundation.downloads import table_response
from foundation.errors import Conflict, Finding, Invalid, Refused
from foundation.i18n import _, number
from foundation.tables import Notes
from territory import units

blueprint = Blueprint("register", __name__)


@blueprint.get("/workspace/organisations/<code>/profile")
@web.guarded("cooperative.edit")
def ask(code: str) -> ResponseReturnValue:
    """The register's questions about a cooperative, and how complete the answers are."""
    context = _context(code)
    return web.render("accounts/profile.html", form=web.Form(_kept(context)), **context)


@blueprint.post("/workspace/organisations/<code>/profile")
@web.guarded("cooperative.edit")
def save(code: str) -> ResponseReturnValue:
    """Keep the answers."""
    try:
        answers = table.answers_of(inputs.load(ProfileForm, request.form))
        with db.transaction() as session:
            profiles.save(session, current_actor(), code, answers, now=clock.now())
    except Invalid as error:
        return again("accounts/profile.html", error, **_context(code))
    web.flash_done(_("Đã lưu hồ sơ."))
    return redirect(url_for("accounts.register.ask", code=code), 303)


@blueprint.post("/workspace/organisations/<code>/profile/confirm")
@web.guarded("cooperative.confirm")
def confirm(code: str) -> ResponseReturnValue:
    """The yearly word that the profile is right."""
    inputs.load(inputs.InputSchema, request.form)
    try:
        with db.transaction() as session:
            profiles.confirm(session, current_actor(), code, now=clock.now())
    except (Conflict, Refused) as error:
        return again("accounts/profile.html", error, **_context(code))
    web.flash_done(_("Đã xác nhận hồ sơ năm nay."))
    return redirect(url_for("accounts.register.ask", code=code), 303)


@blueprint.get("/office/cooperatives")
@web.guarded("cooperative.list")
def list_cooperatives() -> ResponseReturnValue:
    """The cooperatives of the territory with their completeness."""
    query = inputs.load(RegisterFilters, request.args)
    now = clock.now()
    with db.reading() as session:
        page = listing.list_register(session, current_actor(), _query(query), now=now)
        rows = profiles.rows_of(session, page.items, now=now)
        codes = {row.commune_code for row in page.items}
        places = units.labels(session, codes, clock.business_day(now))
        options = provinces(session, today=clock.business_day(now))
    return web.render(
        "accounts/office_cooperatives.html",
        page=page,
        rows=rows,
        places=places,
        names=names,
        provinces=options,
        year=clock.business_day(now).year,
    )


@blueprint.get("/office/cooperatives/export")
@web.guarded("cooperative.list")
def export() -> ResponseReturnValue:
    """The register as a file; it can be filled in and imported again."""
    query = inputs.load(RegisterExportQuery, request.args)
    format_ = query.pop("format")
    now = clock.now()
    with db.reading() as session:
        rows = table.export_rows(session, current_actor(), _query(query), now=now)
        notes = Notes(_("Hồ sơ hợp tác xã"), (table.written_at(now),))
        return table_response(table.EXPORT_COLUMNS, rows, format_, "hop-tac-xa", notes=notes)


@blueprint.post("/office/cooperatives/import")
@web.guarded("cooperative.list")
def upload() -> ResponseReturnValue:
    """Read an uploaded table and show everything found in it; nothing is made yet."""
    file = request.files.get("file")
    try:
        if file is None or not file.filename:
            raise Invalid([Finding("input.required", {}, "file")])
        with db.transaction() as session:
            batch = imports.preview(
                session,
                current_actor(),
                importing.KIND,
                file.read(),
                file.filename,
                now=clock.now(),
            )
    except (Invalid, Refused) as error:
        return again("accounts/import_upload.html", error)
    return redirect(url_for("accounts.register.preview", batch_id=batch.id), 303)


@blueprint.get("/office/cooperatives/import")
@web.guarded("cooperative.list")
def ask_upload() -> ResponseReturnValue:
    """The form for a file, and the template to fill in."""
    return web.render("accounts/import_upload.html", form=web.Form())


@blueprint.get("/office/cooperatives/import/template")
@web.guarded("cooperative.list")
def template() -> ResponseReturnValue:
    """An empty table with the right columns."""
    return table_response(
        table.COLUMNS, [], "xlsx", "mau-hop-tac-xa", notes=Notes("Mẫu hồ sơ hợp tác xã")
    )


@blueprint.get("/office/cooperatives/import/<int:batch_id>")
@web.guarded("cooperative.list")
def preview(batch_id: int) -> ResponseReturnValue:
    """What the table would do, with every finding."""
    return web.render("accounts/import_preview.html", form=web.Form(), **_batch(batch_id))


@blueprint.post("/office/cooperatives/import/<int:batch_id>/<act>")
@web.guarded("cooperative.list")
def decide(batch_id: int, act: str) -> ResponseReturnValue:
    """Apply all rows, or take an applied table back."""
    inputs.load(inputs.InputSchema, request.form)
    step = imports.undo if act == "undo" else imports.apply
    try:
        with db.transaction() as session:
            step(session, current_actor(), importing.KIND, batch_id, now=clock.now())
    except (Invalid, Conflict) as error:
        return again("accounts/import_preview.html", error, **_batch(batch_id))
    if act == "undo":
        web.flash_done(_("Đã hoàn tác lần nhập."))
    else:
        undo = url_for("accounts.register.decide", batch_id=batch_id, act="undo")
        web.flash_done(_("Đã nhập hồ sơ."), undo)
    return redirect(url_for("accounts.register.preview", batch_id=batch_id), 303)


def _batch(batch_id: int) -> dict[str, Any]:
    with db.reading() as session:
        batch = imports.get_batch(session, current_actor(), importing.KIND, batch_id)
        findings = [(*table.place_of(one), one) for one in imports.findings_of(batch)]
        return {"batch": batch, "findings": findings}


def _query(given: dict[str, Any]) -> RegisterQuery:
    given["kind"] = "cooperative"
    size = given.pop("limit")
    return RegisterQuery(**given, size=size)


def _context(code: str) -> dict[str, Any]:
    actor, now = current_actor(), clock.now()
    with db.reading() as session:
        row = profiles.get_row(session, actor, code, now=now)
        permissions.require(actor, "cooperative.edit", row.organisation)
        return {
            "row": row,
            "year": clock.business_day(now).year,
            "activities": names.options(names.ACTIVITIES),
            "may_confirm": permissions.may(actor, "cooperative.confirm", row.organisation),
        }


def _kept(context: dict[str, Any]) -> dict[str, Any]:
    profile = context["row"].profile
    if profile is None:
        return {}
    kept = {name: getattr(profile, name) for name in ProfileForm().fields}
    kept["land_ha"] = number(profile.land_ha) if profile.land_ha is not None else None
    return {name: value for name, value in kept.items() if value is not None}
