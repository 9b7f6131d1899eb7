"""A cart laid out by seller: prices, stock and delivery of this moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Organisation
from foundation.errors import Finding
from products.models import Product
from shop import allocation, lots, terms
from shop.models import Cart, CartLine, Offer
from shop.pricing import PricedLine, SellerTotal, Terms, missing_for_free_delivery, seller_total


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
