"""Deliveries: which growing areas' harvest a packing house takes in.

An operator declares; an area of another organisation counts only once that organisation has
confirmed it, so that nobody packs under a stranger's code.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, joinedload

from accounts import permissions
from accounts.permissions import Actor
from foundation.errors import Conflict, Finding, Invalid, NotFound
from foundation.inputs import INT64
from growing_areas import areas
from growing_areas.models import IN_FORCE, GrowingArea
from growing_areas.packing import houses, lifecycle
from growing_areas.packing.models import PackingDelivery, PackingHouse

MOST = 200


def declare(
    session: Session, actor: Actor, house_id: int, area_codes: Sequence[str], *, now: datetime
) -> list[PackingDelivery]:
    """Add growing areas, by code, to those that deliver to a house; its own count at once.

    Raises: NotFound, Forbidden; Conflict("packing.wrong_status") for a revoked house; Invalid
    naming every code that nobody bears or that is not in force.
    """
    house = houses.load_house(session, house_id, lock=True)
    permissions.require(actor, "packing.propose", house)
    if house.status == "revoked":
        raise Conflict("packing.wrong_status", status=house.status, action="declare")
    found = areas.list_by_codes(session, area_codes)
    _refuse_strangers(area_codes, found)
    held = set(
        session.scalars(select(PackingDelivery.area_id).where(PackingDelivery.house_id == house.id))
    )
    added = [area for area in found.values() if area.id not in held]
    if len(held) + len(added) > MOST:
        raise Invalid([Finding("packing.too_many_areas", {"most": MOST}, "areas")])
    for area in added:
        own = area.organisation_id == house.organisation_id
        delivery = PackingDelivery(house_id=house.id, area_id=area.id, declared_at=now)
        if own:
            delivery.confirmed_at, delivery.confirmed_by_id = now, actor.person_id
        session.add(delivery)
    session.flush()
    if added:
        told = {"areas": sorted(str(area.code) for area in added)}
        lifecycle.record(session, house, "packing.deliveries_declared", told, now=now)
    return list_of_house(session, house.id)


def confirm(session: Session, actor: Actor, delivery_id: int, *, now: datetime) -> PackingDelivery:
    """Say, for the organisation that owns the area, that it does deliver there.

    Raises: NotFound, Forbidden; Conflict("packing.already_confirmed").
    """
    delivery = _load(session, delivery_id)
    permissions.require(actor, "packing.submit", delivery.area)
    if delivery.confirmed_at is not None:
        raise Conflict("packing.already_confirmed")
    delivery.confirmed_at, delivery.confirmed_by_id = now, actor.person_id
    told = {"areas": [delivery.area.code]}
    lifecycle.record(session, delivery.house, "packing.delivery_confirmed", told, now=now)
    session.flush()
    return delivery


def end(session: Session, actor: Actor, delivery_id: int, *, now: datetime) -> None:
    """Take an area off a house's list: the operator may, and the area's own organisation may.

    Raises: NotFound, Forbidden.
    """
    delivery = _load(session, delivery_id)
    if not permissions.may(actor, "packing.submit", delivery.area):
        permissions.require(actor, "packing.propose", delivery.house)
    told = {"areas": [delivery.area.code]}
    lifecycle.record(session, delivery.house, "packing.delivery_ended", told, now=now)
    session.delete(delivery)
    session.flush()


def list_of_house(session: Session, house_id: int) -> list[PackingDelivery]:
    """Every area declared to deliver to a house, confirmed or not, by code."""
    return _list(session, PackingDelivery.house_id == house_id)


def list_confirmed(session: Session, house_id: int) -> list[PackingDelivery]:
    """The confirmed areas in force: what the public may know."""
    return _list(
        session,
        PackingDelivery.house_id == house_id,
        PackingDelivery.confirmed_at.is_not(None),
        GrowingArea.status == IN_FORCE,
    )


def list_to_confirm(session: Session, actor: Actor) -> list[PackingDelivery]:
    """Others' houses that name areas of the actor's own organisations, not confirmed yet."""
    return _list(
        session,
        PackingDelivery.confirmed_at.is_(None),
        GrowingArea.organisation_id.in_(actor.organisation_ids("manager")),
    )


def _list(session: Session, *conditions: ColumnElement[bool]) -> list[PackingDelivery]:
    return list(
        session.scalars(
            select(PackingDelivery)
            .join(GrowingArea, GrowingArea.id == PackingDelivery.area_id)
            .options(
                joinedload(PackingDelivery.area).joinedload(GrowingArea.organisation),
                joinedload(PackingDelivery.area).joinedload(GrowingArea.version),
                joinedload(PackingDelivery.house).joinedload(PackingHouse.organisation),
            )
            .where(*conditions)
            .order_by(GrowingArea.code, PackingDelivery.id)
        )
    )


def _load(session: Session, delivery_id: int) -> PackingDelivery:
    """A delivery, its row locked: confirmed and ended at once, one of the two finds it gone."""
    if not 0 < delivery_id <= INT64:
        raise NotFound("packing_delivery.not_found")
    session.execute(
        select(PackingDelivery.id).where(PackingDelivery.id == delivery_id).with_for_update()
    )
    found = _list(session, PackingDelivery.id == delivery_id)
    if not found:
        raise NotFound("packing_delivery.not_found")
    return found[0]


def _refuse_strangers(wanted: Iterable[str], found: dict[str, GrowingArea]) -> None:
    findings = []
    for code in dict.fromkeys(each.strip().upper() for each in wanted):
        area = found.get(code)
        if area is None or area.status != IN_FORCE:
            findings.append(Finding("packing.area_not_in_force", {"area": code[:40]}, "areas"))
    if findings:
        raise Invalid(findings)
