"""Printing labels: choose the paper, look at one label, order, watch, fetch."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from accounts import permissions
from accounts.doors import current_actor
from foundation import clock, config, db, downloads, files, inputs, web
from foundation.errors import Conflict, Invalid, Refused
from foundation.i18n import _
from traceability import batches, ports
from traceability.labels import choosing, orders, preview, printing, runs, showing
from traceability.labels.designs import keeping as designs
from traceability.labels.papers import keeping as papers
from traceability.labels.runs import LabelOrder
from traceability.models import Batch, LabelJob
from traceability.schemas import LabelPageInput, PreviewQuery

blueprint = Blueprint("labels", __name__)

_SAMPLE_SERIAL = "7K3M9QXP2ABCDEF"


@blueprint.get("/workspace/batches/<code>/labels")
@web.guarded("label.issue")
def new(code: str) -> str:
    """Choose paper and number; the label is shown as it will be printed."""
    with db.reading() as session:
        form = web.Form(request.args)
        return web.render("traceability/labels.html", **_choices(session, code, form))


@blueprint.post("/workspace/batches/<code>/labels")
@web.guarded("label.issue")
def order(code: str) -> ResponseReturnValue:
    """Order the labels, a worker prints them; or look at one first, nothing is ordered then."""
    if request.form.get("act") == "preview":
        with db.reading() as session:
            choices = _choices(session, code, web.Form(request.form))
            return web.render("traceability/labels.html", **choices)
    try:
        given = inputs.load(LabelPageInput, request.form)
        with db.transaction() as session:
            job = orders.place(
                session,
                current_actor(),
                LabelOrder(batch=code, **given),
                base_url=config.current().base_url,
                now=clock.now(),
            )
            orders.queue(session, job)
    except (Invalid, Conflict, Refused) as error:
        with db.reading() as session:
            choices = _choices(session, code, web.Form.kept(error))
            return web.render_again("traceability/labels.html", error, **choices)
    return redirect(url_for("traceability.labels.show", job_id=job.id), 303)


@blueprint.get("/workspace/batches/<code>/label.svg")
@web.guarded("label.issue")
def preview_label(code: str) -> Response:
    """One label of the batch as a picture."""
    query = inputs.load(PreviewQuery, request.args)
    with db.reading() as session:
        batch = _printable_batch(session, code)
        prepared = runs.prepare(
            session,
            batch,
            LabelOrder(batch.code, **query),
            base_url=config.current().base_url,
            today=clock.today(),
        )
        response = make_response(preview.svg(prepared.run, _SAMPLE_SERIAL))
    response.mimetype = "image/svg+xml"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@blueprint.get("/workspace/label-jobs/<int:job_id>")
@web.guarded("label.issue")
def show(job_id: int) -> str:
    """How far the printing is; the sheets, once they are there."""
    with db.transaction() as session:
        job = orders.get_job(session, current_actor(), job_id)
        state = orders.state_of(session, job)
        return web.render(
            "traceability/label_job.html",
            job=job,
            state=state,
            paper_of=choosing.paper_of,
            carrier_names={code: name for code, name, _hint in choosing.carrier_choices()},
            format_names=dict(choosing.format_choices()),
        )


@blueprint.post("/workspace/label-jobs/<int:job_id>/cancel")
@web.guarded("label.issue")
def cancel(job_id: int) -> ResponseReturnValue:
    """Stop the printing."""
    with db.transaction() as session:
        orders.cancel(session, current_actor(), job_id, now=clock.now())
    web.flash_done(_("Đã hủy lệnh in; các mã của lệnh này không dùng nữa."))
    return redirect(url_for("traceability.labels.show", job_id=job_id), 303)


@blueprint.get("/workspace/label-jobs/<int:job_id>/file")
@web.guarded("label.issue")
def fetch(job_id: int) -> Response:
    """The sheets as PDF."""
    with db.reading() as session:
        return sheet_file(session, orders.get_job(session, current_actor(), job_id))


def sheet_file(session: Session, job: LabelJob) -> Response:
    """The printed sheets, under a name that tells the batch.

    Raises: Conflict("label.file_not_ready").
    """
    if job.file_digest is None:
        raise Conflict("label.file_not_ready")
    stored = files.get_file(session, job.file_digest)
    return downloads.file_response(
        stored, f"tem-{job.batch.code}-{job.id}.{printing.ENDINGS[job.format]}"
    )


def _printable_batch(session: Session, code: str) -> Batch:
    batch = batches.get_batch(session, code)
    permissions.require(current_actor(), "label.issue", batch)
    return batch


def _choices(session: Session, code: str, form: web.Form) -> dict[str, Any]:
    batch = _printable_batch(session, code)
    usable = papers.usable(session, batch.organisation_id)
    own = designs.list_own(session, (batch.organisation_id,))
    asked = _asked(form)
    order = LabelOrder(batch.code, **asked) if asked is not None else None
    return {
        "batch": batch,
        "form": form,
        "layouts": [(each.code, choosing.layout_name(each)) for each in usable],
        "languages": choosing.language_choices(),
        "carriers": choosing.carrier_choices(),
        "formats": choosing.format_choices(),
        "designs": [(row.id, row.name) for row in own],
        "tells_price": any("price" in row.content["facts"] for row in own),
        "price": _price(session, batch),
        "preview": _preview(session, order, batch) if order else {"findings": ()},
        "places": choosing.places(
            next((each for each in usable if order and each.code == order.layout), usable[0])
        ),
        "start": order.start if order else 1,
    }


def _asked(form: web.Form) -> dict[str, Any] | None:
    """What is asked for so far; none while what was typed cannot be read."""
    try:
        return inputs.load(PreviewQuery, form.values)
    except Invalid:
        return None


def _price(session: Session, batch: Batch) -> int | None:
    """What the goods are sold for here, to begin with."""
    offers = ports.where_to_buy(session, batch.product_id, clock.now())
    return offers[0].price_vnd if offers else None


def _preview(session: Session, order: LabelOrder, batch: Batch) -> dict[str, Any]:
    """The picture, and what to know before printing; no picture where nothing can be drawn."""
    try:
        prepared = runs.prepare(
            session, batch, order, base_url=config.current().base_url, today=clock.today()
        )
    except Invalid as error:
        return {"findings": error.findings}
    return showing.shown(prepared)
