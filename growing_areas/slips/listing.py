"""Slips as a list: filtered, paged, with names for members, summed by household and day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import Session, aliased

from accounts import permissions
from accounts.permissions import Actor
from foundation import paging, quantity
from foundation.paging import Page
from growing_areas import registration
from growing_areas.fieldbook import persons
from growing_areas.models import DiaryEntryParcel, GrowingArea
from growing_areas.parcels.models import Parcel, PlotHousehold
from growing_areas.registration import AreaQuery
from growing_areas.slips.models import BuyingSlip
from growing_areas.slips.pricing import KILOGRAM

_AT_ONCE = 500
_KEY = (BuyingSlip.bought_on, BuyingSlip.id)


@dataclass(frozen=True)
class SlipQuery:
    """Filters of a list of slips."""

    organisation: str | None = None
    area: int | None = None
    household: int | None = None
    since: date | None = None
    until: date | None = None
    cursor: str | None = None
    size: int = 50


@dataclass(frozen=True)
class SlipLine:
    """A slip with its area and its ground; names for members of its organisation only."""

    slip: BuyingSlip
    area: GrowingArea
    parcels: tuple[str, ...]
    seller: str | None
    buyer: str | None


@dataclass(frozen=True)
class Sum:
    """What one household handed over on one day; weights in kilograms, else as weighed."""

    bought_on: date
    seller: str | None
    slips: int
    quantity: Decimal
    unit: str
    amount_vnd: int


def list_slips(session: Session, actor: Actor, query: SlipQuery) -> Page[SlipLine]:
    """The slips that stand and the actor may see, newest first. Raises: Forbidden, Invalid."""
    page = paging.fetch(
        session, _statement(actor, query), _KEY,
        cursor=query.cursor, size=query.size, descending=True,
    )  # fmt: skip
    return replace(page, items=told(session, actor, page.items))


def walk(session: Session, actor: Actor, query: SlipQuery) -> Iterator[SlipLine]:
    """Every slip of a query, oldest first."""
    statement = _statement(actor, query).order_by(*_KEY)
    rows = session.scalars(statement.execution_options(yield_per=_AT_ONCE))
    for part in rows.partitions(_AT_ONCE):
        yield from told(session, actor, list(part))


def told(session: Session, actor: Actor, slips: Sequence[BuyingSlip]) -> list[SlipLine]:
    """Slips with what stands beside them; four statements, however many."""
    wanted = {slip.area_id for slip in slips}
    rows = session.scalars(select(GrowingArea).where(GrowingArea.id.in_(wanted)))
    areas = {area.id: area for area in rows}
    own = set(actor.organisation_ids())
    known = [slip for slip in slips if slip.organisation_id in own or actor.system]
    names = persons.names(session, (n for slip in known for n in (slip.seller_id, slip.buyer_id)))
    households = _households(session, known)
    parcels = _parcels(session, slips)
    return [
        SlipLine(
            slip,
            areas[slip.area_id],
            tuple(parcels.get(slip.entry_id, ())),
            households.get(slip.household_id or 0) or names.get(slip.seller_id or 0),
            names.get(slip.buyer_id or 0),
        )
        for slip in slips
    ]


def sums(session: Session, actor: Actor, query: SlipQuery, most: int = 500) -> list[Sum]:
    """What each household handed over each day, newest day first, at most ``most`` rows."""
    by = (
        BuyingSlip.bought_on, BuyingSlip.organisation_id, BuyingSlip.household_id,
        BuyingSlip.seller_id, BuyingSlip.unit,
    )  # fmt: skip
    rows = session.execute(
        select(
            *by,
            func.count().label("slips"),
            func.sum(BuyingSlip.quantity).label("quantity"),
            func.sum(BuyingSlip.amount_vnd).label("amount"),
        )
        .where(*conditions(actor, query))
        .group_by(*by)
        .order_by(BuyingSlip.bought_on.desc(), BuyingSlip.household_id, BuyingSlip.seller_id)
        .limit(most)
    ).all()
    own = set(actor.organisation_ids())
    known = [row for row in rows if row.organisation_id in own or actor.system]
    households = _named(session, {row.household_id for row in known if row.household_id})
    sellers = persons.names(session, (row.seller_id for row in known))
    found: dict[tuple[object, ...], Sum] = {}
    for row in rows:
        weighed, unit = _in_kilograms(row.quantity, row.unit)
        key = (row.bought_on, row.household_id, row.seller_id, row.organisation_id, unit)
        name = households.get(row.household_id or 0) or sellers.get(row.seller_id or 0)
        before = found.get(key, Sum(row.bought_on, name, 0, Decimal(0), unit, 0))
        found[key] = replace(
            before,
            slips=before.slips + row.slips,
            quantity=before.quantity + weighed,
            amount_vnd=before.amount_vnd + int(row.amount),
        )
    return list(found.values())


def conditions(actor: Actor, query: SlipQuery) -> list[ColumnElement[bool]]:
    """What makes a slip one of the list: it stands, the actor may see it, the filters."""
    permissions.require(actor, "slip.read")
    newer = aliased(BuyingSlip)
    seen = select(GrowingArea.id).where(
        *registration.conditions(actor, AreaQuery(organisation=query.organisation))
    )
    found: list[ColumnElement[bool]] = [
        ~BuyingSlip.void,
        ~exists().where(newer.corrects_id == BuyingSlip.id),
        BuyingSlip.area_id.in_(seen),
    ]
    if not (actor.system or actor.has_role("admin", "officer")):
        own = actor.organisation_ids("manager", "staff")
        found.append(BuyingSlip.organisation_id.in_(own))
    for column, value in (
        (BuyingSlip.area_id, query.area),
        (BuyingSlip.household_id, query.household),
    ):
        if value is not None:
            found.append(column == value)
    if query.since:
        found.append(BuyingSlip.bought_on >= query.since)
    if query.until:
        found.append(BuyingSlip.bought_on <= query.until)
    return found


def _statement(actor: Actor, query: SlipQuery) -> Select[BuyingSlip]:
    return select(BuyingSlip).where(*conditions(actor, query))


def _in_kilograms(amount: Decimal, unit: str) -> tuple[Decimal, str]:
    if quantity.is_convertible(unit, KILOGRAM):
        return quantity.convert(amount, unit, KILOGRAM), KILOGRAM
    return amount, unit


def _households(session: Session, slips: Sequence[BuyingSlip]) -> dict[int, str]:
    return _named(session, {slip.household_id for slip in slips if slip.household_id})


def _named(session: Session, ids: set[int]) -> dict[int, str]:
    if not ids:
        return {}
    rows = session.execute(
        select(PlotHousehold.id, PlotHousehold.name).where(PlotHousehold.id.in_(ids))
    )
    return {row.id: row.name for row in rows}


def _parcels(session: Session, slips: Sequence[BuyingSlip]) -> dict[int, list[str]]:
    rows = session.execute(
        select(DiaryEntryParcel.entry_id, Parcel.label)
        .join(Parcel, Parcel.id == DiaryEntryParcel.parcel_id)
        .where(DiaryEntryParcel.entry_id.in_([slip.entry_id for slip in slips]))
        .order_by(Parcel.number)
    )
    found: dict[int, list[str]] = {}
    for row in rows:
        found.setdefault(row.entry_id, []).append(row.label)
    return found
