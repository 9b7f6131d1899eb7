"""How much of a batch there is: one row per batch, moved by one conditional statement.

Every amount is in the batch's own unit. Who moves several batches locks them first, in id order.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload

from traceability.handling.models import BatchStock
from traceability.models import Batch


def open_shelf(session: Session, batch: Batch) -> BatchStock:
    """Open a new batch's stock: all of it is there."""
    nought = Decimal(0)
    row = BatchStock(
        batch_id=batch.id,
        product_id=batch.product_id,
        made=batch.quantity,
        used=nought,
        taken=nought,
    )
    session.add(row)
    session.flush()
    return row


def lock(session: Session, batch_ids: Iterable[int]) -> dict[int, BatchStock]:
    """The stocks of batches, held against others until the transaction ends."""
    rows = session.scalars(
        select(BatchStock)
        .where(BatchStock.batch_id.in_(sorted(set(batch_ids))))
        .order_by(BatchStock.batch_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {row.batch_id: row for row in rows}


def free() -> ColumnElement[Decimal]:
    """What neither went elsewhere nor is promised, as a column of `batch_stocks`."""
    return BatchStock.made - BatchStock.used - BatchStock.taken


def free_of(session: Session, batch_ids: Iterable[int]) -> dict[int, Decimal]:
    """What is free of each batch."""
    rows = session.execute(
        select(BatchStock.batch_id, free()).where(BatchStock.batch_id.in_(list(batch_ids)))
    )
    return dict(rows.all())


@dataclass(frozen=True)
class Shelf:
    """How much of a batch there is, read without a lock."""

    made: Decimal
    used: Decimal
    promised: Decimal

    @property
    def there(self) -> Decimal:
        """What stands in the store, goods promised to buyers among it."""
        return self.made - self.used

    @property
    def free(self) -> Decimal:
        """What may be used or sold."""
        return self.there - self.promised


def shelves_of(session: Session, batch_ids: Iterable[int]) -> dict[int, Shelf]:
    """The stock of batches in one query."""
    columns = (BatchStock.batch_id, BatchStock.made, BatchStock.used, BatchStock.taken)
    rows = session.execute(select(*columns).where(BatchStock.batch_id.in_(list(batch_ids))))
    return {batch_id: Shelf(made, used, taken) for batch_id, made, used, taken in rows}


@dataclass(frozen=True)
class InStore:
    """A batch of which something is free."""

    batch: Batch
    free: Decimal


def in_store(
    session: Session,
    organisation_id: int,
    states: Iterable[str],
    *,
    product_id: int | None = None,
    most: int,
) -> list[InStore]:
    """An organisation's batches in some states of which something is free, however old.

    The first to expire comes first: that is the order goods are used in.
    """
    statement = (
        select(Batch, free())
        .join(BatchStock, BatchStock.batch_id == Batch.id)
        .options(joinedload(Batch.product))
        .where(Batch.organisation_id == organisation_id, Batch.state.in_(list(states)), free() > 0)
        .order_by(Batch.expires_on.asc().nulls_last(), Batch.id)
        .limit(most)
    )
    if product_id is not None:
        statement = statement.where(Batch.product_id == product_id)
    return [InStore(batch, amount) for batch, amount in session.execute(statement)]


def use(session: Session, batch_id: int, amount: Decimal) -> bool:
    """Let an amount go into other batches, away, or to waste; False when less is free."""
    return _move(session, batch_id, BatchStock.used, amount, free() >= amount)


def take(session: Session, batch_id: int, amount: Decimal) -> bool:
    """Promise an amount to a buyer; False when less is free."""
    return _move(session, batch_id, BatchStock.taken, amount, free() >= amount)


def give_back(session: Session, batch_id: int, amount: Decimal) -> bool:
    """Take a promise back; False when less was promised."""
    return _move(session, batch_id, BatchStock.taken, -amount, BatchStock.taken >= amount)


def add_found(session: Session, batch_id: int, amount: Decimal) -> bool:
    """Add what counting, or a step back, found to be there."""
    return _move(session, batch_id, BatchStock.made, amount, BatchStock.made + amount > 0)


def put_back(session: Session, batch_id: int, amount: Decimal) -> bool:
    """Take back that an amount went elsewhere; False when less did."""
    return _move(session, batch_id, BatchStock.used, -amount, BatchStock.used >= amount)


def lose_found(session: Session, batch_id: int, amount: Decimal) -> bool:
    """Take back that counting found an amount; False when less than it is free."""
    return _move(session, batch_id, BatchStock.made, -amount, free() >= amount)


def _move(
    session: Session,
    batch_id: int,
    column: InstrumentedAttribute[Decimal],
    amount: Decimal,
    condition: ColumnElement[bool],
) -> bool:
    moved = session.execute(
        update(BatchStock)
        .where(BatchStock.batch_id == batch_id, condition)
        .values({column: column + amount})
        .returning(BatchStock.batch_id)
        .execution_options(synchronize_session=False)
    ).first()
    return moved is not None
