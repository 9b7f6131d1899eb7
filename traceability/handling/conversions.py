"""From one unit to another, by measure or by what a maker declares a pack to hold. PURE.

A tonne is a thousand kilograms by the table of units. A bag is half a kilogram only because its
product's net content says so; without that statement bags and kilograms are not compared.
Amounts are fractions here: a third of a pack must not lose a gram to rounding.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from foundation import quantity


@dataclass(frozen=True)
class Pack:
    """What one counted piece of a product holds: 1 ``unit`` is ``net`` ``net_unit``."""

    unit: str
    net: Decimal | None = None
    net_unit: str | None = None


def in_unit(amount: Fraction | Decimal, unit: str, wanted: str, pack: Pack) -> Fraction | None:
    """An amount in another unit, through the pack when the measures differ.

    None when nobody declared how the two compare.
    """
    straight = _by_measure(Fraction(amount), unit, wanted)
    if straight is not None or not pack.net or pack.net_unit is None:
        return straight
    pieces = _by_measure(Fraction(amount), unit, pack.unit)
    if pieces is not None:
        return _by_measure(pieces * Fraction(pack.net), pack.net_unit, wanted)
    held = _by_measure(Fraction(amount), unit, pack.net_unit)
    if held is not None:
        return _by_measure(held / Fraction(pack.net), pack.unit, wanted)
    return None


def _by_measure(amount: Fraction, unit: str, wanted: str) -> Fraction | None:
    if unit == wanted:
        return amount
    if not quantity.is_convertible(unit, wanted):
        return None
    factors = [Fraction(quantity.get_unit(code).factor) for code in (unit, wanted)]
    return amount * factors[0] / factors[1]
