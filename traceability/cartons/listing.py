"""Cartons and pallets as lists: of a house, of a run; and the lots that can be packed."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, joinedload

from accounts import permissions
from accounts.permissions import Actor
from foundation import codes, paging
from foundation.errors import NotFound
from foundation.paging import Page
from products.models import Product
from traceability.cartons import filling
from traceability.handling import packing, states, stock
from traceability.handling.models import BatchStock
from traceability.handling.trade_models import LogisticUnit, UnitContent
from traceability.models import Batch

_MOST_LOTS = 100
_MOST_HELD = 200


def page_units(
    session: Session,
    actor: Actor,
    *,
    state: str = "",
    q: str = "",
    cursor: str | None = None,
    size: int = paging.DEFAULT_SIZE,
) -> Page[LogisticUnit]:
    """The cartons and pallets of the reader's organisations, the newest first.

    Raises: Forbidden, Invalid on a bad cursor.
    """
    permissions.require(actor, "batch.read")
    statement = packing.whole_units().where(
        LogisticUnit.organisation_id.in_(actor.organisation_ids())
    )
    if state:
        statement = statement.where(LogisticUnit.state == state)
    if q:
        statement = statement.where(or_(*_matching(q)))
    return paging.fetch(
        session, statement, [LogisticUnit.id], cursor=cursor, size=size, descending=True
    )


def _matching(typed: str) -> tuple[ColumnElement[bool], ...]:
    like = f"%{typed.replace('%', '').replace('_', '')}%"
    holding = (
        select(UnitContent.unit_id)
        .join(Batch, Batch.id == UnitContent.batch_id)
        .join(Product, Product.id == Batch.product_id)
        .where(or_(Batch.lot.ilike(like), Product.name.ilike(like)))
    )
    normal = codes.normalise(typed)
    return (
        LogisticUnit.code == normal,
        LogisticUnit.run == normal,
        LogisticUnit.sscc.like(f"%{typed.strip()}%"),
        LogisticUnit.id.in_(holding),
    )


def units_of_run(session: Session, actor: Actor, run: str) -> list[LogisticUnit]:
    """The cartons packed in one go, in the order of their numbers. Raises: NotFound, Forbidden."""
    statement = packing.whole_units().where(LogisticUnit.run == codes.normalise(run))
    found = list(session.scalars(statement.order_by(LogisticUnit.id).limit(filling.MOST_CARTONS)))
    if not found:
        raise NotFound("carton.run_not_found")
    permissions.require(actor, "batch.read", found[0])
    return found


def holding(
    session: Session, batch_ids: Sequence[int], owners: tuple[int, ...] | None
) -> list[LogisticUnit]:
    """The newest full cartons and pallets with anything of some lots, of these houses (None: all).

    Cartons on a pallet are told by their own names too: somebody must open them.
    """
    within = select(UnitContent.unit_id).where(UnitContent.batch_id.in_(batch_ids))
    statement = packing.whole_units().where(
        LogisticUnit.id.in_(within), LogisticUnit.state.in_(filling.FULL)
    )
    if owners is not None:
        statement = statement.where(LogisticUnit.organisation_id.in_(owners))
    return list(session.scalars(statement.order_by(LogisticUnit.id.desc()).limit(_MOST_HELD)))


def packable(session: Session, actor: Actor) -> list[tuple[Batch, Decimal]]:
    """The newest lots of the reader's organisations that something is free of, and how much."""
    free = stock.free()
    statement = (
        select(Batch, free)
        .join(BatchStock, BatchStock.batch_id == Batch.id)
        .where(
            Batch.organisation_id.in_(actor.organisation_ids()),
            Batch.state.in_(states.allowing("pack")),
            free > 0,
        )
        .options(joinedload(Batch.product))
        .order_by(Batch.id.desc())
        .limit(_MOST_LOTS)
    )
    return [(batch, amount) for batch, amount in session.execute(statement)]
