"""Tables: each register as rows to take away, every row of the officer's territory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select
from sqlalchemy.orm import Session

from foundation.i18n import N_, _, many
from foundation.tables import Cell, Column
from indicators import showing
from territory import units

_AT_ONCE = 1_000


@dataclass(frozen=True)
class RegisterTable:
    """A register as a table: its title, its columns, and what a row tells (after its place)."""

    title: str
    stem: str
    columns: tuple[Column, ...]
    cells: Callable[[Any], tuple[Cell, ...]]


_PLACE = (Column("commune_code", N_("Mã xã")), Column("commune", N_("Xã, phường")))
TABLES = {
    "linkage": RegisterTable(
        N_("Mô hình liên kết"),
        "mo-hinh-lien-ket",
        (
            *_PLACE,
            Column("name", N_("Tên")),
            Column("crop", N_("Nông sản")),
            Column("buyer", N_("Đơn vị thu mua")),
            Column("has_area", N_("Vùng nguyên liệu"), "boolean"),
            Column("digital_means", N_("Công nghệ số")),
            Column("started_on", N_("Từ ngày"), "date"),
            Column("ended_on", N_("Đến ngày"), "date"),
            Column("evidence", N_("Căn cứ")),
        ),
        lambda row: (
            row.name, row.crop, row.buyer, row.has_area, row.digital_means, row.started_on,
            row.ended_on, row.evidence,
        ),
    ),
    "channels": RegisterTable(
        N_("Kênh bán hàng của chủ thể OCOP"),
        "kenh-ban-hang",
        (
            *_PLACE,
            Column("owner", N_("Chủ thể")),
            Column("kind", N_("Loại kênh")),
            Column("channel", N_("Nơi bán")),
            Column("valid_from", N_("Từ ngày"), "date"),
            Column("valid_to", N_("Đến ngày"), "date"),
            Column("evidence", N_("Căn cứ")),
        ),
        lambda row: (
            row.owner_name, _(showing.CHANNELS[row.kind]), row.channel, row.valid_from,
            row.valid_to, row.evidence,
        ),
    ),
    "rosters": RegisterTable(
        N_("Danh sách làm mẫu số"),
        "danh-sach-mau-so",
        (
            Column("unit_code", N_("Mã xã")),
            Column("unit", N_("Kế hoạch hoặc xã")),
            Column("kind", N_("Danh sách")),
            Column("as_of", N_("Chốt ngày"), "date"),
            Column("total", N_("Tổng số"), "integer"),
            Column("source", N_("Căn cứ")),
        ),
        lambda row: (many(showing.ROSTERS[row.kind]), row.as_of, row.total, row.source),
    ),
}  # fmt: skip


def place_of(row: Any) -> str | None:
    """The commune of a row; a roster may stand for a whole plan instead."""
    code = getattr(row, "commune_code", None) or getattr(row, "unit_code", None)
    return code if isinstance(code, str) else None


def rows(
    session: Session,
    name: str,
    selection: Select[Any],
    plan_places: dict[str, str],
    on: date,
) -> Iterator[tuple[Cell, ...]]:
    """Every row of a register, oldest first, its place by code and name."""
    model: Any = selection.column_descriptions[0]["entity"]
    found = session.scalars(
        selection.order_by(model.id).execution_options(yield_per=_AT_ONCE)
    ).partitions()
    for batch in found:
        codes = {code for row in batch if (code := place_of(row))}
        names = units.labels(session, codes, on)
        for row in batch:
            code = place_of(row) or ""
            yield (code, plan_places.get(code) or names.get(code, ""), *TABLES[name].cells(row))
