"""The maps' background work: counts and changes of each cell are added up."""

from __future__ import annotations

from typing import Any

from foundation import db
from foundation.jobs import Progress, job
from growing_areas.mapping import folding


@job("atlas.fold_tallies", cron="*/10 * * * *")
def fold_tallies(payload: dict[str, Any], progress: Progress) -> None:
    """Add up what the last minutes' changes noted, so that sums stay short."""
    with db.transaction() as session:
        folding.fold(session)
