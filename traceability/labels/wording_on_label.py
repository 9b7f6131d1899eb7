"""The words on a label of a batch, in the language of its buyers and, if wished, a second one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import zip_longest

from foundation import i18n
from foundation.i18n import _
from traceability.labels.designs.design import STANDARD, Design
from traceability.labels.typesetting import LabelText
from traceability.labels.vouched import NOTHING, Vouched
from traceability.models import Batch

# Said in both languages where their words differ; days, codes and what people wrote stand once.
_SAID_TWICE = ("stars", "call")


@dataclass(frozen=True)
class Told:
    """What a label of a batch tells, from wherever it comes; `place` is where it is made."""

    batch: Batch
    vouched: Vouched = NOTHING
    place: str = ""
    price_vnd: int | None = None


@dataclass(frozen=True)
class _Fact:
    field: str
    name: str
    value: str


def compose_text(
    told: Told, language: str, design: Design = STANDARD, *, opens_page: bool = True
) -> LabelText:
    """Product, producer and the facts of a design, in their order.

    Where the code opens no page (`opens_page`), nobody is asked to scan it. A second language
    follows the first, fact by fact; there is none where it is the same one.
    """
    second = design.second_language if design.second_language != language else ""
    with i18n.speaking(language):
        title = _title(told.batch, design, language, first=True)
        producer = told.batch.organisation.name
        if design.brand:
            producer = _("Sản xuất: %(producer)s", producer=producer)
        facts = list(_facts(told, design))
    other: list[_Fact] = []
    title_second = ""
    if second:
        with i18n.speaking(second):
            other = list(_facts(told, design))
            title_second = _title(told.batch, design, second, first=False)
    merged = [_both(*pair) for pair in zip_longest(facts, other)]
    call = next((fact.value for fact in merged if fact.field == "call"), "")
    shown = [fact for fact in merged if fact.field != "call" and fact.value]
    return LabelText(
        title=title,
        producer=producer,
        facts=tuple((fact.name, fact.value) for fact in shown),
        call=call if opens_page else "",
        fields=tuple(fact.field for fact in shown),
        brand=design.brand,
        title_second=title_second if title_second != title else "",
        setting=design.setting,
    )


def _title(batch: Batch, design: Design, language: str, *, first: bool) -> str:
    """The goods' name: the customer's own, else the product's in this language."""
    own = design.product_name if first else design.product_name_second
    english = batch.product.name_en if language == "en" else None
    return own or english or (batch.product.name if first or language == "vi" else "")


def _both(first: _Fact, second: _Fact | None) -> _Fact:
    if second is None:
        return first
    name = first.name if first.name == second.name else f"{first.name}/{second.name}"
    value = first.value
    if first.field in _SAID_TWICE and second.value != value:
        value = f"{value} / {second.value}"
    return _Fact(first.field, name, value)


def _facts(told: Told, design: Design) -> Iterator[_Fact]:
    known = _known(told, design)
    for field in design.facts:
        name, value = known[field]
        yield _Fact(field, name, value)


def _known(told: Told, design: Design) -> dict[str, tuple[str, str]]:
    """Everything a label may say, by field: its name on the label and its value."""
    batch, product = told.batch, told.batch.product
    net = ""
    if product.net_content is not None and product.net_unit is not None:
        net = i18n.quantity(product.net_content, product.net_unit)
    price = f"{i18n.vnd(told.price_vnd)}" if told.price_vnd is not None else ""
    return {
        "lot": (_("Lô"), batch.lot),
        "produced_on": (_("NSX"), i18n.vn_date(batch.produced_on)),
        "harvested_on": (_("Thu hoạch"), _day(batch.harvested_on)),
        "packed_on": (_("Đóng gói"), _day(batch.packed_on)),
        "expires_on": (_("HSD"), _day(batch.expires_on)),
        "net_content": (_("Khối lượng tịnh"), net),
        "area": (_("Vùng trồng"), _area_codes(batch)),
        "stars": ("OCOP", _stars(told.vouched)),
        "certificates": (_("Chứng nhận"), _certificates(told.vouched)),
        "storage": (_("Bảo quản"), _one_line(product.storage)),
        "ingredients": (_("Thành phần"), _one_line(product.ingredients)),
        "origin": (_("Xuất xứ"), f"{told.place}, {_('Việt Nam')}" if told.place else _("Việt Nam")),
        "price": (_("Giá"), price),
        "note": ("", design.note),
        "call": ("", _("Quét mã để xem nguồn gốc")),
    }


def _day(day: date | None) -> str:
    return i18n.vn_date(day) if day is not None else ""


def _one_line(text: str | None) -> str:
    return " ".join((text or "").split())


def _stars(vouched: Vouched) -> str:
    if vouched.stars is None:
        return ""
    until = i18n.vn_date(vouched.stars.until)
    return _("%(stars)s sao, đến %(until)s", stars=vouched.stars.stars, until=until)


def _certificates(vouched: Vouched) -> str:
    return "; ".join(
        _(
            "%(standard)s số %(number)s, đến %(until)s",
            standard=each.standard, number=each.number, until=i18n.vn_date(each.until),
        )
        for each in vouched.certificates
    )  # fmt: skip


def _area_codes(batch: Batch) -> str:
    codes = [area.code for area in batch.areas if area.code]
    if len(codes) > 1:
        return _("%(code)s và %(n)s vùng khác", code=codes[0], n=len(codes) - 1)
    return "".join(codes)
