"""Recalls as lists: the officers' and cooperatives' own, the public one, and the lots of one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, or_, select, true
from sqlalchemy.orm import Session

from accounts import permissions
from accounts.models import Organisation
from accounts.permissions import Actor
from foundation import codes, paging
from foundation.errors import NotFound
from foundation.i18n import N_, _
from foundation.paging import Page
from foundation.tables import Cell, Column
from growing_areas.catalogue.models import PermittedMaterial
from products.models import Product
from territory import units
from traceability import ports
from traceability.handling.models import BatchStock
from traceability.handling.trade_models import BatchPurchase
from traceability.models import Batch
from traceability.recalls import effects
from traceability.recalls.models import EFFECTS, Recall, RecallBatch

PUBLIC_STATES = ("recalled", "closed", "lifted")
_AT_ONCE = 1_000


@dataclass(frozen=True)
class Lot:
    """A lot of a recall: what, whose, where, how much stands in stock and was promised."""

    batch_id: int
    code: str
    lot: str
    state: str
    unit: str
    made: Decimal
    free: Decimal
    sold: Decimal
    product: str
    gtin: str | None
    holder: str
    organisation_id: int
    commune_code: str
    province_code: str
    is_origin: bool
    by_claim: bool


def list_recalls(
    session: Session, actor: Actor, *, state: str = "", cursor: str | None = None, size: int = 50
) -> Page[Recall]:
    """The recalls a reader is concerned by, the newest first. Raises: Forbidden, Invalid."""
    permissions.require(actor, "recall.read")
    statement = select(Recall).where(concerned(actor))
    if state:
        statement = statement.where(Recall.state == state)
    return paging.fetch(session, statement, [Recall.id], cursor=cursor, size=size, descending=True)


def list_public(session: Session, *, cursor: str | None = None) -> Page[Recall]:
    """What everybody may know of: recalls in force and past ones, the newest first."""
    statement = select(Recall).where(_public())
    return paging.fetch(session, statement, [Recall.id], cursor=cursor, size=20, descending=True)


def get_public(session: Session, code: str) -> Recall:
    """A recall that was announced. Raises: NotFound("recall.not_found")."""
    recall = session.scalar(select(Recall).where(Recall.code == codes.normalise(code), _public()))
    if recall is None:
        raise NotFound("recall.not_found")
    return recall


def concerned(actor: Actor) -> ColumnElement[bool]:
    """The recalls with a lot of the reader's own or of their territory."""
    places = actor.scopes("officer", "inspector")
    if actor.system or actor.has_role("admin") or "" in places:
        return true()
    return exists().where(
        RecallBatch.recall_id == Recall.id,
        or_(
            RecallBatch.organisation_id.in_(actor.organisation_ids()),
            RecallBatch.commune_code.in_(places),
            RecallBatch.province_code.in_(places),
        ),
    )


def suspected(session: Session, recalls: Sequence[Recall]) -> dict[int, str]:
    """What each of some recalls suspects, as people call it: a lot by its own code and product."""
    starts = {recall.id for recall in recalls if recall.origin == "batch"}
    rows = session.execute(
        select(RecallBatch.recall_id, Batch.lot, Product.name)
        .join(Batch, Batch.id == RecallBatch.batch_id)
        .join(Product, Product.id == Batch.product_id)
        .where(RecallBatch.recall_id.in_(starts), RecallBatch.is_origin.is_(True))
    )
    lots = {recall_id: f"{lot}, {product}" for recall_id, lot, product in rows}
    ids = {recall.material_id for recall in recalls if recall.material_id is not None}
    materials = select(PermittedMaterial.id, PermittedMaterial.registration_number)
    numbers = dict(session.execute(materials.where(PermittedMaterial.id.in_(ids))).all())
    sellers = suppliers_of(session, recalls)
    return {
        recall.id: lots.get(recall.id)
        or _of_supplier(recall.origin_key, sellers.get(recall.id))
        or _with_number(recall.origin_key, numbers.get(recall.material_id or 0))
        for recall in recalls
    }


def suppliers_of(session: Session, recalls: Sequence[Recall]) -> dict[int, str]:
    """Whose lot each of some recalls suspects; absent of others and where the name was erased."""
    meant = {recall.purchase_id for recall in recalls if recall.purchase_id is not None}
    if not meant:
        return {}
    names = select(BatchPurchase.id, BatchPurchase.supplier).where(BatchPurchase.id.in_(meant))
    known = {row: name for row, name in session.execute(names) if name}
    return {
        recall.id: known[recall.purchase_id] for recall in recalls if recall.purchase_id in known
    }


def _of_supplier(lot: str, supplier: str | None) -> str | None:
    return None if supplier is None else f"{lot} ({supplier})"


def _with_number(name: str, number: str | None) -> str:
    return _("%(name)s (số đăng ký %(number)s)", name=name, number=number) if number else name


def counts(session: Session, recall_ids: Iterable[int]) -> dict[int, int]:
    """How many lots each of some recalls reaches."""
    rows = session.execute(
        select(RecallBatch.recall_id, func.count())
        .where(RecallBatch.recall_id.in_(list(recall_ids)))
        .group_by(RecallBatch.recall_id)
    )
    return dict(rows.all())


def lots(
    session: Session,
    recall_id: int,
    *,
    owners: tuple[int, ...] | None = None,
    after: int = 0,
    most: int = 100,
) -> list[Lot]:
    """The lots of a recall, by id; the next page begins after the last one's id."""
    statement = _lots(recall_id).where(Batch.id > after).order_by(Batch.id).limit(most)
    if owners is not None:
        statement = statement.where(RecallBatch.organisation_id.in_(owners))
    return [Lot(*row) for row in session.execute(statement)]


