"""Households entered on their behalf, and consents withdrawn."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from accounts import consents, households, names
from accounts.arrival import again
from accounts.doors import current_actor
from accounts.organisations import OrganisationDetails
from accounts.schemas import HouseholdForm
from foundation import clock, db, inputs, web
from foundation.errors import Invalid
from foundation.i18n import _

blueprint = Blueprint("household", __name__)


@blueprint.get("/workspace/households/new")
@web.guarded("household.enter")
def ask() -> ResponseReturnValue:
    """The form, with the words the household agrees to."""
    return web.render("accounts/household_form.html", form=web.Form(), **_context())


@blueprint.post("/workspace/households/new")
@web.guarded("household.enter")
def enter() -> ResponseReturnValue:
    """Enter the household together with its consent."""
    try:
        given = inputs.load(HouseholdForm, request.form)
        details = OrganisationDetails(
            given["name"], "household", given["commune_code"], given.get("tax_code")
        )
        with db.transaction() as session:
            made = households.enter(
                session, current_actor(), details, given["channel"], now=clock.now()
            )
    except Invalid as error:
        return again("accounts/household_form.html", error, **_context())
    web.flash_done(_("Đã ghi hộ và lời đồng ý của hộ."))
    return redirect(url_for("accounts.organisation.show", code=made.code), 303)


@blueprint.get("/account/consents")
@web.signed_in
def list_consents() -> ResponseReturnValue:
    """What one has agreed to, and the way to take it back."""
    with db.reading() as session:
        rows = consents.list_visible(session, current_actor())
    return web.render("accounts/consents.html", rows=rows, names=names)


@blueprint.post("/account/consents/<int:consent_id>/withdraw")
@web.signed_in
def withdraw(consent_id: int) -> ResponseReturnValue:
    """Take a consent back, from now on."""
    with db.transaction() as session:
        consents.withdraw(session, current_actor(), consent_id, now=clock.now())
    web.flash_done(_("Đã rút lại lời đồng ý."))
    return redirect(url_for("accounts.household.list_consents"), 303)


def _context() -> dict[str, Any]:
    kept = {code: names.CHANNELS[code] for code in ("in_person", "paper", "telephone")}
    return {"channels": names.options(kept)}
