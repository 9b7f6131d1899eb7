"""Buying slips on pages: the household, the weight, done; listed, summed, printed, corrected."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from accounts.doors import current_actor
from accounts.models import Organisation
from accounts.permissions import may
from foundation import clock, config, db, inputs, web
from foundation.documents import sending
from foundation.downloads import table_response
from foundation.errors import Conflict, Finding, Invalid
from foundation.i18n import _
from foundation.spoken_amounts import with_amount
from foundation.tables import Notes
from growing_areas import answers, areas, labels, offering
from growing_areas.fieldbook import labels as words
from growing_areas.fieldbook import persons, repeats
from growing_areas.fieldbook.schemas import StrikeInput
from growing_areas.parcels.choosing import households_of
from growing_areas.slips import choosing, listing, paper, sheet, slips
from growing_areas.slips.listing import SlipQuery
from growing_areas.slips.schemas import (
    SlipCorrectionInput,
    SlipInput,
    SlipPaperQuery,
    SlipsQueryInput,
)
from growing_areas.slips.slips import SlipTold

blueprint = Blueprint("slips", __name__, url_prefix="/workspace/slips")

_AGAIN = ("unit", "price_unit", "grade", "household")
_MANY = 24
"""Households that still fit a phone as buttons; more are searched, or opened area by area."""
_UNITS = ("KGM", "DTN", "TNE", "H87")


@blueprint.get("")
@web.guarded("slip.read")
def show() -> Any:
    """The slips that stand, and what each household handed over each day."""
    form, status = web.Form(request.args), 200
    try:
        query = _query()
    except Invalid as error:
        form, status, query = web.Form.kept(error, request.args), error.status, SlipQuery()
    with db.reading() as session:
        actor = current_actor()
        page = listing.list_slips(session, actor, query)
        sums = listing.sums(session, actor, query)
        own = areas.of_organisations(session, actor.organisation_ids("manager", "staff"))
        households = households_of(session, own)
    kept = {name: value for name, value in request.args.items() if value and name != "cursor"}
    return web.render(
        "growing_areas/slips/list.html",
        form=form, page=page, sums=sums, kept=kept, labels=labels,
        area_options=offering.options(session, own), household_options=households,
    ), status  # fmt: skip


@blueprint.get("/export.<any(xlsx, csv, json):format>")
@web.guarded("slip.read")
def export(format: str) -> Response:  # noqa: A002 - the word of the address
    """The slips as a file, whole, by the same filters."""
    query = _query()
    with db.reading() as session:
        rows = sheet.rows(listing.walk(session, current_actor(), query))
        notes = Notes(_("Phiếu thu mua"))
        return table_response(sheet.COLUMNS, rows, format, "phieu-thu-mua", notes=notes)


@blueprint.get("/new")
@web.guarded("slip.write")
def new() -> str:
    """Choose the household (one tap), or with ``area`` the form with the last price filled in."""
    return _form_page(web.Form(_prefilled()))


@blueprint.post("/new")
@web.guarded("slip.write")
def write() -> ResponseReturnValue:
    """Write the slip, and the harvest it is."""
    plain = request.form.copy()
    area = plain.pop("area", "")
    try:
        if not (area.isascii() and area.isdigit() and len(area) < 19):
            raise Invalid([Finding("diary.area_needed", {}, "area")])
        given = inputs.load(SlipInput, with_amount(plain))
        with db.transaction() as session:
            done = slips.write(
                session, current_actor(), int(area), SlipTold(**given), now=clock.now()
            )
            slip_id, number = done.slip.id, done.slip.number
    except (Invalid, Conflict) as error:
        return _form_page(web.Form.kept(error)), error.status
    said = _("Đã ghi phiếu số %(number)s.", number=number)
    web.flash_done(answers.told(said, done.findings))
    return redirect(url_for(".one", slip_id=slip_id), 303)


@blueprint.get("/<int:slip_id>")
@web.guarded("slip.read")
def one(slip_id: int) -> str:
    """A slip with what took its place, to be printed, corrected or struck out."""
    return _one_page(slip_id, web.Form())


@blueprint.get("/<int:slip_id>/paper.pdf")
@web.guarded("slip.read")
def print_slip(slip_id: int) -> Response:
    """The slip as PDF: A5, or the 80 mm roll of a hand printer."""
    size = inputs.load(SlipPaperQuery, request.args)["size"]
    with db.reading() as session:
        actor = current_actor()
        (line,) = listing.told(session, actor, [slips.get_slip(session, actor, slip_id)])
        owner = session.get_one(Organisation, line.slip.organisation_id)
        link = config.current().base_url + url_for(".one", slip_id=slip_id)
        printed = paper.slip_paper(line, owner, size=size, link=link)
    return sending.answer(printed)


@blueprint.get("/<int:slip_id>/correct")
@web.guarded("slip.write")
def ask_correction(slip_id: int) -> str:
    """The form of a slip as it stands."""
    with db.reading() as session:
        actor = current_actor()
        slip = slips.get_slip(session, actor, slip_id)
        (line,) = listing.told(session, actor, [slip])
        names = ("bought_on", "quantity", "price_vnd", *_AGAIN)
        values = {name: getattr(slip, name, None) for name in names}
        values |= {"household": slip.household_id, "area": slip.area_id, "buyer": line.buyer}
        if slip.seller_id:
            values["seller"] = line.seller
    return _form_page(web.Form(values), slip_id)


@blueprint.post("/<int:slip_id>/correct")
@web.guarded("slip.write")
def correct(slip_id: int) -> ResponseReturnValue:
    """Write the slip that takes the old one's place."""
    plain = request.form.copy()
    plain.pop("area", None)
    try:
        given = inputs.load(SlipCorrectionInput, with_amount(plain))
        reason = given.pop("reason")
        with db.transaction() as session:
            told = SlipTold(**given)
            done = slips.correct(session, current_actor(), slip_id, told, reason, now=clock.now())
            newer = done.slip.id
    except Invalid as error:
        return _form_page(web.Form.kept(error), slip_id), error.status
    web.flash_done(_("Đã ghi phiếu thay thế. Phiếu cũ vẫn được giữ lại."))
    return redirect(url_for(".one", slip_id=newer), 303)


