"""Which rows of the shop are about a buyer: what they may keep as proof of their own."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts.permissions import Actor
from accounts.vouchers.handing_out import OwnRow
from shop.order_models import Order

_MOST = 100


def own_rows(session: Session, actor: Actor) -> list[OwnRow]:
    """The buyer's side rows of the orders somebody placed signed in, the newest hundred."""
    if actor.person_id is None:
        return []
    rows = session.execute(
        select(Order.group_id, func.string_agg(Order.code, ", "))
        .where(Order.person_id == actor.person_id)
        .group_by(Order.group_id)
        .order_by(Order.group_id.desc())
        .limit(_MOST)
    )
    return [OwnRow("order_buyers", group_id, codes) for group_id, codes in rows]
