"""Standing: where an area stands besides its status, as conditions that lists and exports share."""

from __future__ import annotations

from sqlalchemy import ColumnElement, exists, or_

from growing_areas.dossiers.models import OPEN_AMENDMENT, Amendment
from growing_areas.models import GrowingArea


def handed_in() -> ColumnElement[bool]:
    """Handed in at least once; a draft sent back to be mended counts."""
    return or_(GrowingArea.status != "draft", GrowingArea.due_step == "mend")


def over_others() -> ColumnElement[bool]:
    """Lay over ground with a code when last counted."""
    return GrowingArea.overlap_count > 0


def changing() -> ColumnElement[bool]:
    """A change of it is under review."""
    return exists().where(Amendment.area_id == GrowingArea.id, Amendment.status.in_(OPEN_AMENDMENT))
