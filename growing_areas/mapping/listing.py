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
from growing_areas.mapping import framed, picked
from growing_areas.mapping.picked import EVERY, Picked
from growing_areas.models import GrowingArea, PlotVersion

PUBLIC_STATUSES = ("approved", "suspended", "revoked", "expired")
_LAST = "\U0010ffff"
_WIDE_BOX = 0.03
"""Square degrees (about 350 km²) from which on a frame's list begins with its communes."""
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
    picked: Picked = EVERY


def list_public(
    session: Session, wish: ListWish, *, cursor: str | None = None, size: int = paging.DEFAULT_SIZE
) -> Page[ListedArea]:
    """One page of the areas everybody may know of. Raises: Invalid on a bad cursor."""
    key = (GrowingArea.code,)
    statement = select(GrowingArea).where(GrowingArea.code.is_not(None))
    if wish.bbox and not wish.q and _square_degrees(wish.bbox) > _WIDE_BOX:
        after = str(paging.read(cursor, key)[0]) if cursor else ""
        statement = statement.where(GrowingArea.code.in_(_framed(session, wish, after, size)))
    else:
        statement = statement.where(*_conditions(wish))
    page = paging.fetch(session, statement, key, cursor=cursor, size=size, count=False)
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


def _square_degrees(bbox: tuple[float, float, float, float]) -> float:
    west, south, east, north = bbox
    return (east - west) * (north - south)


def _framed(session: Session, wish: ListWish, after: str, size: int) -> list[str]:
    """The codes of one page of a wide frame, and the one that says that more follow."""
    assert wish.bbox is not None
    return framed.codes(
        session,
        wish.bbox,
        statuses=wish.statuses,
        crop_codes=wish.crop_codes,
        unit=(wish.province_code, wish.commune_code),
        picked=wish.picked,
        after=after,
        most=max(1, min(size, paging.MAX_SIZE)) + 1,
    )


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
    found += picked.conditions(wish.picked)
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
