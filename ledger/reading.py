"""Reading millions of rows as a stream: past the mapper, through a cursor of the server's."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy.orm import Session

from ledger import writing

_AT_ONCE = 5_000


def streamed(
    session: Session, statement: str, values: Mapping[str, Any]
) -> Iterator[tuple[Any, ...]]:
    """Rows of a reading statement in the session's own transaction, a few thousand at a time."""
    session.flush()
    writing.write_entries(session)
    connection: Any = session.connection().connection.driver_connection
    with connection.cursor(f"ledger_{secrets.token_hex(4)}", binary=True) as cursor:
        cursor.itersize = _AT_ONCE
        cursor.execute(statement, values)
        yield from cursor
