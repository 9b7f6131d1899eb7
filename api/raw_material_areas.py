"""Raw-material areas for programs."""

from __future__ import annotations

from typing import Any

from accounts.doors import current_actor
from api.blueprints import Blueprint
from foundation import clock, db, web
from growing_areas.raw_materials import facts, grouping, membership
from growing_areas.raw_materials.answers import inside_json, member_json, public_json, told_of
from growing_areas.raw_materials.grouping import PublicWish
from growing_areas.raw_materials.schemas import (
    InvitedInput,
    MemberSchema,
    PublicRawMaterialsQuery,
    RawMaterialInput,
    RawMaterialListSchema,
    RawMaterialSchema,
)

blueprint = Blueprint(
    "api_raw_material_areas", __name__, url_prefix="/api/v1", description="Raw-material areas"
)


@blueprint.get("/raw-material-areas")
@web.public
@blueprint.arguments(PublicRawMaterialsQuery, location="query")
@blueprint.response(200, RawMaterialListSchema)
def list_areas(query: dict[str, Any]) -> dict[str, Any]:
    """Those that run, newest first, as everybody may know them."""
    cursor, size = query.pop("cursor", None), query.pop("limit")
    with db.reading() as session:
        page = grouping.list_public(session, PublicWish(**query), cursor=cursor, size=size)
        lands = facts.lands_on(session, [area.id for area in page.items], clock.today())
        items = [public_json(area, lands[area.id]) for area in page.items]
        return {"items": items, "next": page.next_cursor}


@blueprint.post("/raw-material-areas")
@web.guarded("material.write")
@blueprint.arguments(RawMaterialInput)
@blueprint.made_at(RawMaterialSchema, "/raw-material-areas/{code}")
def open_area(given: dict[str, Any]) -> dict[str, Any]:
    """Open a raw-material area; registrations of others are invited, one's own join at once."""
    actor, now = current_actor(), clock.now()
    with db.transaction() as session:
        area = grouping.open_area(session, actor, given["organisation"], told_of(given), now=now)
        if given["growing_areas"]:
            membership.invite(session, actor, area.code, given["growing_areas"], now=now)
        return _inside(session, area)


@blueprint.get("/raw-material-areas/<code>")
@web.guarded("material.read")
@blueprint.response(200, RawMaterialSchema)
def get_area(code: str) -> dict[str, Any]:
    """One with its members, for those inside it and officers of its place."""
    with db.reading() as session:
        return _inside(session, membership.get_inside(session, current_actor(), code))


@blueprint.post("/raw-material-areas/<code>/members")
@web.guarded("material.write")
@blueprint.arguments(InvitedInput)
@blueprint.made_at(RawMaterialSchema, "/raw-material-areas/{code}")
def invite(given: dict[str, Any], code: str) -> dict[str, Any]:
    """Invite registrations by code."""
    with db.transaction() as session:
        membership.invite(session, current_actor(), code, given["growing_areas"], now=clock.now())
        return _inside(session, grouping.get_area(session, code))


@blueprint.post("/raw-material-members/<int:member_id>/<any(accept, decline, leave):act>")
@web.guarded("material.write")
@blueprint.response(200, MemberSchema)
def answer(member_id: int, act: str) -> dict[str, Any]:
    """Accept or decline as the owner; leave as the owner or the lead."""
    step = {
        "accept": membership.accept, "decline": membership.decline, "leave": membership.leave,
    }[act]  # fmt: skip
    with db.transaction() as session:
        return member_json(step(session, current_actor(), member_id, now=clock.now()))


def _inside(session: Any, area: Any) -> dict[str, Any]:
    land = facts.lands_on(session, [area.id], clock.today())[area.id]
    return inside_json(area, land, membership.members_of(session, area.id))
