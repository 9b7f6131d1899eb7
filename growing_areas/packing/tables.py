"""Tables: the officers' list of packing houses as rows to take away."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sqlalchemy.orm import Session

from accounts.permissions import Actor
from foundation.i18n import N_, _
from foundation.tables import Cell, Column
from growing_areas.packing import houses, labels
from growing_areas.packing.houses import HouseQuery
from growing_areas.packing.models import PackingHouse
from territory import units

_AT_ONCE = 1_000
_COLUMNS = (
    Column("id", N_("Số hồ sơ"), "integer"),
    Column("name", N_("Tên cơ sở")),
    Column("code", N_("Mã số")),
    Column("organisation", N_("Tổ chức")),
    Column("crops", N_("Nông sản đóng gói")),
    Column("commune_code", N_("Mã xã")),
    Column("commune", N_("Xã, phường")),
    Column("capacity_kg", N_("Công suất mỗi ngày (kg)"), "decimal"),
    Column("status", N_("Trạng thái")),
    Column("valid_until", N_("Hạn hiệu lực"), "date"),
    Column("status_changed_at", N_("Từ lúc"), "datetime"),
)


def of_list(
    session: Session, actor: Actor, query: HouseQuery, on: date
) -> tuple[list[Column], Iterator[tuple[Cell, ...]]]:
    """The columns and every row of a list, in the order of filing. Raises: Forbidden."""
    statement = houses.selection(actor, query, on).order_by(PackingHouse.id)
    found = session.scalars(statement.execution_options(yield_per=_AT_ONCE)).partitions()
    columns = [Column(column.code, _(column.label), column.kind) for column in _COLUMNS]
    return columns, (row for some in found for row in _rows(session, some, on))


def _rows(session: Session, some: object, on: date) -> Iterator[tuple[Cell, ...]]:
    batch: list[PackingHouse] = list(some)  # type: ignore[call-overload]
    places = units.labels(session, {house.commune_code for house in batch}, on)
    for house in batch:
        yield (
            house.id,
            house.name,
            house.code,
            house.organisation.name,
            labels.crops_of(house),
            house.commune_code,
            places.get(house.commune_code, ""),
            house.capacity_kg,
            labels.status(house.status_on(on)),
            house.valid_until,
            house.status_changed_at,
        )
