"""An organisation's own pages: profile, members, invitations."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response as BaseResponse

from accounts import (
    cookies,
    members,
    names,
    one_time_codes,
    organisations,
    particulars,
    permissions,
    recovery,
    sessions,
)
from accounts.arrival import again
from accounts.doors import current_actor
from accounts.inviting import pages as inviting
from accounts.organisations import OrganisationDetails
from accounts.schemas import OrganisationInput, RolesForm
from foundation import clock, db, inputs, web
from foundation.errors import Invalid, Refused
from foundation.i18n import _
from territory import units

blueprint = Blueprint("organisation", __name__)


@blueprint.get("/workspace/organisation")
@web.signed_in
def mine() -> ResponseReturnValue:
    """One's organisation; a choice when there are several, an offer when there is none."""
    actor = current_actor()
    with db.reading() as session:
        found = organisations.list_own(session, actor)
    if len(found) == 1:
        return redirect(url_for("accounts.organisation.show", code=found[0].code), 303)
    return web.render("accounts/organisations_mine.html", organisations=found, names=names)


@blueprint.get("/workspace/organisations/new")
@web.signed_in
def ask_new() -> ResponseReturnValue:
    """The form for a new organisation."""
    return web.render("accounts/organisation_form.html", form=web.Form(), **_form_context())


@blueprint.post("/workspace/organisations/new")
@web.signed_in
def create() -> ResponseReturnValue:
    """Enter it; the session is opened anew, as a role was won."""
    now = clock.now()
    try:
        given = inputs.load(OrganisationInput, request.form)
        with db.transaction() as session:
            made = organisations.create(
                session, current_actor(), OrganisationDetails(**given), now=now
            )
            opened = sessions.rotate(session, cookies.session_cookie() or "", now=now)
    except Invalid as error:
        return again("accounts/organisation_form.html", error, **_form_context())
    web.flash_done(_("Đã ghi tổ chức mới."))
    response = make_response(redirect(url_for("accounts.organisation.show", code=made.code), 303))
    if opened is not None:
        cookies.put_session(response, opened)
    return response


@blueprint.get("/workspace/organisations/<code>")
@web.guarded("organisation.read")
def show(code: str) -> ResponseReturnValue:
    """Profile, particulars, members and open invitations."""
    return web.render("accounts/organisation.html", form=web.Form(), **_context(code))


@blueprint.get("/workspace/organisations/<code>/edit")
@web.guarded("organisation.edit")
def ask_edit(code: str) -> ResponseReturnValue:
    """The profile as a form."""
    actor = current_actor()
    with db.reading() as session:
        found = organisations.read(session, actor, code)
        permissions.require(actor, "organisation.edit", found)
        commune = units.find_unit(session, found.commune_code, clock.today())
        kept = {
            "name": found.name,
            "kind": found.kind,
            "commune_code": units.label(commune) if commune else found.commune_code,
            "tax_code": particulars.read_tax_code(found) or "",
            "tax_type": found.tax_type,
            "gln": found.gln or "",
            "gs1_prefix": found.gs1_prefix or "",
            "representative": found.representative or "",
            "introduction": found.introduction,
        }
    form = web.Form(kept)
    return web.render("accounts/organisation_form.html", form=form, **_form_context(code))


@blueprint.post("/workspace/organisations/<code>/edit")
@web.guarded("organisation.edit")
def edit(code: str) -> ResponseReturnValue:
    """Keep the changed profile."""
    try:
        given = inputs.load(OrganisationInput, request.form)
        for number in ("gln", "gs1_prefix"):
            # A number rubbed out of the form is taken away; a form without the field keeps it.
            if number in request.form:
                given.setdefault(number, "")
        with db.transaction() as session:
            organisations.edit(
                session, current_actor(), code, OrganisationDetails(**given), now=clock.now()
            )
    except (Invalid, Refused) as error:
        return again("accounts/organisation_form.html", error, **_form_context(code))
    web.flash_done(_("Đã lưu."))
    return _back(code)


@blueprint.post("/workspace/organisations/<code>/invitations")
@web.guarded("member.manage")
def invite(code: str) -> ResponseReturnValue:
    """Invite somebody; the link is shown once, for handing over."""
    answer: ResponseReturnValue = inviting.send_member(code, "accounts.organisation.show", _context)
    return answer


@blueprint.post("/workspace/organisations/<code>/members/<int:person_id>/roles")
@web.guarded("member.manage")
def set_roles(code: str, person_id: int) -> ResponseReturnValue:
    """Change a member's roles; none ticked means they leave."""
    try:
        given = inputs.load(RolesForm, request.form)
        actor, roles, now = current_actor(), frozenset(given["roles"]), clock.now()
        with db.transaction() as session:
            here = sessions.get_session(session, cookies.session_cookie(), now)
            members.set_roles(session, actor, code, person_id, roles, now=now)
            is_own = person_id == actor.person_id
            opened = sessions.reopen(session, here, now=now) if is_own else None
    except (Invalid, Refused) as error:
        return again("accounts/organisation.html", error, **_context(code))
    web.flash_done(_("Đã đổi vai trò."))
    # Whoever has just left has no business on the organisation's page.
    answer = _back(code) if roles or not is_own else redirect("/workspace", 303)
    if opened is not None:
        cookies.put_session(answer, opened)
    return answer


@blueprint.get("/workspace/organisations/<code>/members/<int:person_id>/reset")
@web.guarded("member.manage")
def ask_reset(code: str, person_id: int) -> ResponseReturnValue:
    """What a reset does, before it does it."""
    with db.reading() as session:
        person = members.get_resettable(session, current_actor(), code, person_id)
        return web.render(
            "accounts/member_reset.html", form=web.Form(), code=code, person_name=person.name
        )


@blueprint.post("/workspace/organisations/<code>/members/<int:person_id>/reset")
@web.guarded("member.manage")
def reset(code: str, person_id: int) -> ResponseReturnValue:
    """Open a member's entry anew; the code is shown once."""
    inputs.load(inputs.InputSchema, request.form)
    with db.transaction() as session:
        person = members.get_resettable(session, current_actor(), code, person_id)
        handed = recovery.reset_member(session, current_actor(), code, person_id, now=clock.now())
        name = person.name
    spoken = one_time_codes.spoken(handed)
    return web.render("accounts/member_code.html", code=code, handed=spoken, person_name=name)


def _back(code: str) -> BaseResponse:
    return redirect(url_for("accounts.organisation.show", code=code), 303)


def _form_context(code: str | None = None) -> dict[str, Any]:
    return {
        "code": code,
        "kinds": names.options(names.KINDS),
        "tax_types": names.options(names.TAX_TYPES),
    }


def _context(code: str) -> dict[str, Any]:
    actor, now = current_actor(), clock.now()
    with db.reading() as session:
        found = organisations.read(session, actor, code)
        may_manage = permissions.may(actor, "member.manage", found)
        commune = units.find_unit(session, found.commune_code, clock.business_day(now))
        return {
            "organisation": found,
            "names": names,
            "place": units.label(commune) if commune else "",
            "may_edit": permissions.may(actor, "organisation.edit", found),
            "may_manage": may_manage,
            "members": members.list_members(session, actor, found) if may_manage else [],
            **(inviting.of_organisation(session, found) if may_manage else {}),
        }
