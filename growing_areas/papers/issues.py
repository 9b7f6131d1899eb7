"""Issues: a paper's facts are frozen when it is first printed; what changes makes a new issue.

Printing again gives the same paper on any later day; earlier issues print as they were.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from foundation.errors import NotFound
from growing_areas import areas
from growing_areas.models import GrowingArea, PlotVersion
from growing_areas.papers.models import IssuedPaper
from growing_areas.papers.particulars import Particulars
from growing_areas.shapes.measure import Outline

Kind = Literal["certificate", "decision"]
Facts = dict[str, Any]


@dataclass(frozen=True)
class Issue:
    """One issue of a paper, with all it shows; ``replaced_by`` is the newest issue's number."""

    number: int
    issued_on: date
    facts: Facts
    drawn: int
    outline: Outline
    around: tuple[tuple[str, Outline], ...]
    replaced_by: int | None


def issue(
    session: Session, area: GrowingArea, kind: Kind, told: Particulars, facts: Facts, *, on: date
) -> Issue:
    """The newest issue if it still says what is so, else a new one."""
    newest = _newest(session, area.id, kind)
    if newest is None or not _says(newest, told, facts):
        # Two prints at once are one issue: the second finds what the first froze.
        areas.load_area(session, area.id, lock=True)
        newest = _newest(session, area.id, kind)
        if newest is None or not _says(newest, told, facts):
            newest = _freeze(session, area, kind, told, facts, (newest.number if newest else 0), on)
    return _whole(session, newest, newest.number)


def find_first(session: Session, area_id: int, kind: Kind) -> Issue | None:
    """The first issue of a paper, if it was ever printed."""
    found = session.scalar(_of(area_id, kind).order_by(IssuedPaper.number).limit(1))
    return None if found is None else _whole(session, found, found.number)


def get_issue(session: Session, area_id: int, kind: Kind, number: int) -> Issue:
    """An earlier issue, as it was. Raises: NotFound("paper.no_such_issue")."""
    newest = _newest(session, area_id, kind)
    found = session.scalar(_of(area_id, kind).where(IssuedPaper.number == number))
    if found is None or newest is None:
        raise NotFound("paper.no_such_issue")
    return _whole(session, found, newest.number)


def list_issues(session: Session, area_id: int, kind: Kind) -> list[IssuedPaper]:
    """Every issue of a paper, newest first."""
    return list(session.scalars(_of(area_id, kind).order_by(IssuedPaper.number.desc())))


def _of(area_id: int, kind: Kind) -> Any:
    return (
        select(IssuedPaper)
        .options(joinedload(IssuedPaper.version))
        .where(IssuedPaper.area_id == area_id, IssuedPaper.kind == kind)
    )


def _newest(session: Session, area_id: int, kind: Kind) -> IssuedPaper | None:
    found = session.scalars(_of(area_id, kind).order_by(IssuedPaper.number.desc()).limit(1))
    return found.first()


def _says(issued: IssuedPaper, told: Particulars, facts: Facts) -> bool:
    return issued.facts == facts and issued.version_id == told.drawn.id


def _freeze(
    session: Session,
    area: GrowingArea,
    kind: Kind,
    told: Particulars,
    facts: Facts,
    before: int,
    on: date,
) -> IssuedPaper:
    codes = [code for code, _ in told.around]
    versions = select(GrowingArea.code, GrowingArea.version_id).where(GrowingArea.code.in_(codes))
    made = IssuedPaper(
        area_id=area.id,
        kind=kind,
        number=before + 1,
        version_id=told.drawn.id,
        issued_on=on,
        facts=facts,
        neighbours=[list(row) for row in session.execute(versions.order_by(GrowingArea.id))],
    )
    made.version = told.drawn
    session.add(made)
    session.flush()
    return made


def _whole(session: Session, issued: IssuedPaper, newest: int) -> Issue:
    wanted = [version_id for _, version_id in issued.neighbours]
    shapes = select(PlotVersion.id, PlotVersion.geometry).where(PlotVersion.id.in_(wanted))
    drawn = {row.id: row.geometry for row in session.execute(shapes)} if wanted else {}
    return Issue(
        issued.number,
        issued.issued_on,
        issued.facts,
        issued.version.number,
        areas.outline_of(issued.version),
        tuple((str(code), areas.shape_of(drawn[at])) for code, at in issued.neighbours),
        newest if newest != issued.number else None,
    )
