"""Sharing: one amount told for several areas, shared out among them by size. PURE."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_DOWN, Decimal


def share_out(total: Decimal, sizes: Sequence[Decimal], places: int) -> list[Decimal]:
    """Shares of ``total`` in proportion to ``sizes``, each with ``places`` decimals.

    They sum to the total exactly (largest remainder; of equal ones the first). Sizes are positive.
    """
    if len(sizes) == 1:
        return [total]
    together = sum(sizes, Decimal(0))
    step = Decimal(1).scaleb(-places)
    exact = [total * size / together for size in sizes]
    shares = [value.quantize(step, rounding=ROUND_DOWN) for value in exact]
    left = total - sum(shares, Decimal(0))
    order = sorted(range(len(sizes)), key=lambda at: (shares[at] - exact[at], at))
    for at in order:
        if left < step:
            break
        shares[at] += step
        left -= step
    # What is finer than a step (a total with more decimals) stays with the largest remainder.
    shares[order[0]] += left
    return shares
