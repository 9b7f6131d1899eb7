"""Carts: what somebody means to buy, kept while they look around, guest or signed in.

Several tabs may work on one cart at once: adding adds up, setting sets, and nothing is lost.
"""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from accounts.models import Organisation
from accounts.permissions import Actor
from foundation.errors import Finding, Invalid, NotFound, Refused
from products.models import Product
from shop import allocation, lots, offers, terms
from shop.models import Cart, CartLine, Offer
from shop.pricing import PricedLine, SellerTotal, Terms, missing_for_free_delivery, seller_total

MOST_LINES = 60
MOST_PACKS = 9_999


@dataclass(frozen=True)
class Line:
    """A line as the cart shows it: the price of now, beside the one that was seen."""

    offer: Offer
    product: Product
    quantity: int
    price_seen_vnd: int
    left: int
    is_for_sale: bool

    @property
    def total_vnd(self) -> int:
        return self.offer.price_vnd * self.quantity

    @property
    def is_price_changed(self) -> bool:
        return self.price_seen_vnd != self.offer.price_vnd

    @property
    def finding(self) -> Finding | None:
        """The fault with what its sentence names."""
        if self.fault is None:
            return None
        params = {
            "name": self.product.name,
            "pack": self.offer.pack,
            "left": self.left,
            "wanted": self.quantity,
            "least": self.offer.min_quantity,
        }
        return Finding(self.fault, params)

    @property
    def fault(self) -> str | None:
        """Why this line cannot be ordered as it stands; None when it can."""
        if not self.is_for_sale:
            return "offer.not_for_sale"
        if self.quantity < self.offer.min_quantity:
            return "offer.below_minimum"
        if self.left < self.quantity:
            return "stock.short" if self.left else "stock.none"
        return None


@dataclass(frozen=True)
class Parcel:
    """One seller's part of a cart, with what it costs to have it brought."""

    seller: Organisation
    lines: Sequence[Line]
    terms: Terms
    total: SellerTotal

    @property
    def missing_for_free_delivery(self) -> int:
        return missing_for_free_delivery(self.total, self.terms)


@dataclass(frozen=True)
class Content:
    """A cart laid out by seller."""

    parcels: Sequence[Parcel]

    @property
    def total_vnd(self) -> int:
        return sum(parcel.total.total_vnd for parcel in self.parcels)

    @property
    def lines(self) -> list[Line]:
        return [line for parcel in self.parcels for line in parcel.lines]

    @property
    def has_changed_prices(self) -> bool:
        return any(line.is_price_changed for line in self.lines)

    @property
    def can_be_ordered(self) -> bool:
        return bool(self.lines) and not any(line.fault for line in self.lines)


def new_token() -> str:
    """The secret a browser keeps for its cart."""
    return secrets.token_urlsafe(24)


def find_cart(session: Session, token: str | None, actor: Actor) -> Cart | None:
    """The cart of this browser, else the one this person filled elsewhere."""
    if token:
        found = session.scalar(select(Cart).where(Cart.token_hash == _hash(token)))
        if found is not None and found.person_id in (None, actor.person_id):
            return found
    if actor.person_id is None:
        return None
    return session.scalar(select(Cart).where(Cart.person_id == actor.person_id))


def add(
    session: Session, actor: Actor, token: str, offer_code: str, quantity: int, *, now: datetime
) -> None:
    """Put packs into a cart, on top of those in it. Raises: NotFound, Invalid, Refused."""
    offer = offers.get_offer(session, offer_code)
    if not offer.active:
        raise Refused("offer.not_for_sale")
    _check_number(quantity)
    cart = _open(session, actor, token, now)
    count = session.scalar(select(func.count()).where(CartLine.cart_id == cart.id)) or 0
    if count >= MOST_LINES:
        raise Refused("cart.full", most=MOST_LINES)
    row = insert(CartLine).values(
        cart_id=cart.id,
        offer_id=offer.id,
        quantity=quantity,
        price_seen_vnd=offer.price_vnd,
        added_at=now,
    )
    # Two tabs adding at once both count: the sum is made by the database, under the row's lock.
    session.execute(
        row.on_conflict_do_update(
            index_elements=["cart_id", "offer_id"],
            set_={
                "quantity": func.least(CartLine.quantity + row.excluded.quantity, MOST_PACKS),
                "price_seen_vnd": row.excluded.price_seen_vnd,
            },
        )
    )


def set_quantity(session: Session, cart: Cart, offer_code: str, quantity: int) -> None:
    """Make a line so many packs; none takes it out. Raises: NotFound, Invalid."""
    offer = offers.get_offer(session, offer_code)
    if quantity == 0:
        remove(session, cart, [offer.id])
        return
    _check_number(quantity)
    session.execute(
        update(CartLine)
        .where(CartLine.cart_id == cart.id, CartLine.offer_id == offer.id)
        .values(quantity=quantity)
    )


