"""The stories this process keeps as bytes, and whether they may be shown unasked.

A kept story is shown without a question only while the database is heard (`foundation.listening`);
triggers tell it the moment a fact commits. While it is not, every page is looked up first and a
kept story is shown for a second at most, if batch and product still bear the stamp it was built
from. ADR 0018.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from foundation import clock, db
from foundation.listening import Ears, Listener
from traceability.scan import lookup, pieces, story
from traceability.scan.lookup import Found
from traceability.scan.pieces import Pieces
from traceability.scan.story import Story
from traceability.scan.story_cache import Kept, StoryCache

CHANNEL = "nguon_story"
EVERYTHING = "*"
MOST_BYTES = 128 * 1024 * 1024
# What a subject takes with the way back from it: a lot may be made of thousands.
_BYTES_A_SUBJECT = 400
# Stock for sale, names of communes, a sister area that is new: they change without a word.
_FRESH_FOR = timedelta(minutes=10)
# Sensors that measure beside a batch do so by the minute.
_MEASURED_FRESH_FOR = timedelta(minutes=1)
# What a process shows that hears nothing.
_UNHEARD_FRESH_FOR = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Told:
    """A batch's page around its verdict, and what the verdict is judged by."""

    pieces: Pieces
    batch_id: int
    state: str
    expires_on: date | None
    recall_ended_on: date | None
    stamp: tuple[datetime, datetime]


Build = Callable[[Story], tuple[bytes, bytes]]

_cache: StoryCache[Told] = StoryCache(MOST_BYTES)
_starting = threading.Lock()
_listener: Listener | None = None


def is_heard() -> bool:
    """Whether kept stories may be shown unasked; begins to listen at the first question."""
    global _listener
    listener = _listener
    if listener is not None and listener.is_for_us():
        return listener.is_hearing()
    database = db.current()
    if isinstance(database, db.Database):
        with _starting:
            if _listener is None or not _listener.is_for_us():
                _listener = Listener(database, Ears(CHANNEL, _heard, _cache.clear))
    return False


def forget_all() -> None:
    """Let every kept story go (tests)."""
    _cache.clear()


def show_again(kept: Kept[Told], language: str) -> None:
    """Say that a kept story was shown."""
    _cache.touch((kept.content.batch_id, language))


def story_of(found: Found, language: str, build: Build) -> Kept[Told]:
    """The story of a batch that was just looked up, as kept or built now."""
    key = (found.batch_id, language)
    kept = _cache.find(key)
    if kept is not None and _may_show(kept, found):
        return kept
    # In this order: what changes from here on is heard, or is in what is read.
    begun = _cache.begin()
    found = lookup.find_by_code(found.code, None) or found
    now = clock.now()
    with db.reading_latest() as session:
        told = story.tell(session, found.batch_id, now=now)
    page = pieces.pack(*build(told))
    content = Told(
        page, found.batch_id, found.state, found.expires_on, found.recall_ended_on, found.stamp
    )
    size = page.size + _BYTES_A_SUBJECT * len(told.rests_on)
    made = Kept(content, size, told.rests_on, now, _fresh_until(told, now))
    _cache.keep(key, made, begun)
    return made


def _may_show(kept: Kept[Told], found: Found) -> bool:
    now = clock.now()
    told = kept.content
    is_same = (told.stamp, told.state, told.recall_ended_on) == (
        found.stamp, found.state, found.recall_ended_on
    )  # fmt: skip
    return (
        is_same and kept.is_fresh(now) and (now - kept.built_at < _UNHEARD_FRESH_FOR or is_heard())
    )


def _fresh_until(told: Story, now: datetime) -> datetime:
    """Lots, certificates, stars and intervals begin and end with a day in Vietnam."""
    midnight = clock.start_of_day(clock.business_day(now) + timedelta(days=1))
    return min(midnight, now + (_MEASURED_FRESH_FOR if told.measured else _FRESH_FOR))


def _heard(told: str) -> None:
    if told == EVERYTHING:
        _cache.clear()
    else:
        _cache.drop(told.split(","))
