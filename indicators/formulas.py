"""How a figure is made from its parts, and how it stands against a target. PURE.

A ratio is rolled up from its parts, never averaged. What is not known stays unknown: it is never
zero. A percentage is exact; rounding belongs to whoever shows it.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Standing = Literal["met", "behind", "unknown", "no_number"]
Op = Literal[">=", ">"]

_HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Parts:
    """A numerator and, for a ratio, its denominator; None is "not known"."""

    numerator: Decimal | None
    denominator: Decimal | None = None
    is_ratio: bool = False

    def value(self) -> Decimal | None:
        """Return the figure: a percentage for a ratio, else the numerator itself."""
        if not self.is_ratio:
            return self.numerator
        if self.numerator is None or not self.denominator:
            return None
        return self.numerator * _HUNDRED / self.denominator


def rolled_up(parts: list[Parts], *, is_ratio: bool) -> Parts:
    """Add parts up; one unknown part makes the sum unknown."""
    numerators = [part.numerator for part in parts]
    denominators = [part.denominator for part in parts] if is_ratio else []
    return Parts(_total(numerators), _total(denominators) if is_ratio else None, is_ratio)


def standing(value: Decimal | None, target: Decimal | None, op: Op = ">=") -> Standing:
    """Say how a figure stands against a target."""
    if target is None:
        return "no_number"
    if value is None:
        return "unknown"
    return "met" if (value > target if op == ">" else value >= target) else "behind"


def _total(values: list[Decimal | None]) -> Decimal | None:
    known = [value for value in values if value is not None]
    return sum(known, Decimal(0)) if known and len(known) == len(values) else None
