"""Suppliers' lots: a number means nothing without the supplier who gave it.

Two suppliers may number their lots alike; a recall of one's must not stop what came of another's.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from foundation import vietnamese
from foundation.errors import Finding, Invalid
from traceability.handling.trade_models import BatchPurchase
from traceability.models import Batch


def purchases_of(
    session: Session, lot: str, recallable: ColumnElement[bool]
) -> Sequence[BatchPurchase]:
    """The purchases whose papers name a lot, in any case, of batches somebody may recall."""
    wanted = func.upper(" ".join(lot.split()))
    statement = (
        select(BatchPurchase)
        .join(Batch, Batch.id == BatchPurchase.batch_id)
        .where(func.upper(BatchPurchase.supplier_lot) == wanted, recallable)
    )
    return session.scalars(statement.order_by(BatchPurchase.id)).all()


def names(session: Session, lot: str, recallable: ColumnElement[bool]) -> list[str]:
    """The suppliers who gave that number to a lot, each once as it was first written."""
    found: dict[str, str] = {}
    for row in purchases_of(session, lot, recallable):
        found.setdefault(_key(row.supplier), row.supplier or "")
    return sorted(found.values(), key=vietnamese.collation_key)


def meant(
    session: Session, lot: str, supplier: str | None, recallable: ColumnElement[bool]
) -> BatchPurchase:
    """A purchase of the lot from the supplier who is meant, the only one unless named.

    Raises: Invalid("recall.nothing_found"), Invalid("recall.supplier_ambiguous") naming them.
    """
    rows = purchases_of(session, lot, recallable)
    if supplier is not None:
        rows = [row for row in rows if _key(row.supplier) == _key(supplier)]
    if not rows:
        raise Invalid([Finding("recall.nothing_found", {"key": lot}, "key")])
    if len({_key(row.supplier) for row in rows}) > 1:
        told = "; ".join(name for name in names(session, lot, recallable) if name)
        found = Finding("recall.supplier_ambiguous", {"lot": lot, "suppliers": told}, "supplier")
        raise Invalid([found])
    return rows[0]


def same(supplier: str | None, bought: BatchPurchase | None) -> bool:
    """Whether a name is that of a purchase's supplier, however it is written."""
    return bought is not None and _key(supplier) == _key(bought.supplier)


def _key(supplier: str | None) -> str:
    return vietnamese.fold(" ".join((supplier or "").split()))
