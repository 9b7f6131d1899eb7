"""Photos of products: kept by content hash in two sizes, the first one is the cover."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import IO

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.orm import Session

from accounts import permissions
from accounts.permissions import Actor
from foundation.errors import NotFound, Refused
from products import keeping, register
from products.models import Product, ProductPhoto

MOST_PHOTOS = 8


def add(
    session: Session,
    actor: Actor,
    product_code: str,
    stream: IO[bytes],
    caption: str | None,
    *,
    now: datetime,
) -> Product:
    """Add a photo to a product. The same picture twice is one photo.

    Raises: Forbidden, NotFound, Invalid("photo.…"), Refused("photo.too_many").
    """
    product = register.get_product(session, product_code)
    permissions.require(actor, "product.write", product)
    count, last = session.execute(
        select(func.count(), func.max(ProductPhoto.position)).where(
            ProductPhoto.product_id == product.id
        )
    ).one()
    if count >= MOST_PHOTOS:
        raise Refused("photo.too_many", most=MOST_PHOTOS)
    kept = keeping.keep(session, stream, now=now)
    row = insert(ProductPhoto).values(
        product_id=product.id,
        position=(last or 0) + 1,
        caption=caption,
        added_at=now,
        **asdict(kept),
    )
    session.execute(row.on_conflict_do_nothing())
    return product


def remove(session: Session, actor: Actor, product_code: str, photo_id: int) -> Product:
    """Take a photo off a product. Raises: Forbidden, NotFound."""
    product = register.get_product(session, product_code)
    permissions.require(actor, "product.write", product)
    session.delete(_photo_of(session, product, photo_id))
    session.flush()
    return product


def make_cover(session: Session, actor: Actor, product_code: str, photo_id: int) -> Product:
    """Show this photo first. Raises: Forbidden, NotFound."""
    product = register.get_product(session, product_code)
    permissions.require(actor, "product.write", product)
    photo = _photo_of(session, product, photo_id)
    first = session.scalar(
        select(func.min(ProductPhoto.position)).where(ProductPhoto.product_id == product.id)
    )
    photo.position = (first or 0) - 1
    session.flush()
    return product


def of_product(session: Session, product_id: int) -> list[ProductPhoto]:
    """A product's photos, the cover first."""
    statement = (
        select(ProductPhoto)
        .where(ProductPhoto.product_id == product_id)
        .order_by(ProductPhoto.position, ProductPhoto.id)
    )
    return list(session.scalars(statement))


def covers(session: Session, product_ids: Iterable[int]) -> dict[int, ProductPhoto]:
    """The cover of each product that has a photo."""
    statement = (
        select(ProductPhoto)
        .where(ProductPhoto.product_id.in_(list(product_ids)))
        .ext(distinct_on(ProductPhoto.product_id))
        .order_by(ProductPhoto.product_id, ProductPhoto.position, ProductPhoto.id)
    )
    return {photo.product_id: photo for photo in session.scalars(statement)}


def _photo_of(session: Session, product: Product, photo_id: int) -> ProductPhoto:
    photo = session.get(ProductPhoto, photo_id)
    if photo is None or photo.product_id != product.id:
        raise NotFound
    return photo
