"""Buying slips: written, corrected and struck out; each one is a harvest in the diary at once.

Numbered per organisation and year without gaps among those written. A harvest too early is
recorded all the same and marked. Source: phiếu thu mua of cooperatives; VietGAP (TCVN 11892-1).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts import permissions
from accounts.permissions import Actor
from foundation import clock, quantity
from foundation.errors import Conflict, Finding, Invalid, NotFound
from foundation.inputs import INT64
from growing_areas import areas, diary
from growing_areas.diary import Recorded, Work
from growing_areas.dossiers import lifecycle
from growing_areas.fieldbook import persons, photos
from growing_areas.fieldbook.lines import EARLY
from growing_areas.models import GrowingArea
from growing_areas.parcels.models import Parcel, PlotHousehold
from growing_areas.slips import pricing
from growing_areas.slips.models import BuyingSlip
from growing_areas.slips.recorded import KIND, slip_digest
from ledger import log


@dataclass(frozen=True)
class SlipTold:
    """What the manager says at the scales. ``price_vnd`` is for one ``price_unit`` (kilogram).

    The household is one of the area's list; ``seller`` a name where it stands on none.
    """

    bought_on: date
    quantity: Decimal
    unit: str
    price_vnd: int
    price_unit: str | None = None
    household: int | None = None
    seller: str | None = None
    buyer: str | None = None
    parcels: Sequence[int] = ()
    grade: str | None = None
    notes: str | None = None
    work_key: UUID | None = None


@dataclass(frozen=True)
class Written:
    """The slip, and what is worth knowing about the harvest behind it."""

    slip: BuyingSlip
    findings: tuple[Finding, ...]


def write(
    session: Session, actor: Actor, area_id: int, told: SlipTold, *, now: datetime
) -> Written:
    """Write a slip and the harvest it is; told again under the same key nothing new is written.

    Raises: NotFound, Forbidden; Invalid with every finding; Conflict("slip.key_taken").
    """
    area = areas.load_area(session, area_id)
    permissions.require(actor, "slip.write", area)
    before = _written_before(session, area, told.work_key)
    if before is not None:
        return Written(before, ())
    told = _checked(session, area, told, clock.business_day(now))
    done = diary.record(session, actor, area.id, _harvest(told), now=now)
    return _keep(session, actor, area, told, done, now=now)


def correct(
    session: Session, actor: Actor, slip_id: int, told: SlipTold, reason: str, *, now: datetime
) -> Written:
    """Write a slip in the place of an earlier one; both stay readable, as their harvests do.

    Raises: Conflict("slip.already_corrected"), Invalid, NotFound, Forbidden.
    """
    old = get_slip(session, actor, slip_id)
    before = _written_before(session, areas.load_area(session, old.area_id), told.work_key)
    if before is not None:
        if before.corrects_id == old.id:
            return Written(before, ())
        raise Conflict("slip.key_taken")
    area, old = _correctable(session, actor, slip_id, reason)
    told = _checked(session, area, told, clock.business_day(now))
    work = _harvest(told)
    done = diary.replace_line(session, actor, old.entry_id, work, reason, now=now)
    return _keep(session, actor, area, told, done, now=now, corrects=old, reason=reason)


def void(session: Session, actor: Actor, slip_id: int, reason: str, *, now: datetime) -> BuyingSlip:
    """Strike a slip out, and the harvest it was; both stay readable. Raises as `correct`."""
    area, old = _correctable(session, actor, slip_id, reason)
    entry = diary.strike_line(session, actor, old.entry_id, reason, now=now)
    kept = {
        column.key: getattr(old, column.key)
        for column in BuyingSlip.__table__.columns
        if column.key not in ("id", "work_key")
    }
    changed = {
        "number": None, "entry_id": entry.id, "corrects_id": old.id, "void": True,
        "reason": reason, "recorded_at": now, "recorded_by_id": actor.person_id,
    }  # fmt: skip
    return _add(session, area, BuyingSlip(**{**kept, **changed}), now)


def get_slip(session: Session, actor: Actor, slip_id: int) -> BuyingSlip:
    """A slip, for whoever may read it; raises NotFound("slip.not_found")."""
    slip = session.get(BuyingSlip, slip_id) if 0 < slip_id <= INT64 else None
    if slip is None:
        raise NotFound("slip.not_found")
    permissions.require(actor, "slip.read", areas.load_area(session, slip.area_id))
    return slip


def find_of_entry(session: Session, entry_id: int) -> int | None:
    """The slip a harvest in the diary is, by its id, if it is one."""
    return session.scalar(select(BuyingSlip.id).where(BuyingSlip.entry_id == entry_id))


def find_newer(session: Session, slip: BuyingSlip) -> BuyingSlip | None:
    """What took a slip's place, if anything did."""
    return session.scalar(select(BuyingSlip).where(BuyingSlip.corrects_id == slip.id))


def _written_before(
    session: Session, area: GrowingArea, work_key: UUID | None
) -> BuyingSlip | None:
    if work_key is None:
        return None
    photos.lock(session, work_key)
    found = session.scalar(select(BuyingSlip).where(BuyingSlip.work_key == work_key))
    if found is not None and found.area_id != area.id:
        raise Conflict("slip.key_taken")
    return found


