"""Shelves, offers and baskets as tests need them."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from accounts.models import Organisation
from accounts.permissions import ANONYMOUS, SYSTEM, Actor
from foundation import clock
from products.models import Product
from shop import checkout, offers
from shop.basket import Buyer, LineWish, Wish
from shop.models import Offer
from shop.offers import OfferTerms
from shop.order_models import OrderGroup
from tests.accounts.factories import VE_GIANG, make_organisation
from tests.products.factories import make_product
from traceability.handling import stock
from traceability.models import Batch

_lots = itertools.count(1)

BUYER = Buyer(
    name="Trần Văn Bình", phone="0912 345 678", address="12 thôn Đông", commune_code=VE_GIANG
)


@dataclass(frozen=True)
class Shelf:
    """A seller with one product on offer."""

    seller: Organisation
    product: Product
    offer: Offer


def make_shelf(
    session: Session, now: datetime, *, price_vnd: int = 185_000, **product: Any
) -> Shelf:
    """A verified cooperative that sells 500 g packs of a product; the shelf is empty yet."""
    name = f"Hợp tác xã Trường Sơn {next(_lots)}"
    seller = make_organisation(session, now, name=name)
    made = make_product(session, seller, now=now, **product)
    offer = offers.create(session, SYSTEM, made.code, OfferTerms(price_vnd), now=now)
    return Shelf(seller, made, offer)


def make_batch(
    session: Session,
    product: Product,
    now: datetime,
    *,
    quantity: str = "10",
    unit: str | None = None,
    days_left: int | None = 90,
    state: str = "released",
) -> Batch:
    """A batch of a product, written as it stands (its opening is traceability's own test)."""
    number = next(_lots)
    today: date = clock.business_day(now)
    batch = Batch(
        code=f"T{number:09d}",
        lot=f"L{number:05d}",
        product_id=product.id,
        organisation_id=product.organisation_id,
        commune_code=product.commune_code,
        province_code=product.province_code,
        quantity=Decimal(quantity),
        unit=unit or product.unit,
        produced_on=today - timedelta(days=10),
        origin="harvest",
        harvested_on=today - timedelta(days=12),
        expires_on=None if days_left is None else today + timedelta(days=days_left),
        state=state,
        opened_at=now,
        released_at=now,
        changed_at=now,
    )
    session.add(batch)
    session.flush()
    stock.open_shelf(session, batch)
    return batch


def wish(
    *lines: tuple[Offer, int], order_key: str | None = None, buyer: Buyer = BUYER, **more: Any
) -> Wish:
    """A basket of offers and numbers of packs."""
    wishes: Iterable[LineWish] = (LineWish(offer.code, packs) for offer, packs in lines)
    return Wish(tuple(wishes), buyer, order_key=order_key, **more)


def place(
    session: Session, now: datetime, *lines: tuple[Offer, int], actor: Actor = ANONYMOUS
) -> OrderGroup:
    """A placed order."""
    return checkout.place(session, actor, wish(*lines), now=now)
