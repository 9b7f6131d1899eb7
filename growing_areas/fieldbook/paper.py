"""The printed diary (A4 across): works, materials, harvests, waste, as VietGAP asks for them.

Source of the tables: VietGAP record sheets (TCVN 11892-1:2017, annexes).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import islice

from sqlalchemy.orm import Session

from accounts.permissions import Actor
from foundation.documents.blocks import (
    Beside,
    Block,
    Code,
    Facts,
    Grid,
    Paper,
    Signature,
    Text,
    Title,
)
from foundation.errors import Finding, Invalid
from foundation.i18n import number, quantity, vn_date
from growing_areas import labels
from growing_areas.fieldbook import book, sheet
from growing_areas.fieldbook import labels as words
from growing_areas.fieldbook.book import BookLine, BookQuery
from growing_areas.models import GrowingArea
from growing_areas.papers.particulars import in_vietnamese

_SIZE_PT = 9.5
_MATERIAL = ("fertilising", "spraying", "treatment", "feeding")
_APART = (*_MATERIAL, "harvest", "waste")


def book_paper(
    session: Session,
    actor: Actor,
    query: BookQuery,
    *,
    base_url: str,
    address: str,
    on: date,
    most: int,
) -> Paper:
    """The diary of a query as a paper; never cut short.

    Raises: Forbidden; Invalid("diary.too_long_to_print") with more than ``most`` lines.
    """
    lines = list(islice(book.walk(session, actor, query), most + 1))
    if len(lines) > most:
        raise Invalid([Finding("diary.too_long_to_print", {"most": most}, "since")])
    with in_vietnamese():
        head = _head(lines, query, base_url + address, on)
        tables = [
            *_works([line for line in lines if line.entry.activity not in _APART]),
            *_materials([line for line in lines if line.entry.activity in _MATERIAL]),
            *_harvests([line for line in lines if line.entry.activity == "harvest"]),
            *_waste([line for line in lines if line.entry.activity == "waste"]),
        ]
        end: list[Block] = [Signature([], "Người ghi sổ")]
        empty: list[Block] = [Text("Không có dòng nào.", style="plain")] if not lines else []
        return Paper(
            title="Nhật ký sản xuất",
            author=lines[0].area.name if lines else "Nguồn",
            blocks=[*head, *empty, *tables, *end],
            foot=f"Nhật ký sản xuất · {len(lines)} dòng · in ngày {vn_date(on)} · {address}",
            size="A4-landscape",
        )


def _head(lines: Sequence[BookLine], query: BookQuery, link: str, on: date) -> list[Block]:
    areas: dict[int, GrowingArea] = {line.area.id: line.area for line in lines}
    households = sorted({name for line in lines for name in line.households})
    crops = sorted({labels.crop(area.crop_code) for area in areas.values()})
    days = [line.entry.done_on for line in lines]
    season = f"{vn_date(min(days))} – {vn_date(max(days))}" if days else None
    facts = Facts(
        [
            ("Vùng", "; ".join(_area_name(area) for area in areas.values()) or None),
            ("Cây trồng, vật nuôi", ", ".join(crops) or None),
            ("Hộ", ", ".join(households) if query.household and households else None),
            ("Thời gian", season),
            *[(told.split(": ", 1)[0], told.split(": ", 1)[1]) for told in sheet.told(query)],
            ("Số dòng", str(len(lines))),
        ]
    )  # fmt: skip
    code = Code(link, "Bản đang sống của sổ này", size_mm=24)
    title = Title("Nhật ký sản xuất", "ghi theo thực hành VietGAP")
    return [title, Beside([facts], [code], share=0.78)]


def _works(lines: Sequence[BookLine]) -> list[Block]:
    rows = [
        (
            vn_date(line.entry.done_on), _where(line), labels.activity(line.entry.activity),
            _product(line), _amounts(line), _weather(line), line.worker or "", _rest(line),
        )
        for line in lines
    ]  # fmt: skip
    head = ("Ngày", "Vùng, thửa", "Việc", "Giống, vật tư", "Số lượng", "Thời tiết", "Người làm",
            "Ghi chú")  # fmt: skip
    return _table(
        "1. Công việc trên đồng, trong trại", head, rows, (4, 7, 4, 4.5, 3.5, 3, 4, 6), {4}
    )


def _materials(lines: Sequence[BookLine]) -> list[Block]:
    rows = [
        (
            vn_date(line.entry.done_on), _where(line), labels.activity(line.entry.activity),
            _product(line), words.dose(line.entry), _amount(line), _treated(line),
            line.entry.target or "", words.interval(line.entry),
            vn_date(line.entry.first_permitted_on), line.worker or "",
            "; ".join(each for each in (_weather(line), _rest(line, "target", "dose")) if each),
        )
        for line in lines
    ]  # fmt: skip
    head = ("Ngày", "Vùng, thửa", "Việc", "Thuốc, phân, thức ăn (hoạt chất)", "Liều lượng",
            "Lượng dùng", "Diện tích, số con", "Sâu bệnh", "Cách ly", "Được thu từ", "Người làm",
            "Thời tiết, cảnh báo, ghi chú")  # fmt: skip
    widths = (3.6, 5.4, 3, 4.6, 3.8, 2.8, 2.8, 2.8, 2.8, 3.6, 3.4, 9)
    return _table("2. Phân bón, thuốc, thức ăn đã dùng", head, rows, widths, {5})


def _harvests(lines: Sequence[BookLine]) -> list[Block]:
    rows = [
        (
            vn_date(line.entry.done_on), _where(line), ", ".join(line.households),
            _amounts(line), _weather(line), line.worker or "", _rest(line),
        )
        for line in lines
    ]  # fmt: skip
    head = ("Ngày", "Vùng, thửa", "Hộ", "Lượng thu", "Thời tiết", "Người làm",
            "Cảnh báo, ghi chú")  # fmt: skip
    return _table("3. Thu hoạch", head, rows, (4, 7, 5, 3.5, 3, 4, 8), {3})


def _waste(lines: Sequence[BookLine]) -> list[Block]:
    rows = [
        (
            vn_date(line.entry.done_on), _where(line),
            words.waste(line.entry.waste_kind) if line.entry.waste_kind else "",
            _amounts(line), line.entry.disposal or "", _weather(line), line.worker or "",
            _rest(line, "waste_kind", "disposal", "dose"),
        )
        for line in lines
    ]  # fmt: skip
    head = ("Ngày", "Vùng, thửa", "Chất thải", "Số lượng", "Cách thu gom, xử lý", "Thời tiết",
            "Người làm", "Ghi chú")  # fmt: skip
    return _table("4. Bao gói, chất thải", head, rows, (4, 7, 5, 3, 6, 3, 4, 5), {3})


def _table(
    title: str,
    head: Sequence[str],
    rows: Sequence[Sequence[str]],
    widths: Sequence[float],
    numbers: Iterable[int],
) -> list[Block]:
    if not rows:
        return []
    # A heading would draw the whole table after it to the next page.
    name = Text("", lead=title, style="plain")
    return [name, Grid(head, rows, widths, frozenset(numbers), _SIZE_PT)]


def _area_name(area: GrowingArea) -> str:
    return f"{area.name} ({area.code})" if area.code else area.name


def _where(line: BookLine) -> str:
    name = line.area.code or line.area.name
    return f"{name}: {', '.join(line.parcels)}" if line.parcels else name


def _product(line: BookLine) -> str:
    entry = line.entry
    ingredient = f" ({entry.active_ingredient})" if entry.active_ingredient else ""
    return f"{entry.product_name or ''}{ingredient}"


def _amount(line: BookLine) -> str:
    entry = line.entry
    if entry.quantity is None or entry.unit is None:
        return ""
    return quantity(entry.quantity, entry.unit)


def _treated(line: BookLine) -> str:
    entry = line.entry
    told = []
    if entry.treated_ha is not None:
        told.append(f"{number(entry.treated_ha, 4)}\u00a0ha")
    if entry.head_count is not None:
        told.append(f"{number(entry.head_count, 0)}\u00a0con,\u00a0cây")
    return ", ".join(told)


def _weather(line: BookLine) -> str:
    return words.weather(line.entry.weather) if line.entry.weather else ""


def _amounts(line: BookLine) -> str:
    """How much, and on how much ground or how many heads."""
    return ", ".join(each for each in (_amount(line), _treated(line)) if each)


def _rest(line: BookLine, *shown: str) -> str:
    """What a line tells besides its table's columns; whatever was told stands in the book."""
    entry = line.entry
    told = [words.flag(each) for each in entry.flags or ()]
    told.append(words.said_today(line))
    if entry.corrects_id is not None:
        told.append(f"đính chính dòng {entry.corrects_id}: {entry.reason}")
    if entry.is_share:
        told.append("phần chia theo diện tích")
    if "dose" not in shown:
        told += [words.dose(entry), words.interval(entry)]
    if "waste_kind" not in shown and entry.waste_kind:
        told.append(words.waste(entry.waste_kind))
    more = ("target", "disposal", "equipment", "water_source", "notes")
    told += [getattr(entry, name) or "" for name in more if name not in shown]
    if line.photos:
        told.append(f"{line.photos} ảnh")
    return "; ".join(each for each in told if each)