def figures_for(session: Session, actor: Actor, recall: Recall) -> list[effects.Figures]:
    """A recall's figures: all of them for officers, else those of own organisations."""
    found = effects.figures(session, recall.id)
    owners = owners_seen(actor)
    return [row for row in found if owners is None or row.organisation_id in owners]


def owners_seen(actor: Actor) -> tuple[int, ...] | None:
    """Whose lots of a recall a reader sees: everybody's (None) or their own organisations'.

    How much somebody else has in stock is theirs to know, and the officers'.
    """
    if actor.system or actor.has_role("admin", "officer", "inspector"):
        return None
    return actor.organisation_ids()


def products_of(session: Session, recall_ids: Iterable[int]) -> dict[int, list[str]]:
    """The names of the products each of some recalls reaches, a few of them."""
    rows = session.execute(
        select(RecallBatch.recall_id, Product.name)
        .join(Batch, Batch.id == RecallBatch.batch_id)
        .join(Product, Product.id == Batch.product_id)
        .where(RecallBatch.recall_id.in_(list(recall_ids)))
        .distinct()
        .order_by(RecallBatch.recall_id, Product.name)
    )
    found: dict[int, list[str]] = {}
    for recall_id, name in rows:
        found.setdefault(recall_id, []).append(name)
    return found


def sold_of(session: Session, recall: Recall, owners: tuple[int, ...] | None) -> ports.Sold:
    """What was sold of a recall's lots, or of the reader's own among them."""
    wanted = select(RecallBatch.batch_id).where(RecallBatch.recall_id == recall.id)
    if owners is not None:
        wanted = wanted.where(RecallBatch.organisation_id.in_(owners))
    return ports.sales().sold_of(session, list(session.scalars(wanted)))


def columns() -> list[Column]:
    """The officer's table: a row per lot, and per order that holds packs of it."""
    return [Column(each.code, _(each.label), each.kind) for each in _COLUMNS]


def rows(
    session: Session, recall: Recall, owners: tuple[int, ...] | None, on: date
) -> Iterator[tuple[Cell, ...]]:
    """Every lot with its stock and figures; beneath it the orders that hold packs of it."""
    after = 0
    while found := lots(session, recall.id, owners=owners, after=after, most=_AT_ONCE):
        after = found[-1].batch_id
        ids = [lot.batch_id for lot in found]
        places = units.labels(session, {lot.commune_code for lot in found}, on)
        noted = effects.of_batches(session, recall.id, ids)
        sold: dict[int, list[ports.SoldLine]] = {}
        for line in ports.sales().lines_of(session, ids):
            sold.setdefault(line.batch_id, []).append(line)
        for lot in found:
            yield _row(lot, places, noted.get(lot.batch_id, {}))
            for line in sold.get(lot.batch_id, ()):
                yield _order_row(lot, line)


def _row(lot: Lot, places: dict[str, str], noted: dict[str, Decimal]) -> tuple[Cell, ...]:
    return (
        _("Lô"), lot.product, lot.gtin, lot.lot, lot.code, lot.holder,
        places.get(lot.commune_code, ""), lot.made, lot.free, lot.sold, lot.unit,
        *(noted.get(kind) for kind in EFFECTS), None, None, None,
        _("Chưa xác nhận") if lot.by_claim else None,
    )  # fmt: skip


def _order_row(lot: Lot, line: ports.SoldLine) -> tuple[Cell, ...]:
    return (
        _("Đơn hàng"), lot.product, lot.gtin, lot.lot, lot.code, line.seller,
        None, None, None, line.quantity, lot.unit, None, None, None,
        line.order, line.state, line.packs, None,
    )  # fmt: skip


def _lots(recall_id: int) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Batch.id, Batch.code, Batch.lot, Batch.state, Batch.unit, BatchStock.made,
            BatchStock.made - BatchStock.used - BatchStock.taken, BatchStock.taken,
            Product.name, Product.gtin, Organisation.name, RecallBatch.organisation_id,
            RecallBatch.commune_code, RecallBatch.province_code, RecallBatch.is_origin,
            RecallBatch.by_claim,
        )
        .select_from(RecallBatch)
        .join(Batch, Batch.id == RecallBatch.batch_id)
        .join(BatchStock, BatchStock.batch_id == Batch.id)
        .join(Product, Product.id == Batch.product_id)
        .join(Organisation, Organisation.id == RecallBatch.organisation_id)
        .where(RecallBatch.recall_id == recall_id)
    )  # fmt: skip


def _public() -> ColumnElement[bool]:
    return Recall.state.in_(PUBLIC_STATES) & Recall.recalled_at.is_not(None)


_COLUMNS = (
    Column("row", N_("Dòng")),
    Column("product", N_("Sản phẩm")),
    Column("gtin", "GTIN"),
    Column("lot", N_("Mã lô")),
    Column("code", N_("Mã truy xuất")),
    Column("holder", N_("Đơn vị giữ hàng")),
    Column("place", N_("Xã, phường")),
    Column("made", N_("Đã làm ra"), "decimal"),
    Column("free", N_("Còn trong kho"), "decimal"),
    Column("sold", N_("Đã bán, đã hứa bán"), "decimal"),
    Column("unit", N_("Đơn vị tính")),
    Column("found", N_("Tìm thấy"), "decimal"),
    Column("returned", N_("Đã thu về"), "decimal"),
    Column("destroyed", N_("Đã tiêu hủy"), "decimal"),
    Column("order", N_("Mã đơn")),
    Column("order_state", N_("Trạng thái đơn")),
    Column("packs", N_("Số gói"), "integer"),
    Column("claimed", N_("Lời khai chưa xác nhận")),
)
