"""Officers' pages of the registers: linkage models, sales channels, rosters."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from accounts.doors import current_actor
from accounts.permissions import Actor
from foundation import clock, db, inputs, web
from foundation.downloads import table_response
from foundation.errors import NguonError
from foundation.i18n import _, get_language
from foundation.inputs import InputSchema
from foundation.tables import Column, Notes
from indicators import plans, showing
from indicators.registers import channels, linkage, rosters, tables
from indicators.registers.schemas import (
    ChannelSchema,
    EndSchema,
    LinkageSchema,
    RegisterQuery,
    RosterQuery,
    RosterSchema,
)
from territory import filters, units

blueprint = Blueprint("registers", __name__, url_prefix="/office/registers")

Record = Callable[..., Any]


@blueprint.get("")
@web.guarded("register.write")
def index() -> ResponseReturnValue:
    """The registers, each with its list."""
    return web.render("indicators/registers.html")


@blueprint.get("/linkage")
@web.guarded("register.write")
def list_linkage() -> ResponseReturnValue:
    """Linkage models of the officer's territory."""
    return _listing("linkage", linkage.list_entered)


@blueprint.route("/linkage/new", methods=["GET", "POST"])
@web.guarded("register.write")
def new_linkage() -> ResponseReturnValue:
    """Enter a linkage model."""
    return _entering("linkage", LinkageSchema, linkage.record, _("Đã ghi mô hình liên kết."))


@blueprint.post("/linkage/<int:row_id>/end")
@web.guarded("register.write")
def end_linkage(row_id: int) -> ResponseReturnValue:
    """Say that a linkage model ended."""
    return _ending("linkage", row_id, linkage.end, linkage.list_entered)


@blueprint.get("/channels")
@web.guarded("register.write")
def list_channels() -> ResponseReturnValue:
    """Sales channels of OCOP owners in the officer's territory."""
    return _listing("channels", channels.list_entered)


@blueprint.route("/channels/new", methods=["GET", "POST"])
@web.guarded("register.write")
def new_channels() -> ResponseReturnValue:
    """Enter a sales channel of an OCOP owner."""
    return _entering("channels", ChannelSchema, channels.record, _("Đã ghi kênh bán hàng."))


@blueprint.post("/channels/<int:row_id>/end")
@web.guarded("register.write")
def end_channels(row_id: int) -> ResponseReturnValue:
    """Say until when an owner sold there."""
    return _ending("channels", row_id, channels.end, channels.list_entered)


@blueprint.get("/rosters")
@web.guarded("indicator.report")
def list_rosters() -> ResponseReturnValue:
    """Rosters of the officer's territory."""
    return _listing("rosters", rosters.list_entered)


@blueprint.route("/rosters/new", methods=["GET", "POST"])
@web.guarded("indicator.report")
def new_rosters() -> ResponseReturnValue:
    """Enter a dated total."""
    return _entering("rosters", RosterSchema, rosters.record, _("Đã ghi danh sách."))


@blueprint.get("/linkage/table")
@web.guarded("register.write")
def export_linkage() -> ResponseReturnValue:
    """The linkage models under the same filter, as XLSX, CSV or JSON."""
    asked = filters.read(RegisterQuery).given
    return _table("linkage", linkage.selection(current_actor(), asked.get("commune_code")))


@blueprint.get("/channels/table")
@web.guarded("register.write")
def export_channels() -> ResponseReturnValue:
    """The sales channels under the same filter, as XLSX, CSV or JSON."""
    asked = filters.read(RegisterQuery).given
    return _table("channels", channels.selection(current_actor(), asked.get("commune_code")))


@blueprint.get("/rosters/table")
@web.guarded("indicator.report")
def export_rosters() -> ResponseReturnValue:
    """The rosters under the same filter, as XLSX, CSV or JSON."""
    asked = filters.read(RosterQuery).given
    return _table("rosters", rosters.selection(current_actor(), asked.get("kind")))


def _table(name: str, selection: Any) -> ResponseReturnValue:
    table, today = tables.TABLES[name], clock.today()
    columns = [Column(column.code, _(column.label), column.kind) for column in table.columns]
    notes = Notes(_(table.title), (_("Ngày xuất: %(on)s", on=f"{today:%d/%m/%Y}"),))
    format_ = request.args.get("format", "xlsx")
    with db.reading() as session:
        rows = tables.rows(session, name, selection, _words()["plan_places"], today)
        return table_response(columns, rows, format_, table.stem, notes=notes)


def _listing(name: str, listing: Record, error: NguonError | None = None) -> ResponseReturnValue:
    asked = filters.read(RosterQuery if name == "rosters" else RegisterQuery)
    if asked.moved and error is None:
        return redirect(asked.moved)
    with db.reading() as session:
        page = listing(session, current_actor(), **asked.given)
        codes = {code for row in page.items if (code := tables.place_of(row)) is not None}
        names = units.labels(session, codes, clock.today())
    context = {"page": page, "names": names, **_words()}
    template = f"indicators/{name}.html"
    if error is not None:
        return web.render_again(template, error, **context)
    return web.render(template, form=asked.form, **context), asked.status


def _entering(
    name: str, schema: type[InputSchema], record: Record, done: str
) -> ResponseReturnValue:
    template = f"indicators/{name}_new.html"
    if request.method != "POST":
        return web.render(template, form=None, **_words())
    try:
        entry = inputs.load(schema, request.form)
        with db.transaction() as session:
            record(session, current_actor(), entry, now=clock.now())
    except NguonError as error:
        if error.status not in (409, 422):
            raise
        return web.render_again(template, error, **_words())
    web.flash_done(done)
    return redirect(url_for(f"registers.list_{name}"), 303)


def _ending(
    name: str,
    row_id: int,
    end: Callable[..., Any],
    listing: Callable[[Session, Actor], Any],
) -> ResponseReturnValue:
    now: datetime = clock.now()
    try:
        entry = inputs.load(EndSchema, request.form)
        with db.transaction() as session:
            end(session, current_actor(), row_id, entry["on"], now=now)
    except NguonError as error:
        if error.status not in (409, 422):
            raise
        return _listing(name, listing, error)
    web.flash_done(_("Đã ghi ngày kết thúc."))
    return redirect(url_for(f"registers.list_{name}"), 303)


def _words() -> dict[str, Any]:
    language = get_language()
    return {
        "showing": showing,
        "today": clock.today(),
        "plan_places": {plan.place_code: plan.name(language) for plan in plans.plans().values()},
    }
