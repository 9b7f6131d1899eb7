"""What a carton or pallet says of itself: GS1 elements for its bars, words for people.

Source: GS1 General Specifications 3.2 (application identifiers), 4.14 (what goes together: the
content (02) with its count (37) on a unit that bears its own number (00)).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from foundation import i18n, quantity
from foundation.i18n import _
from traceability.cartons.bars import FUNCTION
from traceability.handling import amounts
from traceability.handling.conversions import in_unit
from traceability.handling.trade_models import LogisticUnit, UnitContent
from traceability.models import Batch

MOST_COUNT = 99_999_999
_FIXED = ("00", "02", "11", "17")


@dataclass(frozen=True)
class Element:
    """One element: its identifier, its value, what people call it and how it is shown to them."""

    ai: str
    value: str
    name: str
    shown: str

    @property
    def readable(self) -> str:
        """As it stands below the bars."""
        return f"({self.ai}) {self.value}"


@dataclass(frozen=True)
class Marks:
    """Everything on a unit's label. ``elements`` are printed in bars, ``facts`` in words alone."""

    packer: str
    title: str
    number: str
    address: str
    sscc: str | None
    elements: tuple[Element, ...]
    facts: tuple[tuple[str, str], ...]


def joined(elements: Sequence[Element]) -> str:
    """Elements as one text of a symbol: those of open length are ended but for the last."""
    said = ""
    for place, element in enumerate(elements):
        is_last = place == len(elements) - 1
        is_open = element.ai not in _FIXED and not is_last
        said += element.ai + element.value + (FUNCTION if is_open else "")
    return said


def of_unit(unit: LogisticUnit, packer: str, base_url: str) -> Marks:
    """The marks of a unit with its contents at hand, in the reader's language.

    Without a number of its own (SSCC) it bears no bars: those tell what belongs to the number.
    """
    batches = [content.batch for content in unit.contents]
    elements = _elements(unit.contents) if unit.sscc else ()
    return Marks(
        packer=packer,
        title=_title(batches),
        number=f"SSCC {unit.sscc}" if unit.sscc else unit.code,
        address=f"{base_url}/00/{unit.sscc}" if unit.sscc else f"{base_url}{unit.uri}",
        sscc=unit.sscc,
        elements=elements,
        facts=_facts(unit.contents, elements),
    )


def pieces(content: UnitContent) -> int | None:
    """How many trade items of its product are in a unit; None when nobody declared how to tell."""
    if content.first_item is not None and content.last_item is not None:
        return content.last_item - content.first_item + 1
    product, unit = content.batch.product, content.batch.unit
    pack = amounts.pack_of(product)
    if quantity.get_unit(product.unit).dimension == "count":
        found = in_unit(content.quantity, unit, product.unit, pack)
    elif pack.net and pack.net_unit:
        # Sold by weight or measure, in packs of a declared content.
        held = in_unit(content.quantity, unit, pack.net_unit, pack)
        found = None if held is None else held / Fraction(pack.net)
    else:
        return None
    return int(found) if found is not None and found.denominator == 1 else None


def _elements(contents: Sequence[UnitContent]) -> tuple[Element, ...]:
    """Of one product: which and how many; of one lot: its days and its name.

    A lot and its days belong to an article: without one there are no bars but the unit's number.
    """
    first = contents[0].batch
    counts = [pieces(content) for content in contents]
    total = sum(count or 0 for count in counts)
    is_one_product = len({content.batch.product_id for content in contents}) == 1
    if not (is_one_product and first.product.gtin and all(counts) and total <= MOST_COUNT):
        return ()
    article = first.product.gtin.zfill(14)
    is_one_lot = len(contents) == 1
    found = [Element("02", article, _("Hàng bên trong"), article)]
    found += _days(first) if is_one_lot else []
    found.append(Element("37", str(total), _("Số lượng"), i18n.number(Decimal(total))))
    found += [Element("10", first.lot, _("Lô"), first.lot)] if is_one_lot else []
    return tuple(found)


def _days(batch: Batch) -> list[Element]:
    """The day it is good until, else the day it was made."""
    day, ai, name = batch.produced_on, "11", _("NSX")
    if batch.expires_on is not None:
        day, ai, name = batch.expires_on, "17", _("HSD")
    return [Element(ai, f"{day:%y%m%d}", name, i18n.vn_date(day))]


def _title(batches: Sequence[Batch]) -> str:
    names = {batch.product_id: batch.product.name for batch in batches}
    if len(names) == 1:
        return next(iter(names.values()))
    return _("%(n)s mặt hàng", n=len(names))


def _facts(
    contents: Sequence[UnitContent], elements: Sequence[Element]
) -> tuple[tuple[str, str], ...]:
    """What people read: the elements, and what no bar says."""
    found = [(element.name, element.shown) for element in elements]
    said = {element.ai for element in elements}
    lots = [content.batch.lot for content in contents]
    if "10" not in said:
        found.append((_("Lô"), ", ".join(lots)))
    if len(contents) == 1:
        only = contents[0]
        found.append((_("Trong kiện"), i18n.quantity(only.quantity, only.batch.unit)))
        if "11" not in said:
            found.append((_("NSX"), i18n.vn_date(only.batch.produced_on)))
        if "17" not in said and only.batch.expires_on:
            found.append((_("HSD"), i18n.vn_date(only.batch.expires_on)))
        if only.first_item is not None:
            found.append((_("Tem số"), f"{only.first_item}–{only.last_item}"))
    return tuple(found)
