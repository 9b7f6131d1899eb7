"""What the house asks of higher rooms after a restore: is what came back what was recorded?"""

from collections.abc import Callable

from sqlalchemy.orm import Session

RestoreCheck = Callable[[Session], str | None]
"""Answers an explanation of the first thing wrong, or None."""

_restore_checks: dict[str, RestoreCheck] = {}


def register_restore_check(room: str, check: RestoreCheck) -> None:
    """Let `nguon restore` ask a room whether what came back is whole."""
    _restore_checks[room] = check


def restore_checks() -> dict[str, RestoreCheck]:
    """Return the registered checks by room."""
    return dict(_restore_checks)
