"""Money of Vietnam: whole đồng, exact splits, one way of writing. PURE."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

MAX_VND = 999_999_999_999_999
"""Above any amount traded here; keeps sums inside a 64-bit column."""

_NO_BREAK_SPACE = "\u00a0"


def split(total_vnd: int, weights: Sequence[int]) -> list[int]:
    """Share an amount by weight so that the parts add up to it exactly.

    Largest remainder: every part is its exact share rounded down or up; the đồng left over go
    to the largest remainders, the earlier part first when they tie. A refund (negative amount)
    splits as the mirror image of the charge.

    Raises: ValueError without weights, with a negative one, or when all are zero.
    """
    whole = sum(weights)
    if not weights or whole <= 0 or min(weights) < 0:
        raise ValueError("weights must be non-negative and not all zero")
    if total_vnd < 0:
        return [-part for part in split(-total_vnd, weights)]
    parts = [total_vnd * weight // whole for weight in weights]
    by_remainder = sorted(
        range(len(weights)), key=lambda place: (-(total_vnd * weights[place] % whole), place)
    )
    for place in by_remainder[: total_vnd - sum(parts)]:
        parts[place] += 1
    return parts


def at_rate(amount_vnd: int, rate: Decimal) -> int:
    """Return the share of an amount at a rate (0.015 = 1.5 %), half a đồng rounded up."""
    return int((Decimal(amount_vnd) * rate).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def times(price_vnd: int, quantity: Decimal) -> int:
    """Return the price of a quantity, half a đồng rounded up."""
    return at_rate(price_vnd, quantity)


def format_vnd(amount_vnd: int, thousands: str = ".") -> str:
    """Write an amount as on a Vietnamese price tag: ``185.000 ₫``."""
    return f"{amount_vnd:,}".replace(",", thousands) + _NO_BREAK_SPACE + "₫"
