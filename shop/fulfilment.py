"""An order's way: confirmed, shipped, delivered; or cancelled, or refused at the door.

Every step moves the order, its lots and the ledger in one transaction, under the order's lock.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from accounts.models import Organisation
from accounts.permissions import Actor
from foundation.errors import Conflict, Finding, NotFound, Refused
from ledger import log
from shop import allocation, checkout, notices, orders
from shop.lots import Demand
from shop.order_models import LotAllocation, Order, OrderGroup, OrderLine, OrderStep
from traceability.models import Batch

# From which states an order may go where.
WAYS: Mapping[str, frozenset[str]] = {
    "confirmed": frozenset({"placed"}),
    "shipped": frozenset({"confirmed"}),
    "delivered": frozenset({"shipped"}),
    "cancelled": frozenset({"placed", "confirmed"}),
    "refused": frozenset({"shipped"}),
}

Goods = Literal["resellable", "spoiled"]


def confirm(session: Session, actor: Actor, code: str, *, now: datetime) -> Order:
    """Take an order on: its lots are its own from now on.

    Lots that lapsed or were held since are replaced by others on the shelf. Raises: NotFound,
    Conflict("order.state"), Conflict("stock.short") when the shelf no longer holds enough.
    """
    order = orders.get_order(session, actor, code, lock=True)
    _require_way(order, "confirmed")
    lines = session.scalars(
        select(OrderLine).where(OrderLine.order_id == order.id).order_by(OrderLine.id)
    ).all()
    _replace_lost_lots(session, lines, now)
    _commit_lots(session, lines)
    return _move(session, actor, order, "confirmed", None, now)


def ship(session: Session, actor: Actor, code: str, waybill: str | None, *, now: datetime) -> Order:
    """Hand an order over to whoever carries it.

    Raises: NotFound, Conflict("order.state"), Refused("order.lot_held") naming the lot that was
    held since it was packed: nothing of it may leave.
    """
    order = orders.get_order(session, actor, code, lock=True)
    _require_way(order, "shipped")
    held = session.scalar(
        select(Batch.lot)
        .join(LotAllocation, LotAllocation.batch_id == Batch.id)
        .join(OrderLine, OrderLine.id == LotAllocation.line_id)
        .where(
            OrderLine.order_id == order.id,
            LotAllocation.state == "committed",
            Batch.state.in_(("held", "recalled")),
        )
        .limit(1)
    )
    if held is not None:
        raise Refused("order.lot_held", lot=held)
    order.waybill = waybill
    return _move(session, actor, order, "shipped", None, now)


def deliver(session: Session, actor: Actor, code: str, *, now: datetime) -> Order:
    """Record that the buyer has the goods (and, paid on delivery, the seller the money)."""
    order = orders.get_order(session, actor, code, lock=True)
    _require_way(order, "delivered")
    order.delivered_at = now
    return _move(session, actor, order, "delivered", None, now)


def cancel(session: Session, actor: Actor, code: str, reason: str, *, now: datetime) -> Order:
    """Call an order off for its seller; its goods go back to stock at once.

    Raises: NotFound, Conflict("order.state").
    """
    order = orders.get_order(session, actor, code, lock=True)
    _require_way(order, "cancelled")
    allocation.give_back(session, _allocations(session, order))
    return _move(session, actor, order, "cancelled", reason, now)


def cancel_for_recall(session: Session, order: Order, reason: str, *, now: datetime) -> None:
    """Call an unsent order off because its lot is recalled and no other can take its place.

    The order is locked by the caller, who tells the buyer with the recall's own letter.
    """
    allocation.give_back(session, _allocations(session, order))
    _write_step(session, order, "cancelled", reason, None, now)


def cancel_as_buyer(session: Session, secret: str, code: str, *, now: datetime) -> Order:
    """Call an order off for whoever knows its secret code, until the seller has confirmed it.

    Raises: NotFound (also for an order of another checkout), Conflict("order.state").
    """
    group = orders.get_group(session, secret)
    order = session.scalars(
        select(Order).where(Order.group_id == group.id, Order.code == code).with_for_update()
    ).one_or_none()
    if order is None:
        raise NotFound
    if order.state != "placed":
        raise Conflict("order.state", state=order.state, wanted="cancelled")
    allocation.give_back(session, _allocations(session, order))
    _write_step(session, order, "cancelled", None, None, now)
    notices.cancelled_by_buyer(session, order)
    return order


def refuse(
    session: Session, actor: Actor, code: str, reason: str, goods: Goods, *, now: datetime
) -> Order:
    """Record that the buyer did not take the parcel and that it is back and was looked at.

    Goods that can be sold again return to stock; spoiled ones stay out of it.
    Raises: NotFound, Conflict("order.state").
    """
    order = orders.get_order(session, actor, code, lock=True)
    _require_way(order, "refused")
    allocations = _allocations(session, order)
    if goods == "resellable":
        allocation.give_back(session, allocations)
    else:
        for row in allocations:
            if row.state == "committed":
                row.state = "spoiled"
    return _move(session, actor, order, "refused", reason, now)


def _replace_lost_lots(session: Session, lines: Sequence[OrderLine], now: datetime) -> None:
    rows = session.execute(
        select(LotAllocation, Batch)
        .join(Batch, Batch.id == LotAllocation.batch_id)
        .where(LotAllocation.line_id.in_([line.id for line in lines]))
        .order_by(LotAllocation.id)
    ).all()
    sound: dict[int, int] = {}
    lost: dict[int, list[LotAllocation]] = {}
    for row, batch in rows:
        if row.state == "reserved" and allocation.is_sound(row, batch, now):
            sound[row.line_id] = sound.get(row.line_id, 0) + row.packs
        elif row.state == "reserved":
            lost.setdefault(row.line_id, []).append(row)
    missing = [line for line in lines if sound.get(line.id, 0) < line.quantity]
    if not missing:
        return
    demands = [
        Demand(line.product_id, line.pack_quantity, line.quantity - sound.get(line.id, 0))
        for line in missing
    ]
    gone = [row for line in missing for row in lost.get(line.id, [])]
    allocated = allocation.take(session, demands, now=now, instead_of=gone)
    if allocated.short:
        raise Conflict("stock.short", _short(missing, demands, allocated.short))
    for line, shares in zip(missing, allocated.shares, strict=True):
        session.add_all(checkout.reservations(line, shares, now))
    session.flush()


def _commit_lots(session: Session, lines: Sequence[OrderLine]) -> None:
    """Make the reserved packs the order's own, all of them or none.

    A checkout whose clock runs a moment ahead may reclaim a reservation in the instant it
    lapses: its row is no longer reserved then, and is not committed by us.
    """
    committed = session.scalars(
        update(LotAllocation)
        .where(
            LotAllocation.line_id.in_([line.id for line in lines]),
            LotAllocation.state == "reserved",
        )
        .values(state="committed", expires_at=None)
        .returning(LotAllocation.packs)
        .execution_options(synchronize_session=False)
    ).all()
    if sum(committed) != sum(line.quantity for line in lines):
        raise Conflict("stock.moved")


def _short(
    lines: Sequence[OrderLine], demands: Sequence[Demand], short: Mapping[int, int]
) -> list[Finding]:
    return [
        Finding(
            "stock.short",
            {
                "name": lines[row].product_name,
                "pack": lines[row].pack,
                "wanted": demands[row].packs,
                "left": left,
            },
        )
        for row, left in short.items()
    ]


def _allocations(session: Session, order: Order) -> list[LotAllocation]:
    statement = (
        select(LotAllocation)
        .join(OrderLine, OrderLine.id == LotAllocation.line_id)
        .where(OrderLine.order_id == order.id)
        .order_by(LotAllocation.batch_id, LotAllocation.id)
        .execution_options(populate_existing=True)
    )
    return list(session.scalars(statement))


def _require_way(order: Order, state: str) -> None:
    if order.state not in WAYS[state]:
        raise Conflict("order.state", state=order.state, wanted=state)


def _move(
    session: Session, actor: Actor, order: Order, state: str, reason: str | None, now: datetime
) -> Order:
    _write_step(session, order, state, reason, actor.person_id, now)
    group = session.get_one(OrderGroup, order.group_id)
    notices.state_changed(session, order, group, reason)
    return order


def _write_step(
    session: Session,
    order: Order,
    state: str,
    reason: str | None,
    person_id: int | None,
    now: datetime,
) -> None:
    order.state = state
    session.add(
        OrderStep(
            order_id=order.id, state=state, reason=reason, person_id=person_id, happened_at=now
        )
    )
    session.flush()
    seller = session.get_one(Organisation, order.organisation_id)
    # A reason is free text and may name somebody: it stays out of the ledger.
    body = {"organisation": seller.code}
    log.append(session, kind=f"order.{state}", subject=order.code, body=body, now=now)
