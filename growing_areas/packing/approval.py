"""Approval: an officer gives a house its code, holds it up, lets it go on, renews or ends it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from accounts import permissions, verification
from accounts.permissions import SYSTEM, Actor
from foundation import clock
from foundation.errors import Finding, Invalid, Refused
from growing_areas.packing import codes, houses, lifecycle
from growing_areas.packing.codes import OfficialCode
from growing_areas.packing.models import PackingHouse
from growing_areas.packing.steps import STEPS

_MOST_AT_ONCE = 500


@dataclass(frozen=True)
class HouseDecision:
    """An officer's approval: a code issued elsewhere, the last day it holds."""

    official: OfficialCode | None = None
    valid_until: date | None = None


_PLAIN = HouseDecision()


def approve(
    session: Session,
    actor: Actor,
    house_id: int,
    decision: HouseDecision = _PLAIN,
    *,
    now: datetime,
) -> PackingHouse:
    """Approve an inspected house and give it its code.

    Raises: NotFound, Forbidden; Conflict("packing.wrong_status"); Invalid about the code or the
    last day; Refused("organisation.unverified").
    """
    house = houses.load_house(session, house_id, lock=True)
    permissions.require(actor, "packing.approve", house)
    lifecycle.check(house, "approve")
    verification.require_verified(session, house.organisation_id)
    _check_last_day(decision.valid_until, clock.business_day(now))
    if decision.official is None:
        issued = codes.issue(session, actor, house, now=now)
    else:
        issued = codes.record_official(session, actor, house, decision.official, now=now)
    house.approved_at = now
    house.valid_until = decision.valid_until
    facts = {"code": issued.code, "kind": issued.kind, "valid_until": decision.valid_until}
    lifecycle.take(session, actor, house, "approve", now=now, facts=facts)
    session.flush()
    return house


def send_back(
    session: Session, actor: Actor, house_id: int, reason: str, *, now: datetime
) -> PackingHouse:
    """Return a dossier to its operator, saying what to mend."""
    return _step(session, actor, house_id, "send_back", reason, now=now)


def suspend(
    session: Session, actor: Actor, house_id: int, reason: str, *, now: datetime
) -> PackingHouse:
    """Hold a house up: its code stays, but nothing is to leave under it."""
    return _step(session, actor, house_id, "suspend", reason, now=now)


def restore(
    session: Session, actor: Actor, house_id: int, reason: str, *, now: datetime
) -> PackingHouse:
    """Let a suspended house go on.

    Raises: Refused("packing.validity_over") when its last day has passed meanwhile.
    """
    house = houses.load_house(session, house_id, lock=True)
    permissions.require(actor, "packing.approve", house)
    lifecycle.check(house, "restore")
    if house.valid_until is not None and house.valid_until < clock.business_day(now):
        raise Refused("packing.validity_over", on=house.valid_until)
    return _taken(session, actor, house, "restore", reason, now=now)


def revoke(
    session: Session, actor: Actor, house_id: int, reason: str, *, now: datetime
) -> PackingHouse:
    """End a house for good; its code is never given to another."""
    return _step(session, actor, house_id, "revoke", reason, now=now)


def renew(
    session: Session, actor: Actor, house_id: int, valid_until: date, *, now: datetime
) -> PackingHouse:
    """Let the code of a house hold until a later day, also after it expired.

    Raises: NotFound, Forbidden; Conflict("packing.wrong_status"); Invalid("packing.day_past"),
    Invalid("packing.not_later").
    """
    house = houses.load_house(session, house_id, lock=True)
    permissions.require(actor, "packing.approve", house)
    lifecycle.check(house, "renew")
    _check_last_day(valid_until, clock.business_day(now))
    if house.valid_until is None or valid_until <= house.valid_until:
        params = {"on": house.valid_until or "–"}
        raise Invalid([Finding("packing.not_later", params, "valid_until")])
    house.valid_until = valid_until
    lifecycle.take(session, actor, house, "renew", now=now, facts={"valid_until": valid_until})
    session.flush()
    return house


def expire_due(session: Session, *, now: datetime) -> int:
    """Write down that codes whose last day has passed hold no longer; how many."""
    due = session.scalars(
        select(PackingHouse)
        .options(joinedload(PackingHouse.organisation))
        .where(
            PackingHouse.status.in_(STEPS["expire"].from_statuses),
            PackingHouse.valid_until < clock.business_day(now),
        )
        .order_by(PackingHouse.id)
        .limit(_MOST_AT_ONCE)
        .with_for_update(of=PackingHouse)
    ).all()
    for house in due:
        facts = {"valid_until": house.valid_until}
        lifecycle.take(session, SYSTEM, house, "expire", now=now, facts=facts)
    session.flush()
    return len(due)


def _step(
    session: Session,
    actor: Actor,
    house_id: int,
    action: str,
    reason: str,
    *,
    now: datetime,
) -> PackingHouse:
    house = houses.load_house(session, house_id, lock=True)
    permissions.require(actor, STEPS[action].permission, house)
    lifecycle.check(house, action)
    return _taken(session, actor, house, action, reason, now=now)


def _taken(
    session: Session,
    actor: Actor,
    house: PackingHouse,
    action: str,
    reason: str,
    *,
    now: datetime,
) -> PackingHouse:
    if STEPS[action].needs_reason and not reason.strip():
        raise Invalid([Finding("packing.reason_needed", {}, "reason")])
    lifecycle.take(session, actor, house, action, now=now, reason=reason.strip())
    session.flush()
    return house


def _check_last_day(valid_until: date | None, today: date) -> None:
    if valid_until is not None and valid_until < today:
        raise Invalid([Finding("packing.day_past", {"on": valid_until}, "valid_until")])
