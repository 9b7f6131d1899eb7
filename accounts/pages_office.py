"""Officers' pages: organisations of their territory, and the people they appoint."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from accounts import directory, invitations, names, organisations, permissions, verification
from accounts.arrival import again
from accounts.doors import current_actor
from accounts.invitations import OFFICERS_MAY_INVITE, Invited
from accounts.inviting import pages as inviting
from accounts.models import GRANT_ROLES
from accounts.organisations import OrganisationDetails, OrganisationQuery
from accounts.places import provinces, scope_of
from accounts.register import table
from accounts.schemas import (
    ExportQuery,
    InviteOfficialForm,
    OrganisationInput,
    OrganisationsQuery,
    ReasonForm,
)
from foundation import clock, db, inputs, web
from foundation.downloads import table_response
from foundation.errors import Conflict, Invalid, NguonError, Refused
from foundation.i18n import _
from foundation.tables import Column, Notes
from territory import units

blueprint = Blueprint("office", __name__)

_DECISIONS = ("verify", "suspend", "tax-code", "gs1-prefix")

_COLUMNS = (
    Column("province", "Tỉnh, thành phố"),
    Column("commune", "Xã, phường"),
    Column("code", "Mã tổ chức"),
    Column("name", "Tên"),
    Column("kind", "Loại hình (mã)"),
    Column("kind_name", "Loại hình"),
    Column("commune_code", "Mã xã"),
    Column("tax_code", "Mã số thuế"),
    Column("status", "Xác minh (mã)"),
    Column("status_name", "Xác minh"),
    Column("verified_at", "Xác minh lúc", "datetime"),
    Column("created_at", "Ghi lúc", "datetime"),
)


@blueprint.get("/office/organisations")
@web.guarded("organisation.list")
def list_organisations() -> ResponseReturnValue:
    """All organisations of the officer's territory, by name; filters can be shared."""
    query = inputs.load(OrganisationsQuery, request.args)
    with db.reading() as session:
        page = organisations.list_organisations(session, current_actor(), _query(query))
        codes = {row.commune_code for row in page.items}
        places = units.labels(session, codes, clock.today())
    return web.render("accounts/office_organisations.html", page=page, places=places, names=names)


@blueprint.get("/office/organisations/export")
@web.guarded("organisation.list")
def export() -> ResponseReturnValue:
    """The same list as a file, whole."""
    query = inputs.load(ExportQuery, request.args)
    format_ = query.pop("format")
    now = clock.now()
    with db.reading() as session:
        rows = table.organisation_rows(session, current_actor(), _query(query), now=now)
        notes = Notes(_("Tổ chức trên địa bàn"), (table.written_at(now),))
        return table_response(_COLUMNS, rows, format_, "to-chuc", notes=notes)


@blueprint.get("/office/organisations/new")
@web.guarded("organisation.verify")
def ask_new() -> ResponseReturnValue:
    """The form for an organisation from the office's own papers."""
    return web.render("accounts/organisation_form.html", form=web.Form(), **_new_context())


@blueprint.post("/office/organisations/new")
@web.guarded("organisation.verify")
def create() -> ResponseReturnValue:
    """Enter it, vouched for; a manager is invited next."""
    try:
        given = inputs.load(OrganisationInput, request.form)
        with db.transaction() as session:
            made = organisations.enter_verified(
                session, current_actor(), OrganisationDetails(**given), now=clock.now()
            )
    except (Invalid, Conflict) as error:
        return again("accounts/organisation_form.html", error, **_new_context())
    web.flash_done(_("Đã ghi tổ chức mới."))
    return redirect(url_for("accounts.office.show", code=made.code), 303)


@blueprint.post("/office/organisations/<code>/invitations")
@web.guarded("member.invite")
def invite_manager(code: str) -> ResponseReturnValue:
    """Invite somebody to work in an organisation of the territory."""
    answer: ResponseReturnValue = inviting.send_member(code, "accounts.office.show", _context)
    return answer


@blueprint.get("/office/organisations/<code>")
@web.guarded("organisation.list")
def show(code: str) -> ResponseReturnValue:
    """One organisation, and what may be decided about it."""
    return web.render("accounts/office_organisation.html", form=web.Form(), **_context(code))


@blueprint.post("/office/organisations/<code>/verify")
@web.guarded("organisation.verify")
def verify(code: str) -> ResponseReturnValue:
    """Vouch for it."""
    return _decide(code, verification.verify, _("Đã xác minh."))


@blueprint.post("/office/organisations/<code>/suspend")
@web.guarded("organisation.verify")
def suspend(code: str) -> ResponseReturnValue:
    """Take the word back."""
    return _decide(code, verification.suspend, _("Đã tạm dừng."))


