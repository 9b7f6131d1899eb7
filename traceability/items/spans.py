"""The states of a batch's items as spans of numbers, and what one may become. PURE.

A roll of a million labels is one span until somebody does something to a part of it: what is kept
and changed is counted in acts of people, never in labels.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

BECOME = ("activated", "sold", "returned", "void")
STATES = ("printed", "activated", "sold", "returned", "void")
# What an item may be before it becomes this. Void is for ever: an undone act alone leads back.
BEFORE: dict[str, frozenset[str]] = {
    "handed": frozenset({"printed"}),
    "activated": frozenset({"printed", "returned"}),
    "sold": frozenset({"activated"}),
    "returned": frozenset({"activated", "sold"}),
    "void": frozenset({"printed", "activated", "sold", "returned"}),
}


@dataclass(frozen=True, order=True)
class Span:
    """Items `first` to `last` (both counted) in one state since one act."""

    first: int
    last: int
    state: str
    act_id: int

    @property
    def count(self) -> int:
        return self.last - self.first + 1


def cut(spans: Iterable[Span], first: int, last: int) -> list[Span]:
    """What of some spans lies within a range, in order."""
    within = (
        replace(each, first=max(each.first, first), last=min(each.last, last))
        for each in spans
        if each.first <= last and each.last >= first
    )
    return sorted(within)


def lay(spans: Iterable[Span], laid: Sequence[Span]) -> list[Span]:
    """Spans as they are once others, none overlapping another, lie over them."""
    kept = list(spans)
    for over in laid:
        kept = [piece for each in kept for piece in _around(each, over)]
    return _joined(sorted([*kept, *laid]))


def is_whole(spans: Sequence[Span], first: int, last: int) -> bool:
    """Whether spans in order cover every number of a range."""
    return not gaps(spans, first, last)


def gaps(spans: Sequence[Span], first: int, last: int) -> list[tuple[int, int]]:
    """The numbers of a range that no span covers, as ranges."""
    found, expected = [], first
    for each in cut(spans, first, last):
        if each.first > expected:
            found.append((expected, each.first - 1))
        expected = each.last + 1
    return [*found, (expected, last)] if expected <= last else found


def _around(under: Span, over: Span) -> list[Span]:
    if over.last < under.first or over.first > under.last:
        return [under]
    found = []
    if under.first < over.first:
        found.append(replace(under, last=over.first - 1))
    if under.last > over.last:
        found.append(replace(under, first=over.last + 1))
    return found


def _joined(spans: Sequence[Span]) -> list[Span]:
    found: list[Span] = []
    for each in spans:
        before = found[-1] if found else None
        alike = before is not None and (before.state, before.act_id) == (each.state, each.act_id)
        if before is not None and alike and before.last + 1 == each.first:
            found[-1] = replace(before, last=each.last)
        else:
            found.append(each)
    return found
