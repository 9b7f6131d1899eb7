"""A figure's way over the last months as one small line, gaps left open. PURE."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

WIDTH, HEIGHT, _MARGIN = 220.0, 48.0, 6.0


@dataclass(frozen=True)
class Sparkline:
    """Unbroken runs as the ``points`` of polylines, and where the last known value lies."""

    runs: tuple[str, ...]
    last: tuple[float, float] | None
    width: float = WIDTH
    height: float = HEIGHT


def draw(values: Sequence[Decimal | None]) -> Sparkline:
    """Draw values between zero (or the least, below it) and the greatest."""
    known = [value for value in values if value is not None]
    if not known:
        return Sparkline((), None)
    low, high = min(*known, Decimal(0)), max(*known, Decimal(0))
    span = high - low or Decimal(1)
    step = (WIDTH - 2 * _MARGIN) / max(1, len(values) - 1)
    runs: list[list[tuple[float, float]]] = [[]]
    for place, value in enumerate(values):
        if value is None:
            runs.append([])
            continue
        height = float((value - low) / span) * (HEIGHT - 2 * _MARGIN)
        runs[-1].append((round(_MARGIN + place * step, 1), round(HEIGHT - _MARGIN - height, 1)))
    drawn = [run for run in runs if run]
    return Sparkline(
        tuple(" ".join(f"{x},{y}" for x, y in run) for run in drawn if len(run) > 1), drawn[-1][-1]
    )
