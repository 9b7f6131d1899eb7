"""Registration: a cooperative proposes an area, draws it anew, hands it in; lists of areas."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, func, literal_column, or_, select, true
from sqlalchemy.orm import Session, joinedload

from accounts import audit, households, organisations, permissions
from accounts.models import Organisation
from accounts.permissions import Actor
from foundation import codes, paging
from foundation.errors import Conflict, Finding, NotFound
from foundation.paging import Page
from foundation.vietnamese import fold
from growing_areas import areas, kinds, outlines, overlap, standing
from growing_areas.dossiers import lifecycle, overrides, pieces, visit_photos
from growing_areas.models import (
    DiaryEntry,
    GrowingArea,
    Plot,
    PlotVersion,
)
from growing_areas.parcels import households as plot_households
from growing_areas.proposals import Checked, Proposal, check, latest_version


@dataclass(frozen=True)
class Proposed:
    """The stored draft, and everything worth telling about it (no errors among it)."""

    area: GrowingArea
    findings: tuple[Finding, ...]


def propose(
    session: Session, actor: Actor, organisation_code: str, proposal: Proposal, *, now: datetime
) -> Proposed:
    """Store a draft registration with the first version of its outline.

    Raises: NotFound, Forbidden; Invalid with every finding about outline, crop and place.
    """
    organisation = organisations.get_organisation(session, organisation_code)
    households.require_entry(session, actor, "area.propose", organisation)
    plot = _plot_of(session, organisation, proposal)
    checked = check(session, organisation.id, proposal, plot_id=plot.id if plot else None, now=now)
    is_new = plot is None
    if plot is None:
        plot = Plot(organisation_id=organisation.id, created_at=now)
        session.add(plot)
        session.flush()
    area = drafted(actor, organisation, plot, proposal, checked, now=now)
    if is_new:
        area.version = outlines.drawn(actor, plot.id, 1, checked, proposal.origin, now=now)
    elif proposal.geometry is None:
        area.version = latest_version(session, plot.id)
    else:
        area.version = outlines.store(session, actor, plot.id, checked, proposal.origin, now=now)
    session.add(area)
    session.flush()
    plot_households.add(session, area.plot_id, proposal.households)
    return Proposed(area, checked.findings)


def drafted(
    actor: Actor,
    organisation: Organisation,
    plot: Plot,
    proposal: Proposal,
    checked: Checked,
    *,
    now: datetime,
) -> GrowingArea:
    """A draft of a checked proposal, still without its outline and not yet stored."""
    area = GrowingArea(
        organisation_id=organisation.id,
        plot_id=plot.id,
        status="draft",
        created_at=now,
        created_by_id=actor.person_id,
        status_changed_at=now,
    )
    area.organisation = organisation
    _fill(area, proposal, checked)
    return area


def revise(
    session: Session, actor: Actor, area_id: int, proposal: Proposal, *, now: datetime
) -> Proposed:
    """Change a draft; a new outline becomes a new version, the old one is kept.

    Raises: NotFound, Forbidden; Conflict("area.wrong_status") once handed in; Invalid.
    """
    area = areas.load_area(session, area_id, lock=True)
    households.require_entry(session, actor, "area.propose", area)
    if area.status != "draft":
        raise Conflict("area.wrong_status", status=area.status, action="revise")
    checked = check(session, area.organisation_id, proposal, plot_id=area.plot_id, now=now)
    if proposal.geometry is not None and checked.outline_wkb != area.version.geometry:
        area.version = outlines.store(
            session, actor, area.plot_id, checked, proposal.origin, now=now
        )
    _fill(area, proposal, checked)
    if proposal.households:
        plot_households.replace(session, area, proposal.households)
    session.flush()
    return Proposed(area, checked.findings)


def submit(session: Session, actor: Actor, area_id: int, *, now: datetime) -> GrowingArea:
    """Hand a draft in to the officers of its commune.

    Raises: NotFound, Forbidden; Conflict("area.wrong_status"), or
    Conflict("area.dossier_incomplete") whose findings list every missing piece.
    """
    area = areas.load_area(session, area_id, lock=True)
    permissions.require(actor, "area.submit", area)
    lifecycle.check(area, "submit")
    missing = pieces.missing_pieces(session, area, now=now)
    if missing:
        raise Conflict("area.dossier_incomplete", missing)
    lifecycle.take(session, actor, area, "submit", now=now)
    area.overlap_count = len(overrides.held_ground(session, area, area.version))
    audit.override(session, actor, "area.submit", area.organisation, now=now)
    session.flush()
    return area


def withdraw(
    session: Session, actor: Actor, area_id: int, reason: str = "", *, now: datetime
) -> GrowingArea:
    """Take a dossier back that was handed in; it is a draft again.

    Raises: NotFound, Forbidden; Conflict("area.wrong_status").
    """
    area = areas.load_area(session, area_id, lock=True)
    permissions.require(actor, "area.submit", area)
    lifecycle.take(session, actor, area, "withdraw", now=now, reason=reason.strip())
    audit.override(session, actor, "area.withdraw", area.organisation, now=now)
    session.flush()
    return area


def discard(session: Session, actor: Actor, area_id: int) -> str:
    """Throw a draft away that was never handed in; returns its name. Its outline is kept.

    Raises: NotFound, Forbidden; Conflict("area.wrong_status") once it has a history.
    """
    area = areas.load_area(session, area_id, lock=True)
    permissions.require(actor, "area.propose", area)
    if area.status != "draft" or lifecycle.list_events(session, area.id):
        raise Conflict("area.wrong_status", status=area.status, action="discard")
    if session.scalar(select(DiaryEntry.id).where(DiaryEntry.area_id == area.id).limit(1)):
        raise Conflict("area.has_diary")
    visit_photos.forget_waiting(session, [area.id])
    session.delete(area)
    session.flush()
    plot_households.forget_unregistered(session, area.plot_id)
    return area.name


@dataclass(frozen=True)
class AreaQuery:
    """The filters of a list of areas; ``bbox`` is (west, south, east, north)."""

    q: str | None = None
    kind: str | None = None
    crop: str | None = None
    status: str | None = None
    commune_code: str | None = None
    province_code: str | None = None
    organisation: str | None = None
    due_before: date | None = None
    overlap: bool = False
    amending: bool = False
    handed_in: bool = False
    bbox: tuple[float, float, float, float] | None = None
    sort: str = "-changed"
    cursor: str | None = None
    size: int = paging.DEFAULT_SIZE


_SORTED_BY: dict[str, Any] = {
    "changed": GrowingArea.status_changed_at,
    "name": GrowingArea.name_key,
    "due": func.coalesce(GrowingArea.due_on, literal_column("'9999-12-31'::date")),
    # Whole square metres: what a cursor holds must read back the same.
    "area": select(PlotVersion.area_m2.cast(BigInteger))
    .where(PlotVersion.id == GrowingArea.version_id)
    .scalar_subquery(),
}
SORTS = tuple(f"{sign}{name}" for name in _SORTED_BY for sign in ("", "-"))


def list_areas(session: Session, actor: Actor, query: AreaQuery) -> Page[GrowingArea]:
    """The areas an actor may see the inside of, newest change first unless asked otherwise."""
    key = (_SORTED_BY[query.sort.removeprefix("-")], GrowingArea.id)
    return paging.fetch(
        session,
        selection(actor, query),
        key,
        cursor=query.cursor,
        size=query.size,
        descending=query.sort.startswith("-"),
    )


def selection(actor: Actor, query: AreaQuery) -> Select[GrowingArea]:
    """The areas of a list, unordered (exports read the same ones)."""
    return (
        select(GrowingArea)
        .options(joinedload(GrowingArea.version), joinedload(GrowingArea.organisation))
        .where(*conditions(actor, query))
    )


def conditions(actor: Actor, query: AreaQuery) -> list[ColumnElement[bool]]:
    """What makes an area one of a list: that the actor may see it, and the filters."""
    permissions.require(actor, "area.read")
    found = [_visible(actor), *_wanted(query)]
    if query.bbox is not None:
        found.append(overlap.near(*query.bbox))
    if query.organisation:
        code = codes.normalise(query.organisation)
        of_it = select(Organisation.id).where(Organisation.code == code)
        found.append(GrowingArea.organisation_id.in_(of_it))
    return found


def get_public(session: Session, code: str) -> GrowingArea:
    """The area behind a code for everybody, whatever became of it; raises NotFound."""
    return areas.get_by_code(session, code)


def _visible(actor: Actor) -> ColumnElement[bool]:
    scopes = actor.scopes("officer", "inspector", "tech_team")
    if actor.system or actor.has_role("admin") or "" in scopes:
        return true()
    return or_(
        GrowingArea.organisation_id.in_(actor.organisation_ids("manager", "staff")),
        GrowingArea.commune_code.in_(scopes),
        GrowingArea.province_code.in_(scopes),
    )


def _wanted(query: AreaQuery) -> Iterable[ColumnElement[bool]]:
    if query.q:
        yield or_(
            GrowingArea.name_key.contains(fold(query.q), autoescape=True),
            GrowingArea.code == query.q.strip().upper(),
        )
    if query.kind:
        yield GrowingArea.crop_code.in_(kinds.crop_codes(query.kind))
    if query.due_before is not None:
        yield GrowingArea.due_on < query.due_before
    if query.overlap:
        yield standing.over_others()
    if query.amending:
        yield standing.changing()
    if query.handed_in:
        yield standing.handed_in()
    for column, value in (
        (GrowingArea.crop_code, query.crop),
        (GrowingArea.status, query.status),
        (GrowingArea.commune_code, query.commune_code),
        (GrowingArea.province_code, query.province_code),
    ):
        if value:
            yield column == value


def _plot_of(session: Session, organisation: Organisation, proposal: Proposal) -> Plot | None:
    """The earlier plot a proposal names; another organisation's is not found."""
    if proposal.plot is None:
        return None
    plot = session.get(Plot, proposal.plot)
    if plot is None or plot.organisation_id != organisation.id:
        raise NotFound("area.no_such_plot")
    return plot


def _fill(area: GrowingArea, proposal: Proposal, checked: Checked) -> None:
    area.name = proposal.name
    area.name_key = fold(proposal.name)
    area.crop_code = checked.crop.code
    area.variety = proposal.variety
    area.planting_year = proposal.planting_year
    area.expected_yield_kg = proposal.expected_yield_kg
    area.market = proposal.market
    area.commune_code = checked.commune_code
    area.province_code = checked.province_code
