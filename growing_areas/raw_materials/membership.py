"""Membership: registrations invited into a raw-material area, joined with their owner's word, left.

Joined and left are days, so every past day can be told.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from accounts import permissions
from accounts.permissions import Actor
from foundation import clock
from foundation.errors import Conflict, Finding, Invalid, NotFound
from foundation.inputs import INT64
from growing_areas import areas
from growing_areas.models import HOLDING, GrowingArea
from growing_areas.raw_materials import grouping, notices
from growing_areas.raw_materials.models import RawMaterialArea, RawMaterialMember
from ledger import log

_MEMBER = (
    joinedload(RawMaterialMember.area).joinedload(GrowingArea.version),
    joinedload(RawMaterialMember.organisation),
    joinedload(RawMaterialMember.raw_material_area),
)


def invite(
    session: Session, actor: Actor, code: str, area_codes: Sequence[str], *, now: datetime
) -> list[RawMaterialMember]:
    """Invite registrations by code; the lead's own join at once.

    Raises: NotFound, Forbidden; Invalid naming codes that are unknown, not in force, of another
    crop, or in it already.
    """
    area = grouping.get_led(session, actor, code)
    wanted = list(dict.fromkeys(each.strip().upper() for each in area_codes if each.strip()))
    found = areas.list_by_codes(session, wanted)
    inside = {each.area_id for each in members_of(session, area.id) if each.is_open}
    findings = [
        finding
        for each in wanted
        if (finding := _invitation_finding(area, each, found.get(each), inside)) is not None
    ]
    if findings or not wanted:
        raise Invalid(findings or [Finding("input.required", {}, "growing_areas")])
    today = clock.business_day(now)
    made = [_invited(area, found[each], actor, today, now) for each in wanted]
    coded = {each.id: each.code for each in found.values()}
    session.add_all(made)
    session.flush()
    for member in made:
        if member.state == "joined":
            body = {"area": coded[member.area_id], "joined_on": member.joined_on, "left_on": None}
            log.append(session, kind="raw_material.joined", subject=area.code, body=body, now=now)
    asked = {member.area_id for member in made if member.state == "invited"}
    notices.tell_invited(session, area, [each for each in found.values() if each.id in asked])
    return made


def accept(session: Session, actor: Actor, member_id: int, *, now: datetime) -> RawMaterialMember:
    """Agree, as the owner, that a registration joins. Raises: Conflict("material.answered")."""
    member = _open_invitation(session, actor, member_id)
    _answer(member, actor, "joined", now)
    member.joined_on = clock.business_day(now)
    session.flush()
    _log_member(session, "raw_material.joined", member, now)
    notices.tell_answered(session, member)
    return member


def decline(session: Session, actor: Actor, member_id: int, *, now: datetime) -> RawMaterialMember:
    """Decline, as the owner. Raises: Conflict("material.answered")."""
    member = _open_invitation(session, actor, member_id)
    _answer(member, actor, "declined", now)
    session.flush()
    notices.tell_answered(session, member)
    return member


def leave(session: Session, actor: Actor, member_id: int, *, now: datetime) -> RawMaterialMember:
    """Take a registration out, by its owner or by the lead; its days in it are kept.

    Raises: NotFound, Forbidden; Conflict("material.not_in").
    """
    member = get_member(session, member_id)
    if not permissions.may(actor, "material.write", member.raw_material_area):
        permissions.require(actor, "material.write", member)
    if member.state != "joined":
        raise Conflict("material.not_in")
    member.state = "left"
    member.left_on = max(clock.business_day(now), member.joined_on or date.min)
    session.flush()
    _log_member(session, "raw_material.left", member, now)
    return member


def end(session: Session, actor: Actor, code: str, on: date, *, now: datetime) -> RawMaterialArea:
    """End a raw-material area on a day; every registration in it leaves that day.

    Raises: Conflict("material.ended"), Invalid("material.ends_before").
    """
    area = grouping.get_led(session, actor, code)
    if on < area.started_on or on > clock.business_day(now):
        params = {"started_on": area.started_on}
        raise Invalid([Finding("material.ends_before", params, "on")])
    # Locked in id order: an owner who accepts at this moment is heard before or after, not half.
    session.execute(
        select(RawMaterialMember.id)
        .where(RawMaterialMember.raw_material_area_id == area.id)
        .order_by(RawMaterialMember.id)
        .with_for_update()
    )
    for member in members_of(session, area.id):
        if member.state == "invited":
            _answer(member, actor, "declined", now)
        elif member.state == "joined":
            member.state, member.left_on = "left", max(on, member.joined_on or on)
    area.ended_on = on
    session.flush()
    log.append(
        session, kind="raw_material.ended", subject=area.code, body={"ended_on": on}, now=now
    )
    return area


def get_member(session: Session, member_id: int) -> RawMaterialMember:
    """One registration's place in a raw-material area; raises NotFound."""
    if not 0 < member_id <= INT64:
        raise NotFound("material.not_found")
    statement = select(RawMaterialMember).options(*_MEMBER).with_for_update(of=RawMaterialMember)
    member = session.scalar(statement.where(RawMaterialMember.id == member_id))
    if member is None:
        raise NotFound("material.not_found")
    return member


