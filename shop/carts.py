"""Carts: what somebody means to buy, kept while they look around, guest or signed in.

Several tabs may work on one cart at once: adding adds up, setting sets, and nothing is lost.
"""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from accounts.permissions import Actor
from foundation.errors import Conflict, Finding, Invalid, Refused
from shop import offers
from shop.models import Cart, CartLine, Offer

MOST_LINES = 60
MOST_PACKS = 9_999


def new_token() -> str:
    """The secret a browser keeps for its cart."""
    return secrets.token_urlsafe(24)


def find_cart(session: Session, token: str | None, actor: Actor) -> Cart | None:
    """The cart of this browser, else the one this person filled elsewhere."""
    if token:
        found = session.scalar(select(Cart).where(Cart.token_hash == _hash(token)))
        if found is not None and found.person_id in (None, actor.person_id):
            return found
    if actor.person_id is None:
        return None
    return session.scalar(select(Cart).where(Cart.person_id == actor.person_id))


def add(
    session: Session,
    actor: Actor,
    token: str | None,
    offer_code: str,
    quantity: int,
    *,
    now: datetime,
) -> str:
    """Put packs into a cart, on top of those in it; answers the token the browser is to keep.

    Raises: NotFound, Invalid, Refused("offer.not_for_sale"), Refused("cart.full").
    """
    offer = offers.get_offer(session, offer_code)
    if not offer.active:
        raise Refused("offer.not_for_sale")
    _check_number(quantity)
    cart, token = _open(session, actor, token, now)
    count = session.scalar(select(func.count()).where(CartLine.cart_id == cart.id)) or 0
    if count >= MOST_LINES:
        raise Refused("cart.full", most=MOST_LINES)
    row = insert(CartLine).values(
        cart_id=cart.id,
        offer_id=offer.id,
        quantity=quantity,
        price_seen_vnd=offer.price_vnd,
        added_at=now,
    )
    # Two tabs adding at once both count: the sum is made by the database, under the row's lock.
    session.execute(
        row.on_conflict_do_update(
            index_elements=["cart_id", "offer_id"],
            set_={
                "quantity": func.least(CartLine.quantity + row.excluded.quantity, MOST_PACKS),
                "price_seen_vnd": row.excluded.price_seen_vnd,
            },
        )
    )
    return token


def set_quantity(session: Session, cart: Cart, offer_code: str, quantity: int) -> None:
    """Make a line so many packs; none takes it out. Raises: NotFound, Invalid."""
    offer = offers.get_offer(session, offer_code)
    if quantity == 0:
        remove(session, cart, [offer.id])
        return
    _check_number(quantity)
    session.execute(
        update(CartLine)
        .where(CartLine.cart_id == cart.id, CartLine.offer_id == offer.id)
        .values(quantity=quantity)
    )


def remove(session: Session, cart: Cart, offer_ids: Sequence[int]) -> None:
    """Take lines out of a cart; those that are not in it do not matter."""
    session.execute(
        delete(CartLine).where(CartLine.cart_id == cart.id, CartLine.offer_id.in_(offer_ids))
    )


def take_out(session: Session, cart: Cart, ordered: Sequence[tuple[str, int]]) -> None:
    """Take ordered packs out; what was added since stays."""
    for code, quantity in ordered:
        offer_id = select(Offer.id).where(Offer.code == code).scalar_subquery()
        mine = (CartLine.cart_id == cart.id, CartLine.offer_id == offer_id)
        session.execute(delete(CartLine).where(*mine, CartLine.quantity <= quantity))
        session.execute(update(CartLine).where(*mine).values(quantity=CartLine.quantity - quantity))


def agree_to_prices(session: Session, cart: Cart) -> None:
    """Note that the cart's owner has seen the prices of now."""
    session.execute(
        update(CartLine)
        .where(CartLine.cart_id == cart.id, CartLine.offer_id == Offer.id)
        .values(price_seen_vnd=Offer.price_vnd)
        .execution_options(synchronize_session=False)
    )


def count_packs(session: Session, cart: Cart | None) -> int:
    """How many packs a cart holds (the number on its picture)."""
    if cart is None:
        return 0
    total = select(func.sum(CartLine.quantity)).where(CartLine.cart_id == cart.id)
    return session.scalar(total) or 0


def _open(session: Session, actor: Actor, token: str | None, now: datetime) -> tuple[Cart, str]:
    cart = find_cart(session, token, actor)
    # The token of somebody who signed out here opens nothing: the next one gets a cart anew.
    if token is None or (cart is None and _is_anothers(session, actor, token)):
        token = new_token()
    if cart is None:
        values = {"token_hash": _hash(token), "created_at": now, "touched_at": now}
        session.execute(
            insert(Cart).values(person_id=actor.person_id, **values).on_conflict_do_nothing()
        )
        cart = find_cart(session, token, actor)
    if cart is None:
        raise Conflict("cart.busy")
    if cart.person_id is None and actor.person_id is not None:
        _claim(session, cart, actor.person_id)
    cart.touched_at = now
    session.flush()
    return cart, token


def _is_anothers(session: Session, actor: Actor, token: str) -> bool:
    # Asked for the owner, not for the cart: the same click sent twice may just have made it.
    owner = select(Cart.person_id).where(Cart.token_hash == _hash(token))
    return session.scalar(owner) not in (None, actor.person_id)


def _claim(session: Session, cart: Cart, person_id: int) -> None:
    """A guest who signed in keeps the guest's cart; what an older cart held joins it."""
    older = session.scalar(select(Cart).where(Cart.person_id == person_id).with_for_update())
    if older is not None:
        lines = select(
            CartLine.offer_id, CartLine.quantity, CartLine.price_seen_vnd, CartLine.added_at
        ).where(CartLine.cart_id == older.id)
        for offer_id, quantity, price_seen_vnd, added_at in session.execute(lines).all():
            row = insert(CartLine).values(
                cart_id=cart.id,
                offer_id=offer_id,
                quantity=quantity,
                price_seen_vnd=price_seen_vnd,
                added_at=added_at,
            )
            session.execute(row.on_conflict_do_nothing())
        session.delete(older)
        session.flush()
    cart.person_id = person_id
    session.flush()


def _check_number(quantity: int) -> None:
    if not 1 <= quantity <= MOST_PACKS:
        params = {"low": 1, "high": MOST_PACKS}
        raise Invalid([Finding("input.out_of_range", params, "quantity")])


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
