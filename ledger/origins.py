"""Origins: the hosts under which this house ever signed what its log held."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

# One step along the index for each host there was, however many checkpoints it signed.
_ORIGINS = text(
    """
WITH RECURSIVE origins (origin) AS (
    SELECT min(split_part(note, chr(10), 1)) FROM ledger_checkpoints
    UNION ALL
    SELECT (SELECT min(split_part(note, chr(10), 1)) FROM ledger_checkpoints
        WHERE split_part(note, chr(10), 1) > o.origin)
    FROM origins o WHERE o.origin IS NOT NULL
)
SELECT origin FROM origins WHERE origin IS NOT NULL"""
)

_LAST = text(
    "SELECT split_part(note, chr(10), 1) FROM ledger_checkpoints ORDER BY size DESC LIMIT 1"
)


def hosts(session: Session) -> list[str]:
    """The hosts (with a port where there was one) of all checkpoints, in the order of letters."""
    return [origin.removesuffix("/ledger") for origin in session.scalars(_ORIGINS)]


def find_last(session: Session) -> str | None:
    """The name under which the log was signed last: the first line of its newest checkpoint."""
    found: str | None = session.scalar(_LAST)
    return found
