"""What is for sale: found by words with or without marks, narrowed by group, stars and place."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    SQLColumnExpression,
    cast,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import Session

from accounts.models import Organisation
from foundation import clock, codes, paging
from foundation.errors import NotFound
from foundation.paging import Page
from products import certificates, facts, ocop_groups, photos, search_keys
from products.models import Product, ProductPhoto
from shop import allocation, lots
from shop.models import Offer
from territory import units

PAGE_SIZE = 24
SORTS = ("relevance", "newest", "price", "-price", "name")


@dataclass(frozen=True)
class Wish:
    """What a visitor looks for; ``stars`` means at least so many, valid today."""

    q: str = ""
    group: str = ""
    stars: int | None = None
    province: str = ""
    seller: str = ""
    sort: str = "relevance"
    cursor: str | None = None
    size: int = PAGE_SIZE


@dataclass(frozen=True)
class Card:
    """A product as it stands on the shelf: its cheapest pack, its maker, whether any is left."""

    product: Product
    seller: str
    place: str
    offer: Offer
    offers: int
    stars: int | None
    photo: ProductPhoto | None
    is_in_stock: bool


@dataclass(frozen=True)
class Described:
    """An offer with what it sells, who sells it, and how many whole packs are left."""

    offer: Offer
    product: Product
    seller: Organisation
    stars: int | None
    packs_left: int


@dataclass(frozen=True)
class Facet:
    """One way to narrow the list, and how many products it leaves."""

    code: str
    label: str
    products: int


def on_shelf() -> tuple[ColumnElement[bool], ...]:
    """What makes an offer visible: switched on, by a seller somebody vouches for."""
    return (Offer.active.is_(True), Organisation.status == "verified")


def list_cards(session: Session, wish: Wish, *, now: datetime) -> Page[Card]:
    """One card per product for sale, best match first. Raises: Invalid on a bad cursor."""
    today = clock.business_day(now)
    cheapest = (
        select(Offer.product_id, func.min(Offer.price_vnd).label("price_vnd"))
        .join(Organisation, Organisation.id == Offer.organisation_id)
        .where(*on_shelf())
        .group_by(Offer.product_id)
        .subquery()
    )
    statement = _narrowed(
        select(Product).join(cheapest, cheapest.c.product_id == Product.id), wish, today
    )
    key, descending = _order(wish, cheapest.c.price_vnd)
    page = paging.fetch(
        session, statement, key, cursor=wish.cursor, size=wish.size, descending=descending
    )
    cards = _cards(session, page.items, now)
    return Page([cards[product.id] for product in page.items], page.next_cursor, page.total)


def list_offers(session: Session, wish: Wish, *, now: datetime) -> Page[Offer]:
    """Every offer for sale that fits a wish, best match first. Raises: Invalid."""
    statement = (
        select(Offer)
        .join(Product, Product.id == Offer.product_id)
        .join(Organisation, Organisation.id == Offer.organisation_id)
        .where(*on_shelf())
    )
    statement = _narrowed(statement, wish, clock.business_day(now))
    key, descending = _order(wish, Offer.price_vnd)
    return paging.fetch(
        session,
        statement,
        [*key[:-1], Offer.id],
        cursor=wish.cursor,
        size=wish.size,
        descending=descending,
    )


def get_on_shelf(session: Session, code: str) -> Offer:
    """An offer everybody may see. Raises: NotFound."""
    offer = session.scalar(
        select(Offer)
        .join(Organisation, Organisation.id == Offer.organisation_id)
        .where(Offer.code == codes.normalise(code), *on_shelf())
    )
    if offer is None:
        raise NotFound
    return offer


def describe(session: Session, offers: Sequence[Offer], *, now: datetime) -> list[Described]:
    """Offers with what they sell, in their order, in a fixed number of statements."""
    product_ids = {offer.product_id for offer in offers}
    rows = session.execute(
        select(Product, Organisation)
        .join(Organisation, Organisation.id == Product.organisation_id)
        .where(Product.id.in_(product_ids))
    )
    known = {product.id: (product, seller) for product, seller in rows}
    stars = certificates.stars_on(session, product_ids, clock.business_day(now))
    shelf = _shelf(session, product_ids, now)
    return [
        Described(
            offer=offer,
            product=known[offer.product_id][0],
            seller=known[offer.product_id][1],
            stars=stars.get(offer.product_id),
            packs_left=lots.packs_on_sale(shelf.get(offer.product_id, []), offer.pack_quantity),
        )
        for offer in offers
    ]


def offers_of(session: Session, product_id: int) -> list[Offer]:
    """The packs of a product on sale, the cheapest first."""
    statement = (
        select(Offer)
        .join(Organisation, Organisation.id == Offer.organisation_id)
        .where(Offer.product_id == product_id, *on_shelf())
        .order_by(Offer.price_vnd, Offer.id)
    )
    return list(session.scalars(statement))


def group_facets(session: Session, q: str) -> list[Facet]:
    """The OCOP groups among what fits the words typed, in the programme's order."""
    main = func.split_part(Product.ocop_group, ".", 1)
    counted = _counted(session, q, main)
    return [
        Facet(group.code, group.code, counted[group.code])
        for group in ocop_groups.main_groups()
        if group.code in counted
    ]


