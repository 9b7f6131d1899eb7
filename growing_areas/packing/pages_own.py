"""An operator's packing houses: the list, the form, handing in, and which areas deliver."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from accounts.doors import current_actor
from accounts.permissions import Actor
from foundation import clock, db, inputs, web
from foundation.errors import Conflict, Finding, Invalid, NguonError
from foundation.i18n import _
from growing_areas import acting
from growing_areas.packing import (
    answers,
    deliveries,
    houses,
    inspection,
    labels,
    lifecycle,
    registration,
)
from growing_areas.packing.houses import HouseQuery
from growing_areas.packing.models import PackingHouse
from growing_areas.packing.schemas import HouseForm, HousesQuery
from growing_areas.pages_drafts import own_organisations
from territory import filters, units

blueprint = Blueprint("own", __name__, url_prefix="/workspace/packing-houses")


@blueprint.get("")
@web.guarded("packing.read")
def list_own() -> ResponseReturnValue:
    """The houses the reader may see, and areas of theirs that other houses name."""
    return list_page("growing_areas/packing/list.html")


def list_page(template: str) -> ResponseReturnValue:
    """A filtered list of houses; a bad filter shows the unfiltered list and says so."""
    given = filters.read(HousesQuery)
    if given.moved:
        return redirect(given.moved)
    query, actor, today = query_of(given.given), current_actor(), clock.today()
    with db.reading() as session:
        page = houses.list_houses(session, actor, query, on=today)
        places = units.labels(session, {house.commune_code for house in page.items}, today)
        asked = deliveries.list_to_confirm(session, actor)
    return web.render(
        template, form=given.form, page=page, places=places, labels=labels, asked=asked, today=today
    ), given.status


def query_of(given: dict[str, Any]) -> HouseQuery:
    """A checked query of a list of houses."""
    size = given.pop("limit")
    return HouseQuery(**given, size=size)


@blueprint.get("/new")
@web.guarded("packing.propose")
def new() -> str:
    """An empty form."""
    return _form(web.Form(), None)


@blueprint.post("/new")
@web.guarded("packing.propose")
def create() -> ResponseReturnValue:
    """Store a new draft."""
    return _save(None)


@blueprint.get("/<int:house_id>/edit")
@web.guarded("packing.propose")
def edit(house_id: int) -> str:
    """The form of a draft."""
    with db.reading() as session:
        house = _draft(session, house_id)
        listed = houses.standards_of(session, house.id)
    names = ("name", "commune_code", "address", "crops", "products", "markets", "capacity_kg")
    values: dict[str, Any] = {name: getattr(house, name) for name in (*names, "equipment")}
    values["position"] = answers.position_text(house)
    values["standards"] = "\n".join(labels.standard_line(each) for each in listed)
    return _form(web.Form(MultiDict(values)), house)


@blueprint.post("/<int:house_id>/edit")
@web.guarded("packing.propose")
def change(house_id: int) -> ResponseReturnValue:
    """Store a draft anew."""
    return _save(house_id)


@blueprint.get("/<int:house_id>")
@web.guarded("packing.read")
def show(house_id: int) -> str:
    """One house: where it stands, what is missing, who delivers, its visits and history."""
    with db.reading() as session:
        house = houses.get_house(session, current_actor(), house_id)
        return web.render(
            "growing_areas/packing/detail.html", form=web.Form(), **context_of(session, house)
        )


def context_of(session: Session, house: PackingHouse) -> dict[str, Any]:
    """What both the operator's and the officer's page show of a house."""
    place = units.labels(session, {house.commune_code}, clock.today())
    return {
        "house": house,
        "labels": labels,
        "status": house.status_on(clock.today()),
        "place": place.get(house.commune_code),
        "position": answers.position_text(house),
        "issued": houses.code_of(session, house),
        "standards": [labels.standard(s) for s in houses.standards_of(session, house.id)],
        "missing": registration.missing_pieces(house) if house.status == "draft" else [],
        "deliveries": deliveries.list_of_house(session, house.id),
        "visits": inspection.list_visits(session, house.id),
        "events": lifecycle.list_events(session, house.id),
        "steps": lifecycle.possible_steps(house),
        "today": clock.today(),
    }


@blueprint.post("/<int:house_id>/submit")
@web.guarded("packing.submit")
def submit(house_id: int) -> ResponseReturnValue:
    """Hand the dossier in, or show what it lacks."""
    return _carry_out(
        house_id,
        lambda session, actor: registration.submit(session, actor, house_id, now=clock.now()),
        _("Đã nộp hồ sơ. Cán bộ sẽ xuống kiểm tra cơ sở."),
    )


@blueprint.post("/<int:house_id>/discard")
@web.guarded("packing.propose")
def discard(house_id: int) -> ResponseReturnValue:
    """Throw a draft away that was never handed in."""
    with db.transaction() as session:
        name = registration.discard(session, current_actor(), house_id)
    web.flash_done(_("Đã bỏ bản nháp %(name)s.", name=name))
    return redirect(url_for(".list_own"), 303)


@blueprint.post("/<int:house_id>/areas")
@web.guarded("packing.propose")
def declare(house_id: int) -> ResponseReturnValue:
    """Say which growing areas deliver here, codes parted by spaces, commas or lines."""
    typed = request.form.get("areas", "")[:4000]
    codes = typed.replace(",", " ").replace(";", " ").split()

    def work(session: Session, actor: Actor) -> None:
        if not codes:
            raise Invalid([Finding("input.required", {}, "areas")])
        deliveries.declare(session, actor, house_id, codes, now=clock.now())

    return _carry_out(house_id, work, _("Đã ghi vùng giao hàng."))


@blueprint.post("/deliveries/<int:delivery_id>/confirm")
@web.guarded("packing.submit")
def confirm_delivery(delivery_id: int) -> ResponseReturnValue:
    """Say that an area of one's own does deliver to another's house."""
    with db.transaction() as session:
        deliveries.confirm(session, current_actor(), delivery_id, now=clock.now())
    web.flash_done(_("Đã xác nhận vùng giao hàng."))
    return redirect(url_for(".list_own"), 303)


@blueprint.post("/deliveries/<int:delivery_id>/end")
@web.guarded("packing.propose")
def end_delivery(delivery_id: int) -> ResponseReturnValue:
    """Take an area off a house's list."""
    with db.transaction() as session:
        deliveries.end(session, current_actor(), delivery_id, now=clock.now())
    web.flash_done(_("Đã bỏ vùng giao hàng."))
    back = web.safe_next(request.form.get("back"), url_for(".list_own"))
    return redirect(back, 303)


