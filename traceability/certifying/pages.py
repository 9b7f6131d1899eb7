"""The workspace of what vouches for goods: certificates and laboratory results, with files."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from accounts import permissions
from accounts.doors import current_actor
from accounts.permissions import Actor
from foundation import clock, db, inputs, web
from foundation.downloads import file_response, table_response
from foundation.errors import NguonError
from foundation.i18n import _
from foundation.tables import Notes
from growing_areas import acting
from growing_areas.dossiers import uploads
from growing_areas.dossiers.uploads import Judged
from traceability.certifying import (
    answers,
    certificates,
    choosing,
    laboratory,
    listing,
    report_form,
    subjects,
    tables,
)
from traceability.certifying.models import LaboratoryResult
from traceability.certifying.papers import Papers
from traceability.certifying.schemas import (
    CertificateWithdrawalInput,
    GoodsCertificateInput,
    LaboratoryReportInput,
    PaperRemovalInput,
    PapersQuery,
)
from traceability.certifying.subjects import Named

blueprint = Blueprint("papers", __name__, url_prefix="/workspace")


@blueprint.get("/certificates")
@web.guarded("quality.read")
def certificate_list() -> str:
    """Certificates of goods the reader may see, the last to end first."""
    query = _query()
    with db.reading() as session:
        page = listing.list_certificates(session, current_actor(), **query)
    context = {"page": page, "words": choosing, "today": clock.today()}
    return web.render("traceability/certifying/certificates.html", **context)


@blueprint.get("/laboratory")
@web.guarded("quality.read")
def result_list() -> str:
    """Laboratory results the reader may see, the newest sample first."""
    query = _query()
    with db.reading() as session:
        page = listing.list_results(session, current_actor(), **query)
    return web.render("traceability/certifying/results.html", page=page, words=choosing)


@blueprint.get("/certificates/table")
@web.guarded("quality.read")
def certificate_table() -> ResponseReturnValue:
    """The whole list of certificates, as XLSX, CSV or JSON."""
    return _export("certificates", _("Chứng nhận của hàng"), "chung-nhan")


@blueprint.get("/laboratory/table")
@web.guarded("quality.read")
def result_table() -> ResponseReturnValue:
    """The whole list of readings, as XLSX, CSV or JSON."""
    return _export("laboratory", _("Kết quả kiểm nghiệm"), "kiem-nghiem")


@blueprint.get("/certificates/new")
@web.guarded("quality.write")
def new_certificate() -> str:
    """The form for a certificate."""
    return _form("certificate", web.Form(MultiDict(request.args)))


@blueprint.post("/certificates")
@web.guarded("quality.write")
def record_certificate() -> ResponseReturnValue:
    """Enter a certificate with its files."""

    def work(session: Session, actor: Actor) -> str:
        certificates.record(session, actor, named, certified, kept, now=clock.now())
        return _("Đã ghi giấy chứng nhận.")

    try:
        given = inputs.load(GoodsCertificateInput, report_form.subject(request.form))
        named, certified = answers.named(given), answers.certified(given)
        kept = _papers(named, "quality.write")
    except NguonError as error:
        return _again("certificate", error)
    onward = url_for(".certificate_list")
    return acting.carry_out(work, "", onward, lambda error: _again("certificate", error))


@blueprint.get("/laboratory/new")
@web.guarded("quality.report")
def new_result() -> str:
    """The form for a laboratory's report; ``panel`` fills in what is usually measured."""
    return _form("result", web.Form(report_form.prefilled(request.args)))


@blueprint.post("/laboratory")
@web.guarded("quality.report")
def record_result() -> ResponseReturnValue:
    """Enter a report with its files; what fails is held at once."""

    def work(session: Session, actor: Actor) -> str:
        row = laboratory.record(session, actor, named, report, kept, now=clock.now())
        if row.outcome == "failed":
            return _("Đã ghi kết quả không đạt; những lô liên quan bị tạm giữ.")
        return _("Đã ghi kết quả kiểm nghiệm.")

    if request.form.get("act") == "more":
        return _form("result", web.Form(request.form), more=report_form.MORE_LINES)
    try:
        given = inputs.load(LaboratoryReportInput, report_form.read(request.form))
        named, report = answers.named(given), answers.report(given)
        kept = _papers(named, "quality.report")
    except NguonError as error:
        return _again("result", error)
    onward = url_for(".result_list")
    return acting.carry_out(work, "", onward, lambda error: _again("result", error))


@blueprint.get("/certificates/<int:paper_id>")
@web.guarded("quality.read")
def certificate(paper_id: int) -> str:
    """One certificate, and what may be done about it."""
    return _show("certificate", paper_id, web.Form())


@blueprint.get("/laboratory/<int:paper_id>")
@web.guarded("quality.read")
def result(paper_id: int) -> str:
    """One result with its readings."""
    return _show("result", paper_id, web.Form())


