"""The numbers a product ever had under its bar code: a corrected one keeps old labels alive.

A number once used is never given to another product (GS1 GTIN Management Standard): labels that
bear it are still out there.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from accounts import company_prefixes, permissions
from accounts.models import Organisation
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


def refuse_anothers(session: Session, number: str, organisation_id: int) -> None:
    """Refuse a number out of the company prefix that an officer confirmed to be another's.

    Only whose prefix it is gives out its numbers. A number of nobody known here may be a brand
    owner's, or one GS1 gave singly: `is_outside_own_prefix` tells those apart, for a word of care.
    Raises: Refused("product.gtin_of_another"). Source: GS1 General Specifications §1.4.
    """
    given = _giver_digits(number)
    giver = company_prefixes.find_giver(session, given) if given else None
    if giver is not None and giver.id != organisation_id:
        raise Refused("product.gtin_of_another", gtin=gtin.shown(gtin.normalise(number)))


def is_outside_own_prefix(product: Product, organisation: Organisation) -> bool:
    """Whether a product's number does not begin with its house's own confirmed company prefix."""
    given = _giver_digits(product.gtin) if product.gtin else None
    prefix = organisation.gs1_prefix
    if given is None or prefix is None:
        return False
    is_confirmed = organisation.gs1_prefix_confirmed_at is not None
    return is_confirmed and not given.startswith(prefix)


def _giver_digits(number: str) -> str | None:
    """The digits a company prefix begins at; None for GTIN-8, which GS1 gives one by one."""
    digits = gtin.normalise(number)[1:]
    return None if digits.startswith("00000") else digits


def correct(
    session: Session, actor: Actor, code: str, number: str, reason: str, *, now: datetime
) -> Product:
    """Give a product the right number instead of a wrong one; the old one goes on naming it.

    Raises: Forbidden, NotFound, Invalid, Refused("product.gtin_taken"),
    Refused("product.gtin_same"), Refused("product.gtin_of_another").
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
    refuse_anothers(session, new, product.organisation_id)
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
