"""The cooperative's batches: the list, opening one, looking at one, releasing or holding it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from accounts.doors import current_actor
from accounts.permissions import may
from foundation import clock, codes, config, db, inputs, web
from foundation.downloads import table_response
from foundation.errors import Conflict, NguonError, Refused
from foundation.i18n import _
from foundation.spoken_amounts import with_amount
from growing_areas.parcels import versions
from products import register
from traceability import batch_table, batches, opening, opening_choices, releasing
from traceability.batches import BatchFilter
from traceability.handling import (
    consignments,
    harvest_checks,
    history,
    likeliest,
    packing,
    pages_consignments,
    pages_steps,
    purchases,
    stock,
    typed,
    yields,
)
from traceability.handling.schemas import PurchaseInput
from traceability.labels import choosing, orders
from traceability.models import ORIGINS, Batch
from traceability.opening import new_batch
from traceability.quality import labels as hold_labels
from traceability.recalls import notices
from traceability.scan import telling
from traceability.schemas import BatchForm, BatchQuery, BatchTableQuery
from traceability.undoing import pages as undoing_pages

blueprint = Blueprint("batches", __name__)

_PURCHASE_PARTS = ("supplier", "supplier_lot", "commune", "document_number")


@blueprint.get("/workspace/batches")
@web.guarded("batch.read")
def index() -> str:
    """The batches the reader may see, newest first."""
    query = inputs.load(BatchQuery, request.args)
    size, cursor = query.pop("limit"), query.pop("cursor", None)
    actor = current_actor()
    with db.reading() as session:
        page = batches.list_batches(session, actor, BatchFilter(**query), cursor=cursor, size=size)
        own = register.list_of_organisations(session, actor.organisation_ids())
        return web.render(
            "traceability/batches.html",
            page=page,
            shelves=stock.shelves_of(session, [batch.id for batch in page.items]),
            waiting=consignments.coming_in(session, actor),
            states=[(state, telling.state_name(state)) for state in telling.BATCH_STATES],
            origins=[(origin, batch_table.origin_name(origin)) for origin in ORIGINS],
            products=[(product.code, product.name) for product in own],
            state_name=telling.state_name,
            origin_name=batch_table.origin_name,
            is_filtered=any(request.args.get(name) for name in BatchQuery().fields),
        )


@blueprint.get("/workspace/batches/export")
@web.guarded("batch.read")
def export() -> ResponseReturnValue:
    """The whole list as a table, a row per batch."""
    query = inputs.load(BatchTableQuery, request.args)
    kind = query.pop("format")
    for name in ("limit", "cursor"):
        query.pop(name, None)
    with db.reading() as session:
        rows = batch_table.rows(session, current_actor(), BatchFilter(**query))
        return table_response(
            batch_table.columns(), rows, kind, "lo-san-xuat", notes=batch_table.notes(clock.today())
        )


@blueprint.get("/workspace/batches/new")
@web.guarded("batch.write")
def new() -> str:
    """The form for a new batch of one origin; a harvest of the diary fills it in."""
    with db.reading() as session:
        kept = MultiDict(request.args)
        kept.setdefault("produced_on", clock.today().isoformat())
        return web.render("traceability/batch_new.html", **_choices(session, web.Form(kept)))


@blueprint.post("/workspace/batches")
@web.guarded("batch.write")
def open_batch() -> ResponseReturnValue:
    """Open the batch, or show the form again with everything that is wrong."""
    actor = current_actor()
    try:
        rows = {"purchases": (PurchaseInput, _PURCHASE_PARTS)}
        given = typed.load(BatchForm, with_amount(request.form), row_schemas=rows)
        wanted = new_batch(given)
        with db.transaction() as session:
            batch = opening.open_batch(session, actor, wanted, now=clock.now())
    except NguonError as error:
        if error.status not in (409, 422):
            raise
        with db.reading() as session:
            choices = _choices(session, web.Form.kept(error))
            return web.render_again("traceability/batch_new.html", error, **choices)
    done = (
        _("Đã ghi lô %(lot)s; lô bị tạm giữ.", lot=batch.lot)
        if batch.state == "held"
        else _("Đã mở lô %(lot)s.", lot=batch.lot)
    )
    web.flash_done(done)
    return redirect(url_for("traceability.batches.show", code=batch.code), 303)


@blueprint.get("/workspace/batches/<code>")
@web.guarded("batch.read")
def show(code: str) -> str:
    """One batch: what it is, what there is of it, what happened, and what can be done now."""
    with db.reading() as session:
        return web.render("traceability/batch.html", **_details(session, code), form=web.Form())


@blueprint.post("/workspace/batches/<code>/release")
@web.guarded("batch.release")
def release(code: str) -> ResponseReturnValue:
    """Let the batch be sold, or say what forbids it."""
    return _decide(code, releasing.release, _("Lô đã được phép xuất bán."))


@blueprint.post("/workspace/batches/<code>/hold")
@web.guarded("batch.release")
def hold(code: str) -> ResponseReturnValue:
    """Stop the batch from being sold."""
    return _decide(
        code, releasing.hold, _("Lô đã được tạm giữ; trang truy xuất báo ngay điều này.")
    )


@blueprint.post("/workspace/batches/<code>/purchases/<int:purchase_id>/forget")
@web.guarded("batch.release")
def forget_seller(code: str, purchase_id: int) -> ResponseReturnValue:
    """Erase a private seller's name from a purchase."""
    with db.transaction() as session:
        purchases.forget_seller(session, current_actor(), code, purchase_id, now=clock.now())
    web.flash_done(_("Đã xóa tên người bán."))
    return redirect(url_for("traceability.batches.show", code=code), 303)


