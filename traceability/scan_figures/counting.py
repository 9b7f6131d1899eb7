"""Counting scans for the desks, from the daily tallies alone: by day, province, product, house."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select, true, tuple_
from sqlalchemy.orm import Session

from accounts import permissions
from accounts.models import Organisation
from accounts.permissions import Actor
from foundation import vietnamese
from foundation.i18n import N_, _
from foundation.tables import Cell, Column
from products.models import Product
from territory import units
from traceability.copies.telling import device_name
from traceability.models import Batch
from traceability.scan.models import ScanTally

UNKNOWN = ""
"""The place of scans whose province is not known."""
_AT_ONCE = 1_000
_MOST_CHOICES = 500
_COLUMNS = (
    Column("day", N_("Ngày"), "date"),
    Column("product", N_("Mã sản phẩm")),
    Column("product_name", N_("Sản phẩm")),
    Column("organisation", N_("Tổ chức")),
    Column("province_code", N_("Mã tỉnh")),
    Column("province", N_("Tỉnh, thành phố")),
    Column("device", N_("Thiết bị")),
    Column("scans", N_("Lượt quét"), "integer"),
)
# Bits that say which grouping a sum belongs to: all but one column are summed over.
_BY_DAY, _BY_PLACE, _BY_PRODUCT, _BY_HOUSE = 0b0111, 0b1011, 0b1101, 0b1110


@dataclass(frozen=True)
class Asked:
    """Which scans: from `first` to `last`, both included; of a product, of goods of a commune."""

    first: date
    last: date
    product: str = ""
    commune_code: str | None = None
    office: bool = False


@dataclass(frozen=True)
class Counted:
    """Sums of one range, each the largest first but for days. Keys: day, code, product, house."""

    by_day: dict[date, int]
    by_place: tuple[tuple[str, int], ...]
    by_product: tuple[tuple[int, int], ...]
    by_house: tuple[tuple[int, int], ...]

    @property
    def total(self) -> int:
        return sum(self.by_day.values())

    @property
    def placed(self) -> int:
        """Scans whose province is known."""
        return sum(scans for code, scans in self.by_place if code != UNKNOWN)


def count(session: Session, actor: Actor, asked: Asked) -> Counted:
    """Scans an actor may know of, in one pass over the tallies. Raises: Forbidden."""
    columns = (ScanTally.day, ScanTally.place, Batch.product_id, Batch.organisation_id)
    which = func.grouping(*columns)
    statement = _selection(
        actor, asked, select(*columns, which, func.sum(ScanTally.scans))
    ).group_by(func.grouping_sets(*(tuple_(column) for column in columns)))
    sums: dict[int, list[tuple[Any, int]]] = {}
    for *keys, grouped, scans in session.execute(statement):
        key = next((each for each in keys if each is not None), UNKNOWN)
        sums.setdefault(grouped, []).append((key, int(scans)))
    return Counted(
        dict(sorted(sums.get(_BY_DAY, ()))),
        _largest(sums.get(_BY_PLACE, ())),
        _largest(sums.get(_BY_PRODUCT, ())),
        _largest(sums.get(_BY_HOUSE, ())),
    )


def products_of(session: Session, ids: Sequence[int]) -> dict[int, str]:
    """The names of some products."""
    rows = session.execute(select(Product.id, Product.name).where(Product.id.in_(ids)))
    return {row.id: row.name for row in rows}


def houses_of(session: Session, ids: Sequence[int]) -> dict[int, str]:
    """The names of some organisations."""
    rows = session.execute(
        select(Organisation.id, Organisation.name).where(Organisation.id.in_(ids))
    )
    return {row.id: row.name for row in rows}


def choices(session: Session, actor: Actor) -> list[tuple[str, str]]:
    """The products a cooperative may narrow its figures to: its own, by name."""
    permissions.require(actor, "scan.read")
    statement = select(Product.code, Product.name).where(
        Product.organisation_id.in_(actor.organisation_ids())
    )
    rows = session.execute(statement.order_by(Product.id.desc()).limit(_MOST_CHOICES))
    found = [(row.code, row.name) for row in rows]
    return sorted(found, key=lambda each: vietnamese.collation_key(each[1]))


def table(
    session: Session, actor: Actor, asked: Asked, *, on: date
) -> tuple[list[Column], Iterator[tuple[Cell, ...]]]:
    """Every sum of a range by day, product, province and device. Raises: Forbidden."""
    keys: list[Any] = [
        ScanTally.day, Product.code, Product.name, Organisation.name, ScanTally.place,
        ScanTally.device,
    ]  # fmt: skip
    statement = (
        _selection(actor, asked, select(*keys, func.sum(ScanTally.scans)))
        .join(Product, Product.id == Batch.product_id)
        .join(Organisation, Organisation.id == Batch.organisation_id)
        .group_by(Organisation.id, Product.id, *keys)
        .order_by(ScanTally.day, Product.id, Organisation.id, ScanTally.place, ScanTally.device)
    )
    names = units.province_names(session, on)
    columns = [Column(each.code, _(each.label), each.kind) for each in _COLUMNS]
    found = session.execute(statement.execution_options(yield_per=_AT_ONCE))
    return columns, (
        (day, code, name, house, place, names.get(place, ""), device_name(device), int(scans))
        for day, code, name, house, place, device, scans in found
    )


def _selection(actor: Actor, asked: Asked, statement: Select[Any]) -> Select[Any]:
    permissions.require(actor, "scan.read")
    whose = _within(actor) if asked.office else _own(actor)
    statement = (
        statement.select_from(ScanTally)
        .join(Batch, Batch.id == ScanTally.batch_id)
        .where(ScanTally.day.between(asked.first, asked.last), whose)
    )
    if asked.product:
        wanted = select(Product.id).where(Product.code == asked.product)
        statement = statement.where(Batch.product_id == wanted.scalar_subquery())
    if asked.commune_code:
        statement = statement.where(Batch.commune_code == asked.commune_code)
    return statement


def _largest(sums: Sequence[tuple[Any, int]]) -> tuple[tuple[Any, int], ...]:
    return tuple(sorted(sums, key=lambda each: (-each[1], str(each[0]))))


def _own(actor: Actor) -> ColumnElement[bool]:
    if actor.system or actor.has_role("admin"):
        return true()
    return Batch.organisation_id.in_(actor.organisation_ids())


def _within(actor: Actor) -> ColumnElement[bool]:
    places = actor.scopes("officer", "inspector")
    if actor.system or actor.has_role("admin") or "" in places:
        return true()
    return or_(Batch.commune_code.in_(places), Batch.province_code.in_(places))
