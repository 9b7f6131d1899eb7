"""Keeping: lines found sound are weighed by the catalogue, written, and their warnings told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from accounts.permissions import Actor
from foundation.errors import Finding
from growing_areas.catalogue import catalogue
from growing_areas.catalogue.catalogue import Asked
from growing_areas.fieldbook import lines, telling
from growing_areas.fieldbook.lines import NewLine
from growing_areas.models import DiaryEntry


@dataclass(frozen=True)
class Recorded:
    """The line as written, and what may be wrong with it (warnings only)."""

    entry: DiaryEntry
    findings: tuple[Finding, ...]


def keep(
    session: Session, actor: Actor, new: Sequence[NewLine], *, now: datetime
) -> list[Recorded]:
    """Write lines that were found sound; the catalogue is asked once, however many there are."""
    works = [each.told.work for each in new]
    areas = [each.area for each in new]
    warned = telling.warnings(session, list(zip(areas, works, strict=True)))
    uses = [Asked(work.activity, work.product_name, work.done_on) for work in works]
    known = catalogue.known_all(session, uses)
    weighed = [
        replace(each, told=each.told.weighed(known[use].weigh(each.area.crop_code, use.on), warns))
        for each, use, warns in zip(new, uses, warned, strict=True)
    ]
    written = lines.write(session, actor, weighed, now=now)
    return [
        Recorded(entry, (*warns, *lines.catalogue_findings(entry)))
        for entry, warns in zip(written, warned, strict=True)
    ]
