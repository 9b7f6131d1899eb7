"""Where the goods on a scan page can be bought again: the answer to traceability's port."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from products.models import Product
from shop import catalogue
from traceability.ports import BuyPlace


def where_to_buy(session: Session, product_id: int, now: datetime) -> Sequence[BuyPlace]:
    """A product's packs for sale, the cheapest first; sold-out ones are left out."""
    offers = catalogue.offers_of(session, product_id)
    if not offers:
        return ()
    slug = session.scalars(select(Product.slug).where(Product.id == product_id)).one()
    return [
        BuyPlace(shown.offer.pack, f"/products/{slug}", shown.offer.price_vnd)
        for shown in catalogue.describe(session, offers, now=now)
        if shown.packs_left
    ]
