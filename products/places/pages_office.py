"""The officer's register of rural-tourism places: enter, change, publish, confirm, close."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from accounts import facts
from accounts.doors import current_actor
from foundation import clock, db, inputs, web
from foundation.errors import Conflict, Finding, Invalid, Refused
from foundation.i18n import _
from products.places import hours, labels, listing, photos, register
from products.places.listing import PlaceWish
from products.places.models import TourismPlace
from products.places.register import STALE_AFTER
from products.places.schemas import OfficePlaceQuery, PlaceForm, PlaceReason, details_of_form
from products.schemas import PhotoInput
from territory import units

blueprint = Blueprint("places_office", __name__, url_prefix="/office/places")

_FORM = "products/places/office_form.html"
_SHOW = "products/places/office_show.html"


@blueprint.get("")
@web.guarded("place.write")
def list_places() -> ResponseReturnValue:
    """The places of one's territory."""
    form, status = web.Form(request.args), 200
    try:
        query = inputs.load(OfficePlaceQuery, request.args)
    except Invalid as error:
        form, status = web.Form.kept(error, request.args), error.status
        query = inputs.load(OfficePlaceQuery, {})
    cursor = query.pop("cursor", None)
    with db.reading() as session:
        page = listing.list_own(session, current_actor(), PlaceWish(**query), cursor=cursor)
        where = units.labels(session, {place.commune_code for place in page.items}, clock.today())
    stale_before = clock.today() - STALE_AFTER
    return web.render(
        "products/places/office_list.html",
        form=form, page=page, where=where, labels=labels, stale_before=stale_before,
    ), status  # fmt: skip


@blueprint.get("/new")
@web.guarded("place.write")
def new_place() -> str:
    """An empty form."""
    return web.render(_FORM, form=web.Form(), place=None, labels=labels, week={})


@blueprint.post("/new")
@web.guarded("place.write")
def create_place() -> ResponseReturnValue:
    """Enter a place."""
    try:
        details = details_of_form(inputs.load(PlaceForm, request.form))
        with db.transaction() as session:
            code = register.create(session, current_actor(), details, now=clock.now()).code
    except Invalid as error:
        return web.render_again(_FORM, error, place=None, labels=labels, week={})
    web.flash_done(_("Đã ghi điểm du lịch. Hãy thêm ảnh, xem lại rồi đăng."))
    return redirect(url_for("places_office.show_place", code=code), 303)


@blueprint.get("/<code>")
@web.guarded("place.write")
def show_place(code: str) -> str:
    """A place with its photos and what can be done with it."""
    with db.reading() as session:
        return web.render(_SHOW, form=web.Form(), **_shown(session, code))


@blueprint.get("/<code>/edit")
@web.guarded("place.write")
def edit_place(code: str) -> str:
    """The form with what is known."""
    with db.reading() as session:
        return web.render(_FORM, form=web.Form(), **_shown(session, code))


@blueprint.post("/<code>/edit")
@web.guarded("place.write")
def update_place(code: str) -> ResponseReturnValue:
    """Change what is told about a place."""
    try:
        details = details_of_form(inputs.load(PlaceForm, request.form))
        with db.transaction() as session:
            register.update(session, current_actor(), code, details, now=clock.now())
    except Invalid as error:
        with db.reading() as session:
            return web.render_again(_FORM, error, **_shown(session, code))
    web.flash_done(_("Đã lưu điểm du lịch."))
    return redirect(url_for("places_office.show_place", code=code), 303)


@blueprint.post("/<code>/<any(publish, confirm):step>")
@web.guarded("place.write")
def move_place(code: str, step: str) -> ResponseReturnValue:
    """Publish a place, or say that what its page tells is still true."""
    done = {
        "publish": _("Đã đăng. Khách xem được trang này."),
        "confirm": _("Đã xác nhận thông tin còn đúng."),
    }
    work = {"publish": register.publish, "confirm": register.confirm}[step]
    try:
        with db.transaction() as session:
            work(session, current_actor(), code, now=clock.now())
    except Conflict as error:
        with db.reading() as session:
            return web.render_again(_SHOW, error, **_shown(session, code))
    web.flash_done(done[step])
    return redirect(url_for("places_office.show_place", code=code), 303)


@blueprint.get("/<code>/close")
@web.guarded("place.write")
def ask_close(code: str) -> str:
    """Say what closing does and ask why."""
    with db.reading() as session:
        return web.render(
            "products/places/office_close.html", form=web.Form(), **_shown(session, code)
        )


@blueprint.post("/<code>/close")
@web.guarded("place.write")
def close_place(code: str) -> ResponseReturnValue:
    """Close a place."""
    try:
        reason = inputs.load(PlaceReason, request.form)["reason"]
        with db.transaction() as session:
            register.close(session, current_actor(), code, reason, now=clock.now())
    except (Invalid, Conflict) as error:
        with db.reading() as session:
            return web.render_again(
                "products/places/office_close.html", error, **_shown(session, code)
            )
    web.flash_done(_("Đã ghi: điểm này ngừng đón khách."))
    return redirect(url_for("places_office.show_place", code=code), 303)


@blueprint.post("/<code>/photos")
@web.guarded("place.write")
def add_photo(code: str) -> ResponseReturnValue:
    """Add a photo."""
    try:
        caption = inputs.load(PhotoInput, request.form).get("caption")
        sent = request.files.get("photo")
        if sent is None or not sent.filename:
            raise Invalid([Finding("photo.missing", {}, "photo")])
        with db.transaction() as session:
            photos.add(session, current_actor(), code, sent.stream, caption, now=clock.now())
    except (Invalid, Refused) as error:
        with db.reading() as session:
            return web.render_again(_SHOW, error, **_shown(session, code))
    web.flash_done(_("Đã thêm ảnh."))
    return redirect(url_for("places_office.show_place", code=code), 303)


@blueprint.post("/<code>/photos/<int:photo_id>/<any(remove, cover):step>")
@web.guarded("place.write")
def arrange_photo(code: str, photo_id: int, step: str) -> ResponseReturnValue:
    """Take a photo off, or show it first."""
    work = {"remove": photos.remove, "cover": photos.make_cover}[step]
    with db.transaction() as session:
        work(session, current_actor(), code, photo_id)
    web.flash_done(_("Đã bỏ ảnh.") if step == "remove" else _("Đã đổi ảnh bìa."))
    return redirect(url_for("places_office.show_place", code=code), 303)


def _shown(session: Session, code: str) -> dict[str, Any]:
    place = register.get_place(session, current_actor(), code)
    runner = facts.organisations_by_id(session, filter(None, [place.organisation_id]))
    return {
        "place": place,
        "labels": labels,
        "where": units.labels(session, {place.commune_code}, clock.today()).get(
            place.commune_code, place.commune_code
        ),
        "runner": runner.get(place.organisation_id or 0),
        "pictures": photos.of_place(session, place.id),
        "sold": listing.products_of(session, place.id),
        "week": _typed_week(place),
        "told_week": labels.week(place.opening_hours),
        "most_photos": photos.MOST_PHOTOS,
        "is_stale": place.confirmed_on < clock.today() - STALE_AFTER,
    }


def _typed_week(place: TourismPlace) -> dict[str, str]:
    return {day: hours.write_day(place.opening_hours.get(day, ())) for day in hours.DAYS}
