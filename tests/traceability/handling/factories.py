"""Batches in the middle of the trade: goods of one cooperative, split, made, packed and sent."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts.permissions import SYSTEM
from products.models import Product
from tests.products.factories import make_product
from tests.traceability.factories import Grown
from traceability import opening
from traceability.handling.models import BatchMovement, BatchStock
from traceability.models import Batch
from traceability.opening import NewBatch

PRODUCED = date(2026, 11, 12)


def another_product(session: Session, grown: Grown, now: datetime, **changes: Any) -> Product:
    return make_product(session, grown.organisation, now=now, **changes)


def open_none(session: Session, product: Product, now: datetime, **changes: Any) -> Batch:
    """A batch without an origin: what handicraft and services have."""
    row: dict[str, Any] = {
        "product": product.code,
        "growing_areas": (),
        "quantity": Decimal(100),
        "unit": product.unit,
        "produced_on": PRODUCED,
        "origin": "none",
    }
    return opening.open_batch(session, SYSTEM, NewBatch(**{**row, **changes}), now=now)


def shelf(session: Session, batch: Batch) -> tuple[Decimal, Decimal, Decimal]:
    """Made, used and promised of a batch, as the database has it."""
    row = session.get_one(BatchStock, batch.id, populate_existing=True)
    return row.made, row.used, row.taken


def is_kept(session: Session, batch: Batch) -> bool:
    """Whether made − used = opened with + every movement, to the gram."""
    moved = session.scalar(
        select(func.coalesce(func.sum(BatchMovement.amount), 0)).where(
            BatchMovement.batch_id == batch.id
        )
    )
    made, used, _ = shelf(session, batch)
    return made - used == batch.quantity + (moved or Decimal(0))
