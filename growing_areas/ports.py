"""What growing areas tell rooms above at once; `app` fills it.

A scan page kept as bytes tells the certificates of the areas its goods come from.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

CertificatesChanged = Callable[[Session, int, datetime], None]


def _nobody(session: Session, area_id: int, now: datetime) -> None:
    """Nobody above listens."""


_certificates_changed: CertificatesChanged = _nobody


def fill_certificates_changed(listen: CertificatesChanged) -> None:
    """Let somebody above hear, in the same transaction, that an area's certificates changed."""
    global _certificates_changed
    _certificates_changed = listen


def certificates_changed(session: Session, area_id: int, now: datetime) -> None:
    """Tell whoever listens that a certificate of an area was entered or taken off."""
    _certificates_changed(session, area_id, now)
