"""Where higher rooms tell the ledger what it cannot know: whose rows to check, what is public.

Both are empty by default; `app` fills them.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlalchemy.orm import Session


@dataclass(frozen=True)
class RowMismatch:
    """A row that no longer says what the ledger recorded about it."""

    room: str
    subject: str
    explanation: str


RowCheck = Callable[[Session], Iterator[RowMismatch]]

_row_checks: dict[str, RowCheck] = {}
_public_kinds: set[str] = set()


def register_row_check(room: str, check: RowCheck) -> None:
    """Let `nguon ledger verify` compare a room's rows with what was recorded of them."""
    _row_checks[room] = check


def row_checks() -> dict[str, RowCheck]:
    """Return the registered checks by room."""
    return dict(_row_checks)


def publish_kinds(*kinds: str) -> None:
    """Declare kinds of entries whose whole content may stand on the public proof page."""
    _public_kinds.update(kinds)


def is_public(kind: str) -> bool:
    """Say whether entries of this kind may be read by everybody."""
    return kind in _public_kinds
