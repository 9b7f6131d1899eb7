"""Fitting: columns so wide, and text so small, that no word of a table breaks inside."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from reportlab.pdfbase.pdfmetrics import stringWidth

from foundation.documents.blocks import Grid
from foundation.documents.fonts import BOLD, REGULAR, printable

SMALLEST_PT = 7
_STEP_PT = 0.5
_SPARE = 0.5
"""Points kept free beside the longest word: sums of letters are rounded."""


def columns(grid: Grid, width: float, size: float) -> tuple[float, list[float]]:
    """The size to set a grid in, at most ``size``, and how wide each column's text is, in points.

    Columns have the shares told unless a word of theirs needs more, which wider ones give. Where
    even the smallest text does not fit, the shares stand and words break.
    """
    shares = [share / sum(grid.widths) * width for share in grid.widths]
    words = [_words(row[at] for row in grid.rows) for at in range(len(grid.head))]
    while size >= SMALLEST_PT:
        needs = [
            _SPARE + max(_longest(told, REGULAR, size), _longest(_words([name]), BOLD, size))
            for told, name in zip(words, grid.head, strict=True)
        ]
        if sum(needs) <= width:
            return size, _given(shares, needs)
        size -= _STEP_PT
    return SMALLEST_PT, shares


def _given(shares: Sequence[float], needs: Sequence[float]) -> list[float]:
    """Shares with what some lack taken from those that have more than they need."""
    lack = sum(max(0.0, need - share) for share, need in zip(shares, needs, strict=True))
    spare = sum(max(0.0, share - need) for share, need in zip(shares, needs, strict=True))
    kept = 1 - lack / spare if spare else 1.0
    return [
        need + (share - need) * kept if share > need else need
        for share, need in zip(shares, needs, strict=True)
    ]


def _words(cells: Iterable[str]) -> set[str]:
    """What stays together: parted by spaces and line breaks, not by spaces that hold together."""
    return {word for cell in cells for word in re.split(r"[ \n\t]+", printable(cell))}


def _longest(words: Iterable[str], font: str, size: float) -> float:
    return max((stringWidth(word, font, size) for word in words), default=0.0)
