"""The numbers a product ever had under its bar code: a corrected one keeps old labels alive.

A number once used is never given to another product (GS1 GTIN Management Standard): labels that
bear it are still out there.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from accounts import permissions
from accounts.permissions import Actor
from foundation.errors import Finding, Invalid, NotFound, Refused
from ledger import log
from products import gtin
from products.models import Product, ProductGtin


def hold(session: Session, product: Product, *, now: datetime) -> None:
    """Note that a product bears its number from now on.

    Raises: Refused("product.gtin_taken") when another product ever bore it.
    """
    if product.gtin is None:
        return
    taken = Refused("product.gtin_taken", gtin=gtin.shown(product.gtin))
    held = session.get(ProductGtin, product.gtin)
    if held is not None:
        if held.product_id != product.id:
            raise taken
        held.replaced_at = None
        return
    try:
        with session.begin_nested():
            row = ProductGtin(gtin=product.gtin, product_id=product.id, given_at=now)
            session.add(row)
            session.flush()
    except IntegrityError:
        raise taken from None


def correct(
    session: Session, actor: Actor, code: str, number: str, reason: str, *, now: datetime
) -> Product:
    """Give a product the right number instead of a wrong one; the old one goes on naming it.

    Raises: Forbidden, NotFound, Invalid, Refused("product.gtin_taken"),
    Refused("product.gtin_same").
    """
    product = session.scalar(select(Product).where(Product.code == code).with_for_update())
    if product is None:
        raise NotFound
    permissions.require(actor, "product.write", product)
    fault = gtin.find_fault(number)
    if fault:
        raise Invalid([Finding(fault, {"gtin": number[:20]}, "gtin")])
    old, new = product.gtin, gtin.normalise(number)
    if old == new:
        raise Refused("product.gtin_same", gtin=gtin.shown(new))
    if old is not None:
        past = session.get_one(ProductGtin, old)
        past.replaced_at, past.reason = now, reason
    product.gtin, product.updated_at = new, now
    hold(session, product, now=now)
    session.flush()
    body = {"from": old, "to": new}
    log.append(session, kind="product.gtin_corrected", subject=product.code, body=body, now=now)
    return product


def past_numbers(session: Session, product_id: int) -> list[ProductGtin]:
    """The numbers a product bore before, the latest first."""
    statement = (
        select(ProductGtin)
        .where(ProductGtin.product_id == product_id, ProductGtin.replaced_at.is_not(None))
        .order_by(ProductGtin.replaced_at.desc())
    )
    return list(session.scalars(statement))
