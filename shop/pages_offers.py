"""A seller's offers and terms."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from accounts import facts
from accounts.doors import current_actor
from foundation import clock, db, inputs, quantity, web
from foundation.errors import Forbidden, Invalid, Refused
from foundation.i18n import _, get_language
from products import register
from products.models import Product
from shop import catalogue, offers, packs, terms
from shop.models import Offer
from shop.offers import OfferTerms
from shop.schemas import MineQuery, OfferForm, OfferTermsForm, TermsInput
from shop.terms import Asked

blueprint = Blueprint("offers", __name__)


@blueprint.get("/workspace/offers")
@web.guarded("offer.write")
def list_offers() -> ResponseReturnValue:
    """What one sells, with what is left of it."""
    cursor = inputs.load(MineQuery, request.args).get("cursor")
    with db.reading() as session:
        page = offers.list_own(session, current_actor(), cursor=cursor)
        shown = catalogue.describe(session, page.items, now=clock.now())
        shops = _shops(session)
    return web.render("shop/offers.html", page=page, shown=shown, shops=shops)


@blueprint.get("/workspace/offers/new")
@web.guarded("offer.write")
def new_offer() -> ResponseReturnValue:
    """An empty form, for the product it was asked from."""
    with db.reading() as session:
        return web.render("shop/offer_new.html", form=web.Form(), **_choices(session))


@blueprint.post("/workspace/offers/new")
@web.guarded("offer.write")
def create_offer() -> ResponseReturnValue:
    """Put a product on sale."""
    try:
        given = inputs.load(OfferForm, request.form)
        product = given.pop("product")
        with db.transaction() as session:
            offers.create(session, current_actor(), product, OfferTerms(**given), now=clock.now())
    except (Invalid, Refused) as error:
        with db.reading() as session:
            return web.render_again("shop/offer_new.html", error, **_choices(session))
    web.flash_done(_("Đã lên gian hàng."))
    return redirect(url_for("shop.offers.list_offers"), 303)


@blueprint.get("/workspace/offers/<code>")
@web.guarded("offer.write")
def edit_offer(code: str) -> ResponseReturnValue:
    """The form with what is set."""
    with db.reading() as session:
        offer = offers.get_own_offer(session, current_actor(), code)
        return web.render("shop/offer_edit.html", form=web.Form(), **_shown(session, offer))


@blueprint.post("/workspace/offers/<code>")
@web.guarded("offer.write")
def update_offer(code: str) -> ResponseReturnValue:
    """Change price, pack, smallest number, or take it off the shelf."""
    try:
        given = OfferTerms(**inputs.load(OfferTermsForm, request.form))
        with db.transaction() as session:
            offers.update(session, current_actor(), code, given, now=clock.now())
    except (Invalid, Refused) as error:
        with db.reading() as session:
            offer = offers.get_own_offer(session, current_actor(), code)
            return web.render_again("shop/offer_edit.html", error, **_shown(session, offer))
    web.flash_done(_("Đã lưu. Đơn đã đặt giữ nguyên giá cũ."))
    return redirect(url_for("shop.offers.list_offers"), 303)


@blueprint.get("/workspace/shops/<code>/terms")
@web.guarded("offer.write")
def edit_terms(code: str) -> ResponseReturnValue:
    """Delivery fee and return terms of a shop."""
    with db.reading() as session:
        shop = terms.get_shop(session, current_actor(), code)
        found = terms.find_terms(session, shop.id)
    return web.render("shop/terms.html", form=web.Form(), shop=shop, terms=found)


@blueprint.post("/workspace/shops/<code>/terms")
@web.guarded("offer.write")
def put_terms(code: str) -> ResponseReturnValue:
    """Set them."""
    try:
        asked = Asked(**inputs.load(TermsInput, request.form))
        with db.transaction() as session:
            terms.put(session, current_actor(), code, asked, now=clock.now())
    except Invalid as error:
        with db.reading() as session:
            shop = terms.get_shop(session, current_actor(), code)
        return web.render_again("shop/terms.html", error, shop=shop, terms=None)
    web.flash_done(_("Đã lưu cách giao và đổi trả."))
    return redirect(url_for("shop.offers.list_offers"), 303)


def _shops(session: Session) -> list[tuple[str, str]]:
    ids = current_actor().organisation_ids("manager", "seller")
    found = facts.organisations_by_id(session, ids).values()
    return sorted(((row.code, row.name) for row in found), key=lambda row: row[1])


def _choices(session: Session) -> dict[str, Any]:
    """The products one may sell."""
    actor = current_actor()
    if actor.has_role("admin"):
        found = register.list_products(session, actor, size=200).items
    else:
        ids = actor.organisation_ids("manager", "seller")
        found = register.list_of_organisations(session, ids)
    if not found and not actor.organisation_ids("manager", "seller"):
        raise Forbidden
    return {
        "product_options": [(product.code, _option(product)) for product in found],
        "chosen": request.values.get("product", ""),
    }


def _option(product: Product) -> str:
    pack = packs.of_product(product.unit, product.net_content, product.net_unit)
    return f"{product.name} ({pack.label})"


def _shown(session: Session, offer: Offer) -> dict[str, Any]:
    shown = catalogue.describe(session, [offer], now=clock.now())[0]
    unit = quantity.get_unit(shown.product.unit)
    return {"shown": shown, "unit": unit.name(get_language())}