def _decide(code: str, act: Any, done: str) -> ResponseReturnValue:
    try:
        with db.transaction() as session:
            act(session, current_actor(), code, now=clock.now())
    except (Conflict, Refused) as error:
        with db.reading() as session:
            return web.render_again("traceability/batch.html", error, **_details(session, code))
    web.flash_done(done)
    return redirect(url_for("traceability.batches.show", code=code), 303)


def _details(session: Session, code: str) -> dict[str, Any]:
    actor = current_actor()
    batch = batches.get_own_batch(session, actor, code)
    held, recall = _stopped(session, batch)
    goods, jobs = _goods(session, batch), orders.list_jobs(session, batch.id)
    may_release, is_void = may(actor, "batch.release", batch), batch.voided_at is not None
    return {
        "batch": batch,
        "parcels": versions.on_day(session, batch.parcel_ids, batch.grown_until).values(),
        "shown_code": codes.grouped(batch.code),
        "trace_url": batches.trace_url(batch, config.current().base_url),
        "trace_path": batches.trace_path(batch),
        **undoing_pages.happened(session, batch),
        "label_jobs": jobs,
        "paper_of": choosing.paper_of,
        "held": held,
        "recall": recall,
        "next_steps": []
        if is_void
        else likeliest.next_steps(
            batch.state,
            goods["shelf"].there,
            is_releasable=may_release and _is_releasable(batch, held),
            has_labels=bool(jobs),
        ),
        "may_release": may_release,
        "may_print": may(actor, "label.issue", batch),
        "may_recall": may(actor, "recall.decide", batch),
        "state_name": telling.state_name,
        "step_name": undoing_pages.step_name,
        "wrong_name": telling.wrong_name,
        "market_name": lambda market: dict(opening_choices.market_choices()).get(market, market),
        **goods,
        # What never was is opened anew, not again.
        "steps": []
        if is_void or not may(actor, "batch.write", batch)
        else pages_steps.allowed(batch),
        "may_note": may(actor, "batch.note", batch),
        "may_see": lambda other: may(actor, "batch.read", other),
    }


def _stopped(
    session: Session, batch: Batch
) -> tuple[list[hold_labels.HoldTold], notices.Announced | None]:
    """What holds a batch, and the recall it is under: that one is told once, as the recall."""
    held = hold_labels.of_batch(session, batch.id)
    if batch.state != "recalled":
        return held, None
    others = [each for each in held if each.reason != "recall"]
    return others, notices.announced(session, batch.id)


def _is_releasable(batch: Batch, held: Sequence[hold_labels.HoldTold]) -> bool:
    """Whether its cooperative may let it out: other holds than its own have another way out."""
    by_hand = all(each.is_own for each in held)
    return batch.state == "open" or (batch.state == "held" and by_hand)


def _goods(session: Session, batch: Batch) -> dict[str, Any]:
    """What there is of a batch, where it came from and where it went."""
    bought = purchases.of_batches(session, [batch.id])
    return {
        "shelf": stock.shelves_of(session, [batch.id])[batch.id],
        "origin_name": batch_table.origin_name,
        "purchases": bought,
        "places": purchases.place_names(session, bought, clock.today()),
        "made_of": history.made_of(session, batch.id),
        "went_into": history.went_into(session, batch.id),
        "movements": history.movements(session, batch.id, size=20),
        "movement_name": batch_table.movement_name,
        "units": packing.units_of_batch(session, batch.id),
        "consignments": consignments.of_batch(session, batch.id),
        "consignment_state": pages_consignments.state_name,
        "odd_yield": yields.find(session, batch.id),
        "shortfall": harvest_checks.of_batch(session, batch),
    }


def _choices(session: Session, form: web.Form) -> dict[str, Any]:
    return {"form": form, **opening_choices.of(session, current_actor(), form.values)}
