"""Amounts as people say them, in the unit a batch's stock is counted in. PURE."""

from __future__ import annotations

from decimal import ROUND_FLOOR, Decimal
from fractions import Fraction

from foundation import quantity
from foundation.errors import Finding
from products.models import Product
from traceability.handling.balance import Goods
from traceability.handling.conversions import Pack, in_unit
from traceability.models import Batch


def pack_of(product: Product) -> Pack:
    """What one counted piece of a product holds."""
    return Pack(product.unit, product.net_content, product.net_unit)


def goods(product: Product, amount: Decimal, unit: str) -> Goods:
    """An amount of a product, ready to be weighed."""
    return Goods(product.id, amount, unit, pack_of(product))


def countable(amount: Decimal, unit: str, product: Product) -> tuple[Decimal | None, str]:
    """An amount in a unit the product's stock can be counted in, to the last pack.

    Of two units of one measure the finer is kept: two tonnes of rice are two thousand kilograms,
    for half a kilogram is less than the thousandth of a tonne that can be stored. A harvest
    weighed in kilograms for a product sold by the bag becomes whole bags by the product's net
    content. None when nobody declared how the two compare.
    """
    known = quantity.find_unit(unit)
    if known is None:
        return None, unit
    if quantity.is_convertible(known.code, product.unit):
        finer = min((known, quantity.get_unit(product.unit)), key=lambda each: each.factor)
        return quantity.stored(quantity.convert(amount, known.code, finer.code)), finer.code
    pieces = in_unit(amount, known.code, product.unit, pack_of(product))
    if pieces is None:
        return None, unit
    whole = Decimal(pieces.numerator // pieces.denominator)
    return (whole, product.unit) if whole > 0 else (None, product.unit)


def unit_finding(given: str, product: Product, field: str = "unit") -> Finding:
    """Why an amount cannot be counted for a product."""
    unit = quantity.find_unit(given)
    if unit is None:
        return Finding("quantity.unit_unknown", {"unit": given[:40]}, field)
    wanted = quantity.get_unit(product.unit)
    params = {"unit": unit.symbol(), "wanted": wanted.symbol()}
    if in_unit(Decimal(1), unit.code, product.unit, pack_of(product)) is not None:
        # The two compare: it was less than what one piece holds.
        where = "quantity" if field == "unit" else field
        return Finding("batch.less_than_a_pack", params | _holds(product), where)
    return Finding("batch.unit_differs", params, field)


def _holds(product: Product) -> dict[str, object]:
    """What one piece of a product holds, for a sentence about it."""
    unit = quantity.find_unit(product.net_unit or "")
    return {"net": product.net_content, "net_unit": unit.symbol() if unit else ""}


def of_batch(amount: Decimal, unit: str | None, batch: Batch) -> Decimal | Finding:
    """An amount in the batch's own unit, exactly; or why it cannot be told in it."""
    if amount <= 0:
        return Finding("batch.quantity_zero", {}, "quantity")
    known = batch.unit if unit is None else getattr(quantity.find_unit(unit), "code", None)
    told = None if known is None else in_unit(amount, known, batch.unit, pack_of(batch.product))
    if told is None:
        return unit_finding(unit or "", batch.product)
    stored = _floored(told)
    if Fraction(stored) != told or stored > quantity.MAX_AMOUNT:
        params = {"amount": amount, "unit": quantity.get_unit(batch.unit).symbol()}
        return Finding("batch.amount_inexact", params, "quantity")
    return stored


def _floored(amount: Fraction) -> Decimal:
    return (Decimal(amount.numerator) / Decimal(amount.denominator)).quantize(
        Decimal("0.001"), ROUND_FLOOR
    )
