"""Undoing a step for people: what will happen, what stands in the way, why it was wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from accounts.doors import current_actor
from accounts.permissions import may
from foundation import clock, db, i18n, inputs, web
from foundation.errors import NguonError
from foundation.i18n import _
from traceability import batches, told_events
from traceability.epcis import own_documents
from traceability.epcis.models import EpcisEvent
from traceability.handling import markets
from traceability.models import Batch
from traceability.opening_choices import market_choices
from traceability.scan import telling as scan_telling
from traceability.undoing import naming, steps, telling, undoing
from traceability.undoing.schemas import UndoForm
from traceability.undoing.undoing import Mistake

blueprint = Blueprint("undoing", __name__)


@blueprint.get("/workspace/batches/<code>/undo/<uuid:event>")
@web.guarded("batch.undo")
def confirm(code: str, event: UUID) -> str:
    """What undoing a step does, before it is done."""
    with db.reading() as session:
        return _page(session, code, event, web.Form())


@blueprint.post("/workspace/batches/<code>/undo/<uuid:event>")
@web.guarded("batch.undo")
def undo(code: str, event: UUID) -> ResponseReturnValue:
    """Undo the step, or say what stands on it."""
    try:
        given = inputs.load(UndoForm, request.form)
        wanted = Mistake(code, event.urn, given["reason"])
        with db.transaction() as session:
            step = undoing.undo(session, current_actor(), wanted, now=clock.now())
            kind = step.kind
    except NguonError as error:
        if error.status not in (409, 422) or error.code in ("step.undone", "step.not_undoable"):
            raise
        with db.reading() as session:
            return _page(session, code, event, web.Form.kept(error)), error.status
    web.flash_done(_("Đã hủy việc ghi nhầm: %(step)s.", step=telling.kind_name(kind)))
    return redirect(url_for("traceability.batches.show", code=code), 303)


def happened(session: Session, batch: Batch) -> dict[str, Any]:
    """What happened to a batch, and the pages on which steps of its own may be undone."""
    told = told_events.list_told(session, batch.id)
    undo_of = {}
    if may(current_actor(), "batch.undo", batch):
        undo_of = {
            each.event.id: page_of(batch, each.event)
            for each in told
            if each.wrong_since is None and steps.is_undoable(each.event, batch)
        }
    return {"events": told, "undo_of": undo_of, "void": _void(session, batch)}


def step_name(event: EpcisEvent) -> str:
    """What an event is called among those of its batch."""
    details = own_documents.own_details(event.document) or {}
    if details.get("step") != markets.CHANGED:
        return scan_telling.step_name(event.biz_step or "")
    named = dict(market_choices())
    before, after = (details.get(each) or "" for each in ("before", "market"))
    return _(
        "Đổi thị trường: từ %(before)s sang %(after)s",
        before=named.get(before, before) or _("như sản phẩm"),
        after=named.get(after, after) or _("như sản phẩm"),
    )


@dataclass(frozen=True)
class Void:
    """A batch that never was: whether its name may be given again, to which batch it was, where."""

    may_reuse: bool
    successor: Batch | None
    reopen: str


def _void(session: Session, batch: Batch) -> Void | None:
    if batch.voided_at is None:
        return None
    successor = naming.bearer_of(session, batch) if batch.is_nameless else None
    filled: dict[str, Any] = {
        "origin": batch.origin,
        "product": batch.product.code,
        "lot": batch.lot if batch.is_nameless else "",
        "quantity": i18n.number(batch.quantity),
        "unit": batch.unit,
        "produced_on": batch.produced_on.isoformat(),
        "harvested_on": batch.harvested_on.isoformat() if batch.harvested_on else "",
        "growing_areas": [area.code for area in batch.areas if area.code],
        "areas": [str(area.id) for area in batch.areas if not area.code],
        "parcels": [str(each) for each in batch.parcel_ids],
    }
    reopen = url_for("traceability.batches.new", **{k: v for k, v in filled.items() if v})
    by_form = batch.origin != "batches" and may(current_actor(), "batch.write", batch)
    return Void(batch.is_nameless, successor, reopen if by_form and successor is None else "")


def page_of(batch: Batch, event: EpcisEvent) -> str:
    """Where a step of a batch is undone."""
    name = event.event_id.removeprefix("urn:uuid:")
    return url_for("traceability.undoing.confirm", code=batch.code, event=name)


def _page(session: Session, code: str, event: UUID, form: web.Form) -> str:
    actor = current_actor()
    outlook = undoing.look(session, actor, code, event.urn, now=clock.now())
    return web.render(
        "traceability/undoing/confirm.html",
        batch=batches.get_own_batch(session, actor, code),
        step=outlook.step,
        event=event,
        label=telling.kind_name(outlook.step.kind),
        effects=telling.effects(outlook),
        obstacles=[i18n.word(each.code, each.params) for each in outlook.findings],
        reasons=telling.reason_options(),
        form=form,
    )
