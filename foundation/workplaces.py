"""The place in which a request works, left to others while it only waits.

The web server has few places (``app.admission``). Whoever waits for another process, a reader of
an upload say, steps aside: four heavy files would otherwise stop the whole site for their time.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from threading import BoundedSemaphore

_mine: ContextVar[BoundedSemaphore | None] = ContextVar("mine", default=None)


@contextmanager
def working_in(places: BoundedSemaphore) -> Iterator[None]:
    """Work in one of these places; waits until one is free."""
    with places:
        token = _mine.set(places)
        try:
            yield
        finally:
            _mine.reset(token)


@contextmanager
def stepping_aside() -> Iterator[None]:
    """Give one's place to somebody else meanwhile, and wait for a free one to go on.

    For waits outside any transaction: whoever goes on waits for a place, and what he holds,
    others wait for. Outside a place (a job, a command, a test) it means nothing.
    """
    places = _mine.get()
    if places is None:
        yield
        return
    token = _mine.set(None)
    places.release()
    try:
        yield
    finally:
        places.acquire()
        _mine.reset(token)
