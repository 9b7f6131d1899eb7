"""Receipts: which of a device's numbered readings are kept for good, so that it may forget them.

A broker may acknowledge a message and be killed before it has saved it; only what the database
has committed is safe, and only the house can say so. PURE.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

TOPIC = "nguon/receipts/"


@dataclass(frozen=True)
class Answered:
    """What became of a numbered message: kept (now or before), or refused for good."""

    code: str
    sequence: int
    is_kept: bool


def bodies(answered: Iterable[Answered]) -> dict[str, bytes]:
    """One receipt for each sensor, by its code: `{"kept": [[1, 17], [19, 20]], "refused": []}`.

    The pairs are first and last of unbroken runs of numbers.
    """
    numbers: dict[str, tuple[set[int], set[int]]] = {}
    for each in answered:
        kept, refused = numbers.setdefault(each.code, (set(), set()))
        (kept if each.is_kept else refused).add(each.sequence)
    return {
        code: json.dumps({"kept": runs(kept), "refused": runs(refused - kept)}).encode()
        for code, (kept, refused) in numbers.items()
    }


def runs(numbers: Iterable[int]) -> list[list[int]]:
    """Numbers as pairs of first and last of their unbroken runs, ascending."""
    found: list[list[int]] = []
    for number in sorted(set(numbers)):
        if found and number == found[-1][1] + 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return found
