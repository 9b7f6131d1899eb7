"""Whether the database is away, or only would not do what it was asked."""

from __future__ import annotations

import re

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

# 08: connection; 53: out of memory, disk or connections; 57P: shut down, crashed or starting;
# 58: a disk that fails; 25006: only for reading just now. None: it never answered.
_AWAY = re.compile("|08.*|53.*|57P.*|58.*|25006")


def is_of_database(error: BaseException) -> bool:
    """Whether the database could not be reached, broke off, or can serve nobody just now.

    Not: it refused or gave up a statement of ours (a time limit, a lock, a deadlock), which
    SQLAlchemy calls operational errors, too.
    """
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    if not isinstance(error, (OperationalError, InterfaceError)):
        return False
    return _AWAY.fullmatch(getattr(error.orig, "sqlstate", None) or "") is not None