def members_of(session: Session, raw_material_area_id: int) -> list[RawMaterialMember]:
    """Everybody who was invited, joined or left, in that order of time."""
    statement = (
        select(RawMaterialMember)
        .options(*_MEMBER)
        .where(RawMaterialMember.raw_material_area_id == raw_material_area_id)
        .order_by(RawMaterialMember.id)
    )
    return list(session.scalars(statement))


def get_inside(session: Session, actor: Actor, code: str) -> RawMaterialArea:
    """The same for those who may see its inside: the lead, its members, officers of the place.

    Who declined or left is no member: contract and members are none of their business any more.
    """
    area = grouping.get_area(session, code)
    own = actor.organisation_ids("manager", "staff")
    inside = [member for member in members_of(session, area.id) if member.is_open]
    if not any(member.organisation_id in own for member in inside):
        permissions.require(actor, "material.read", area)
    return area


def invitations_for(session: Session, actor: Actor) -> list[RawMaterialMember]:
    """What waits for an answer of the actor's organisations."""
    statement = select(RawMaterialMember).options(
        *_MEMBER,
        joinedload(RawMaterialMember.raw_material_area).joinedload(RawMaterialArea.organisation),
    )
    return list(
        session.scalars(
            statement.where(
                RawMaterialMember.organisation_id.in_(actor.organisation_ids("manager")),
                RawMaterialMember.state == "invited",
            ).order_by(RawMaterialMember.id)
        )
    )


def _invitation_finding(
    area: RawMaterialArea, code: str, found: GrowingArea | None, inside: set[int]
) -> Finding | None:
    if found is None:
        return Finding("material.area_unknown", {"area_code": code[:40]}, "growing_areas")
    if found.status not in HOLDING:
        return Finding("material.area_not_in_force", {"area_code": code}, "growing_areas")
    if found.crop_code not in area.crop_codes:
        return Finding("material.other_crop", {"area_code": code}, "growing_areas")
    if found.id in inside:
        return Finding("material.already_in", {"area_code": code}, "growing_areas")
    return None


def _invited(
    area: RawMaterialArea, found: GrowingArea, actor: Actor, today: date, now: datetime
) -> RawMaterialMember:
    own = found.organisation_id == area.organisation_id
    return RawMaterialMember(
        raw_material_area_id=area.id,
        area_id=found.id,
        organisation_id=found.organisation_id,
        commune_code=found.commune_code,
        province_code=found.province_code,
        state="joined" if own else "invited",
        joined_on=today if own else None,
        invited_at=now,
        invited_by_id=actor.person_id,
        answered_at=now if own else None,
        answered_by_id=actor.person_id if own else None,
    )


def _open_invitation(session: Session, actor: Actor, member_id: int) -> RawMaterialMember:
    member = get_member(session, member_id)
    permissions.require(actor, "material.write", member)
    if member.state != "invited":
        raise Conflict("material.answered")
    return member


def _answer(member: RawMaterialMember, actor: Actor, state: str, now: datetime) -> None:
    member.state = state
    member.answered_at, member.answered_by_id = now, actor.person_id


def _log_member(session: Session, kind: str, member: RawMaterialMember, now: datetime) -> None:
    body = {"area": member.area.code, "joined_on": member.joined_on, "left_on": member.left_on}
    log.append(session, kind=kind, subject=member.raw_material_area.code, body=body, now=now)
