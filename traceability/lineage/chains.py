"""Chains: the lineage of a batch for those who may see it, as page, table and answer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sqlalchemy.orm import Session

from accounts import permissions
from accounts.permissions import Actor
from foundation.i18n import N_, _, named
from foundation.tables import Cell, Column
from territory import units
from traceability.batches import get_own_batch
from traceability.lineage import nodes, sharing, walks
from traceability.lineage.sharing import Chain
from traceability.lineage.walks import Direction
from traceability.models import Batch
from traceability.scan import telling

_COLUMNS = (
    Column("direction", N_("Chiều")),
    Column("step", N_("Bước"), "integer"),
    Column("product", N_("Sản phẩm")),
    Column("lot", N_("Mã lô")),
    Column("code", N_("Mã truy xuất")),
    Column("holder", N_("Đơn vị giữ hàng")),
    Column("place", N_("Xã, phường")),
    Column("produced_on", N_("Ngày sản xuất"), "date"),
    Column("quantity", N_("Sản lượng"), "decimal"),
    Column("unit", N_("Đơn vị tính")),
    Column("state", N_("Trạng thái")),
    Column("claimed", N_("Lời khai chưa xác nhận")),
)
_DIRECTION_NAMES = {"up": N_("Làm từ"), "down": N_("Làm thành")}


def of_batch(
    session: Session, actor: Actor, code: str, direction: Direction, *, most: int
) -> Chain:
    """What a batch was made of, or became, as the reader may see it. Raises: NotFound."""
    return chain_of(session, actor, get_own_batch(session, actor, code), direction, most=most)


def chain_of(
    session: Session, actor: Actor, batch: Batch, direction: Direction, *, most: int
) -> Chain:
    """The same for a batch that its reader was let to already."""
    start = nodes.node_of(session, batch)
    found = walks.walk(session, start.id, direction, most=most)
    return sharing.seen(
        found,
        lambda node: permissions.may(actor, "batch.read", node),
        all_near=permissions.may(actor, "recall.decide", batch) and _watches(actor),
    )


def _watches(actor: Actor) -> bool:
    return actor.system or actor.has_role("officer", "admin")


def columns() -> list[Column]:
    """The table's columns in the reader's language."""
    return [Column(column.code, _(column.label), column.kind) for column in _COLUMNS]


def rows(session: Session, chains: list[Chain], on: date) -> Iterator[tuple[Cell, ...]]:
    """Every thing of some chains, the nearest first; the start itself is left out."""
    communes = {thing.commune_code for chain in chains for thing in chain.things}
    places = units.labels(session, {code for code in communes if code}, on)
    for chain in chains:
        for thing in chain.things[1:]:
            yield (
                named(_DIRECTION_NAMES, chain.direction),
                thing.level,
                thing.product or _("Không nêu"),
                thing.lot,
                thing.code,
                thing.holder or _("Đơn vị khác"),
                places.get(thing.commune_code or "", ""),
                thing.produced_on,
                thing.quantity,
                thing.unit,
                telling.state_name(thing.state) if thing.state else None,
                _("Chưa xác nhận") if thing.claimed else None,
            )