@blueprint.get("/certificates/<int:paper_id>/file")
@web.guarded("quality.read")
def certificate_file(paper_id: int) -> Response:
    """The private original; an outsider's look is written down."""
    with db.transaction() as session:
        stored = certificates.read_file(session, current_actor(), paper_id, now=clock.now())
        return _private(file_response(stored, f"chung-nhan-{paper_id}"))


@blueprint.get("/laboratory/<int:paper_id>/file")
@web.guarded("quality.read")
def result_file(paper_id: int) -> Response:
    """The private original; an outsider's look is written down."""
    with db.transaction() as session:
        stored = laboratory.read_file(session, current_actor(), paper_id, now=clock.now())
        return _private(file_response(stored, f"kiem-nghiem-{paper_id}"))


@blueprint.post("/certificates/<int:paper_id>/withdraw")
@web.guarded("quality.judge")
def withdraw(paper_id: int) -> ResponseReturnValue:
    """Write that the issuer took it back."""

    def work(session: Session, actor: Actor) -> None:
        given = inputs.load(CertificateWithdrawalInput, request.form)
        certificates.withdraw(
            session, actor, paper_id, given["withdrawn_on"], given["reason"], now=clock.now()
        )

    def again(error: NguonError) -> ResponseReturnValue:
        return _show("certificate", paper_id, web.Form.kept(error)), error.status

    done = _("Đã ghi chứng nhận bị thu hồi; những lô liên quan bị tạm giữ.")
    return acting.carry_out(work, done, url_for(".certificate", paper_id=paper_id), again)


@blueprint.post("/papers/<any(certificates, laboratory):kind>/<int:paper_id>/remove")
@web.guarded("quality.read")
def remove(kind: str, paper_id: int) -> ResponseReturnValue:
    """Take off a paper that was entered by mistake."""

    def work(session: Session, actor: Actor) -> None:
        reason = inputs.load(PaperRemovalInput, request.form)["reason"]
        room = certificates if kind == "certificates" else laboratory
        room.remove(session, actor, paper_id, reason, now=clock.now())

    def again(error: NguonError) -> ResponseReturnValue:
        page = "certificate" if kind == "certificates" else "result"
        return _show(page, paper_id, web.Form.kept(error)), error.status

    onward = ".certificate_list" if kind == "certificates" else ".result_list"
    return acting.carry_out(work, _("Đã gỡ bỏ."), url_for(onward), again)


def _export(kind: str, title: str, stem: str) -> ResponseReturnValue:
    today, format_ = clock.today(), request.args.get("format", "xlsx")
    with db.reading() as session:
        columns, rows = tables.of(kind, session, current_actor(), today)
        notes = Notes(title, (_("Ngày xuất: %(on)s", on=f"{today:%d/%m/%Y}"),))
        return table_response(columns, rows, format_, stem, notes=notes)


def _query() -> dict[str, Any]:
    given = inputs.load(PapersQuery, request.args)
    size = given.pop("limit")
    return {**given, "size": size}


def _show(kind: str, paper_id: int, form: web.Form) -> str:
    actor, of_result = current_actor(), {}
    with db.reading() as session:
        row = (certificates if kind == "certificate" else laboratory).get(session, actor, paper_id)
        if isinstance(row, LaboratoryResult):
            of_result = {
                "may_remove": laboratory.may_remove(actor, row),
                "may_report": permissions.may(actor, "quality.report", row),
                "subject": choosing.subject_of(row),
            }
        return web.render(
            f"traceability/certifying/{kind}.html",
            **of_result,
            form=form,
            row=row,
            words=choosing,
            today=clock.today(),
            may_judge=permissions.may(actor, "quality.judge", row),
            may_write=permissions.may(actor, "quality.write", row),
            may_decide=permissions.may(actor, "hold.decide", row),
        )


def _form(kind: str, form: web.Form, more: int = 0) -> str:
    with db.reading() as session:
        actor = current_actor()
        offered = choosing.subjects(session, actor, with_areas=kind == "result")
        known = listing.laboratories(session, actor) if kind == "result" else ()
    return web.render(
        f"traceability/certifying/new_{kind}.html",
        form=form,
        subjects=offered,
        words=choosing,
        today=clock.today(),
        lines=report_form.lines(form.values, more),
        laboratories=known,
    )


def _again(kind: str, error: NguonError) -> ResponseReturnValue:
    if error.status in (401, 403, 404):
        raise error
    return _form(kind, web.Form.kept(error)), error.status


def _papers(named: Named, action: str) -> Papers:
    """The uploads, judged outside any transaction once the subject is known to be the actor's.

    Raises: NotFound, Forbidden; Invalid on the field.
    """
    with db.reading() as session:
        subjects.get(session, current_actor(), named, action)
    return Papers(_judged("file"), _judged("public_file"))


def _judged(field: str) -> Judged | None:
    sent = request.files.get(field)
    if sent is None or not sent.filename:
        return None
    return uploads.judge(sent.stream, "paper", field)


def _private(answer: Response) -> Response:
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
