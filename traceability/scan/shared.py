"""What the pages of many lots tell alike, kept beside the pages and let go by the same news.

Ten thousand lots of one harvest tell of the same ground, the same season and the same map: it is
gathered for the first of them. Only while a page is built that may be kept (`keeping`); whoever
else asks for a story has all of it read.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from foundation import i18n
from traceability.scan.story_cache import Kept, StoryCache

MOST_BYTES = 16 * 1024 * 1024
_BYTES_A_SUBJECT = 400
# What is taken in memory for each letter that tells of it.
_BYTES_A_LETTER = 8
Part = TypeVar("Part")

_parts: StoryCache[Any] = StoryCache(MOST_BYTES)


@dataclass
class Sharing:
    """A page that is being built: what is kept now may be told until ``until``.

    ``ends`` are the moments until which the parts that were used may be told.
    """

    now: datetime
    until: datetime
    ends: list[datetime] = field(default_factory=list)


_sharing: ContextVar[Sharing | None] = ContextVar("sharing", default=None)


@contextmanager
def sharing(now: datetime, until: datetime) -> Iterator[Sharing]:
    """Have parts taken from memory, and kept there, inside the block."""
    begun = Sharing(now, until)
    before = _sharing.set(begun)
    try:
        yield begun
    finally:
        _sharing.reset(before)


def part(
    key: Hashable, build: Callable[[], Part], rests_on: Callable[[Part], Collection[str]]
) -> Part:
    """A part of a story as kept, or built now. ``key`` names all that it depends on but
    facts and the reader's language.
    """
    page = _sharing.get()
    if page is None:
        return build()
    key = (key, i18n.get_language())
    kept: Kept[Part] | None = _parts.find(key)
    if kept is None or not kept.is_fresh(page.now):
        begun = _parts.begin()
        content = build()
        subjects = frozenset(rests_on(content))
        size = _BYTES_A_LETTER * len(repr(content)) + _BYTES_A_SUBJECT * len(subjects)
        kept = Kept(content, size, subjects, page.now, page.until)
        _parts.keep(key, kept, begun)
    page.ends.append(kept.fresh_until)
    return kept.content


def drop(subjects: Collection[str]) -> None:
    """Let every part go that rests on one of these."""
    _parts.drop(subjects)


def clear() -> None:
    """Let every part go."""
    _parts.clear()
