"""The storefront: the shelf, a product, the cart."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from accounts.doors import current_actor
from foundation import clock, config, db, inputs, web
from foundation.errors import Invalid, NotFound, Refused
from foundation.i18n import _, get_language
from products import gtin, ocop_groups
from shop import (
    cart_content,
    cart_cookie,
    carts,
    catalogue,
    pages_checkout,
    pages_offers,
    pages_orders,
    pages_seller,
    product_story,
)
from shop.catalogue import Wish
from shop.schemas import CartLineInput, CatalogueQuery, QuantityInput
from traceability.batches import trace_url

blueprint = Blueprint("shop", __name__)
for part in (pages_checkout, pages_orders, pages_seller, pages_offers):
    blueprint.register_blueprint(part.blueprint)


@blueprint.get("/shop")
@web.public
def shelf() -> ResponseReturnValue:
    """What is for sale, found by words and narrowed by facets."""
    query = inputs.load(CatalogueQuery, request.args)
    wish, now = Wish(**query), clock.now()
    with db.reading() as session:
        page = catalogue.list_cards(session, wish, now=now)
        groups = catalogue.group_facets(session, wish.q)
        provinces = catalogue.province_facets(session, wish.q, now=now)
    return web.render(
        "shop/shelf.html",
        page=page,
        wish=wish,
        groups=groups,
        provinces=provinces,
        group_names={code: g.name(get_language()) for code, g in ocop_groups.groups().items()},
    )


@blueprint.get("/products/<slug>")
@web.public
def product(slug: str) -> ResponseReturnValue:
    """A product's page: pictures, packs, maker, the lots on sale."""
    with db.reading() as session:
        story = product_story.tell(session, slug, now=clock.now())
        base_url = config.current().base_url
        urls = {row.batch.id: trace_url(row.batch, base_url) for row in story.lots}
    return web.render(
        "shop/product.html",
        story=story,
        urls={key: _own_path(url, base_url) for key, url in urls.items()},
        group=ocop_groups.groups().get(story.product.ocop_group or ""),
        shown_gtin=gtin.shown,
        address=f"{base_url}/products/{slug}",
        base_url=base_url,
    )


@blueprint.get("/cart")
@web.public
def cart() -> ResponseReturnValue:
    """The cart by seller, with prices, stock and delivery of this moment."""
    with db.reading() as session:
        found = carts.find_cart(session, cart_cookie.read(), current_actor())
        content = cart_content.content(session, found, now=clock.now())
    return _private(web.render("shop/cart.html", content=content))


@blueprint.post("/cart/lines")
@web.public
def add_to_cart() -> ResponseReturnValue:
    """Put packs into the cart."""
    given = inputs.load(CartLineInput, request.form)
    with db.transaction() as session:
        token = carts.add(
            session,
            current_actor(),
            cart_cookie.read(),
            given["offer"],
            given["quantity"],
            now=clock.now(),
        )
    web.flash_done(_("Đã cho vào giỏ."))
    return cart_cookie.put(make_response(redirect(url_for("shop.cart"), 303)), token)


@blueprint.post("/cart/lines/<offer>")
@web.public
def set_quantity(offer: str) -> ResponseReturnValue:
    """Make a line so many packs; none takes it out."""
    try:
        quantity = inputs.load(QuantityInput, request.form)["quantity"]
        with db.transaction() as session:
            found = carts.find_cart(session, cart_cookie.read(), current_actor())
            if found is None:
                raise NotFound
            carts.set_quantity(session, found, offer, quantity)
    except (Invalid, Refused) as error:
        with db.reading() as session:
            found = carts.find_cart(session, cart_cookie.read(), current_actor())
            content = cart_content.content(session, found, now=clock.now())
        return web.render_again("shop/cart.html", error, content=content)
    return redirect(url_for("shop.cart"), 303)


@blueprint.post("/cart/prices")
@web.public
def agree_to_prices() -> ResponseReturnValue:
    """Note that the changed prices were seen."""
    with db.transaction() as session:
        found = carts.find_cart(session, cart_cookie.read(), current_actor())
        if found is not None:
            carts.agree_to_prices(session, found)
    return redirect(url_for("shop.cart"), 303)


def _own_path(url: str, base_url: str) -> str:
    """An address of ours as a path, which works under whatever name the site is visited."""
    return url.removeprefix(base_url) if url.startswith(base_url + "/") else url


def _private(page: Any) -> ResponseReturnValue:
    response = make_response(page)
    response.headers["Cache-Control"] = "no-store"
    return response