def _save(house_id: int | None) -> ResponseReturnValue:
    house: PackingHouse | None = None
    try:
        given = inputs.load(HouseForm, request.form)
        code = given.pop("organisation", None)
        proposal = answers.proposal_of_form(given)
        with db.transaction() as session:
            actor, now = current_actor(), clock.now()
            if house_id is None:
                owner = _organisation(session, code)
                done = registration.propose(session, actor, owner, proposal, now=now)
            else:
                done = registration.revise(session, actor, house_id, proposal, now=now)
    except Invalid as error:
        if house_id is not None:
            with db.reading() as session:
                house = _draft(session, house_id)
        return _form(web.Form.kept(error), house), error.status
    web.flash_done(_("Đã lưu bản nháp %(name)s.", name=done.house.name))
    return redirect(url_for(".show", house_id=done.house.id), 303)


def _organisation(session: Session, code: str | None) -> str:
    own = own_organisations(session)
    if code is None and len(own) == 1:
        return own[0][0]
    if code is None:
        raise Invalid([Finding("input.required", {}, "organisation")])
    return code


def _form(form: web.Form, house: PackingHouse | None) -> str:
    with db.reading() as session:
        organisations = own_organisations(session)
    return web.render(
        "growing_areas/packing/form.html",
        form=form,
        house=house,
        labels=labels,
        organisations=organisations,
    )


def _draft(session: Session, house_id: int) -> PackingHouse:
    house = houses.get_house(session, current_actor(), house_id)
    if house.status != "draft":
        raise Conflict("packing.wrong_status", status=house.status, action="revise")
    return house


def _carry_out(house_id: int, work: acting.Work, done: str) -> ResponseReturnValue:
    """Do an act of the house's page; what forbids it is shown on the page."""

    def again(error: NguonError) -> ResponseReturnValue:
        with db.reading() as session:
            house = houses.get_house(session, current_actor(), house_id)
            context = context_of(session, house)
        return web.render_again("growing_areas/packing/detail.html", error, **context)

    return acting.carry_out(work, done, url_for(".show", house_id=house_id), again)
