"""Rural tourism for visitors: the list, and one place with its hours and what to buy there."""

from __future__ import annotations

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from accounts import facts
from foundation import clock, config, db, inputs, web
from foundation.errors import Invalid
from products import certificates
from products.photos import covers as product_covers
from products.places import hours, labels, listing, photos
from products.places.listing import PlaceWish
from products.places.schemas import PlaceQuery
from territory import units

blueprint = Blueprint("places", __name__)


@blueprint.get("/places")
@web.public
def list_places() -> ResponseReturnValue:
    """Places that receive visitors; a filter that says nothing shows all and says so."""
    form, status = web.Form(request.args), 200
    try:
        query = inputs.load(PlaceQuery, request.args)
    except Invalid as error:
        form, status = web.Form.kept(error, request.args), error.status
        query = inputs.load(PlaceQuery, {})
    cursor = query.pop("cursor", None)
    wish = PlaceWish(**query)
    with db.reading() as session:
        page = listing.list_public(session, wish, cursor=cursor)
        covers = photos.covers(session, [place.id for place in page.items])
        where = units.labels(session, {place.commune_code for place in page.items}, clock.today())
        provinces = units.list_units(session, on=clock.today(), level="province", size=100).items
    return web.render(
        "products/places/list.html",
        form=form,
        page=page,
        wish=wish,
        covers=covers,
        where=where,
        labels=labels,
        provinces=[(unit.code, unit.name) for unit in provinces],
    ), status


@blueprint.get("/places/<slug>")
@web.public
def show_place(slug: str) -> str:
    """One place: pictures, hours, how to get there, what to buy."""
    now = clock.now()
    with db.reading() as session:
        place = listing.get_public(session, slug)
        sold = listing.products_of(session, place.id)
        runner = facts.organisations_by_id(session, filter(None, [place.organisation_id]))
        where = units.labels(session, {place.commune_code}, clock.today())
        pictures = photos.of_place(session, place.id)
        covers = product_covers(session, [product.id for product in sold])
        stars = certificates.stars_on(session, [product.id for product in sold], clock.today())
    return web.render(
        "products/places/show.html",
        place=place,
        where=where.get(place.commune_code, ""),
        runner=runner.get(place.organisation_id or 0),
        pictures=pictures,
        sold=sold,
        covers=covers,
        stars=stars,
        week=labels.week(place.opening_hours),
        is_open=hours.is_open(place.opening_hours, now),
        labels=labels,
        base_url=config.current().base_url,
    )
