"""Printing labels: choose the paper, look at one label, order, watch, fetch."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from accounts import permissions
from accounts.doors import current_actor
from foundation import clock, config, db, downloads, files, i18n, inputs, web
from foundation.errors import Conflict, Invalid, Refused
from foundation.i18n import _
from traceability import batches
from traceability.labels import orders, preview, printing, sheet
from traceability.labels.layouts import Layout, list_layouts
from traceability.labels.orders import LabelOrder
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
        run = orders.make_run(
            batch,
            LabelOrder(batch.code, 1, **query),
            base_url=config.current().base_url,
        )
        response = make_response(preview.svg(run, _SAMPLE_SERIAL))
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
            layout_name=layout_name,
            carrier_names={code: name for code, name, _hint in carrier_choices()},
            format_names=dict(format_choices()),
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
    chosen = form.values.get("layout") or list_layouts()[0].code
    serialised = bool(form.values.get("serialised"))
    language = form.values.get("language") or "vi"
    carrier = form.values.get("carrier") or "qr"
    file_format = form.values.get("format") or "pdf"
    return {
        "batch": batch,
        "form": form,
        "layouts": [(each.code, layout_name(each.code)) for each in list_layouts()],
        "languages": [("vi", _("Tiếng Việt")), ("en", _("Tiếng Anh"))],
        "carriers": carrier_choices(),
        "formats": format_choices(),
        "preview": _preview(
            LabelOrder(batch.code, 1, chosen, serialised, 1, language, carrier, file_format), batch
        ),
    }


def _preview(order: LabelOrder, batch: Batch) -> dict[str, Any]:
    """Where the picture is, and what to know before printing; nothing for an unknown paper."""
    try:
        run = orders.make_run(batch, order, base_url=config.current().base_url)
        _shape, artwork = sheet.draw(run)
        findings = printing.findings(run, order.format)
    except Invalid as error:
        return {"findings": error.findings}
    href = url_for(
        "traceability.labels.preview_label",
        code=batch.code,
        layout=order.layout,
        language=order.language,
        carrier=order.carrier,
        serialised="1" if order.serialised else None,
    )
    return {
        "href": href,
        "width_mm": run.layout.label_width_mm,
        "height_mm": run.layout.label_height_mm,
        "per_page": run.layout.per_page,
        "module_mm": i18n.number(round(artwork.module, 2), 2),
        "findings": findings,
    }


def carrier_choices() -> list[tuple[str, str, str]]:
    """The symbols to choose from, each with whom it is for."""
    return [
        ("qr", _("Mã QR"), _("Điện thoại nào cũng quét được, mở thẳng trang truy xuất.")),
        (
            "datamatrix",
            _("Mã DataMatrix chuẩn GS1"),
            _("Nhỏ bằng nửa mã QR, cho máy quét của siêu thị và dây chuyền; không mở trang web."),
        ),
    ]


def format_choices() -> list[tuple[str, str]]:
    """The kinds of file to choose from."""
    return [
        ("pdf", _("PDF để in trên giấy")),
        ("zpl", _("ZPL cho máy in tem nhiệt 203 dpi")),
        ("zpl300", _("ZPL cho máy in tem nhiệt 300 dpi")),
        ("png", _("Ảnh PNG từng tem, nén ZIP")),
        ("svg", _("Hình SVG từng tem, nén ZIP")),
    ]


def layout_name(code: str) -> str:
    """How a layout of labels is called; its code when it is no longer offered."""
    layout = next((each for each in list_layouts() if each.code == code), None)
    return _named(layout) if layout else code


def _named(layout: Layout) -> str:
    size = f"{i18n.number(layout.label_width_mm)} × {i18n.number(layout.label_height_mm)}\u00a0mm"
    if layout.kind == "roll":
        return _("Cuộn tem %(size)s", size=size)
    return _("Giấy A4, %(n)s tem %(size)s", n=layout.per_page, size=size)
