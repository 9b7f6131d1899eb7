"""Today's catalogue on lines written before: a list that comes late speaks of its whole year.

A line keeps what the catalogue said when it was written; what counts for a harvest is the longest
of the label, the catalogue then and the catalogue today.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation.vietnamese import fold
from growing_areas import waiting
from growing_areas.catalogue.catalogue import KINDS_FOR, Asked, Judgement, Known, known_all
from growing_areas.catalogue.models import PermittedMaterial
from growing_areas.fieldbook.models import DiaryEntry


def judgement(session: Session, entry: DiaryEntry, crop_code: str) -> Judgement:
    """What the catalogue says today of a line's material on the day it was used."""
    return judgements(session, [entry], {entry.area_id: crop_code})[entry.id]


def judgements(
    session: Session, entries: Iterable[DiaryEntry], crop_codes: Mapping[int, str]
) -> dict[int, Judgement]:
    """The same for many lines, by the line's id; two statements at most.

    ``crop_codes`` are those of the lines' areas.
    """
    asked = {
        entry.id: (Asked(entry.activity, entry.product_name, entry.done_on), entry.area_id)
        for entry in entries
    }
    found = known_all(session, (use for use, _area in asked.values()))
    return {
        entry_id: found[use].weigh(crop_codes[area_id], use.on)
        for entry_id, (use, area_id) in asked.items()
    }


def intervals(
    session: Session, sprayed: Sequence[DiaryEntry], crop_codes: Mapping[int, str]
) -> dict[int, int | None]:
    """The days to wait after each spraying, by the line's id; one statement, however many.

    ``crop_codes`` are those of the lines' areas. None is unknown, never 0.
    """
    keys = {fold(entry.product_name)[:400] for entry in sprayed if entry.product_name}
    listed: dict[str, list[PermittedMaterial]] = {}
    if keys:
        statement = select(PermittedMaterial).where(PermittedMaterial.name_key.in_(keys))
        for row in session.scalars(statement):
            listed.setdefault(row.name_key, []).append(row)
    return {
        entry.id: waiting.days_demanded(
            entry.days_that_count, _days(entry, listed, crop_codes[entry.area_id])
        )
        for entry in sprayed
    }


def _days(
    entry: DiaryEntry, listed: Mapping[str, Sequence[PermittedMaterial]], crop_code: str
) -> int | None:
    rows = listed.get(fold(entry.product_name or "")[:400], ())
    kinds = KINDS_FOR.get(entry.activity, ())
    own = [row for row in rows if row.kind in kinds]
    return Known(own, True).weigh(crop_code, entry.done_on).days
