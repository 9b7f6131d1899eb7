"""Exact quantities with UN/CEFACT unit codes, as weighed and spoken in Vietnam. PURE.

The unit table is data (`data/units.csv`): a unit's `factor` says how many of the dimension's
base unit it holds (1 tạ = 100 kg). Packs (túi, hộp, chai …) each stand in a dimension of their
own: no factor turns a bag into kilograms.
"""

import csv
import re
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from functools import cache
from importlib import resources

from foundation.errors import Finding, Invalid

STORED_PLACES = 3
MAX_AMOUNT = Decimal("999999999999999.999")
"""What a Numeric(18, 3) column holds."""

_TYPED = re.compile(r"(?P<number>[0-9][0-9.,\u00a0\u202f ]*)(?P<unit>[^\W\d].*)?", re.DOTALL)


@dataclass(frozen=True)
class Unit:
    """A unit of measure: its UN/CEFACT code, its kind of measure and how people write it."""

    code: str
    dimension: str
    factor: Decimal
    decimals: int
    symbol_vi: str
    symbol_en: str
    name_vi: str
    name_en: str
    also: tuple[str, ...]

    def symbol(self, language: str = "vi") -> str:
        """Return the short form written after an amount."""
        return self.symbol_vi if language == "vi" else self.symbol_en

    def name(self, language: str = "vi") -> str:
        """Return the full name for lists and forms."""
        return self.name_vi if language == "vi" else self.name_en


@dataclass(frozen=True)
class Quantity:
    """An exact amount of a unit."""

    amount: Decimal
    unit: str


@cache
def units() -> dict[str, Unit]:
    """Return every known unit by its code, in the order of the table."""
    table = resources.files("foundation").joinpath("data/units.csv").read_text("utf-8")
    return {row["code"]: _unit(row) for row in csv.DictReader(table.splitlines())}


def _unit(row: dict[str, str]) -> Unit:
    return Unit(
        code=row["code"],
        dimension=row["dimension"],
        factor=Decimal(row["factor"]),
        decimals=int(row["decimals"]),
        symbol_vi=row["symbol_vi"],
        symbol_en=row["symbol_en"],
        name_vi=row["name_vi"],
        name_en=row["name_en"],
        also=tuple(part for part in row["also"].split(";") if part),
    )


@cache
def _by_spelling() -> dict[str, Unit]:
    """Every accepted spelling; codes and symbols win over everyday names."""
    spellings: dict[str, Unit] = {}
    for unit in units().values():
        spellings[unit.code.casefold()] = unit
    for names in (_symbols, _names):
        for unit in units().values():
            for name in names(unit):
                spellings.setdefault(name.casefold(), unit)
    return spellings


def _symbols(unit: Unit) -> tuple[str, ...]:
    return (unit.symbol_vi, unit.symbol_en)


def _names(unit: Unit) -> tuple[str, ...]:
    return (unit.name_vi, unit.name_en, *unit.also)


def find_unit(spelling: str) -> Unit | None:
    """Return the unit of a code, symbol or name ("KGM", "kg", "tạ"), or None."""
    return _by_spelling().get(" ".join(spelling.split()).casefold())


def get_unit(spelling: str) -> Unit:
    """Return the unit of a code, symbol or name.

    Raises: Invalid("quantity.unit_unknown").
    """
    unit = find_unit(spelling)
    if unit is None:
        raise Invalid([Finding("quantity.unit_unknown", {"unit": spelling[:40]}, field="unit")])
    return unit


def convert(amount: Decimal, unit: str, into: str) -> Decimal:
    """Return the amount in another unit of the same kind, exactly.

    Raises: Invalid("quantity.unit_unknown"), Invalid("quantity.units_differ").
    """
    source, target = get_unit(unit), get_unit(into)
    if source.dimension != target.dimension:
        params = {"unit": source.symbol_vi, "into": target.symbol_vi}
        raise Invalid([Finding("quantity.units_differ", params, field="unit")])
    return amount * source.factor / target.factor


def is_convertible(unit: str, into: str) -> bool:
    """Say whether an amount of one unit can be told in the other."""
    source, target = find_unit(unit), find_unit(into)
    return source is not None and target is not None and source.dimension == target.dimension


def stored(amount: Decimal) -> Decimal:
    """Round an amount to the three places kept in the database, half to even."""
    return amount.quantize(Decimal(1).scaleb(-STORED_PLACES), rounding=ROUND_HALF_EVEN)


def parse(typed: str, *, default_unit: str | None = None, decimal_mark: str = ",") -> Quantity:
    """Read what a person typed: "1.234,5 kg", "2 tạ", "1,2 tấn".

    The Vietnamese decimal mark is the comma and the dot groups thousands; pass
    `decimal_mark="."` for English. Raises: Invalid with `quantity.not_a_number`,
    `quantity.unit_missing`, `quantity.unit_unknown` or `quantity.too_large`.
    """
    match = _TYPED.fullmatch(typed.strip())
    amount = _number(match["number"], decimal_mark) if match else None
    if match is None or amount is None:
        raise Invalid([Finding("quantity.not_a_number", {"text": typed[:40]}, field="quantity")])
    if amount > MAX_AMOUNT:
        raise Invalid([Finding("quantity.too_large", {}, field="quantity")])
    spelling = match["unit"] or default_unit
    if spelling is None:
        raise Invalid([Finding("quantity.unit_missing", {}, field="unit")])
    return Quantity(amount, get_unit(spelling).code)


def _number(text: str, decimal_mark: str) -> Decimal | None:
    grouping = "." if decimal_mark == "," else ","
    compact = re.sub(r"[\s\u00a0\u202f]", "", text)
    whole, mark, fraction = compact.partition(decimal_mark)
    groups = whole.split(grouping)
    if len(groups) > 1 and not (1 <= len(groups[0]) <= 3 and all(len(g) == 3 for g in groups[1:])):
        return None
    if not "".join(groups).isdigit() or (mark and not fraction.isdigit()):
        return None
    return Decimal("".join(groups) + ("." + fraction if mark else ""))
