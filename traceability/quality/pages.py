"""The officer's desk for held batches: the list, why each is held, and the decision."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from accounts import permissions
from accounts.doors import current_actor
from accounts.permissions import Actor
from foundation import clock, db, inputs, web
from foundation.downloads import table_response
from foundation.errors import NguonError
from foundation.i18n import _
from foundation.tables import Notes
from growing_areas import acting
from territory import filters, units
from traceability import batches
from traceability.certifying import laboratory
from traceability.quality import deciding, labels, listing, reach
from traceability.quality.deciding import Decision
from traceability.quality.listing import HoldQuery
from traceability.quality.schemas import HoldInput, HoldsQuery, LiftInput
from traceability.scan import telling

blueprint = Blueprint("holds", __name__, url_prefix="/office/holds")


@blueprint.get("")
@web.guarded("hold.office")
def queue() -> ResponseReturnValue:
    """What is held in the officer's territory, and why."""
    given = filters.read(HoldsQuery)
    if given.moved:
        return redirect(given.moved)
    with db.reading() as session:
        page = listing.list_holds(session, current_actor(), _query(given.given))
        told = labels.tell(session, list(page.items))
        places = units.labels(session, {h.batch.commune_code for h in page.items}, clock.today())
    return web.render(
        "traceability/quality/holds.html",
        form=given.form,
        page=page,
        told={each.id: each for each in told},
        places=places,
        reasons=labels.reason_options(),
    ), given.status


@blueprint.get("/table")
@web.guarded("hold.office")
def export() -> ResponseReturnValue:
    """The whole list under the same filters, as XLSX, CSV or JSON."""
    query = _query(filters.read(HoldsQuery).given)
    today = clock.today()
    with db.reading() as session:
        columns, rows = listing.table(session, current_actor(), query)
        notes = Notes(_("Lô bị tạm giữ"), (_("Ngày xuất: %(on)s", on=f"{today:%d/%m/%Y}"),))
        format_ = request.args.get("format", "xlsx")
        return table_response(columns, rows, format_, "lo-bi-tam-giu", notes=notes)


@blueprint.get("/<code>")
@web.guarded("hold.office")
def show(code: str) -> str:
    """Everything that holds or held a batch, and a form for each decision."""
    with db.reading() as session:
        return web.render(
            "traceability/quality/hold.html", form=web.Form(), **_context(session, code)
        )


@blueprint.post("/<code>/place")
@web.guarded("hold.decide")
def place(code: str) -> ResponseReturnValue:
    """Hold a batch."""

    def work(session: Session, actor: Actor) -> None:
        reason = inputs.load(HoldInput, request.form)["reason"]
        deciding.hold(session, actor, code, reason, now=clock.now())

    return _carry_out(code, work, _("Đã tạm giữ lô; đơn vị được báo ngay."))


@blueprint.post("/<code>/<int:hold_id>/lift")
@web.guarded("hold.decide")
def lift(code: str, hold_id: int) -> ResponseReturnValue:
    """Let a batch pass in spite of one cause."""

    def work(session: Session, actor: Actor) -> None:
        given = inputs.load(LiftInput, request.form)
        decision = Decision(
            given["reason"], given["evidence"], given.get("result"), given["with_made_of"]
        )
        deciding.lift(session, actor, hold_id, decision, now=clock.now())

    return _carry_out(code, work, _("Đã bỏ tạm giữ; đơn vị có thể cho xuất bán lại."))


def _carry_out(code: str, work: acting.Work, done: str) -> ResponseReturnValue:
    def again(error: NguonError) -> ResponseReturnValue:
        with db.reading() as session:
            context = _context(session, code)
        return web.render_again("traceability/quality/hold.html", error, **context)

    return acting.carry_out(work, done, url_for(".show", code=code), again)


def _context(session: Session, code: str) -> dict[str, Any]:
    actor = current_actor()
    batch = batches.get_own_batch(session, actor, code)
    found = listing.of_batch(session, batch.id)
    sources = reach.sources_of(session, [batch.id])[batch.id]
    results = laboratory.about(
        session,
        [batch.product_id],
        [area_id for each in sources for area_id in each.area_ids],
        [each.batch_id for each in sources],
    )
    return {
        "batch": batch,
        "state_name": telling.state_name,
        "holds": labels.tell(session, found),
        "decisions": deciding.decisions_of(session, [hold.id for hold in found]),
        "results": [
            (row.id, f"{row.number}, {row.laboratory}")
            for row in results
            if row.outcome == "passed"
        ],
        "may_decide": permissions.may(actor, "hold.decide", batch),
        "may_hold": batch.state in ("open", "released", "held"),
    }


def _query(given: dict[str, Any]) -> HoldQuery:
    size = given.pop("limit")
    return HoldQuery(**given, size=size)