@blueprint.post("/office/organisations/<code>/gs1-prefix")
@web.guarded("organisation.verify")
def confirm_prefix(code: str) -> ResponseReturnValue:
    """Confirm the company prefix after seeing GS1's certificate."""
    return _decide(code, verification.confirm_prefix, _("Đã xác nhận đầu mã."))


@blueprint.get("/office/organisations/<code>/<decision>")
@web.guarded("organisation.verify")
def confirm(code: str, decision: str) -> ResponseReturnValue:
    """What a decision does, and why it is taken."""
    if decision not in _DECISIONS:
        return redirect(url_for("accounts.office.show", code=code), 303)
    context = _context(code)
    return web.render(
        "accounts/office_decision.html", form=web.Form(), decision=decision, **context
    )


@blueprint.post("/office/organisations/<code>/tax-code")
@web.guarded("organisation.verify")
def see_tax_code(code: str) -> ResponseReturnValue:
    """Show a household's personal tax number to who checks it; the look is written down."""
    try:
        given = inputs.load(ReasonForm, request.form)
        with db.transaction() as session:
            shown = verification.see_tax_code(
                session, current_actor(), code, given["reason"], now=clock.now()
            )
    except Invalid as error:
        context = {**_context(code), "decision": "tax-code"}
        return again("accounts/office_decision.html", error, **context)
    context = {**_context(code), "tax_code": shown}
    return web.render("accounts/office_organisation.html", form=web.Form(), **context)


@blueprint.get("/office/people")
@web.guarded("person.read")
def people() -> ResponseReturnValue:
    """Who holds which role in the territory, and an invitation for another."""
    return web.render("accounts/office_people.html", form=web.Form(), **_people_context())


@blueprint.post("/office/people")
@web.guarded("person.invite")
def invite() -> ResponseReturnValue:
    """Invite somebody to a role; the link is shown once, for handing over."""
    now = clock.now()
    try:
        given = inputs.load(InviteOfficialForm, request.form)
        invited = Invited(given["name"], given["contact"])
        return inviting.handed_over(
            lambda session, link: invitations.invite_official(
                session,
                current_actor(),
                invited,
                given["role"],
                scope_of(session, given, today=clock.business_day(now)),
                link=link,
                now=now,
            ),
            invited.name,
            url_for("accounts.office.people"),
        )
    except NguonError as error:
        return again("accounts/office_people.html", error, **_people_context())


def _decide(code: str, decision: Any, done: str) -> ResponseReturnValue:
    try:
        given = inputs.load(ReasonForm, request.form)
        with db.transaction() as session:
            decision(session, current_actor(), code, given["reason"], now=clock.now())
    except (Invalid, Conflict, Refused) as error:
        return again(
            "accounts/office_decision.html",
            error,
            decision=decision.__name__,
            **_context(code),
        )
    web.flash_done(done)
    return redirect(url_for("accounts.office.show", code=code), 303)


def _new_context() -> dict[str, Any]:
    return {
        "code": None,
        "is_office": True,
        "kinds": names.options(names.KINDS),
        "tax_types": names.options(names.TAX_TYPES),
    }


def _query(given: dict[str, Any]) -> OrganisationQuery:
    size = given.pop("limit")
    return OrganisationQuery(**given, size=size)


def _context(code: str) -> dict[str, Any]:
    actor = current_actor()
    with db.reading() as session:
        found = organisations.read(session, actor, code)
        commune = units.find_unit(session, found.commune_code, clock.today())
        may_invite = permissions.may(actor, "member.invite", found)
        return {
            "organisation": found,
            "names": names,
            "place": units.label(commune) if commune else "",
            "may_verify": permissions.may(actor, "organisation.verify", found),
            "has_sealed_tax_code": found.personal_tax_sealed is not None,
            "tax_code": found.tax_code,
            "may_invite": may_invite,
            **(inviting.of_organisation(session, found) if may_invite else {}),
        }


def _people_context() -> dict[str, Any]:
    actor = current_actor()
    roles = GRANT_ROLES if actor.has_role("admin") else OFFICERS_MAY_INVITE
    with db.reading() as session:
        officials = directory.list_officials(session, actor)
        scopes = {row.scope_unit_code for row, _name in officials if row.scope_unit_code}
        return {
            "officials": officials,
            "places": units.labels(session, scopes, clock.today()),
            "names": names,
            "roles": names.options({role: names.ROLES[role] for role in roles}),
            "provinces": provinces(session, today=clock.today()),
            **inviting.of_today(session),
        }
