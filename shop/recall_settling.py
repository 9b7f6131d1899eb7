"""Orders a recall touches: packed anew from other lots where there are any, else called off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from foundation.i18n import _, speaking
from shop import allocation, checkout, fulfilment
from shop.lots import Demand
from shop.order_models import LotAllocation, Order, OrderGroup, OrderLine
from shop.recall_models import RecallNotice
from traceability.models import Batch

_LIVE = ("reserved", "committed")


@dataclass(frozen=True)
class Outcome:
    """What a recall meant for one order: sent already, packed anew, or called off."""

    order: str
    what: Literal["sent", "repacked", "cancelled"]
    lots: tuple[str, ...]
    products: tuple[str, ...]


def claim(
    session: Session,
    recall_id: int,
    group_ids: Sequence[int],
    now: datetime,
    *,
    stage: str = "recalled",
) -> bool:
    """Mark a buyer's checkouts as told; False when another run has done so meanwhile."""
    told = {"recall_id": recall_id, "stage": stage, "way": "other", "told_at": now}
    rows = [{**told, "group_id": group_id} for group_id in sorted(group_ids)]
    claimed = session.scalars(
        insert(RecallNotice).values(rows).on_conflict_do_nothing().returning(RecallNotice.group_id)
    ).all()
    return len(claimed) == len(rows)


def settle(
    session: Session, group_id: int, batch_ids: Sequence[int], now: datetime
) -> list[Outcome]:
    """Decide each order of a checkout that holds packs of recalled lots."""
    recalled = set(batch_ids)
    orders = session.scalars(
        select(Order)
        .where(Order.group_id == group_id, Order.state.not_in(("cancelled", "refused")))
        .order_by(Order.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    found = []
    for order in orders:
        rows = [row for row in _allocations(session, order) if row[0].batch_id in recalled]
        if rows:
            found.append(_settle(session, order, rows, now))
    return found


Row = tuple[LotAllocation, OrderLine, str]


def _settle(session: Session, order: Order, rows: list[Row], now: datetime) -> Outcome:
    lots = tuple(sorted({lot for _row, _line, lot in rows}))
    products = tuple(sorted({line.product_name for _row, line, _lot in rows}))
    if order.state not in ("placed", "confirmed"):
        return Outcome(order.code, "sent", lots, products)
    if _repack(session, order, rows, now):
        return Outcome(order.code, "repacked", lots, products)
    # The buyer reads the reason on the order's page, in the language they ordered in.
    with speaking(session.get_one(OrderGroup, order.group_id).language):
        reason = _("Lô hàng bị thu hồi, không còn lô khác thay.")
    fulfilment.cancel_for_recall(session, order, reason, now=now)
    return Outcome(order.code, "cancelled", lots, products)


def _repack(session: Session, order: Order, rows: list[Row], now: datetime) -> bool:
    """Take the same packs from other lots, or change nothing."""
    lines = {line.id: line for _row, line, _lot in rows}
    packs: dict[int, int] = dict.fromkeys(lines, 0)
    for row, line, _lot in rows:
        packs[line.id] += row.packs
    demands = [
        Demand(line.product_id, line.pack_quantity, packs[line.id]) for line in lines.values()
    ]
    with session.begin_nested() as attempt:
        taken = allocation.take(
            session, demands, now=now, instead_of=[row for row, _line, _lot in rows]
        )
        if taken.short:
            attempt.rollback()
            return False
    for line, shares in zip(lines.values(), taken.shares, strict=True):
        session.add_all(checkout.reservations(line, shares, now))
    session.flush()
    if order.state == "confirmed":
        session.execute(
            update(LotAllocation)
            .where(LotAllocation.line_id.in_(lines), LotAllocation.state == "reserved")
            .values(state="committed", expires_at=None)
            .execution_options(synchronize_session=False)
        )
    return True


def _allocations(session: Session, order: Order) -> list[Row]:
    statement = (
        select(LotAllocation, OrderLine, Batch.lot)
        .join(OrderLine, OrderLine.id == LotAllocation.line_id)
        .join(Batch, Batch.id == LotAllocation.batch_id)
        .where(OrderLine.order_id == order.id, LotAllocation.state.in_(_LIVE))
        .order_by(LotAllocation.batch_id, LotAllocation.id)
        .execution_options(populate_existing=True)
    )
    return [(row, line, lot) for row, line, lot in session.execute(statement)]
