"""Checking what was recorded: of a batch by its code, of a file somebody kept; for everybody."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from foundation import clock, config, db, web
from foundation.errors import Finding, Invalid, NotFound
from foundation.i18n import word
from foundation.places import folder
from ledger import bringing, rotation
from ledger.judging import Judgement
from traceability.scan import proving, telling

blueprint = Blueprint("proof", __name__)

_PAGE = "traceability/proof.html"


@blueprint.get("/verify/proof")
@web.public
def check_batch() -> ResponseReturnValue:
    """Check a batch by its code, as anybody could with its bundle; without one, ask for it."""
    code = request.args.get("code", "").strip()[:80]
    if not code:
        return _ask(web.Form())
    try:
        with db.reading() as session:
            answer = proving.check_batch(session, code, config.current().base_url, now=clock.now())
            return _page(answer)
    except NotFound as error:
        finding = Finding(error.code, error.params, "code")
        return _ask(web.Form(request.args, [finding])), error.status


@blueprint.post("/verify/proof")
@web.public
def check_file() -> ResponseReturnValue:
    """Check a proof bundle or a checkpoint that somebody kept; nothing of it is kept here."""
    upload = request.files.get("file")
    data = upload.stream.read(bringing.MOST_BYTES + 1) if upload else b""
    with db.reading() as session:
        trusted = rotation.terms(session)
    try:
        judgement = bringing.judge_file(data, trusted)
    except Invalid as error:
        return _ask(web.Form.kept(error)), error.status
    with db.transaction() as session:
        return _page(proving.compare(session, judgement, now=clock.now()))


@blueprint.get("/verify/<any('verify_bundle.py', 'verify_growth.py', 'witness.py'):name>")
@web.public
def script(name: str) -> Response:
    """The programs that check us without us, to be read before they are run."""
    text = folder("docs").joinpath("verify", name).read_text("utf-8")
    answer = Response(text, mimetype="text/x-python")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "public, max-age=3600"
    return answer


def _ask(form: web.Form) -> str:
    with db.reading() as session:
        log = proving.tell_log(session)
        return web.render(
            "traceability/verify.html", typed="", targets=[], log=log, form=form, asked=True
        )


def _page(answer: proving.Answer) -> str:
    return web.render(
        _PAGE,
        answer=answer,
        judgement=answer.judgement,
        reason=_reason(answer.judgement),
        table_name=proving.table_name,
        fact_name=proving.fact_name,
        moment=datetime.fromisoformat,
        state_name=telling.state_name,
        step_name=telling.step_name,
    )


def _reason(judgement: Judgement) -> str:
    table = judgement.params.get("table")
    named = {"what": proving.table_name(table)} if table else {}
    return word(judgement.code, {**judgement.params, **named})
