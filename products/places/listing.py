"""Lists of rural-tourism places: for visitors, for the officers who keep them, by what is sold."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, or_, select, true
from sqlalchemy.orm import Session

from accounts import permissions
from accounts.permissions import Actor
from foundation import paging
from foundation.errors import NotFound
from foundation.paging import Page
from products import search_keys
from products.models import Product
from products.places.models import TourismPlace, TourismPlaceProduct


@dataclass(frozen=True)
class PlaceWish:
    """What to list: words, a kind, a province or commune, a state."""

    q: str = ""
    kind: str = ""
    province_code: str = ""
    commune_code: str = ""
    status: str = ""


def get_public(session: Session, slug: str) -> TourismPlace:
    """A place as visitors see it, closed ones included; drafts are not found."""
    place = session.scalar(select(TourismPlace).where(TourismPlace.slug == slug))
    if place is None or place.status == "draft":
        raise NotFound("place.not_found")
    return place


def list_own(
    session: Session,
    actor: Actor,
    wish: PlaceWish,
    *,
    cursor: str | None = None,
    size: int = paging.DEFAULT_SIZE,
) -> Page[TourismPlace]:
    """The places of an officer's territory, drafts and closed ones included."""
    permissions.require(actor, "place.write")
    statement = select(TourismPlace).where(*wanted(wish), _within(actor))
    return _page(session, statement, cursor, size)


def list_public(
    session: Session,
    wish: PlaceWish,
    *,
    cursor: str | None = None,
    size: int = paging.DEFAULT_SIZE,
) -> Page[TourismPlace]:
    """The places that receive visitors, in dictionary order."""
    statement = select(TourismPlace).where(
        *wanted(PlaceWish(wish.q, wish.kind, wish.province_code, wish.commune_code)),
        TourismPlace.status == "published",
    )
    return _page(session, statement, cursor, size)


def products_of(session: Session, place_id: int) -> list[Product]:
    """The registered products one can buy there, in dictionary order."""
    return list(
        session.scalars(
            select(Product)
            .join(TourismPlaceProduct, TourismPlaceProduct.product_id == Product.id)
            .where(TourismPlaceProduct.place_id == place_id)
            .order_by(Product.name_key, Product.id)
        )
    )


def product_codes(session: Session, place_ids: Iterable[int]) -> dict[int, list[str]]:
    """The codes of what can be bought at each of many places."""
    found: dict[int, list[str]] = defaultdict(list)
    for place_id, code in session.execute(
        select(TourismPlaceProduct.place_id, Product.code)
        .join(Product, Product.id == TourismPlaceProduct.product_id)
        .where(TourismPlaceProduct.place_id.in_(list(place_ids)))
        .order_by(Product.name_key, Product.id)
    ):
        found[place_id].append(code)
    return found


def places_selling(session: Session, product_id: int) -> list[TourismPlace]:
    """The published places where a product can be bought."""
    return list(
        session.scalars(
            select(TourismPlace)
            .join(TourismPlaceProduct, TourismPlaceProduct.place_id == TourismPlace.id)
            .where(TourismPlaceProduct.product_id == product_id, TourismPlace.status == "published")
            .order_by(TourismPlace.name_key, TourismPlace.id)
        )
    )


def wanted(wish: PlaceWish) -> list[ColumnElement[bool]]:
    """The conditions of a wish."""
    found: list[ColumnElement[bool]] = []
    query = search_keys.folded_query(wish.q)
    if query is not None:
        found.append(TourismPlace.search.op("@@")(query))
    for column, value in (
        (TourismPlace.kind, wish.kind),
        (TourismPlace.province_code, wish.province_code),
        (TourismPlace.commune_code, wish.commune_code),
        (TourismPlace.status, wish.status),
    ):
        if value:
            found.append(column == value)
    return found


def _page(
    session: Session, statement: Select[TourismPlace], cursor: str | None, size: int
) -> Page[TourismPlace]:
    key = [TourismPlace.name_key, TourismPlace.id]
    return paging.fetch(session, statement, key, cursor=cursor, size=size)


def _within(actor: Actor) -> ColumnElement[bool]:
    scopes = actor.scopes("officer")
    if actor.system or actor.has_role("admin") or "" in scopes:
        return true()
    return or_(TourismPlace.commune_code.in_(scopes), TourismPlace.province_code.in_(scopes))
