"""Rendered stories kept as bytes: a page scanned a thousand times is built once. PURE.

Every request still asks the database for the batch's stamp, so a change of the batch or its
product is never hidden; what comes from elsewhere (offers, area status) may lag by `fresh_for_s`.
"""

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock


class StoryCache:
    """The most recently scanned pages, within a budget of bytes. Safe between threads."""

    def __init__(self, most_bytes: int, fresh_for_s: float) -> None:
        self._most_bytes = most_bytes
        self._fresh_for_s = fresh_for_s
        self._bytes = 0
        self._kept: OrderedDict[Hashable, tuple[Hashable, float, tuple[bytes, ...]]] = OrderedDict()
        self._lock = Lock()

    def find(self, key: Hashable, stamp: Hashable, at_s: float) -> tuple[bytes, ...] | None:
        """The page as kept, if it was built from this very stamp and not too long ago."""
        with self._lock:
            kept = self._kept.get(key)
            if kept is None:
                return None
            if kept[0] != stamp or not 0 <= at_s - kept[1] < self._fresh_for_s:
                self._drop(key)
                return None
            self._kept.move_to_end(key)
            return kept[2]

    def keep(self, key: Hashable, stamp: Hashable, at_s: float, pieces: tuple[bytes, ...]) -> None:
        """Keep a page, letting those scanned longest ago go when the budget is spent."""
        with self._lock:
            if key in self._kept:
                self._drop(key)
            self._kept[key] = (stamp, at_s, pieces)
            self._bytes += sum(map(len, pieces))
            while self._bytes > self._most_bytes:
                self._drop(next(iter(self._kept)))

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()
            self._bytes = 0

    def _drop(self, key: Hashable) -> None:
        self._bytes -= sum(map(len, self._kept.pop(key)[2]))
