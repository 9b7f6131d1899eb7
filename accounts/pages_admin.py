"""Admins' pages: people, their roles, and what was overridden or looked at."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from accounts import audit, directory, grants, names, phone, second_factor, shutting_out
from accounts.arrival import again, proved
from accounts.directory import PeopleSearch
from accounts.doors import current_actor
from accounts.models import GRANT_ROLES
from accounts.places import provinces, scope_of
from accounts.schemas import GrantForm, PeopleQuery, ReasonForm
from foundation import clock, db, inputs, web
from foundation.errors import Invalid, NguonError
from foundation.i18n import _
from territory import units

blueprint = Blueprint("admin", __name__)

_ACTS: dict[str, Callable[..., None]] = {
    "disable": shutting_out.disable,
    "enable": shutting_out.enable,
    "reset-second-factor": second_factor.reset,
}


@blueprint.get("/admin/people")
@web.guarded("person.manage")
def list_people() -> ResponseReturnValue:
    """Everybody who can sign in, by name."""
    query = inputs.load(PeopleQuery, request.args)
    with db.reading() as session:
        page = directory.list_people(session, current_actor(), PeopleSearch(**query))
        held: dict[int, list[str]] = {}
        for row in grants.list_grants(session, [person.id for person in page.items]):
            held.setdefault(row.person_id, []).append(names.called(names.ROLES, row.role))
    roles = names.options({role: names.ROLES[role] for role in GRANT_ROLES})
    return web.render("accounts/admin_people.html", page=page, held=held, roles=roles)


@blueprint.get("/admin/people/<int:person_id>")
@web.guarded("person.manage")
def show(person_id: int) -> ResponseReturnValue:
    """One person with contacts and roles; the look is written down."""
    return web.render("accounts/admin_person.html", form=web.Form(), **_context(person_id))


@blueprint.post("/admin/people/<int:person_id>/roles")
@web.guarded("person.manage")
@proved
def grant(person_id: int) -> ResponseReturnValue:
    """Give a role."""
    now = clock.now()
    try:
        given = inputs.load(GrantForm, request.form)
        with db.transaction() as session:
            scope = scope_of(session, given, today=clock.business_day(now))
            grants.grant(session, current_actor(), person_id, given["role"], scope, now=now)
    except Invalid as error:
        return again("accounts/admin_person.html", error, **_context(person_id))
    web.flash_done(_("Đã giao vai trò. Người này cần đăng nhập lại."))
    return _back(person_id)


@blueprint.post("/admin/people/<int:person_id>/roles/<int:grant_id>/revoke")
@web.guarded("person.manage")
def revoke(person_id: int, grant_id: int) -> ResponseReturnValue:
    """Take a role back."""
    return _act(
        person_id,
        lambda session, reason: grants.revoke(
            session, current_actor(), grant_id, reason, now=clock.now()
        ),
    )


@blueprint.post("/admin/people/<int:person_id>/<act>")
@web.guarded("person.manage")
@proved
def change(person_id: int, act: str) -> ResponseReturnValue:
    """Shut out, let in, or take off a lost second factor; each with its reason."""
    if act not in _ACTS:
        return _back(person_id)
    return _act(
        person_id,
        lambda session, reason: _ACTS[act](
            session, current_actor(), person_id, reason, now=clock.now()
        ),
    )


@blueprint.get("/admin/audit")
@web.guarded("person.manage")
def list_audit() -> ResponseReturnValue:
    """What was overridden or looked at, newest first."""
    cursor = inputs.load(PeopleQuery, request.args).get("cursor")
    with db.reading() as session:
        page = audit.list_entries(session, current_actor(), cursor=cursor)
        who = directory.names_of(session, {row.person_id for row in page.items if row.person_id})
    return web.render("accounts/admin_audit.html", page=page, who=who, names=names)


def _act(person_id: int, act: Callable[[Session, str], Any]) -> ResponseReturnValue:
    try:
        given = inputs.load(ReasonForm, request.form)
        with db.transaction() as session:
            act(session, given["reason"])
    except NguonError as error:
        if error.status not in (409, 422):
            raise
        return again("accounts/admin_person.html", error, **_context(person_id))
    web.flash_done(_("Đã lưu."))
    return _back(person_id)


def _back(person_id: int) -> ResponseReturnValue:
    return redirect(url_for("accounts.admin.show", person_id=person_id), 303)


def _context(person_id: int) -> dict[str, Any]:
    now = clock.now()
    with db.transaction() as session:
        seen = directory.see_person(session, current_actor(), person_id, now=now)
        scopes = {row.scope_unit_code for row in seen.grants if row.scope_unit_code}
        return {
            "seen": seen,
            "person": seen.person,
            "phone": phone.spoken(seen.person.phone) if seen.person.phone else "",
            "places": units.labels(session, scopes, clock.business_day(now)),
            "names": names,
            "roles": names.options({role: names.ROLES[role] for role in GRANT_ROLES}),
            "provinces": provinces(session, today=clock.business_day(now)),
        }
