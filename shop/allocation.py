"""Stock: what released batches still hold, and taking packs from them without ever overselling."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.orm import Session

from foundation import clock, quantity
from foundation.errors import Conflict
from products.models import Product
from shop.lots import Demand, Lot, Plan, allocate
from shop.order_models import LotAllocation
from traceability.handling import stock
from traceability.handling.models import BatchStock
from traceability.models import Batch

# A seller has this long to confirm; then the goods are for sale to others again.
RESERVED_FOR = timedelta(hours=72)


@dataclass(frozen=True)
class Share:
    """Packs to take out of one batch; ``quantity`` in the batch's unit."""

    batch_id: int
    packs: int
    quantity: Decimal


@dataclass(frozen=True)
class Allocated:
    """What each demand got, and for those that fell short how many packs there are."""

    shares: Sequence[tuple[Share, ...]]
    short: dict[int, int]


def lots_on_sale(session: Session, product_ids: Iterable[int], *, now: datetime) -> list[Lot]:
    """The lots a buyer can be served from, with what is free of each, in the product's unit.

    Lapsed reservations count as free at once: nothing has to run for that.
    """
    lapsed = (
        select(func.sum(LotAllocation.quantity))
        .where(LotAllocation.batch_id == Batch.id, _is_lapsed(now))
        .scalar_subquery()
    )
    free = stock.free() + func.coalesce(lapsed, 0)
    statement = (
        select(Batch, Product.unit, free)
        .join(Product, Product.id == Batch.product_id)
        .join(BatchStock, BatchStock.batch_id == Batch.id)
        .where(Batch.product_id.in_(list(product_ids)), _is_sellable(clock.business_day(now)))
        .order_by(Batch.id)
    )
    return _as_lots(session.execute(statement))


def take(
    session: Session,
    demands: Sequence[Demand],
    *,
    now: datetime,
    instead_of: Sequence[LotAllocation] = (),
) -> Allocated:
    """Take packs from the lots that expire first, or nothing when any demand falls short.

    ``instead_of`` are allocations of the same lines that lapsed or whose lot was held since:
    they go back first. Batches are held against a recall that runs at the same moment
    (FOR SHARE), then their stock rows are locked; both in id order, so that crossed baskets
    wait for each other in one line.
    """
    product_ids = {demand.product_id for demand in demands}
    rows = _lock_batches(session, product_ids, clock.business_day(now))
    ids = [batch.id for batch, _ in rows]
    stock.lock(session, {*ids, *(row.batch_id for row in instead_of)})
    _put_back(session, instead_of)
    _reclaim(session, ids, now)
    plan = allocate(demands, _locked_lots(session, rows))
    if plan.short:
        return Allocated([], dict(plan.short))
    return Allocated(_write(session, plan, {batch.id: (batch, unit) for batch, unit in rows}), {})


def give_back(session: Session, allocations: Sequence[LotAllocation]) -> None:
    """Return the goods of these allocations to stock. Those given back before stay as they are."""
    stock.lock(session, {row.batch_id for row in allocations})
    _put_back(session, allocations)


def is_sound(row: LotAllocation, batch: Batch, now: datetime) -> bool:
    """Whether a reservation still holds goods that may be sold."""
    fresh = batch.expires_on is None or batch.expires_on >= clock.business_day(now)
    in_time = row.expires_at is not None and row.expires_at > now
    return fresh and in_time and batch.state == "released"


def _lock_batches(
    session: Session, product_ids: Iterable[int], today: date
) -> list[tuple[Batch, str]]:
    """The sellable batches of these products, each with its unit."""
    batches = session.execute(
        select(Batch, Product.unit)
        .join(Product, Product.id == Batch.product_id)
        .where(Batch.product_id.in_(sorted(product_ids)), _is_sellable(today))
        .order_by(Batch.id)
        .with_for_update(of=Batch, read=True)
        .execution_options(populate_existing=True)
    )
    return [(batch, unit) for batch, unit in batches]


def _put_back(session: Session, allocations: Sequence[LotAllocation]) -> None:
    for allocation in allocations:
        # Another checkout may have reclaimed it while we waited for the shelf.
        session.refresh(allocation)
        if allocation.state in ("reserved", "committed"):
            stock.give_back(session, allocation.batch_id, allocation.quantity)
            allocation.state, allocation.expires_at = "released", None
    session.flush()


def _reclaim(session: Session, batch_ids: list[int], now: datetime) -> None:
    """Put what lapsed reservations held back on the shelf; the shelves are locked."""
    lapsed = session.execute(
        update(LotAllocation)
        .where(LotAllocation.batch_id.in_(batch_ids), _is_lapsed(now))
        .values(state="released", expires_at=None)
        .returning(LotAllocation.batch_id, LotAllocation.quantity)
        .execution_options(synchronize_session=False)
    ).all()
    for batch_id, amount in lapsed:
        stock.give_back(session, batch_id, amount)


def _locked_lots(session: Session, rows: list[tuple[Batch, str]]) -> list[Lot]:
    left = stock.free_of(session, [batch.id for batch, _ in rows])
    return _as_lots((batch, unit, left[batch.id]) for batch, unit in rows)


def _write(
    session: Session, plan: Plan, sources: dict[int, tuple[Batch, str]]
) -> list[tuple[Share, ...]]:
    shares = []
    for slices in plan.slices:
        part = []
        for piece in slices:
            batch, unit = sources[piece.batch_id]
            amount = quantity.stored(quantity.convert(piece.quantity, unit, batch.unit))
            # The row is locked and counted already; the condition is the last word all the same.
            if not stock.take(session, batch.id, amount):
                raise Conflict("stock.moved")
            part.append(Share(piece.batch_id, piece.packs, amount))
        shares.append(tuple(part))
    return shares


def _as_lots(rows: Iterable[tuple[Batch, str, Decimal]]) -> list[Lot]:
    return [
        Lot(
            batch_id=batch.id,
            product_id=batch.product_id,
            free=quantity.convert(free, batch.unit, unit),
            expires_on=batch.expires_on,
            produced_on=batch.produced_on,
        )
        for batch, unit, free in rows
        if quantity.is_convertible(batch.unit, unit)
    ]


def _is_sellable(today: date) -> ColumnElement[bool]:
    return and_(
        Batch.state == "released", or_(Batch.expires_on.is_(None), Batch.expires_on >= today)
    )


def _is_lapsed(now: datetime) -> ColumnElement[bool]:
    return and_(LotAllocation.state == "reserved", LotAllocation.expires_at <= now)