def _checked(session: Session, area: GrowingArea, told: SlipTold, today: date) -> SlipTold:
    """The slip with units by their codes and its household's parcels. Raises: Invalid."""
    found = []
    if told.bought_on > today:
        found.append(Finding("diary.in_future", {"on": told.bought_on}, "bought_on"))
    unit = quantity.find_unit(told.unit)
    if unit is None:
        found.append(Finding("quantity.unit_unknown", {"unit": told.unit[:40]}, "unit"))
    price_unit = quantity.find_unit(told.price_unit) if told.price_unit else None
    if told.price_unit and price_unit is None:
        params = {"unit": told.price_unit[:40]}
        found.append(Finding("quantity.unit_unknown", params, "price_unit"))
    if unit and price_unit and not quantity.is_convertible(unit.code, price_unit.code):
        params = {"unit": unit.symbol_vi, "into": price_unit.symbol_vi}
        found.append(Finding("quantity.units_differ", params, "price_unit"))
    if told.household is not None:
        household = session.get(PlotHousehold, told.household)
        if household is None or household.plot_id != area.plot_id:
            found.append(Finding("household.not_found", {}, "household"))
    if found or unit is None:
        raise Invalid(found)
    code = price_unit.code if price_unit else pricing.usual_price_unit(unit.code)
    if pricing.amount_vnd(told.quantity, unit.code, told.price_vnd, code) > INT64:
        raise Invalid([Finding("slip.too_much", {}, "price_vnd")])
    parcels = told.parcels or _parcels_of(session, area, told.household)
    return replace(
        told, unit=unit.code, price_unit=code, parcels=parcels,
        quantity=quantity.stored(told.quantity),
    )  # fmt: skip


def _parcels_of(session: Session, area: GrowingArea, household_id: int | None) -> tuple[int, ...]:
    """A household's parcels of the area; none known: the harvest is the whole area's."""
    if household_id is None:
        return ()
    statement = select(Parcel.id).where(
        Parcel.plot_id == area.plot_id,
        Parcel.household_id == household_id,
        Parcel.removed_at.is_(None),
    )
    return tuple(session.scalars(statement.order_by(Parcel.id)))


def _harvest(told: SlipTold) -> Work:
    return Work(
        "harvest",
        told.bought_on,
        quantity=told.quantity,
        unit=told.unit,
        notes=told.notes,
        parcels=tuple(told.parcels),
    )


def _correctable(
    session: Session, actor: Actor, slip_id: int, reason: str
) -> tuple[GrowingArea, BuyingSlip]:
    old = None
    if 0 < slip_id <= INT64:
        old = session.get(BuyingSlip, slip_id, with_for_update=True)
    if old is None:
        raise NotFound("slip.not_found")
    area = areas.load_area(session, old.area_id)
    permissions.require(actor, "slip.write", area)
    if old.void or find_newer(session, old) is not None:
        raise Conflict("slip.already_corrected")
    if not reason.strip():
        raise Invalid([Finding("diary.reason_needed", {}, "reason")])
    return area, old


def _keep(
    session: Session,
    actor: Actor,
    area: GrowingArea,
    told: SlipTold,
    done: Recorded,
    *,
    now: datetime,
    corrects: BuyingSlip | None = None,
    reason: str | None = None,
) -> Written:
    owner = area.organisation_id
    names = {
        f"{role}_id": persons.get_or_name(session, owner, role, name, now=now) if name else None
        for role, name in (("seller", told.seller), ("buyer", told.buyer))
    }
    price_unit = told.price_unit or told.unit
    slip = BuyingSlip(
        organisation_id=owner,
        year=told.bought_on.year,
        number=_next_number(session, owner, told.bought_on.year),
        area_id=area.id,
        entry_id=done.entry.id,
        household_id=told.household,
        price_unit=price_unit,
        amount_vnd=pricing.amount_vnd(told.quantity, told.unit, told.price_vnd, price_unit),
        is_early=EARLY in (done.entry.flags or ()),
        corrects_id=corrects.id if corrects else None,
        void=False,
        reason=reason,
        recorded_at=now,
        recorded_by_id=actor.person_id,
        **names,
        **{name: getattr(told, name) for name in _AS_TOLD},
    )
    return Written(_add(session, area, slip, now), done.findings)


_AS_TOLD = tuple(
    each.name
    for each in fields(SlipTold)
    if each.name in ("bought_on", "quantity", "unit", "price_vnd", "grade", "work_key")
)


def _next_number(session: Session, organisation_id: int, year: int) -> int:
    """The next number of a year; whoever asks at the same time waits for this transaction."""
    lock = func.hashtextextended(f"buying slips {organisation_id} {year}", 0)
    session.execute(select(func.pg_advisory_xact_lock(lock)))
    statement = select(func.max(BuyingSlip.number)).where(
        BuyingSlip.organisation_id == organisation_id, BuyingSlip.year == year
    )
    return (session.execute(statement).scalar_one() or 0) + 1


def _add(session: Session, area: GrowingArea, slip: BuyingSlip, now: datetime) -> BuyingSlip:
    session.add(slip)
    session.flush()
    body = {
        "slip": slip.id,
        "entry": slip.entry_id,
        "area": area.id,
        "number": slip.number,
        "year": slip.year,
        "corrects": slip.corrects_id,
        "void": slip.void,
        "digest": slip_digest(slip),
    }
    log.append(session, kind=KIND, subject=lifecycle.subject_of(area), body=body, now=now)
    return slip
