"""A cooperative's own papers: measured, tried on the page they are cut from, kept, set aside."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from accounts import organisations, permissions
from accounts.permissions import Actor
from foundation.errors import Finding, Invalid, NotFound
from traceability.labels.layouts import Layout, find_layout, list_layouts
from traceability.labels.names import named_once
from traceability.labels.papers.models import LabelPaper

ACTION = "label.issue"
_TAKEN = "label.paper_name_taken"
MOST_PLACES = 1_000
_OWN = re.compile(r"own-([1-9][0-9]{0,17})", re.ASCII)


@dataclass(frozen=True)
class Grid:
    """A sheet as measured with a ruler, in millimetres from its top left corner."""

    name: str
    page_width_mm: Decimal
    page_height_mm: Decimal
    columns: int
    rows: int
    label_width_mm: Decimal
    label_height_mm: Decimal
    left_mm: Decimal
    top_mm: Decimal
    gap_x_mm: Decimal
    gap_y_mm: Decimal
    padding_mm: Decimal


def add(
    session: Session, actor: Actor, organisation: str, grid: Grid, *, now: datetime
) -> LabelPaper:
    """Keep a paper of a cooperative's.

    Raises: Forbidden, NotFound, Invalid naming every measure by which labels leave the page.
    """
    owner = organisations.get_organisation(session, organisation)
    permissions.require(actor, ACTION, owner)
    check(grid)
    paper = LabelPaper(
        organisation_id=owner.id,
        commune_code=owner.commune_code,
        province_code=owner.province_code,
        created_at=now,
        changed_at=now,
        **asdict(grid),
    )
    paper.organisation = owner
    with named_once(session, _TAKEN, grid.name):
        session.add(paper)
    return paper


def change(
    session: Session, actor: Actor, paper_id: int, grid: Grid, *, now: datetime
) -> LabelPaper:
    """Measure a paper anew; what was printed on it stays as it was printed.

    Raises: Forbidden, NotFound("label.paper_not_found"), Invalid.
    """
    paper = get(session, actor, paper_id)
    check(grid)
    with named_once(session, _TAKEN, grid.name):
        for name, value in asdict(grid).items():
            setattr(paper, name, value)
        paper.changed_at = now
    return paper


def archive(session: Session, actor: Actor, paper_id: int, *, now: datetime) -> LabelPaper:
    """Offer a paper no more. Raises: Forbidden, NotFound."""
    paper = get(session, actor, paper_id)
    paper.archived_at = paper.archived_at or now
    session.flush()
    return paper


def restore(session: Session, actor: Actor, paper_id: int) -> LabelPaper:
    """Offer a paper again. Raises: Forbidden, NotFound, Invalid("label.paper_name_taken")."""
    paper = get(session, actor, paper_id)
    with named_once(session, _TAKEN, paper.name):
        paper.archived_at = None
    return paper


def get(session: Session, actor: Actor, paper_id: int) -> LabelPaper:
    """One's own paper. Raises: NotFound("label.paper_not_found"), Forbidden."""
    statement = select(LabelPaper).where(LabelPaper.id == paper_id)
    paper = session.scalar(statement.options(joinedload(LabelPaper.organisation)))
    if paper is None:
        raise NotFound("label.paper_not_found")
    permissions.require(actor, ACTION, paper)
    return paper


def named(session: Session, actor: Actor, code: str) -> Layout:
    """A paper everybody can buy, or one's own. Raises: NotFound("label.paper_not_found")."""
    standard = find_layout(code)
    if standard is not None:
        return standard
    number = _OWN.fullmatch(code)
    if number is None:
        raise NotFound("label.paper_not_found")
    return layout_of(get(session, actor, int(number[1])))


def list_own(
    session: Session, organisation_ids: tuple[int, ...], *, archived: bool = False
) -> list[LabelPaper]:
    """The papers of some organisations, by name."""
    asked = LabelPaper.archived_at.is_not(None) if archived else LabelPaper.archived_at.is_(None)
    statement = (
        select(LabelPaper)
        .where(LabelPaper.organisation_id.in_(organisation_ids), asked)
        .options(joinedload(LabelPaper.organisation))
        .order_by(LabelPaper.name, LabelPaper.id)
    )
    return list(session.scalars(statement))


def names(session: Session, codes: set[str]) -> dict[str, str]:
    """What own papers are called, by the code orders name them with; one statement."""
    numbers = [int(found[1]) for code in codes if (found := _OWN.fullmatch(code))]
    if not numbers:
        return {}
    statement = select(LabelPaper.id, LabelPaper.name).where(LabelPaper.id.in_(sorted(numbers)))
    return {f"own-{number}": name for number, name in session.execute(statement)}


def usable(session: Session, organisation_id: int) -> list[Layout]:
    """Every paper an organisation may print on: its own first, then those everybody can buy."""
    own = list_own(session, (organisation_id,))
    return [*(layout_of(paper) for paper in own), *list_layouts()]


def get_layout(session: Session, organisation_id: int, code: str) -> Layout:
    """The paper an organisation names. Raises: NotFound("label.layout_unknown")."""
    standard = find_layout(code)
    if standard is not None:
        return standard
    number = _OWN.fullmatch(code)
    paper = session.get(LabelPaper, int(number[1])) if number else None
    if paper is None or paper.organisation_id != organisation_id or paper.archived_at is not None:
        raise NotFound("label.layout_unknown", layout=code)
    return layout_of(paper)


def layout_of(paper: LabelPaper) -> Layout:
    """A kept paper as the printing understands it."""
    return Layout(
        code=paper.layout_code,
        kind="sheet",
        page_width_mm=float(paper.page_width_mm),
        page_height_mm=float(paper.page_height_mm),
        columns=paper.columns,
        rows=paper.rows,
        label_width_mm=float(paper.label_width_mm),
        label_height_mm=float(paper.label_height_mm),
        left_mm=float(paper.left_mm),
        top_mm=float(paper.top_mm),
        gap_x_mm=float(paper.gap_x_mm),
        gap_y_mm=float(paper.gap_y_mm),
        padding_mm=float(paper.padding_mm),
        source=paper.name,
        valid_from="",
        valid_to="",
    )


def check(grid: Grid) -> None:
    """Raises: Invalid naming every measure by which a label leaves the page or its own edge."""
    findings: list[Finding] = []
    across = _taken(grid.left_mm, grid.columns, grid.label_width_mm, grid.gap_x_mm)
    down = _taken(grid.top_mm, grid.rows, grid.label_height_mm, grid.gap_y_mm)
    if across > grid.page_width_mm:
        params = _over(across, grid.page_width_mm)
        findings.append(Finding("label.paper_too_wide", params, "columns"))
    if down > grid.page_height_mm:
        params = _over(down, grid.page_height_mm)
        findings.append(Finding("label.paper_too_high", params, "rows"))
    if 4 * grid.padding_mm > min(grid.label_width_mm, grid.label_height_mm):
        findings.append(Finding("label.paper_padding", {}, "padding_mm"))
    if grid.columns * grid.rows > MOST_PLACES:
        findings.append(Finding("label.paper_places", {"most": MOST_PLACES}, "columns"))
    if findings:
        raise Invalid(findings)


def _taken(start: Decimal, count: int, label: Decimal, gap: Decimal) -> Decimal:
    return start + count * label + (count - 1) * gap


def _over(taken: Decimal, page: Decimal) -> Mapping[str, Decimal]:
    return {"taken_mm": taken, "page_mm": page, "over_mm": taken - page}
