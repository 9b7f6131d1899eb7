"""The place in which a request works, left to others while it only waits.

The web server has few places (``app.admission``). Whoever waits for another process, a reader of
an upload say, steps aside: four heavy files would otherwise stop the whole site for their time.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from threading import BoundedSemaphore

from foundation.errors import TooMany

ASIDE_PER_PLACE = 2
"""Each who stands aside may hold a database connection; past these, others come back later."""
_AGAIN_AFTER_S = 5


class Places:
    """So many requests work at once, and twice as many may stand aside."""

    def __init__(self, count: int) -> None:
        self.working = BoundedSemaphore(count)
        self.aside = BoundedSemaphore(count * ASIDE_PER_PLACE)


_mine: ContextVar[Places | None] = ContextVar("mine", default=None)


@contextmanager
def working_in(places: Places) -> Iterator[None]:
    """Work in one of these places; waits until one is free."""
    with places.working:
        token = _mine.set(places)
        try:
            yield
        finally:
            _mine.reset(token)


@contextmanager
def stepping_aside() -> Iterator[None]:
    """Give one's place to somebody else meanwhile, and wait for a free one to go on.

    For waits outside any transaction: whoever goes on waits for a place, and what he holds,
    others wait for. Outside a place (a job, a command, a test) it means nothing. Raises: TooMany
    when too many stand aside already.
    """
    places = _mine.get()
    if places is None:
        yield
        return
    if not places.aside.acquire(blocking=False):
        raise TooMany("workplace.too_many_aside", retry_after_s=_AGAIN_AFTER_S)
    token = _mine.set(None)
    places.working.release()
    try:
        yield
    finally:
        places.working.acquire()
        places.aside.release()
        _mine.reset(token)
