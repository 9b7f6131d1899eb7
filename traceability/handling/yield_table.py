"""Harvests larger than their ground can well give, as a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy.orm import Session

from accounts.permissions import Actor
from foundation import paging
from foundation.paging import Page
from foundation.tables import Cell, Column
from growing_areas.crops import find_crop
from traceability.handling import yields
from traceability.handling.yields import Odd

COLUMNS = (
    Column("batch", "Mã truy xuất"),
    Column("lot", "Mã lô"),
    Column("product", "Sản phẩm"),
    Column("organisation", "Tổ chức"),
    Column("commune_code", "Mã xã"),
    Column("crop", "Cây (mã)"),
    Column("crop_name", "Cây"),
    Column("harvested_kg", "Thu trong một năm (kg)", "decimal"),
    Column("area_ha", "Diện tích (ha)", "decimal"),
    Column("ceiling_kg", "Mức cảnh báo (kg)", "decimal"),
    Column("found_at", "Báo lúc", "datetime"),
    Column("note", "Nhận xét của cán bộ"),
    Column("noted_at", "Nhận xét lúc", "datetime"),
)


def rows(session: Session, actor: Actor, noted: str) -> Iterator[Sequence[Cell]]:
    """Every finding of a list, page by page. Raises: Forbidden."""

    def ask(cursor: str | None, size: int) -> Page[Odd]:
        return yields.list_odd(session, actor, noted=noted, cursor=cursor, size=size)

    for page in paging.pages(ask):
        yield from map(_row, page.items)


def _row(odd: Odd) -> Sequence[Cell]:
    batch, found = odd.batch, odd.finding
    crop = find_crop(found.crop_code)
    return [
        batch.code,
        batch.lot,
        batch.product.name,
        batch.organisation.name,
        batch.commune_code,
        found.crop_code,
        crop.name if crop else found.crop_code,
        found.harvested_kg,
        found.area_ha,
        found.ceiling_kg,
        found.found_at,
        found.note,
        found.noted_at,
    ]
