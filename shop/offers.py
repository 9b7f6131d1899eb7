"""Offers: a pack of a product at a price, put on sale by the one who makes it."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Select, false, or_, select, true
from sqlalchemy.orm import Session

from accounts import permissions, verification
from accounts.permissions import Actor
from foundation import codes, paging, quantity
from foundation.errors import Finding, Invalid, NotFound
from foundation.paging import Page
from ledger import log
from products import register
from products.models import Product
from shop import packs
from shop.models import Offer

CODE_LENGTH = 8
PREFIX = "CB"

_CHANCE = secrets.SystemRandom()


@dataclass(frozen=True)
class OfferTerms:
    """A price for a pack; without a pack it is what the product itself is packed in."""

    price_vnd: int
    pack: str | None = None
    pack_quantity: Decimal | None = None
    min_quantity: int = 1
    active: bool = True


def create(
    session: Session,
    actor: Actor,
    product_code: str,
    terms: OfferTerms,
    *,
    now: datetime,
    chance: codes.Chooser = _CHANCE,
) -> Offer:
    """Put a product on sale; it sells what the product's released batches hold.

    Raises: Forbidden, NotFound, Invalid, Refused("organisation.unverified"): nobody sells to
    the public whom nobody vouched for (Luật TMĐT 122/2025/QH15).
    """
    product = register.get_product(session, product_code)
    permissions.require(actor, "offer.write", product)
    verification.require_verified(session, product.organisation_id)
    offer = Offer(
        code=PREFIX + codes.new_code(CODE_LENGTH, chance),
        product_id=product.id,
        organisation_id=product.organisation_id,
        commune_code=product.commune_code,
        province_code=product.province_code,
        created_at=now,
    )
    _fill(offer, product, terms, now)
    session.add(offer)
    session.flush()
    _log(session, "offer.opened", offer, product, now)
    return offer


def update(session: Session, actor: Actor, code: str, terms: OfferTerms, *, now: datetime) -> Offer:
    """Change price, pack or smallest number; placed orders keep what they were agreed at.

    Raises: Forbidden, NotFound, Invalid, Refused("organisation.unverified").
    """
    offer = get_offer(session, code)
    permissions.require(actor, "offer.write", offer)
    product = session.get_one(Product, offer.product_id)
    if terms.active:
        verification.require_verified(session, offer.organisation_id)
    _fill(offer, product, terms, now)
    session.flush()
    _log(session, "offer.changed", offer, product, now)
    return offer


def get_offer(session: Session, code: str) -> Offer:
    """The offer of a code, however it was typed. Raises: NotFound."""
    offer = session.scalar(select(Offer).where(Offer.code == codes.normalise(code)))
    if offer is None:
        raise NotFound
    return offer


def get_own_offer(session: Session, actor: Actor, code: str) -> Offer:
    """The offer of a code, for those who may change it. Raises: Forbidden, NotFound."""
    offer = get_offer(session, code)
    permissions.require(actor, "offer.write", offer)
    return offer


def list_own(
    session: Session, actor: Actor, *, cursor: str | None = None, size: int = paging.DEFAULT_SIZE
) -> Page[Offer]:
    """The offers an actor may change, the newest first. Raises: Forbidden, Invalid."""
    permissions.require(actor, "offer.write")
    return paging.fetch(session, _own(actor), [Offer.id], cursor=cursor, size=size, descending=True)


def _own(actor: Actor) -> Select[Offer]:
    everything = actor.system or actor.has_role("admin")
    mine = Offer.organisation_id.in_(actor.organisation_ids("manager", "seller"))
    return select(Offer).where(or_(mine, true() if everything else false()))


def _fill(offer: Offer, product: Product, terms: OfferTerms, now: datetime) -> None:
    pack = packs.of_product(product.unit, product.net_content, product.net_unit)
    pack_quantity = terms.pack_quantity or pack.quantity
    if pack_quantity != quantity.stored(pack_quantity):
        raise Invalid([Finding("input.too_many_decimals", {"digits": 3}, "pack_quantity")])
    offer.price_vnd = terms.price_vnd
    offer.pack_quantity = pack_quantity
    offer.pack = terms.pack or (
        packs.label(pack_quantity, product.unit) if terms.pack_quantity else pack.label
    )
    offer.min_quantity = terms.min_quantity
    offer.active = terms.active
    offer.updated_at = now


def _log(session: Session, kind: str, offer: Offer, product: Product, now: datetime) -> None:
    body = {
        "product": product.code,
        "price_vnd": offer.price_vnd,
        "pack_quantity": str(quantity.stored(offer.pack_quantity)),
        "active": offer.active,
    }
    log.append(session, kind=kind, subject=offer.code, body=body, now=now)
