"""Nightly housekeeping that belongs to no single room."""

from __future__ import annotations

from typing import Any

from app import idempotency
from foundation.jobs import Progress, job


@job("app.sweep_idempotent_answers", cron="17 19 * * *")
def sweep_idempotent_answers(payload: dict[str, Any], progress: Progress) -> None:
    """Forget kept answers that nobody will ask for again (02:17 in Vietnam)."""
    idempotency.sweep()
