"""What growing areas tell rooms above at once, and ask of them; `app` fills it.

A scan page kept as bytes tells the certificates of the areas its goods come from. Who brings in a
sheet is to know beforehand which lots its lines would stop.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

CertificatesChanged = Callable[[Session, int, datetime], None]


LotsStopped = Callable[[Session, Sequence[int]], Mapping[int, Sequence[str]]]


def _no_lots(session: Session, entry_ids: Sequence[int]) -> Mapping[int, Sequence[str]]:
    """Nobody above keeps lots."""
    return {}


_lots_stopped: LotsStopped = _no_lots


def fill_lots_stopped(answer: LotsStopped) -> None:
    """Let somebody above say which lots some diary lines stop."""
    global _lots_stopped
    _lots_stopped = answer


def lots_stopped(session: Session, entry_ids: Sequence[int]) -> Mapping[int, Sequence[str]]:
    """The lots harvested too early after each of some diary lines, by the line's id."""
    return _lots_stopped(session, entry_ids)


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
