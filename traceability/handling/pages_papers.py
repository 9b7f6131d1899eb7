"""Papers of bought material for people: adding one, looking at it, letting it go."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from accounts.doors import current_actor
from foundation import clock, db, web
from foundation.downloads import file_response
from foundation.errors import Finding, Invalid, NguonError
from foundation.i18n import _
from growing_areas.dossiers import uploads
from traceability import batches
from traceability.handling import purchase_papers

blueprint = Blueprint("purchase_papers", __name__)
_ONE = "/workspace/batches/<code>/purchases/<int:purchase_id>/paper"


@blueprint.get(f"{_ONE}/new")
@web.guarded("batch.write")
def new(code: str, purchase_id: int) -> str:
    """The form that takes the paper."""
    return _form(code, purchase_id, web.Form())


@blueprint.post(_ONE)
@web.guarded("batch.write")
def add(code: str, purchase_id: int) -> ResponseReturnValue:
    """Keep the paper."""
    actor = current_actor()
    try:
        with db.reading() as session:
            purchase_papers.check(session, actor, code, purchase_id)
        sent = request.files.get("file")
        if sent is None or not sent.filename:
            raise Invalid([Finding("input.required", {}, "file")])
        judged = uploads.judge(sent.stream, "paper", "file")
        with db.transaction() as session:
            purchase_papers.add(session, actor, code, purchase_id, judged, now=clock.now())
    except NguonError as error:
        if error.status not in (409, 413, 422):
            raise
        return _form(code, purchase_id, web.Form.kept(error)), error.status
    web.flash_done(_("Đã lưu chứng từ."))
    return redirect(url_for("traceability.batches.show", code=code), 303)


@blueprint.get(_ONE)
@web.guarded("batch.read")
def show(code: str, purchase_id: int) -> Response:
    """The paper itself, for the house and its officers only."""
    with db.reading() as session:
        stored = purchase_papers.read(session, current_actor(), code, purchase_id)
        answer = file_response(stored, f"chung-tu-{purchase_id}")
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@blueprint.post(f"{_ONE}/remove")
@web.guarded("batch.write")
def remove(code: str, purchase_id: int) -> ResponseReturnValue:
    """Let the paper go."""
    with db.transaction() as session:
        purchase_papers.remove(session, current_actor(), code, purchase_id, now=clock.now())
    web.flash_done(_("Đã bỏ chứng từ."))
    return redirect(url_for("traceability.batches.show", code=code), 303)


def _form(code: str, purchase_id: int, form: web.Form) -> str:
    with db.reading() as session:
        purchase_papers.check(session, current_actor(), code, purchase_id)
        return web.render(
            "traceability/handling/paper.html",
            batch=batches.get_batch(session, code),
            purchase_id=purchase_id,
            form=form,
        )