def province_facets(session: Session, q: str, *, now: datetime) -> list[Facet]:
    """The provinces among what fits the words typed, in dictionary order of their names."""
    counted = _counted(session, q, Product.province_code)
    labels = units.labels(session, set(counted), clock.business_day(now))
    facets = [Facet(code, labels.get(code, code), number) for code, number in counted.items()]
    return sorted(facets, key=lambda facet: facet.label)


def _counted(session: Session, q: str, column: SQLColumnExpression[Any]) -> dict[str, int]:
    statement = (
        select(column, func.count(Product.id.distinct()))
        .select_from(Product)
        .join(Offer, Offer.product_id == Product.id)
        .join(Organisation, Organisation.id == Offer.organisation_id)
        .where(*on_shelf(), column.is_not(None))
        .group_by(column)
    )
    folded = search_keys.folded_query(q)
    if folded is not None:
        statement = statement.where(Product.search_folded.op("@@")(folded))
    return dict(session.execute(statement).all())


def _narrowed(statement: Select[Any], wish: Wish, today: date) -> Select[Any]:
    folded = search_keys.folded_query(wish.q)
    if folded is not None:
        statement = statement.where(Product.search_folded.op("@@")(folded))
    if wish.group:
        within = Product.ocop_group.startswith(wish.group + ".")
        statement = statement.where(or_(Product.ocop_group == wish.group, within))
    if wish.stars:
        starred = facts.products_with_stars(today, wish.stars)
        statement = statement.where(Product.id.in_(starred))
    if wish.province:
        statement = statement.where(Product.province_code == wish.province)
    if wish.seller:
        seller = select(Organisation.id).where(Organisation.slug == wish.seller)
        statement = statement.where(Product.organisation_id.in_(seller))
    return statement


def _order(wish: Wish, price: SQLColumnExpression[int]) -> tuple[list[Any], bool]:
    """The list's key, and whether it runs downwards."""
    folded = search_keys.folded_query(wish.q)
    if wish.sort == "relevance" and folded is not None:
        exact = search_keys.exact_query(wish.q)
        # Words typed with their marks rank first: "đường" before "dương" and "đương".
        is_exact = cast(Product.search_exact.op("@@")(exact), Integer)
        # A whole number, so that a cursor can hold it without losing anything.
        rank = cast(func.ts_rank(Product.search_folded, folded) * literal(1_000_000), Integer)
        return [is_exact, rank, Product.id], True
    match wish.sort:
        case "price":
            return [price, Product.id], False
        case "-price":
            return [price, Product.id], True
        case "name":
            return [Product.name_key, Product.id], False
        case _:
            return [Product.id], True


def _shelf(
    session: Session, product_ids: Iterable[int], now: datetime
) -> dict[int, list[lots.Lot]]:
    shelf: dict[int, list[lots.Lot]] = {}
    for lot in allocation.lots_on_sale(session, product_ids, now=now):
        shelf.setdefault(lot.product_id, []).append(lot)
    return shelf


def _cards(session: Session, products: Sequence[Product], now: datetime) -> dict[int, Card]:
    """Everything a page of cards shows, in a fixed number of statements."""
    ids = [product.id for product in products]
    today = clock.business_day(now)
    offers: dict[int, list[Offer]] = {}
    for offer in session.scalars(
        select(Offer)
        .where(Offer.product_id.in_(ids), Offer.active.is_(True))
        .order_by(Offer.price_vnd, Offer.id)
    ):
        offers.setdefault(offer.product_id, []).append(offer)
    sellers = select(Organisation.id, Organisation.name).where(
        Organisation.id.in_({product.organisation_id for product in products})
    )
    names = dict(session.execute(sellers).all())
    places = units.labels(session, {product.commune_code for product in products}, today)
    stars = certificates.stars_on(session, ids, today)
    covers = photos.covers(session, ids)
    shelf = _shelf(session, ids, now)
    return {
        product.id: Card(
            product=product,
            seller=names[product.organisation_id],
            place=places.get(product.commune_code, ""),
            offer=offers[product.id][0],
            offers=len(offers[product.id]),
            stars=stars.get(product.id),
            photo=covers.get(product.id),
            is_in_stock=any(
                lots.packs_on_sale(shelf.get(product.id, []), offer.pack_quantity)
                for offer in offers[product.id]
            ),
        )
        for product in products
    }
