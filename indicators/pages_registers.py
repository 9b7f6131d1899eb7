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
from foundation.errors import NguonError
from foundation.i18n import _, get_language
from foundation.inputs import InputSchema
from indicators import plans, showing
from indicators.registers import channels, linkage, rosters
from indicators.registers.schemas import ChannelSchema, EndSchema, LinkageSchema, RosterSchema
from territory import units

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


def _listing(name: str, listing: Record, error: NguonError | None = None) -> ResponseReturnValue:
    with db.reading() as session:
        page = listing(session, current_actor(), cursor=request.args.get("cursor"))
        codes = {code for row in page.items if (code := _place(row)) is not None}
        names = units.labels(session, codes, clock.today())
    context = {"page": page, "names": names, "place": _place, **_words()}
    template = f"indicators/{name}.html"
    if error is not None:
        return web.render_again(template, error, **context)
    return web.render(template, form=None, **context)


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


def _place(row: Any) -> str | None:
    """The commune of a row; a roster may stand for a whole plan instead."""
    code = getattr(row, "commune_code", None) or getattr(row, "unit_code", None)
    return code if isinstance(code, str) else None


def _words() -> dict[str, Any]:
    language = get_language()
    return {
        "showing": showing,
        "today": clock.today(),
        "plan_places": {plan.place_code: plan.name(language) for plan in plans.plans().values()},
    }
