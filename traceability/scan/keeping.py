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
from traceability.scan import lookup, pieces, previews, shared, story
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
    # What the picture beside a link to it says.
    picture: previews.Words
    is_copied: bool = False


Build = Callable[[Story], tuple[bytes, bytes]]

_cache: StoryCache[Told] = StoryCache(MOST_BYTES)
_starting = threading.Lock()
# Many may ask at once for a page nobody has asked for: one builds it, the others wait.
_building = tuple(threading.Lock() for _ in range(64))
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
                _listener = Listener(database, Ears(CHANNEL, _heard, forget_all))
    return False


def forget_all() -> None:
    """Let every kept story go, and what they share."""
    shared.clear()
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
    with _building[hash(key) % len(_building)]:
        # Whoever came first has built it meanwhile, unless it changed again.
        kept = _cache.find(key)
        if kept is not None and _may_show(kept, found):
            return kept
        return _made(found, key, build)


def _made(found: Found, key: tuple[int, str], build: Build) -> Kept[Told]:
    # In this order: what changes from here on is heard, or is in what is read.
    begun = _cache.begin()
    found = lookup.find_by_code(found.code, None) or found
    now = clock.now()
    told, until = _told(found.batch_id, now)
    page = pieces.pack(*build(told))
    content = Told(
        page, found.batch_id, found.state, found.expires_on, found.recall_ended_on, found.stamp,
        previews.words_of(told, key[1]), found.is_copied,
    )  # fmt: skip
    size = page.size + _BYTES_A_SUBJECT * len(told.rests_on)
    made = Kept(content, size, told.rests_on, now, until)
    _cache.keep(key, made, begun)
    return made


def _told(batch_id: int, now: datetime) -> tuple[Story, datetime]:
    """A story, and until when it may be told without having been heard of."""
    with db.reading_latest() as session:
        if is_heard():
            with shared.sharing(now, _ends(now, _FRESH_FOR)) as page:
                told = story.tell(session, batch_id, now=now)
            parts = page.ends
        else:
            told, parts = story.tell(session, batch_id, now=now), []
    fresh_for = _MEASURED_FRESH_FOR if told.measured else _FRESH_FOR
    return told, min([_ends(now, fresh_for), *parts])


def _may_show(kept: Kept[Told], found: Found) -> bool:
    now = clock.now()
    told = kept.content
    is_same = (told.stamp, told.state, told.recall_ended_on, told.is_copied) == (
        found.stamp, found.state, found.recall_ended_on, found.is_copied
    )  # fmt: skip
    return (
        is_same and kept.is_fresh(now) and (now - kept.built_at < _UNHEARD_FRESH_FOR or is_heard())
    )


def _ends(now: datetime, fresh_for: timedelta) -> datetime:
    """Lots, certificates, stars and intervals begin and end with a day in Vietnam."""
    midnight = clock.start_of_day(clock.business_day(now) + timedelta(days=1))
    return min(midnight, now + fresh_for)


def _heard(told: str) -> None:
    # Parts first: a page begun after the news must find no part from before it.
    if told == EVERYTHING:
        forget_all()
    else:
        subjects = told.split(",")
        shared.drop(subjects)
        _cache.drop(subjects)