def remove(session: Session, cart: Cart, offer_ids: Sequence[int]) -> None:
    """Take lines out of a cart; those that are not in it do not matter."""
    session.execute(
        delete(CartLine).where(CartLine.cart_id == cart.id, CartLine.offer_id.in_(offer_ids))
    )


def take_out(session: Session, cart: Cart, ordered: Sequence[tuple[str, int]]) -> None:
    """Take ordered packs out; what was added since stays."""
    for code, quantity in ordered:
        offer_id = select(Offer.id).where(Offer.code == code).scalar_subquery()
        mine = (CartLine.cart_id == cart.id, CartLine.offer_id == offer_id)
        session.execute(delete(CartLine).where(*mine, CartLine.quantity <= quantity))
        session.execute(update(CartLine).where(*mine).values(quantity=CartLine.quantity - quantity))


def agree_to_prices(session: Session, cart: Cart) -> None:
    """Note that the cart's owner has seen the prices of now."""
    session.execute(
        update(CartLine)
        .where(CartLine.cart_id == cart.id, CartLine.offer_id == Offer.id)
        .values(price_seen_vnd=Offer.price_vnd)
        .execution_options(synchronize_session=False)
    )


def count_packs(session: Session, cart: Cart | None) -> int:
    """How many packs a cart holds (the number on its picture)."""
    if cart is None:
        return 0
    total = select(func.sum(CartLine.quantity)).where(CartLine.cart_id == cart.id)
    return session.scalar(total) or 0


def content(session: Session, cart: Cart | None, *, now: datetime) -> Content:
    """A cart laid out by seller, with prices, stock and delivery of this moment."""
    if cart is None:
        return Content([])
    rows = session.execute(
        select(CartLine, Offer, Product, Organisation)
        .join(Offer, Offer.id == CartLine.offer_id)
        .join(Product, Product.id == Offer.product_id)
        .join(Organisation, Organisation.id == Offer.organisation_id)
        .where(CartLine.cart_id == cart.id)
        .order_by(Organisation.sort_key, Organisation.id, CartLine.added_at, Offer.id)
    ).all()
    shelf = allocation.lots_on_sale(session, {product.id for _, _, product, _ in rows}, now=now)
    by_seller: dict[int, list[Line]] = {}
    sellers: dict[int, Organisation] = {}
    for line, offer, product, seller in rows:
        sellers[seller.id] = seller
        on_product = [lot for lot in shelf if lot.product_id == product.id]
        by_seller.setdefault(seller.id, []).append(
            Line(
                offer=offer,
                product=product,
                quantity=line.quantity,
                price_seen_vnd=line.price_seen_vnd,
                left=lots.packs_on_sale(on_product, offer.pack_quantity),
                is_for_sale=offer.active and seller.is_verified,
            )
        )
    asked = terms.of_sellers(session, sellers)
    return Content([_parcel(sellers[key], lines, asked[key]) for key, lines in by_seller.items()])


def _parcel(seller: Organisation, lines: list[Line], asked: Terms) -> Parcel:
    priced = [PricedLine(line.offer.price_vnd, line.quantity) for line in lines]
    return Parcel(seller, lines, asked, seller_total(priced, asked))


def _open(session: Session, actor: Actor, token: str, now: datetime) -> Cart:
    cart = find_cart(session, token, actor)
    if cart is None:
        values = {"token_hash": _hash(token), "created_at": now, "touched_at": now}
        session.execute(
            insert(Cart).values(person_id=actor.person_id, **values).on_conflict_do_nothing()
        )
        cart = find_cart(session, token, actor)
    if cart is None:
        raise NotFound
    if cart.person_id is None and actor.person_id is not None:
        _claim(session, cart, actor.person_id)
    cart.touched_at = now
    session.flush()
    return cart


def _claim(session: Session, cart: Cart, person_id: int) -> None:
    """A guest who signed in keeps the guest's cart; what an older cart held joins it."""
    older = session.scalar(select(Cart).where(Cart.person_id == person_id).with_for_update())
    if older is not None:
        lines = select(
            CartLine.offer_id, CartLine.quantity, CartLine.price_seen_vnd, CartLine.added_at
        ).where(CartLine.cart_id == older.id)
        for offer_id, quantity, price_seen_vnd, added_at in session.execute(lines).all():
            row = insert(CartLine).values(
                cart_id=cart.id,
                offer_id=offer_id,
                quantity=quantity,
                price_seen_vnd=price_seen_vnd,
                added_at=added_at,
            )
            session.execute(row.on_conflict_do_nothing())
        session.delete(older)
        session.flush()
    cart.person_id = person_id
    session.flush()


def _check_number(quantity: int) -> None:
    if not 1 <= quantity <= MOST_PACKS:
        params = {"low": 1, "high": MOST_PACKS}
        raise Invalid([Finding("input.out_of_range", params, "quantity")])


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
