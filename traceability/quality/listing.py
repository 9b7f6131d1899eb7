"""Lists of holds: for officers by their territory, for cooperatives their own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, or_, select, true
from sqlalchemy.orm import Session, joinedload

from accounts import permissions
from accounts.permissions import Actor
from foundation import paging
from foundation.errors import NotFound
from foundation.i18n import N_, _
from foundation.paging import Page
from foundation.tables import Cell, Column
from traceability.models import Batch
from traceability.quality import labels
from traceability.quality.models import BatchHold

_AT_ONCE = 1_000
_COLUMNS = (
    Column("batch", N_("Mã truy xuất")),
    Column("lot", N_("Mã lô")),
    Column("product", N_("Sản phẩm")),
    Column("organisation", N_("Tổ chức")),
    Column("commune_code", N_("Mã xã")),
    Column("reason", N_("Lý do giữ")),
    Column("why", N_("Chi tiết")),
    Column("placed_at", N_("Tạm giữ từ"), "datetime"),
    Column("lifted_at", N_("Hết giữ lúc"), "datetime"),
)


@dataclass(frozen=True)
class HoldQuery:
    """What to list; ``show``: open or ended."""

    reason: str | None = None
    show: str = "open"
    commune_code: str | None = None
    cursor: str | None = None
    size: int = paging.DEFAULT_SIZE


def list_holds(session: Session, actor: Actor, query: HoldQuery) -> Page[BatchHold]:
    """Holds of the batches an actor may see, the newest first, each with its batch.

    Raises: Forbidden, Invalid.
    """
    key = (BatchHold.placed_at, BatchHold.id)
    statement = _selection(actor, query)
    return paging.fetch(
        session, statement, key, cursor=query.cursor, size=query.size, descending=True
    )


def get(session: Session, hold_id: int) -> BatchHold:
    """A hold with its batch, as it stands now. Raises: NotFound("hold.not_found")."""
    statement = select(BatchHold).where(BatchHold.id == hold_id)
    statement = statement.options(joinedload(BatchHold.batch))
    found = session.scalar(statement.execution_options(populate_existing=True))
    if found is None:
        raise NotFound("hold.not_found")
    return found


def of_batch(session: Session, batch_id: int) -> list[BatchHold]:
    """Everything that ever held a batch, the newest first."""
    statement = select(BatchHold).where(BatchHold.batch_id == batch_id)
    return list(session.scalars(statement.order_by(BatchHold.id.desc())))


def table(
    session: Session, actor: Actor, query: HoldQuery
) -> tuple[list[Column], Iterator[tuple[Cell, ...]]]:
    """The columns and every row of a list. Raises: Forbidden."""
    statement = _selection(actor, query).order_by(BatchHold.id)
    found = session.scalars(statement.execution_options(yield_per=_AT_ONCE)).partitions()
    columns = [Column(each.code, _(each.label), each.kind) for each in _COLUMNS]
    return columns, (row for some in found for row in _rows(session, list(some)))


def _rows(session: Session, some: list[BatchHold]) -> Iterator[tuple[Cell, ...]]:
    for hold, told in zip(some, labels.tell(session, some), strict=True):
        batch = hold.batch
        yield (
            batch.code,
            batch.lot,
            batch.product.name,
            batch.organisation.name,
            batch.commune_code,
            told.title,
            told.sentence,
            hold.placed_at,
            hold.lifted_at,
        )


def _selection(actor: Actor, query: HoldQuery) -> Select[BatchHold]:
    permissions.require(actor, "quality.read")
    is_open = BatchHold.lifted_at.is_(None)
    statement = (
        select(BatchHold)
        .join(Batch, Batch.id == BatchHold.batch_id)
        .where(_visible(actor), is_open if query.show == "open" else ~is_open)
        .options(
            joinedload(BatchHold.batch).joinedload(Batch.product),
            joinedload(BatchHold.batch).joinedload(Batch.organisation),
        )
    )
    if query.reason:
        statement = statement.where(BatchHold.reason == query.reason)
    if query.commune_code:
        statement = statement.where(Batch.commune_code == query.commune_code)
    return statement


def _visible(actor: Actor) -> ColumnElement[bool]:
    scopes = actor.scopes("officer", "inspector")
    if actor.system or actor.has_role("admin") or "" in scopes:
        return true()
    return or_(
        Batch.organisation_id.in_(actor.organisation_ids()),
        Batch.commune_code.in_(scopes),
        Batch.province_code.in_(scopes),
    )
