"""Checkout without an account: who and where, a last look at everything, then the order."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import Blueprint, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from accounts import people, phone
from accounts.doors import current_actor
from foundation import clock, db, inputs, web
from foundation.errors import Conflict, Finding, Invalid, NguonError
from foundation.i18n import _, get_language
from shop import basket, cart_content, cart_cookie, carts, checkout, terms
from shop.basket import Buyer, LineWish, Wish
from shop.cart_content import Content
from shop.models import Offer, SellerTerms
from shop.schemas import BuyerInput, CheckoutInput
from territory import units

blueprint = Blueprint("checkout", __name__)

_BUYER_FIELDS = ("name", "phone", "email", "address", "commune_code", "note")


@blueprint.get("/checkout")
@web.public
def ask() -> ResponseReturnValue:
    """Who orders and where it goes."""
    with db.reading() as session:
        content = _content(session)
        known = _known(session)
    if not content.can_be_ordered:
        return redirect(url_for("shop.cart"), 303)
    return _private(web.render("shop/checkout.html", form=web.Form(), content=content, known=known))


@blueprint.post("/checkout")
@web.public
def review() -> ResponseReturnValue:
    """The last look the law asks for: goods, prices, delivery, terms; nothing is ordered yet.

    Source: NĐ 52/2013/NĐ-CP art. 18–19 (the buyer reviews and corrects before sending).
    """
    if request.form.get("edit"):
        return _ask_again(None)
    try:
        buyer = Buyer(**inputs.load(BuyerInput, _buyer_fields(request.form)))
        with db.reading() as session:
            content = _content(session)
            checked = basket.read_buyer(session, _wish(buyer, content), now=clock.now())
            buyer = replace(buyer, commune_code=checked.commune_code)
            page = _review_page(session, content, buyer, secrets.token_urlsafe(24))
    except (Invalid, Conflict) as error:
        return _ask_again(error)
    return _private(page)


@blueprint.post("/checkout/place")
@web.public
def place() -> ResponseReturnValue:
    """Place exactly what was reviewed, once however often the form is sent."""
    now = clock.now()
    given = inputs.load(CheckoutInput, request.form)
    buyer = Buyer(**{name: given[name] for name in _BUYER_FIELDS if name in given})
    wish = Wish(
        lines=tuple(_seen_line(text) for text in given["line"]),
        buyer=buyer,
        order_key=given["order_key"],
        agreed_total_vnd=given["total_vnd"],
        language=get_language(),
    )
    try:
        with db.transaction() as session:
            group = checkout.place(session, current_actor(), wish, now=now)
            _take_out(session, wish)
            code = group.code
    except Conflict as error:
        with db.reading() as session:
            page = _review_page(session, _content(session), buyer, given["order_key"], error)
        return _private(page, error.status)
    except Invalid as error:
        return _ask_again(error)
    web.flash_done(_("Đã đặt hàng. Người bán sẽ xác nhận và gọi cho bạn."))
    return redirect(url_for("shop.orders.show_order", code=code), 303)


def _ask_again(error: NguonError | None) -> ResponseReturnValue:
    with db.reading() as session:
        content = _content(session)
    values = _buyer_fields(request.form)
    form = web.Form(values) if error is None else web.Form.kept(_plain_fields(error), values)
    page = web.render("shop/checkout.html", form=form, content=content, known={})
    return _private(page, 200 if error is None else error.status)


def _review_page(
    session: Session,
    content: Content,
    buyer: Buyer,
    order_key: str,
    error: NguonError | None = None,
) -> str:
    labels = units.labels(session, {buyer.commune_code}, clock.today())
    sellers: dict[int, SellerTerms | None] = {
        parcel.seller.id: terms.find_terms(session, parcel.seller.id) for parcel in content.parcels
    }
    return web.render(
        "shop/review.html",
        content=content,
        buyer=buyer,
        place=labels.get(buyer.commune_code, buyer.commune_code),
        order_key=order_key,
        seen=[_seen(line.offer, line.quantity) for line in content.lines],
        sellers=sellers,
        findings=(error.findings or (Finding(error.code, error.params),)) if error else (),
    )


def _content(session: Session) -> Content:
    found = carts.find_cart(session, cart_cookie.read(), current_actor())
    return cart_content.content(session, found, now=clock.now())


def _known(session: Session) -> dict[str, str]:
    """What the signed-in buyer need not type again."""
    person_id = current_actor().person_id
    if person_id is None:
        return {}
    person = people.get_person(session, person_id)
    return {
        "name": person.name,
        "phone": phone.spoken(person.phone) if person.phone else "",
        "email": person.email or "",
    }


def _wish(buyer: Buyer, content: Content) -> Wish:
    lines = tuple(LineWish(line.offer.code, line.quantity) for line in content.lines)
    return Wish(lines, buyer)


def _take_out(session: Session, wish: Wish) -> None:
    """What was ordered leaves the cart; what another tab added meanwhile stays."""
    found = carts.find_cart(session, cart_cookie.read(), current_actor())
    if found is not None:
        carts.take_out(session, found, [(line.offer, line.quantity) for line in wish.lines])


def _seen(offer: Offer, quantity: int) -> str:
    return f"{offer.code}:{quantity}:{offer.price_vnd}"


def _seen_line(text: str) -> LineWish:
    """A line as the review showed it. Raises: Invalid("order.review_lost")."""
    offer, _colon, rest = text.partition(":")
    quantity, _colon, price = rest.partition(":")
    short = len(quantity) <= 5 and len(price) <= 13
    if not (offer and short and quantity.isdecimal() and price.isdecimal()):
        raise Invalid([Finding("order.review_lost")])
    if not 1 <= int(quantity) <= carts.MOST_PACKS:
        raise Invalid([Finding("order.review_lost")])
    return LineWish(offer, int(quantity), int(price))


def _buyer_fields(form: Mapping[str, Any]) -> dict[str, Any]:
    return {name: form[name] for name in _BUYER_FIELDS if name in form}


def _plain_fields(error: NguonError) -> NguonError:
    """The domain says ``buyer.phone``; this form's field is ``phone``."""
    renamed = [
        replace(finding, field=(finding.field or "").removeprefix("buyer.") or None)
        for finding in error.findings
    ]
    return Invalid(renamed, error.code, **error.params)


def _private(page: str, status: int = 200) -> ResponseReturnValue:
    response = make_response(page, status)
    response.headers["Cache-Control"] = "no-store"
    return response
