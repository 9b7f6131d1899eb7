"""The story's raw-material areas: a lead, its own areas, and a neighbour who agreed to join."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Organisation
from accounts.permissions import Actor
from foundation import clock
from growing_areas.models import IN_FORCE, GrowingArea
from growing_areas.raw_materials import grouping, membership
from growing_areas.raw_materials.grouping import RawMaterialTold
from growing_areas.raw_materials.models import RawMaterialArea


def tell(
    session: Session,
    parts: list[dict[str, Any]],
    organisations: dict[str, Organisation],
    managers: dict[str, Actor],
    *,
    now: datetime,
) -> None:
    """Open what the story names; what is there already stays."""
    for part in parts:
        known = select(RawMaterialArea.id).where(RawMaterialArea.name == part["name"])
        if session.scalar(known) is None:
            _tell(session, part, organisations, managers, now=now)


def _tell(
    session: Session,
    part: dict[str, Any],
    organisations: dict[str, Organisation],
    managers: dict[str, Actor],
    *,
    now: datetime,
) -> None:
    lead, at = part["lead"], now - timedelta(days=part["since"])
    told = RawMaterialTold(
        part["name"],
        part["crops"],
        buyer_name=part["buyer"],
        contract=part["contract"],
        started_on=clock.business_day(at),
    )
    code = organisations[lead].code
    area = grouping.open_area(session, managers[lead], code, told, now=at)
    owners = {organisations[key].id: managers[key] for key in (lead, *part["members"])}
    codes = session.scalars(
        select(GrowingArea.code)
        .where(
            GrowingArea.organisation_id.in_(owners),
            GrowingArea.crop_code.in_(part["crops"]),
            GrowingArea.status == IN_FORCE,
        )
        .order_by(GrowingArea.id)
    )
    invited = [each for each in codes if each is not None]
    for member in membership.invite(session, managers[lead], area.code, invited, now=at):
        if member.state == "invited":
            owner = owners[member.organisation_id]
            membership.accept(session, owner, member.id, now=at + timedelta(days=2))
