"""A product as its buyer meets it: pictures, packs, maker, and the lots that are on sale."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from accounts.models import Organisation
from foundation import clock
from foundation.errors import NotFound
from growing_areas.models import GrowingArea
from products import certificates, photos, register
from products.models import Product, ProductPhoto
from shop import allocation, catalogue, terms
from shop.catalogue import Described
from shop.lots import Lot
from shop.models import SellerTerms
from territory import units
from traceability.models import Batch


@dataclass(frozen=True)
class LotOnSale:
    """A lot a buyer can be served from, with the fields it grew on."""

    batch: Batch
    lot: Lot
    areas: Sequence[GrowingArea]


@dataclass(frozen=True)
class ProductStory:
    """Everything a product's public page tells."""

    product: Product
    seller: Organisation
    place: str
    stars: int | None
    photos: Sequence[ProductPhoto]
    offers: Sequence[Described]
    lots: Sequence[LotOnSale]
    terms: SellerTerms | None

    @property
    def is_in_stock(self) -> bool:
        return any(offer.packs_left for offer in self.offers)


def tell(session: Session, slug: str, *, now: datetime) -> ProductStory:
    """The story at a public address.

    A product that is not on sale now keeps its page: who has its address wants to know of it.
    Raises: NotFound for an unknown one, or one whose maker nobody vouches for.
    """
    product = register.find_by_slug(session, slug)
    if product is None:
        raise NotFound
    seller = session.get_one(Organisation, product.organisation_id)
    if not seller.is_verified:
        raise NotFound
    today = clock.business_day(now)
    return ProductStory(
        product=product,
        seller=seller,
        place=units.labels(session, {product.commune_code}, today).get(product.commune_code, ""),
        stars=certificates.stars_on(session, [product.id], today).get(product.id),
        photos=photos.of_product(session, product.id),
        offers=catalogue.describe(session, catalogue.offers_of(session, product.id), now=now),
        lots=_lots(session, product, now),
        terms=terms.find_terms(session, seller.id),
    )


def _lots(session: Session, product: Product, now: datetime) -> list[LotOnSale]:
    on_sale = [lot for lot in allocation.lots_on_sale(session, [product.id], now=now) if lot.free]
    statement = (
        select(Batch)
        .where(Batch.id.in_([lot.batch_id for lot in on_sale]))
        .options(joinedload(Batch.product), selectinload(Batch.areas))
        .execution_options(populate_existing=True)
    )
    batches = {batch.id: batch for batch in session.scalars(statement)}
    return [LotOnSale(batches[lot.batch_id], lot, batches[lot.batch_id].areas) for lot in on_sale]
