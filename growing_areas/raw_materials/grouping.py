"""Raw-material areas (vùng nguyên liệu): opened by a lead, joined by owners who agree, left, ended.

The lead invites registrations by their codes; those of its own organisation join at once, those of
others when their manager accepts. Joined and left are days, so every past day can be told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, any_, func, literal, or_, select, text, true
from sqlalchemy.orm import Session, joinedload

from accounts import organisations, permissions
from accounts.permissions import Actor
from foundation import clock, paging
from foundation.errors import Conflict, Finding, Invalid, NotFound
from foundation.paging import Page
from foundation.vietnamese import fold
from growing_areas.crops import find_crop
from growing_areas.raw_materials.models import RawMaterialArea, RawMaterialMember
from ledger import log

_SERIAL_LOCK = 5_050_011
_WHOLE = (joinedload(RawMaterialArea.organisation), joinedload(RawMaterialArea.buyer))


@dataclass(frozen=True)
class RawMaterialTold:
    """What a lead says: crops by code, the buyer as an organisation's code or merely a name."""

    name: str
    crops: Sequence[str]
    buyer: str | None = None
    buyer_name: str = ""
    contract: str = ""
    started_on: date | None = None


@dataclass(frozen=True)
class PublicWish:
    """What somebody looks for: part of a name or a code, a crop, a province."""

    q: str = ""
    crop: str | None = None
    province_code: str | None = None


def open_area(
    session: Session, actor: Actor, organisation_code: str, told: RawMaterialTold, *, now: datetime
) -> RawMaterialArea:
    """Open a raw-material area led by an organisation, with the next code of its province.

    Raises: NotFound, Forbidden; Invalid with every finding.
    """
    lead = organisations.get_organisation(session, organisation_code)
    permissions.require(actor, "material.write", lead)
    session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _SERIAL_LOCK})
    serial = 1 + (
        session.scalar(
            select(func.max(RawMaterialArea.serial)).where(
                RawMaterialArea.province_code == lead.province_code
            )
        )
        or 0
    )
    area = RawMaterialArea(
        code=f"NL.{lead.province_code}.{serial:04d}",
        serial=serial,
        organisation_id=lead.id,
        commune_code=lead.commune_code,
        province_code=lead.province_code,
        started_on=told.started_on or clock.business_day(now),
        created_at=now,
        created_by_id=actor.person_id,
    )
    _fill(session, area, told, today=clock.business_day(now))
    session.add(area)
    session.flush()
    body = {"lead": lead.code, "crops": list(area.crop_codes), "started_on": area.started_on}
    log.append(session, kind="raw_material.opened", subject=area.code, body=body, now=now)
    return get_area(session, area.code)


def change(
    session: Session, actor: Actor, code: str, told: RawMaterialTold, *, now: datetime
) -> RawMaterialArea:
    """Correct what is said about a raw-material area. Raises as `open_area`."""
    area = get_led(session, actor, code)
    _fill(session, area, told, today=clock.business_day(now))
    session.flush()
    return area


def get_area(session: Session, code: str) -> RawMaterialArea:
    """The raw-material area of a code, for everybody; raises NotFound("material.not_found")."""
    usable = code.isprintable() and len(code) <= 40
    statement = select(RawMaterialArea).options(*_WHOLE)
    area = (
        session.scalar(statement.where(RawMaterialArea.code == code.strip().upper()))
        if usable
        else None
    )
    if area is None:
        raise NotFound("material.not_found")
    return area


def list_areas(
    session: Session, actor: Actor, *, q: str = "", cursor: str | None = None, size: int = 50
) -> Page[RawMaterialArea]:
    """Those the actor may see the inside of, newest first. Raises: Forbidden."""
    permissions.require(actor, "material.read")
    return _page(session, _select(q).where(_visible(actor)), cursor, size)


def list_public(
    session: Session, wish: PublicWish, *, cursor: str | None = None, size: int = 50
) -> Page[RawMaterialArea]:
    """All that have not ended and that the wish fits, newest first, for everybody."""
    statement = _select(wish.q).where(RawMaterialArea.ended_on.is_(None))
    if wish.crop:
        statement = statement.where(literal(wish.crop) == any_(RawMaterialArea.crop_codes))
    if wish.province_code:
        statement = statement.where(RawMaterialArea.province_code == wish.province_code)
    return _page(session, statement, cursor, size)


def _select(q: str) -> Select[RawMaterialArea]:
    statement = select(RawMaterialArea).options(*_WHOLE)
    if q:
        statement = statement.where(
            or_(
                RawMaterialArea.name_key.contains(fold(q), autoescape=True),
                RawMaterialArea.code == q.strip().upper(),
            )
        )
    return statement


def _page(
    session: Session, statement: Select[RawMaterialArea], cursor: str | None, size: int
) -> Page[RawMaterialArea]:
    key = (RawMaterialArea.created_at, RawMaterialArea.id)
    return paging.fetch(session, statement, key, cursor=cursor, size=size, descending=True)


def _visible(actor: Actor) -> ColumnElement[bool]:
    scopes = actor.scopes("officer")
    if actor.system or actor.has_role("admin") or "" in scopes:
        return true()
    own = actor.organisation_ids("manager", "staff")
    within = select(RawMaterialMember.raw_material_area_id).where(
        RawMaterialMember.organisation_id.in_(own),
        RawMaterialMember.state.in_(("invited", "joined")),
    )
    return or_(
        RawMaterialArea.organisation_id.in_(own),
        RawMaterialArea.id.in_(within),
        RawMaterialArea.commune_code.in_(scopes),
        RawMaterialArea.province_code.in_(scopes),
    )


def get_led(session: Session, actor: Actor, code: str) -> RawMaterialArea:
    """The area, locked, for whoever leads it; raises Conflict("material.ended")."""
    area = get_area(session, code)
    permissions.require(actor, "material.write", area)
    session.execute(
        select(RawMaterialArea.id).where(RawMaterialArea.id == area.id).with_for_update()
    )
    session.refresh(area, ["ended_on"])
    if area.ended_on is not None:
        raise Conflict("material.ended", on=area.ended_on)
    return area


def _fill(session: Session, area: RawMaterialArea, told: RawMaterialTold, *, today: date) -> None:
    crops = list(dict.fromkeys(told.crops))
    found = [
        Finding("crop.not_found", {"crop": crop[:40]}, "crops")
        for crop in crops
        if find_crop(crop) is None
    ]
    if not crops:
        found.append(Finding("input.required", {}, "crops"))
    if told.started_on is not None and told.started_on > today:
        found.append(Finding("material.in_future", {"on": told.started_on}, "started_on"))
    buyer = organisations.find_organisation(session, told.buyer) if told.buyer else None
    if told.buyer and buyer is None:
        found.append(Finding("material.no_such_buyer", {"code": told.buyer[:20]}, "buyer"))
    if found:
        raise Invalid(found)
    area.name, area.name_key = told.name, fold(told.name)
    area.crop_codes = crops
    area.buyer_id = buyer.id if buyer is not None else None
    area.buyer_name = buyer.name if buyer is not None else told.buyer_name
    area.contract = told.contract
