"""The public list of coded areas: page by page, by code, each filter with an index behind it."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from accounts.models import Organisation
from foundation import paging
from foundation.paging import Page
from foundation.vietnamese import fold
from growing_areas import overlap
from growing_areas.models import GrowingArea, PlotVersion

PUBLIC_STATUSES = ("approved", "suspended", "revoked", "expired")
_LAST = "\U0010ffff"
_A_CODE = re.compile(r"[A-Z]{2,4}-[0-9A-Z]")


@dataclass(frozen=True)
class ListedArea:
    """A coded area as a line of the public list: nothing of its outline."""

    code: str
    name: str
    crop_code: str
    status: str
    organisation_name: str
    organisation_slug: str
    commune_code: str
    area_m2: float


@dataclass(frozen=True)
class ListWish:
    """Which areas are listed; ``q`` begins a code, a name of an area, or of its organisation."""

    statuses: Collection[str] = ("approved",)
    crop_codes: Collection[str] = field(default=())
    province_code: str | None = None
    commune_code: str | None = None
    q: str | None = None
    bbox: tuple[float, float, float, float] | None = None


def list_public(
    session: Session, wish: ListWish, *, cursor: str | None = None, size: int = paging.DEFAULT_SIZE
) -> Page[ListedArea]:
    """One page of the areas everybody may know of. Raises: Invalid on a bad cursor."""
    statement = select(GrowingArea).where(GrowingArea.code.is_not(None), *_conditions(wish))
    page = paging.fetch(
        session, statement, (GrowingArea.code,), cursor=cursor, size=size, count=False
    )
    return Page(_listed(session, page.items), page.next_cursor)


def _listed(session: Session, found: list[GrowingArea]) -> list[ListedArea]:
    owners = select(Organisation.id, Organisation.name, Organisation.slug).where(
        Organisation.id.in_({area.organisation_id for area in found})
    )
    names = {row.id: (row.name, row.slug) for row in session.execute(owners)}
    drawn = select(PlotVersion.id, PlotVersion.area_m2).where(
        PlotVersion.id.in_({area.version_id for area in found})
    )
    sizes = {row.id: row.area_m2 for row in session.execute(drawn)}
    return [
        ListedArea(
            str(area.code),
            area.name,
            area.crop_code,
            area.status,
            *names[area.organisation_id],
            area.commune_code,
            sizes[area.version_id],
        )
        for area in found
    ]


def _conditions(wish: ListWish) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [GrowingArea.status.in_(sorted(wish.statuses))]
    if wish.crop_codes:
        found.append(GrowingArea.crop_code.in_(sorted(wish.crop_codes)))
    if wish.province_code:
        found.append(GrowingArea.province_code == wish.province_code)
    if wish.commune_code:
        found.append(GrowingArea.commune_code == wish.commune_code)
    if wish.bbox:
        # Lists tell codes, not places: a frame is widened to whole cells, lest small ones
        # asked one by one find out where a hidden outline lies.
        found.append(overlap.near(*overlap.whole_cells(wish.bbox)))
    if wish.q:
        found.append(_begins(wish.q))
    return found


def _begins(q: str) -> ColumnElement[bool]:
    key, code = fold(q), q.strip().upper()
    begins = and_(GrowingArea.code >= code, GrowingArea.code < code + _LAST)
    if _A_CODE.match(code):
        # Alone, it is one walk along the index in the order of the list.
        return begins
    owners = select(Organisation.id).where(Organisation.name_key.contains(key, autoescape=True))
    return or_(
        begins,
        and_(GrowingArea.name_key >= key, GrowingArea.name_key < key + _LAST),
        GrowingArea.organisation_id.in_(owners),
    )
