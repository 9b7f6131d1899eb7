"""Houses: finding packing houses, one or many, for those who may see their inside."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, or_, select, true
from sqlalchemy.orm import Session, joinedload

from accounts import permissions
from accounts.models import Organisation
from accounts.permissions import Actor
from foundation import codes, paging
from foundation.errors import NotFound
from foundation.inputs import INT64
from foundation.paging import Page
from foundation.vietnamese import fold
from growing_areas.packing.models import IN_FORCE, PackingCode, PackingHouse, PackingStandard


@dataclass(frozen=True)
class HouseQuery:
    """The filters of a list of houses."""

    q: str | None = None
    status: str | None = None
    crop: str | None = None
    commune_code: str | None = None
    province_code: str | None = None
    organisation: str | None = None
    cursor: str | None = None
    size: int = paging.DEFAULT_SIZE


def get_house(session: Session, actor: Actor, house_id: int) -> PackingHouse:
    """A house with its operator, for those who may see its inside.

    Raises: NotFound, also for other organisations' houses; Forbidden, Unauthenticated.
    """
    house = load_house(session, house_id)
    permissions.require(actor, "packing.read", house)
    return house


def load_house(session: Session, house_id: int, *, lock: bool = False) -> PackingHouse:
    """A house by id, unasked who wants it; with ``lock`` nobody else changes it meanwhile."""
    if not 0 < house_id <= INT64:
        raise NotFound("packing.not_found")
    statement = (
        select(PackingHouse)
        .options(joinedload(PackingHouse.organisation))
        .where(PackingHouse.id == house_id)
    )
    if lock:
        statement = statement.with_for_update(of=PackingHouse).execution_options(
            populate_existing=True
        )
    house = session.scalar(statement)
    if house is None:
        raise NotFound("packing.not_found")
    return house


def get_public(session: Session, code: str) -> PackingHouse:
    """The house behind a code, also as its decision prints it; raises NotFound."""
    wanted = code.strip().upper()
    if not code.isprintable() or len(code) > 60:
        raise NotFound("packing.not_found")
    house = session.scalar(
        select(PackingHouse)
        .join(PackingCode, PackingCode.house_id == PackingHouse.id)
        .options(joinedload(PackingHouse.organisation))
        .where(or_(PackingCode.code == wanted, PackingCode.as_printed == wanted))
        .order_by(PackingCode.code == wanted)
        .limit(1)
    )
    if house is None:
        raise NotFound("packing.not_found")
    return house


def code_of(session: Session, house: PackingHouse) -> PackingCode | None:
    """The code as issued, with its decision."""
    return None if house.code is None else session.get(PackingCode, house.code)


def standards_of(session: Session, house_id: int) -> list[PackingStandard]:
    """What a house is certified to."""
    return list(
        session.scalars(
            select(PackingStandard)
            .where(PackingStandard.house_id == house_id)
            .order_by(PackingStandard.id)
        )
    )


def list_houses(
    session: Session, actor: Actor, query: HouseQuery, *, on: date
) -> Page[PackingHouse]:
    """The houses an actor may see the inside of, newest change first."""
    statement = selection(actor, query, on)
    key = (PackingHouse.status_changed_at, PackingHouse.id)
    return paging.fetch(
        session, statement, key, cursor=query.cursor, size=query.size, descending=True
    )


def selection(actor: Actor, query: HouseQuery, on: date) -> Select[PackingHouse]:
    """The houses of a list, unordered (exports read the same ones). Raises: Forbidden."""
    permissions.require(actor, "packing.read")
    return (
        select(PackingHouse)
        .options(joinedload(PackingHouse.organisation))
        .where(_visible(actor), *_wanted(query, on))
    )


def _visible(actor: Actor) -> ColumnElement[bool]:
    scopes = actor.scopes("officer", "inspector", "tech_team")
    if actor.system or actor.has_role("admin") or "" in scopes:
        return true()
    return or_(
        PackingHouse.organisation_id.in_(actor.organisation_ids("manager", "staff")),
        PackingHouse.commune_code.in_(scopes),
        PackingHouse.province_code.in_(scopes),
    )


def has_status(status: str, on: date) -> ColumnElement[bool]:
    """Houses of a status as of a day, see `PackingHouse.status_on`."""
    past = and_(PackingHouse.valid_until.is_not(None), PackingHouse.valid_until < on)
    if status == IN_FORCE:
        return and_(
            PackingHouse.status == IN_FORCE,
            or_(PackingHouse.valid_until.is_(None), PackingHouse.valid_until >= on),
        )
    if status == "expired":
        return or_(PackingHouse.status == "expired", and_(PackingHouse.status == IN_FORCE, past))
    return PackingHouse.status == status


def _wanted(query: HouseQuery, on: date) -> Iterable[ColumnElement[bool]]:
    if query.q:
        yield or_(
            PackingHouse.name_key.contains(fold(query.q), autoescape=True),
            PackingHouse.code == query.q.strip().upper(),
        )
    if query.status:
        yield has_status(query.status, on)
    if query.crop:
        yield PackingHouse.crops.contains([query.crop])
    for column, value in (
        (PackingHouse.commune_code, query.commune_code),
        (PackingHouse.province_code, query.province_code),
    ):
        if value:
            yield column == value
    if query.organisation:
        yield PackingHouse.organisation_id.in_(
            select(Organisation.id).where(Organisation.code == codes.normalise(query.organisation))
        )
