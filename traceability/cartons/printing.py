"""Printing logistic labels of units there are: of one, of a run; again as often as needed."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from accounts.models import Organisation
from foundation.errors import Finding
from foundation.i18n import _
from traceability.cartons import files, marks
from traceability.cartons.papers import get_paper
from traceability.handling.trade_models import LogisticUnit


def labels(
    session: Session,
    units: Sequence[LogisticUnit],
    *,
    paper: str,
    file_format: str,
    base_url: str,
) -> bytes:
    """A file with a label for each unit, in the reader's language."""
    owner = session.get_one(Organisation, units[0].organisation_id)
    marked = [marks.of_unit(unit, owner.name, base_url) for unit in units]
    title = _("Tem thùng, pa-lét %(code)s", code=units[0].name)
    return files.write(get_paper(paper), marked, file_format, title)


def findings(
    session: Session, unit: LogisticUnit, *, paper: str, file_format: str, base_url: str
) -> list[Finding]:
    """What to tell before labels like this one's are printed on a paper."""
    owner = session.get_one(Organisation, unit.organisation_id)
    said = marks.of_unit(unit, owner.name, base_url)
    found = files.drawn(get_paper(paper), said, file_format).findings()
    if unit.sscc is None:
        found.append(Finding("carton.no_number", {}, "paper", severity="warning"))
    return found
