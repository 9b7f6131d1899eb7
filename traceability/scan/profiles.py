"""What the law wants consumers to be told, by day and by kind of goods. PURE.

Source: data/consumer_fields.csv of this room: a row for each field of a legal profile, from the day
it is in force (``valid_to`` is the first day it is not). Read from reports on the documents, not
from their texts: ``verified`` no.
"""

from __future__ import annotations

import csv
from collections.abc import Set
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources

from foundation.i18n import N_, _
from growing_areas.rules import Validity, validity_of

FIELDS = {
    "product_name": N_("Tên sản phẩm"),
    "picture": N_("Ảnh sản phẩm"),
    "producer_name": N_("Đơn vị sản xuất"),
    "producer_address": N_("Địa chỉ"),
    "produced_on": N_("Ngày sản xuất"),
    "brand": N_("Nhãn hiệu"),
    "code": N_("Mã lô"),
    "serial": N_("Số riêng của tem"),
    "shelf_life": N_("Hạn sử dụng"),
    "gtin": N_("GTIN"),
    "producer_identifier": N_("Mã số của đơn vị"),
    "origin": N_("Nguồn gốc"),
    "trace": N_("Hành trình của lô"),
    "certificates": N_("Chứng nhận"),
    "warnings": N_("Cảnh báo an toàn"),
    "portal": N_("Cổng truy xuất quốc gia"),
    "households": N_("Số hộ sản xuất"),
    "growing_place": N_("Trồng ở đâu"),
    "harvested_on": N_("Ngày thu hoạch"),
    "stages": N_("Việc đã làm"),
}


@dataclass(frozen=True)
class Demand:
    """A field that a document wants told: ``always``, ``if_any``, or ``encouraged``."""

    profile: str
    document: str
    field: str
    when: str
    goods: str
    validity: Validity


@dataclass(frozen=True)
class Declared:
    """A field of the profiles in force, by the documents that want it, and whether it is told."""

    field: str
    documents: tuple[str, ...]
    is_told: bool


@cache
def demands() -> tuple[Demand, ...]:
    """Every row, in the order of the table."""
    table = resources.files("traceability").joinpath("data/consumer_fields.csv")
    return tuple(
        Demand(
            row["profile"],
            row["document"],
            row["field"],
            row["when"],
            row["goods"],
            validity_of(row),
        )
        for row in csv.DictReader(table.read_text("utf-8").splitlines())
    )


def in_force(on: date, *, group: str | None, origin: str) -> list[Demand]:
    """What is wanted of goods on a day; ``group`` is their OCOP group, ``origin`` the lot's."""
    kinds = _kinds(group, origin)
    return [each for each in demands() if each.goods in kinds and each.validity.covers(on)]


def _kinds(group: str | None, origin: str) -> Set[str]:
    if origin == "none":
        return {"all"}
    # What grew or was caught and bears no group is sold to be eaten until somebody says otherwise.
    is_food = group is None or group.partition(".")[0] in ("food", "drinks", "herbs")
    return {"all", "produce", "food"} if is_food else {"all", "produce"}


def judge(wanted: list[Demand], told: Set[str]) -> tuple[Declared, ...]:
    """Hold what is told against what is wanted, a line for each field."""
    documents: dict[str, list[str]] = {}
    for each in wanted:
        documents.setdefault(each.field, []).append(each.document)
    return tuple(
        Declared(field, tuple(dict.fromkeys(named)), field in told)
        for field, named in documents.items()
    )


def field_name(field: str) -> str:
    """What a field is called, in the reader's language."""
    return _(FIELDS.get(field, field))
