"""Whether what went in covers what came out, within what the makers state. PURE.

Three statements are judged. Of each product no more comes out than the inputs can give: by the
stated recovery where there is one (100 kg of fresh buds give 18 to 25 kg of tea), else weight
for weight. All outputs together weigh no more than the inputs. And where a least recovery is
stated, an output below it is a loss that wants a reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from fractions import Fraction

from traceability.handling.conversions import Pack, in_unit

_WEIGHT = "KGM"


@dataclass(frozen=True)
class Goods:
    """So much of a product, in any unit it is dealt in."""

    product_id: int
    amount: Decimal
    unit: str
    pack: Pack


@dataclass(frozen=True)
class Recovery:
    """What a maker states of a product made from another.

    ``taken`` ``taken_unit`` of the input give from ``least`` (None: not stated) to ``most``
    ``given_unit`` of the product.
    """

    input_id: int
    output_id: int
    taken: Decimal
    taken_unit: str
    least: Decimal | None
    most: Decimal
    given_unit: str


@dataclass(frozen=True)
class Excess:
    """More came out than went in could give; of one product, or (None) of all together."""

    product_id: int | None
    produced: Decimal
    possible: Decimal
    unit: str


@dataclass(frozen=True)
class Loss:
    """Less of a product came out than its maker states as the least."""

    product_id: int
    produced: Decimal
    least: Decimal
    unit: str


@dataclass(frozen=True)
class Weighing:
    """What weighing found; balanced when there is neither excess nor anything incomparable.

    ``incomparable`` are products no input can be compared with; ``lost`` is inputs less outputs
    in ``unit`` where all of them have a measure in common (None where they have not).
    """

    excesses: tuple[Excess, ...] = ()
    losses: tuple[Loss, ...] = ()
    incomparable: tuple[int, ...] = ()
    lost: Decimal | None = None
    unit: str = _WEIGHT


def weigh(
    inputs: Sequence[Goods], outputs: Sequence[Goods], recoveries: Sequence[Recovery] = ()
) -> Weighing:
    """Weigh what came out against what went in; all findings at once."""
    stated = {(each.input_id, each.output_id): each for each in recoveries}
    excesses: list[Excess] = []
    losses: list[Loss] = []
    incomparable: list[int] = []
    for product, is_added_up in _by_product(outputs):
        given = [_given_by(each, product, stated) for each in inputs]
        known = [each for each in given if each is not None]
        if not known or not is_added_up:
            incomparable.append(product.product_id)
            continue
        most, least = sum(known, Fraction(0)), _least(inputs, product, stated)
        if Fraction(product.amount) > most:
            excesses.append(_excess(product.product_id, product.amount, most, product.unit))
        elif least is not None and Fraction(product.amount) < least:
            losses.append(Loss(product.product_id, product.amount, _shown(least), product.unit))
    together = _together(inputs, outputs, stated)
    if together is None or incomparable:
        return Weighing(tuple(excesses), tuple(losses), tuple(incomparable))
    went_in, allowed, came_out, unit = together
    if came_out > allowed and not excesses:
        excesses.append(_excess(None, _shown(came_out), allowed, unit))
    lost = _shown(went_in - came_out)
    return Weighing(tuple(excesses), tuple(losses), (), lost, unit)


def _by_product(outputs: Sequence[Goods]) -> list[tuple[Goods, bool]]:
    """Each product's whole output in the unit of its first line, and whether it could be summed."""
    found: dict[int, tuple[Goods, bool]] = {}
    for goods in outputs:
        had, is_summed = found.get(goods.product_id, (None, True))
        if had is None:
            found[goods.product_id] = goods, True
            continue
        more = in_unit(goods.amount, goods.unit, had.unit, goods.pack)
        amount = had.amount + (_exact(more) if more is not None else 0)
        whole = Goods(had.product_id, amount, had.unit, had.pack)
        found[goods.product_id] = whole, is_summed and more is not None
    return list(found.values())


