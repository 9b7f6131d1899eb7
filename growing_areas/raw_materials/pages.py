"""Pages of raw-material areas: the cooperative's, the office's list, and everybody's."""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from accounts.doors import current_actor
from accounts.permissions import may, require
from foundation import clock, db, inputs, web
from foundation.errors import Conflict, Invalid
from foundation.i18n import _, ngettext
from growing_areas import labels, pages_drafts
from growing_areas.raw_materials import facts, grouping, membership, pages_public
from growing_areas.raw_materials.answers import told_of
from growing_areas.raw_materials.models import RawMaterialArea
from growing_areas.raw_materials.schemas import (
    EndInput,
    InvitedForm,
    RawMaterialForm,
    RawMaterialInput,
    RawMaterialsQuery,
)
from territory import units

blueprint = Blueprint("raw_materials", __name__)
blueprint.register_blueprint(pages_public.blueprint)

_FORM = "growing_areas/raw_materials/form.html"
_SHOW = "growing_areas/raw_materials/show.html"


@blueprint.get("/workspace/raw-material-areas")
@web.guarded("material.read")
def list_own() -> str:
    """Those one's organisations lead or belong to, and invitations that wait."""
    with db.reading() as session:
        waiting = membership.invitations_for(session, current_actor())
        return _list(session, "growing_areas/raw_materials/list.html", invitations=waiting)


@blueprint.get("/office/raw-material-areas")
@web.guarded("material.office")
def list_office() -> str:
    """Those of the office's territory."""
    with db.reading() as session:
        return _list(session, "growing_areas/raw_materials/office.html")


@blueprint.get("/workspace/raw-material-areas/new")
@web.guarded("material.write")
def new() -> str:
    """An empty form."""
    with db.reading() as session:
        return web.render(_FORM, form=web.Form(), **_choices(session, None))


@blueprint.post("/workspace/raw-material-areas/new")
@web.guarded("material.write")
def create() -> ResponseReturnValue:
    """Open a raw-material area."""
    try:
        plain = request.form.copy()
        with db.transaction() as session:
            own = pages_drafts.own_organisations(session)
            if not plain.get("organisation") and len(own) == 1:
                plain["organisation"] = own[0][0]
            given = inputs.load(RawMaterialInput, plain)
            area = grouping.open_area(
                session, current_actor(), given["organisation"], told_of(given), now=clock.now()
            )
            code = area.code
    except Invalid as error:
        with db.reading() as session:
            return web.render_again(_FORM, error, **_choices(session, None))
    web.flash_done(_("Đã lập vùng nguyên liệu %(code)s.", code=code))
    return redirect(url_for(".show", code=code), 303)


@blueprint.get("/workspace/raw-material-areas/<code>")
@web.guarded("material.read")
def show(code: str) -> str:
    """One from the inside: members, invitations, land."""
    with db.reading() as session:
        return web.render(_SHOW, form=web.Form(), **_inside(session, code))


@blueprint.get("/workspace/raw-material-areas/<code>/edit")
@web.guarded("material.write")
def edit(code: str) -> str:
    """The form of a raw-material area as it stands."""
    with db.reading() as session:
        area = _own(session, code)
        values = {
            "name": area.name,
            "crops": list(area.crop_codes),
            "buyer": area.buyer.code if area.buyer else None,
            "buyer_name": "" if area.buyer else area.buyer_name,
            "contract": area.contract,
            "started_on": area.started_on,
        }
        return web.render(_FORM, form=web.Form(values), **_choices(session, area))


@blueprint.post("/workspace/raw-material-areas/<code>/edit")
@web.guarded("material.write")
def change(code: str) -> ResponseReturnValue:
    """Correct what is said about a raw-material area."""
    try:
        told = told_of(inputs.load(RawMaterialForm, request.form))
        with db.transaction() as session:
            grouping.change(session, current_actor(), code, told, now=clock.now())
    except Invalid as error:
        with db.reading() as session:
            area = _own(session, code)
            return web.render_again(_FORM, error, **_choices(session, area))
    web.flash_done(_("Đã lưu."))
    return redirect(url_for(".show", code=code), 303)


