"""Admins' pages of the ledger's witnesses: the roll, registering, suspending, alarms."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from accounts.arrival import again, proved
from accounts.doors import current_actor
from accounts.schemas import ReasonForm
from accounts.witnesses import office
from accounts.witnesses.office import Registration
from accounts.witnesses.schemas import AlarmsQuery, WitnessForm
from foundation import clock, db, inputs, web
from foundation.errors import Conflict, Invalid
from foundation.i18n import _, word
from ledger import alarms, witnesses

blueprint = Blueprint("witnesses", __name__)

_ACT = "/admin/witnesses/<int:witness_id>/<any(suspend, resume, withdraw):act>"
_PAGES = "accounts/witnesses/"


@blueprint.get("/admin/witnesses")
@web.guarded(office.ACTION)
def show_roll() -> str:
    """Everybody who witnesses or did, and the alarms that somebody brought."""
    cursor = inputs.load(AlarmsQuery, request.args).get("cursor")
    with db.reading() as session:
        roll = office.list_roll(session, current_actor(), now=clock.now())
        page = alarms.list_page(session, cursor=cursor)
        is_open = alarms.count_open(session)
    return web.render(_PAGES + "roll.html", roll=roll, page=page, is_open=is_open, word=word)


@blueprint.get("/admin/witnesses/new")
@web.guarded(office.ACTION)
def new() -> str:
    """The form of a witness to be."""
    return web.render(_PAGES + "new.html", form=web.Form())


@blueprint.post("/admin/witnesses/new")
@web.guarded(office.ACTION)
@proved
def register() -> ResponseReturnValue:
    """Register a witness."""
    try:
        given = Registration(**inputs.load(WitnessForm, request.form))
        with db.transaction() as session:
            made = office.register(session, current_actor(), given, now=clock.now())
            witness_id = made.id
    except (Invalid, Conflict) as error:
        return again(_PAGES + "new.html", error)
    web.flash_done(_("Đã đăng ký %(name)s làm chứng cho sổ.", name=given.name))
    return redirect(url_for(".show", witness_id=witness_id), 303)


@blueprint.get("/admin/witnesses/<int:witness_id>")
@web.guarded(office.ACTION)
def show(witness_id: int) -> str:
    """One witness: address, key, the last checkpoint it signed."""
    with db.reading() as session:
        return web.render(_PAGES + "witness.html", **_context(session, witness_id))


@blueprint.get(_ACT)
@web.guarded(office.ACTION)
def ask(witness_id: int, act: str) -> str:
    """What will happen, and the reason."""
    with db.reading() as session:
        context = _context(session, witness_id)
    return web.render(_PAGES + "act.html", form=web.Form(), act=act, **context)


@blueprint.post(_ACT)
@web.guarded(office.ACTION)
@proved
def change(witness_id: int, act: str) -> ResponseReturnValue:
    """Suspend a witness, take it up again, or withdraw it."""
    try:
        reason = inputs.load(ReasonForm, request.form)["reason"]
        with db.transaction() as session:
            office.act(session, current_actor(), witness_id, act, reason, now=clock.now())
    except (Invalid, Conflict) as error:
        with db.reading() as session:
            return again(_PAGES + "act.html", error, act=act, **_context(session, witness_id))
    web.flash_done(_("Đã lưu."))
    return redirect(url_for(".show", witness_id=witness_id), 303)


@blueprint.get("/admin/witnesses/alarms/<int:alarm_id>")
@web.guarded(office.ACTION)
def show_alarm(alarm_id: int) -> str:
    """What somebody signed that tells another log, and closing it."""
    with db.reading() as session:
        shown = office.get_alarm(session, current_actor(), alarm_id)
        return web.render(_PAGES + "alarm.html", form=web.Form(), shown=shown, word=word)


@blueprint.post("/admin/witnesses/alarms/<int:alarm_id>")
@web.guarded(office.ACTION)
@proved
def settle(alarm_id: int) -> ResponseReturnValue:
    """Close an alarm, saying what it was."""
    try:
        reason = inputs.load(ReasonForm, request.form)["reason"]
        with db.transaction() as session:
            office.settle(session, current_actor(), alarm_id, reason, now=clock.now())
    except (Invalid, Conflict) as error:
        with db.reading() as session:
            shown = office.get_alarm(session, current_actor(), alarm_id)
            return again(_PAGES + "alarm.html", error, shown=shown, word=word)
    web.flash_done(_("Đã kết thúc báo động; văn bản đã ký vẫn được giữ."))
    return redirect(url_for(".show_roll"), 303)


def _context(session: Session, witness_id: int) -> dict[str, Any]:
    witness = office.get(session, current_actor(), witness_id)
    return {
        "witness": witness,
        "standing": witnesses.standing(session, witness, now=clock.now()),
    }
