"""Photos of products; the first one is the cover."""

from collections.abc import Iterable
from datetime import datetime
from typing import IO

from sqlalchemy.orm import Session

from accounts import permissions
from accounts.permissions import Actor
from products import register
from products.albums import Album
from products.models import Product, ProductPhoto

MOST_PHOTOS = 8
_ALBUM = Album(ProductPhoto, ProductPhoto.product_id)


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
    product = _writable(session, actor, product_code)
    _ALBUM.add(session, product.id, stream, caption, most=MOST_PHOTOS, now=now)
    return product


def remove(session: Session, actor: Actor, product_code: str, photo_id: int) -> Product:
    """Take a photo off a product. Raises: Forbidden, NotFound."""
    product = _writable(session, actor, product_code)
    _ALBUM.remove(session, product.id, photo_id)
    return product


def make_cover(session: Session, actor: Actor, product_code: str, photo_id: int) -> Product:
    """Show this photo first. Raises: Forbidden, NotFound."""
    product = _writable(session, actor, product_code)
    _ALBUM.make_cover(session, product.id, photo_id)
    return product


def of_product(session: Session, product_id: int) -> list[ProductPhoto]:
    """A product's photos, the cover first."""
    return _ALBUM.of(session, [product_id]).get(product_id, [])


def covers(session: Session, product_ids: Iterable[int]) -> dict[int, ProductPhoto]:
    """The cover of each product that has a photo."""
    return _ALBUM.covers(session, product_ids)


def _writable(session: Session, actor: Actor, product_code: str) -> Product:
    product = register.get_product(session, product_code)
    permissions.require(actor, "product.write", product)
    return product
