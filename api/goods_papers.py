"""Files of certificates and laboratory results for programs: sent after the paper, read back."""

from __future__ import annotations

from typing import Any

from flask import Response
from werkzeug.datastructures import FileStorage

from accounts.doors import current_actor
from api.blueprints import Blueprint, file_answer
from foundation import clock, db, web
from foundation.downloads import file_response
from foundation.errors import Finding, Invalid
from growing_areas.dossiers import uploads
from growing_areas.dossiers.uploads import Judged
from traceability.certifying import answers, certificates, laboratory
from traceability.certifying.papers import Papers
from traceability.certifying.schemas import (
    GoodsCertificateSchema,
    LaboratoryResultSchema,
    PaperFiles,
)

blueprint = Blueprint(
    "api_goods_papers", __name__, url_prefix="/api/v1", description="Files of what vouches"
)

_PAPER = file_answer("The paper: PDF, or a picture", "application/pdf", "image/webp")


@blueprint.post("/certificates/<int:certificate_id>/files")
@web.guarded("quality.write")
@blueprint.arguments(PaperFiles, location="files")
@blueprint.response(200, GoodsCertificateSchema)
def send_certificate_files(sent: dict[str, FileStorage], certificate_id: int) -> dict[str, Any]:
    """Put the private original, a public copy or both to a certificate (PDF, JPEG, PNG)."""
    actor = current_actor()
    with db.reading() as session:
        certificates.require_writable(session, actor, certificate_id)
    kept = _judged(sent)
    with db.transaction() as session:
        certificates.attach(session, actor, certificate_id, kept, now=clock.now())
        row = certificates.get(session, actor, certificate_id)
        return answers.certificate_json(row, clock.today())


@blueprint.get("/certificates/<int:certificate_id>/file")
@web.guarded("quality.read")
@blueprint.doc(responses=_PAPER)
def get_certificate_file(certificate_id: int) -> Response:
    """The private original; an outsider's look is written down."""
    with db.transaction() as session:
        stored = certificates.read_file(session, current_actor(), certificate_id, now=clock.now())
        return _private(file_response(stored, f"chung-nhan-{certificate_id}"))


@blueprint.post("/laboratory-results/<int:result_id>/files")
@web.guarded("quality.report")
@blueprint.arguments(PaperFiles, location="files")
@blueprint.response(200, LaboratoryResultSchema)
def send_result_files(sent: dict[str, FileStorage], result_id: int) -> dict[str, Any]:
    """Put the private original, a public copy or both to a result (PDF, JPEG, PNG)."""
    actor = current_actor()
    with db.reading() as session:
        laboratory.require_writable(session, actor, result_id)
    kept = _judged(sent)
    with db.transaction() as session:
        laboratory.attach(session, actor, result_id, kept, now=clock.now())
        return answers.result_json(laboratory.get(session, actor, result_id))


@blueprint.get("/laboratory-results/<int:result_id>/file")
@web.guarded("quality.read")
@blueprint.doc(responses=_PAPER)
def get_result_file(result_id: int) -> Response:
    """The private original; an outsider's look is written down."""
    with db.transaction() as session:
        stored = laboratory.read_file(session, current_actor(), result_id, now=clock.now())
        return _private(file_response(stored, f"kiem-nghiem-{result_id}"))


def _judged(sent: dict[str, FileStorage]) -> Papers:
    """The uploads, judged outside any transaction. Raises: Invalid on the field."""
    if not sent:
        raise Invalid([Finding("input.required", {}, "file")])
    found: dict[str, Judged] = {
        name: uploads.judge(upload.stream, "paper", name) for name, upload in sent.items()
    }
    return Papers(found.get("file"), found.get("public_file"))


def _private(answer: Response) -> Response:
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
