"""Inbox: what lies on the officers' desk, by status, place and deadline; the same rows for export.

Two statements a page (rows and their number), one more for the counts of each status.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, func, literal_column, or_, select, true
from sqlalchemy.orm import Session, joinedload

from accounts import permissions
from accounts.models import Organisation
from accounts.permissions import Actor
from foundation import codes, counting, paging
from foundation.paging import Page
from foundation.vietnamese import fold
from growing_areas import kinds, standing
from growing_areas.models import STATUSES, GrowingArea

# Rows with nothing due stand last; written as the index is, or it would not be used.
_DUE = func.coalesce(GrowingArea.due_on, literal_column("'9999-12-31'::date"))
SORTS = ("due_on", "-due_on", "-status_changed_at", "status_changed_at")


@dataclass(frozen=True)
class InboxQuery:
    """The filters of the inbox. ``amending``: with a change under review."""

    q: str | None = None
    crop: str | None = None
    kind: str | None = None
    status: str | None = None
    commune_code: str | None = None
    organisation: str | None = None
    overdue: bool = False
    overlap: bool = False
    amending: bool = False
    sort: str = "due_on"
    cursor: str | None = None
    size: int = paging.DEFAULT_SIZE


def list_page(session: Session, actor: Actor, query: InboxQuery, today: date) -> Page[GrowingArea]:
    """One page of the inbox, the most urgent first unless asked otherwise."""
    column = GrowingArea.status_changed_at if query.sort.endswith("status_changed_at") else _DUE
    return paging.fetch(
        session,
        selection(actor, query, today),
        (column, GrowingArea.id),
        cursor=query.cursor,
        size=query.size,
        descending=query.sort.startswith("-"),
    )


def selection(actor: Actor, query: InboxQuery, today: date) -> Select[GrowingArea]:
    """The areas of the inbox, unordered (exports read the same ones)."""
    permissions.require(actor, "area.office")
    return (
        select(GrowingArea)
        .options(joinedload(GrowingArea.version), joinedload(GrowingArea.organisation))
        .where(_visible(actor), *_wanted(query, today))
    )


def communes(session: Session, actor: Actor, query: InboxQuery, today: date) -> set[str]:
    """The communes the areas of the inbox lie in."""
    permissions.require(actor, "area.office")
    wanted = (_visible(actor), *_wanted(query, today))
    return set(session.scalars(select(GrowingArea.commune_code).where(*wanted).distinct()))


def counts(session: Session, actor: Actor, query: InboxQuery, today: date) -> dict[str, int]:
    """How many areas each status has under the other filters, and how many are overdue.

    ``approvable`` are those of the list itself that stand where they can be approved.
    """
    permissions.require(actor, "area.office")
    bare = replace(query, status=None, overdue=False)
    wished = {
        **{status: replace(bare, status=status) for status in STATUSES},
        "overdue": replace(bare, overdue=True),
    }
    if query.status in (None, "inspected"):
        wished["approvable"] = replace(query, status="inspected")
    return counting.count_each(
        session,
        {
            name: select(GrowingArea.id).where(_visible(actor), *_wanted(each, today))
            for name, each in wished.items()
        },
    )


def list_approvable(
    session: Session, actor: Actor, query: InboxQuery, today: date, most: int
) -> list[GrowingArea]:
    """The areas of the inbox that can be approved, in its order, the first ``most`` of them."""
    asked = replace(query, status="inspected", cursor=None, size=most)
    if query.status not in (None, "inspected"):
        return []
    return list_page(session, actor, asked, today).items


def list_chosen(
    session: Session, actor: Actor, area_ids: Sequence[int], today: date
) -> list[GrowingArea]:
    """The areas of the inbox somebody ticked that can be approved, the oldest dossier first."""
    chosen = selection(actor, InboxQuery(status="inspected"), today)
    return list(
        session.scalars(chosen.where(GrowingArea.id.in_(area_ids)).order_by(GrowingArea.id))
    )


def _visible(actor: Actor) -> ColumnElement[bool]:
    """What lies in the actor's territory and was handed in at least once."""
    handed_in = standing.handed_in()
    scopes = actor.scopes("officer", "inspector")
    if actor.system or actor.has_role("admin") or "" in scopes:
        return handed_in
    place = or_(GrowingArea.commune_code.in_(scopes), GrowingArea.province_code.in_(scopes))
    return and_(handed_in, place)


def _wanted(query: InboxQuery, today: date) -> Iterable[ColumnElement[bool]]:
    if query.q:
        yield or_(
            GrowingArea.name_key.contains(fold(query.q), autoescape=True),
            GrowingArea.code == query.q.strip().upper(),
        )
    if query.kind:
        yield GrowingArea.crop_code.in_(kinds.crop_codes(query.kind))
    if query.organisation:
        yield GrowingArea.organisation_id.in_(
            select(Organisation.id).where(Organisation.code == codes.normalise(query.organisation))
        )
    if query.amending:
        yield standing.changing()
    yield GrowingArea.due_on < today if query.overdue else true()
    yield standing.over_others() if query.overlap else true()
    for column, value in (
        (GrowingArea.crop_code, query.crop),
        (GrowingArea.status, query.status),
        (GrowingArea.commune_code, query.commune_code),
    ):
        if value:
            yield column == value
