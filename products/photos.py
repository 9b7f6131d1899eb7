"""Photos of products: kept by content hash in two sizes, the first one is the cover."""

import threading
from collections.abc import Iterable
from datetime import datetime
from io import BytesIO
from typing import IO

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.orm import Session

from accounts import permissions
from accounts.permissions import Actor
from foundation import files
from foundation.errors import Finding, Invalid, NotFound, Refused
from products import pictures, register
from products.models import Product, ProductPhoto

MOST_PHOTOS = 8
MOST_BYTES = 10 * 1024 * 1024
# One picture at a time per process: forty megapixels take half a gigabyte while they are read.
_PICTURES = threading.Lock()


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
    content = stream.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise _invalid("photo.too_large", most_mb=MOST_BYTES // 1024 // 1024)
    try:
        with _PICTURES:
            full, card = pictures.read(BytesIO(content))
    except pictures.NoPicture as error:
        raise _invalid(error.code, most_mpx=pictures.MAX_PIXELS // 1_000_000) from None
    count, last = session.execute(
        select(func.count(), func.max(ProductPhoto.position)).where(
            ProductPhoto.product_id == product.id
        )
    ).one()
    if count >= MOST_PHOTOS:
        raise Refused("photo.too_many", most=MOST_PHOTOS)
    full_file = files.keep(session, BytesIO(full.webp), now=now, public=True)
    card_file = files.keep(session, BytesIO(card.webp), now=now, public=True)
    row = insert(ProductPhoto).values(
        product_id=product.id,
        position=(last or 0) + 1,
        caption=caption,
        full_hash=full_file.digest,
        full_width=full.width,
        full_height=full.height,
        card_hash=card_file.digest,
        card_width=card.width,
        card_height=card.height,
        added_at=now,
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


def _invalid(code: str, **params: int) -> Invalid:
    return Invalid([Finding(code, params, "photo")])