def _given_by(
    given: Goods, product: Goods, stated: dict[tuple[int, int], Recovery]
) -> Fraction | None:
    """The most of a product one input can give, in the product line's unit."""
    recovery = stated.get((given.product_id, product.product_id))
    if recovery is not None:
        return _recovered(given, product, recovery, recovery.most)
    # Bags of five kilos give more bags of one: what a pack holds comes before what it is called.
    there = _through_both(given, product)
    if there is not None:
        return there
    return in_unit(given.amount, given.unit, product.unit, given.pack)


def _through_both(given: Goods, product: Goods) -> Fraction | None:
    """Bags into boxes: each by its own net content."""
    net_unit = given.pack.net_unit or product.pack.net_unit
    if net_unit is None:
        return None
    held = in_unit(given.amount, given.unit, net_unit, given.pack)
    return None if held is None else in_unit(held, net_unit, product.unit, product.pack)


def _recovered(given: Goods, product: Goods, recovery: Recovery, share: Decimal) -> Fraction | None:
    taken = in_unit(given.amount, given.unit, recovery.taken_unit, given.pack)
    if taken is None:
        return None
    made = taken / Fraction(recovery.taken) * Fraction(share)
    return in_unit(made, recovery.given_unit, product.unit, product.pack)


def _least(
    inputs: Sequence[Goods], product: Goods, stated: dict[tuple[int, int], Recovery]
) -> Fraction | None:
    """The least the makers state, when they state one for every input that gives the product."""
    least = Fraction(0)
    for given in inputs:
        recovery = stated.get((given.product_id, product.product_id))
        if recovery is None or recovery.least is None:
            return None
        least += _recovered(given, product, recovery, recovery.least) or Fraction(0)
    return least


def _together(
    inputs: Sequence[Goods], outputs: Sequence[Goods], stated: dict[tuple[int, int], Recovery]
) -> tuple[Fraction, Fraction, Fraction, str] | None:
    """What went in, what may come out, what came out: by weight, else in the inputs' own unit.

    None when the inputs have no measure in common. Outputs without that measure stand outside
    the sum: their own line has been judged.
    """
    for unit in (_WEIGHT, inputs[0].unit if inputs else _WEIGHT):
        weights = [in_unit(each.amount, each.unit, unit, each.pack) for each in inputs]
        if not inputs or any(weight is None for weight in weights):
            continue
        went_in = [weight for weight in weights if weight is not None]
        allowed = sum(
            max(weight, *(_swollen(each, out, stated, unit) for out in outputs))
            for each, weight in zip(inputs, went_in, strict=True)
        )
        came_out = [in_unit(each.amount, each.unit, unit, each.pack) for each in outputs]
        out = sum((each for each in came_out if each is not None), Fraction(0))
        return sum(went_in, Fraction(0)), Fraction(allowed), out, unit
    return None


def _swollen(
    given: Goods, product: Goods, stated: dict[tuple[int, int], Recovery], unit: str
) -> Fraction:
    """What one input weighs once made into a product that takes up water, where that is stated."""
    recovery = stated.get((given.product_id, product.product_id))
    made = _recovered(given, product, recovery, recovery.most) if recovery else None
    weighed = None if made is None else in_unit(made, product.unit, unit, product.pack)
    return weighed or Fraction(0)


def _excess(product_id: int | None, produced: Decimal, most: Fraction, unit: str) -> Excess:
    return Excess(product_id, produced, _shown(most), unit)


def _shown(amount: Fraction) -> Decimal:
    """To the thousandth, downwards: what is told as possible is possible."""
    return (Decimal(amount.numerator) / Decimal(amount.denominator)).quantize(
        Decimal("0.001"), ROUND_FLOOR
    )


def _exact(amount: Fraction) -> Decimal:
    return Decimal(amount.numerator) / Decimal(amount.denominator)
