"""Background work of handling: what a corrected harvest means for batches."""

from __future__ import annotations

from typing import Any

from foundation import clock, db
from foundation.jobs import Progress, job
from growing_areas.fieldbook.lines import HARVEST_CORRECTED, lines_of
from traceability.handling import harvest_checks


@job(HARVEST_CORRECTED)
def harvest_corrected(payload: dict[str, Any], progress: Progress) -> None:
    """Tell who answers for the batches of harvests whose lines were corrected or struck out."""
    with db.transaction() as session:
        harvest_checks.tell(session, lines_of(payload), now=clock.now())