@blueprint.post("/<int:slip_id>/void")
@web.guarded("slip.write")
def strike(slip_id: int) -> ResponseReturnValue:
    """Strike a slip out, and its harvest."""
    try:
        given = inputs.load(StrikeInput, request.form)
        with db.transaction() as session:
            slips.void(session, current_actor(), slip_id, given["reason"], now=clock.now())
    except Invalid as error:
        return _one_page(slip_id, web.Form.kept(error)), error.status
    web.flash_done(_("Đã hủy phiếu. Phiếu cũ vẫn đọc được."))
    return redirect(url_for(".one", slip_id=slip_id), 303)


def _query() -> SlipQuery:
    given = inputs.load(SlipsQueryInput, request.args)
    return SlipQuery(size=given.pop("limit"), **given)


def _prefilled() -> dict[str, Any]:
    """Today, what was tapped, and the last slip's unit and price of the same area."""
    values: dict[str, Any] = {"bought_on": clock.today(), "unit": "KGM"}
    for name in ("area", "household"):
        text = request.args.get(name, "")
        if text.isascii() and text.isdigit() and len(text) < 19:
            values[name] = int(text)
    if "area" not in values:
        return values
    with db.reading() as session:
        actor = current_actor()
        last = listing.list_slips(session, actor, SlipQuery(area=values["area"], size=1)).items
        for line in last:
            slip = line.slip
            values |= {"unit": slip.unit, "price_vnd": slip.price_vnd, "buyer": line.buyer}
    return values


def _form_page(form: web.Form, slip_id: int | None = None) -> str:
    with db.reading() as session:
        actor = current_actor()
        mine = repeats.writable_areas(session, actor)
        own = actor.organisation_ids("manager", "staff")
        buyers = [person.name for person in persons.list_known(session, own, "buyer")]
        chosen = str(form.values.get("area") or "")
        asked = "" if chosen else request.args.get("q", "")[:100]
        offered = choosing.offered(session, actor, mine, asked)
    return web.render(
        "growing_areas/slips/form.html",
        form=form, areas=mine, offered=offered, asked=asked, is_long=offered.total > _MANY,
        buyers=buyers, labels=labels,
        units=words.unit_options(_UNITS), slip_id=slip_id,
        key=form.values.get("work_key") or uuid4(),
        chosen=chosen, choices_of=choosing.choices_of,
    )  # fmt: skip


def _one_page(slip_id: int, form: web.Form) -> str:
    with db.reading() as session:
        actor = current_actor()
        slip = slips.get_slip(session, actor, slip_id)
        (line,) = listing.told(session, actor, [slip])
        newer = slips.find_newer(session, slip)
        writable = _is_writable(session, slip_id)
    return web.render(
        "growing_areas/slips/show.html",
        form=form, line=line, newer=newer, labels=labels, may_write=writable,
    )  # fmt: skip


def _is_writable(session: Session, slip_id: int) -> bool:
    slip = slips.get_slip(session, current_actor(), slip_id)
    return may(current_actor(), "slip.write", areas.load_area(session, slip.area_id))