@blueprint.post("/workspace/raw-material-areas/<code>/invite")
@web.guarded("material.write")
def invite(code: str) -> ResponseReturnValue:
    """Invite registrations by the codes typed or pasted."""
    try:
        typed = inputs.load(InvitedForm, request.form)["growing_areas"]
        codes = re.split(r"[\s,;]+", typed.strip())
        with db.transaction() as session:
            made = membership.invite(session, current_actor(), code, codes, now=clock.now())
            count = len(made)
    except (Invalid, Conflict) as error:
        with db.reading() as session:
            return web.render_again(_SHOW, error, **_inside(session, code))
    web.flash_done(ngettext("Đã mời %(num)s vùng.", "Đã mời %(num)s vùng.", count))
    return redirect(url_for(".show", code=code), 303)


@blueprint.post("/workspace/raw-material-areas/<code>/end")
@web.guarded("material.write")
def end(code: str) -> ResponseReturnValue:
    """End a raw-material area."""
    try:
        on = inputs.load(EndInput, request.form)["on"]
        with db.transaction() as session:
            membership.end(session, current_actor(), code, on, now=clock.now())
    except (Invalid, Conflict) as error:
        with db.reading() as session:
            return web.render_again(_SHOW, error, **_inside(session, code))
    web.flash_done(_("Vùng nguyên liệu đã kết thúc; lịch sử vẫn giữ."))
    return redirect(url_for(".show", code=code), 303)


@blueprint.post("/workspace/raw-material-members/<int:member_id>/<any(accept, decline, leave):act>")
@web.guarded("material.write")
def answer(member_id: int, act: str) -> ResponseReturnValue:
    """Accept or decline an invitation, or leave."""
    inputs.load(inputs.InputSchema, request.form)
    actor, now = current_actor(), clock.now()
    with db.transaction() as session:
        if act == "accept":
            membership.accept(session, actor, member_id, now=now)
        elif act == "decline":
            membership.decline(session, actor, member_id, now=now)
        else:
            membership.leave(session, actor, member_id, now=now)
    said = {
        "accept": _("Đã tham gia vùng nguyên liệu."),
        "decline": _("Đã từ chối lời mời."),
        "leave": _("Vùng đã rời vùng nguyên liệu; thời gian tham gia vẫn được giữ."),
    }
    web.flash_done(said[act])
    return redirect(url_for(".list_own"), 303)


def _list(session: Session, template: str, **context: Any) -> str:
    query = inputs.load(RawMaterialsQuery, request.args)
    page = grouping.list_areas(
        session, current_actor(), q=query["q"], cursor=query.get("cursor"), size=query["limit"]
    )
    today = clock.today()
    lands = facts.lands_on(session, [area.id for area in page.items], today)
    places = units.labels(session, {area.commune_code for area in page.items}, today)
    return web.render(
        template, page=page, lands=lands, places=places, labels=labels, form=web.Form(), **context
    )


def _inside(session: Session, code: str) -> dict[str, Any]:
    actor = current_actor()
    area = membership.get_inside(session, actor, code)
    members = membership.members_of(session, area.id)
    return {
        "area": area,
        "members": members,
        "land": facts.lands_on(session, [area.id], clock.today())[area.id],
        "leads": may(actor, "material.write", area),
        "mine": {member.id for member in members if may(actor, "material.write", member)},
        "labels": labels,
        "today": clock.today(),
    }


def _own(session: Session, code: str) -> RawMaterialArea:
    area = grouping.get_area(session, code)
    require(current_actor(), "material.write", area)
    return area


def _choices(session: Session, area: RawMaterialArea | None) -> dict[str, Any]:
    return {
        "area": area,
        "organisations": pages_drafts.own_organisations(session),
        "labels": labels,
    }
