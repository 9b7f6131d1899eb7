"""Pricing: what a weighed quantity costs at a price for one unit, in whole dong. PURE."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from foundation import quantity

KILOGRAM = "KGM"


def usual_price_unit(unit: str) -> str:
    """What a price is told for: a kilogram of whatever is weighed, else one of the unit itself."""
    return KILOGRAM if quantity.is_convertible(unit, KILOGRAM) else quantity.get_unit(unit).code


def amount_vnd(weighed: Decimal, unit: str, price_vnd: int, price_unit: str) -> int:
    """The whole amount, half a dong rounded up.

    Raises: Invalid("quantity.units_differ"), Invalid("quantity.unit_unknown").
    """
    exact = quantity.convert(weighed, unit, price_unit) * price_vnd
    return int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))
