"""Consignments for people: what is on its way here, what was sent, confirming what arrived."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from accounts.doors import current_actor
from accounts.permissions import Actor, may
from foundation import clock, db, i18n, inputs, quantity, web
from foundation.errors import NguonError
from foundation.i18n import N_, _
from products import register
from traceability.cartons import pallets
from traceability.handling import consigning, consignments, receiving, step_forms
from traceability.handling.consignments import ConsignmentQuery
from traceability.handling.schemas import ConsignmentQueryInput, ConsignmentRefusalInput
from traceability.handling.trade_models import Consignment

blueprint = Blueprint("consignments", __name__)

STATES = {
    "sent": N_("Đang đi"),
    "received": N_("Đã nhận"),
    "refused": N_("Bị từ chối, đang trả về"),
    "returned": N_("Đã trả về"),
    "void": N_("Đã hủy chuyến"),
}


@blueprint.get("/workspace/consignments")
@web.guarded("batch.read")
def index() -> str:
    """What the reader's organisations sent and are sent, the newest first."""
    query = inputs.load(ConsignmentQueryInput, request.args)
    with db.reading() as session:
        page = consignments.list_consignments(session, current_actor(), ConsignmentQuery(**query))
        return web.render(
            "traceability/handling/consignments.html",
            page=page,
            states=[(state, _(words)) for state, words in STATES.items()],
            ways=[("in", _("Hàng đến")), ("out", _("Hàng đi"))],
            state_name=state_name,
            own=current_actor().organisation_ids(),
            is_filtered=bool(query["way"] or query["state"]),
        )


@blueprint.get("/workspace/consignments/<code>")
@web.guarded("batch.read")
def show(code: str) -> str:
    """One consignment, and what its reader can do about it."""
    with db.reading() as session:
        return _page(session, code, web.Form())


@blueprint.post("/workspace/consignments/<code>/receive")
@web.guarded("batch.write")
def receive(code: str) -> ResponseReturnValue:
    """Confirm what arrived."""

    def act(session: Session, actor: Actor) -> Consignment:
        wanted = step_forms.receive(code, request.form, clock.now())
        return receiving.receive(session, actor, wanted, now=clock.now())

    return _act(code, act, _("Đã nhận hàng; mỗi dòng hàng là một lô của đơn vị."))


@blueprint.post("/workspace/consignments/<code>/refuse")
@web.guarded("batch.write")
def refuse(code: str) -> ResponseReturnValue:
    """Refuse goods on arrival."""

    def act(session: Session, actor: Actor) -> Consignment:
        given = inputs.load(ConsignmentRefusalInput, request.form)
        return consigning.refuse(session, actor, code, given["reason"], now=clock.now())

    return _act(code, act, _("Đã báo không nhận; bên gửi sẽ xác nhận khi hàng về."))


@blueprint.post("/workspace/consignments/<code>/call-back")
@web.guarded("batch.write")
def call_back(code: str) -> ResponseReturnValue:
    """Undo a sending nobody has confirmed."""
    return _act(
        code,
        lambda session, actor: consigning.call_back(session, actor, code, now=clock.now()),
        _("Đã hủy chuyến; hàng về lại kho."),
    )


@blueprint.post("/workspace/consignments/<code>/take-back")
@web.guarded("batch.write")
def take_back(code: str) -> ResponseReturnValue:
    """Confirm that refused goods are back."""
    return _act(
        code,
        lambda session, actor: consigning.take_back(session, actor, code, now=clock.now()),
        _("Đã nhận lại hàng vào kho."),
    )


@blueprint.post("/workspace/units/<code>/unpack")
@web.guarded("batch.write")
def unpack(code: str) -> ResponseReturnValue:
    """Take everything out of a unit again."""
    with db.transaction() as session:
        unit = pallets.take_apart(session, current_actor(), code, now=clock.now())
        there = unit.contents[0].batch.code
    web.flash_done(_("Đã dỡ kiện; hàng về lại kho."))
    return redirect(url_for("traceability.batches.show", code=there), 303)


def state_name(state: str) -> str:
    """A consignment's state in the reader's language."""
    return _(STATES.get(state, state))


def _act(code: str, act: Callable[[Session, Actor], Consignment], done: str) -> ResponseReturnValue:
    try:
        with db.transaction() as session:
            act(session, current_actor())
    except NguonError as wrong:
        if wrong.status not in (409, 422):
            raise
        error = step_forms.told_by_day(wrong)
        with db.reading() as session:
            return _page(session, code, web.Form.kept(error)), error.status
    web.flash_done(done)
    return redirect(url_for("traceability.consignments.show", code=code), 303)


def _page(session: Session, code: str, form: web.Form) -> str:
    actor = current_actor()
    sent = consignments.get_own(session, actor, code)
    is_taker = sent.recipient is not None and may(actor, "batch.write", sent.recipient)
    products = []
    if is_taker and sent.recipient_id is not None:
        own = register.list_of_organisations(session, (sent.recipient_id,))
        products = [(product.code, product.name) for product in own]
    return web.render(
        "traceability/handling/consignment.html",
        sent=sent,
        form=form,
        products=products,
        is_taker=is_taker,
        is_giver=may(actor, "batch.write", sent),
        may_see_source=may(actor, "batch.read", sent),
        state_name=state_name,
        symbols={
            line.batch.unit: quantity.get_unit(line.batch.unit).symbol(i18n.get_language())
            for line in sent.lines
        },
    )
