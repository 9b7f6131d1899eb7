"""PURE. What one pack holds and how it is called when its seller does not say."""

from dataclasses import dataclass
from decimal import Decimal

from foundation import quantity


@dataclass(frozen=True)
class Pack:
    """A pack: so much of the product's unit, under this name."""

    quantity: Decimal
    label: str


def of_product(unit: str, net_content: Decimal | None, net_unit: str | None) -> Pack:
    """The pack a product comes in: its declared net content, else one of its unit.

    A net content that the unit cannot measure (a 500 g bag counted in bags) tells the name only.
    """
    if net_content is None or net_unit is None:
        return Pack(Decimal(1), label(Decimal(1), unit))
    name = label(net_content, net_unit)
    if not quantity.is_convertible(net_unit, unit):
        return Pack(Decimal(1), f"{quantity.get_unit(unit).name_vi} {name}")
    holds = quantity.convert(net_content, net_unit, unit)
    # Less than a thousandth of the unit cannot be counted in stock: one whole unit it is.
    return Pack(quantity.stored(holds) or Decimal(1), name)


def label(amount: Decimal, unit: str) -> str:
    """ "500 g", "1,5 kg": as printed on the pack."""
    plain = f"{amount.normalize():f}".replace(".", ",")
    return f"{plain} {quantity.get_unit(unit).symbol_vi}"
