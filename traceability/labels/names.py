"""Names a house gives its own things: each once among those in use."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from foundation.errors import Finding, Invalid


@contextmanager
def named_once(session: Session, code: str, name: str) -> Iterator[None]:
    """Write what is done inside the block; a name taken already undoes it alone.

    Raises: Invalid(`code`) for the field `name`.
    """
    try:
        with session.begin_nested():
            yield
            session.flush()
    except IntegrityError:
        raise Invalid([Finding(code, {"name": name}, "name")]) from None
