"""Lot codes: what one may be, and what is proposed where nobody wrote one. PURE.

A lot is printed, scanned and typed: up to 20 characters of GS1's character set 82 (General
Specifications, AI 10). Ours keep to digits, capital letters and hyphens.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from traceability import digital_link

LONGEST = 20
MOST_TRIED = 200
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def of_day(day: date) -> Iterator[str]:
    """Lots of a day: 261112-1, 261112-2 …"""
    for number in range(1, MOST_TRIED):
        yield f"{day:%y%m%d}-{number}"


def of_part(parent: str, day: date) -> Iterator[str]:
    """Lots of what is taken out of a batch: 261112-1-A, 261112-1-B …; else those of its day."""
    for number in range(MOST_TRIED):
        lot = f"{parent}-{_letters(number)}"
        if len(lot) <= LONGEST and not digital_link.lot_findings(lot):
            yield lot
    yield from of_day(day)


def _letters(number: int) -> str:
    """A … Z, AA, AB … as in spreadsheets."""
    text = ""
    number += 1
    while number:
        number, place = divmod(number - 1, len(_LETTERS))
        text = _LETTERS[place] + text
    return text
