"""Stories kept as bytes: a page scanned a thousand times is built once. PURE.

A page rests on subjects (its batch, its product, an area …) and goes the moment one of them is
said to have changed; what changed while a page was being built is not kept at all. How the news
comes, and when it cannot be relied upon, is `foundation.listening`'s matter.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Collection, Hashable
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from typing import Generic, TypeVar

_REMEMBERED = 4096
Content = TypeVar("Content")


@dataclass(slots=True, weakref_slot=True)
class Kept(Generic[Content]):
    """A page with what it rests on; `fresh_until` is when something expires without notice.

    ``is_alive`` ends when the page is let go, so that whoever still points at it knows.
    """

    content: Content
    size: int
    rests_on: frozenset[str]
    built_at: datetime
    fresh_until: datetime
    is_alive: bool = field(default=True)

    def is_fresh(self, now: datetime) -> bool:
        """Whether it may be shown now, as far as anybody has heard."""
        return self.is_alive and self.built_at <= now < self.fresh_until


class StoryCache(Generic[Content]):
    """The most recently scanned pages, within a budget of bytes. Safe between threads."""

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._bytes = 0
        self._kept: OrderedDict[Hashable, Kept[Content]] = OrderedDict()
        self._resting: dict[str, set[Hashable]] = {}
        # What was dropped lately, numbered; None: everything.
        self._dropped: deque[tuple[int, frozenset[str] | None]] = deque(maxlen=_REMEMBERED)
        self._number = 0
        self._lock = Lock()

    def begin(self) -> int:
        """Before anything is read for a page: the news so far, to be given to ``keep``."""
        with self._lock:
            return self._number

    def keep(self, key: Hashable, page: Kept[Content], begun: int) -> bool:
        """Keep a page, letting those scanned longest ago go when the budget is spent.

        False when something it rests on changed since ``begun``: it is shown once, not kept.
        """
        with self._lock:
            if self._changed_since(begun, page.rests_on):
                page.is_alive = False
                return False
            if key in self._kept:
                self._drop(key)
            self._kept[key] = page
            self._bytes += page.size
            for subject in page.rests_on:
                self._resting.setdefault(subject, set()).add(key)
            while self._bytes > self._most_bytes:
                self._drop(next(iter(self._kept)))
            return page.is_alive

    def find(self, key: Hashable) -> Kept[Content] | None:
        """The page as kept, however old."""
        with self._lock:
            kept = self._kept.get(key)
            if kept is not None:
                self._kept.move_to_end(key)
            return kept

    def touch(self, key: Hashable) -> None:
        """Say that a page was shown by somebody who needed not look for it."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)

    def drop(self, subjects: Collection[str]) -> None:
        """Let every page go that rests on one of these."""
        with self._lock:
            self._number += 1
            self._dropped.append((self._number, frozenset(subjects)))
            for subject in subjects:
                for key in tuple(self._resting.get(subject, ())):
                    self._drop(key)

    def clear(self) -> None:
        """Let everything go: news may have been missed."""
        with self._lock:
            self._number += 1
            self._dropped.append((self._number, None))
            for key in tuple(self._kept):
                self._drop(key)

    def _changed_since(self, begun: int, rests_on: frozenset[str]) -> bool:
        if begun == self._number:
            return False
        if self._dropped[0][0] > begun + 1:
            # More has happened than is remembered.
            return True
        return any(
            subjects is None or not subjects.isdisjoint(rests_on)
            for number, subjects in self._dropped
            if number > begun
        )

    def _drop(self, key: Hashable) -> None:
        page = self._kept.pop(key)
        page.is_alive = False
        self._bytes -= page.size
        for subject in page.rests_on:
            resting = self._resting[subject]
            resting.discard(key)
            if not resting:
                del self._resting[subject]
