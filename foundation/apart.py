"""Work that must stand at once, also within a call that is kept or undone as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from foundation.db import _Session, _together, current


@contextmanager
def transaction_apart() -> Iterator[Session]:
    """A unit of work kept at once, whatever becomes of its call (which has locked nothing yet)."""
    together = _together.get()
    with _Session(bind=current().primary) as session, session.begin():
        yield session
    if together is not None and not together.is_ours:
        together.parts += 1
