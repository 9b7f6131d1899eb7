"""A domain error becomes a page, ``application/problem+json`` or an exit code."""

from __future__ import annotations

from decimal import Decimal
from http import HTTPStatus
from typing import Any

import structlog
from flask import Flask, Response, current_app, g, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from jinja2 import TemplateError
from marshmallow import ValidationError
from sqlalchemy.exc import DataError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from foundation.addresses import parted
from foundation.errors import Finding, NguonError, NotFound, TooMany, Unauthenticated
from foundation.i18n import has_wording, word
from foundation.inputs import FORM_PARTS, findings_of
from foundation.web import render, safe_next
from traceability.epcis.exceptions import BY_STATUS, EpcisError

log = structlog.get_logger()

PROBLEM_JSON = "application/problem+json"
# A page opened before its reader signed in or out; one sent while its first sending is still at
# work; one sent again, changed, after its first sending was carried out.
_FORM_PAGES = {
    "form.stale": "errors/stale_form.html",
    "form.under_way": "errors/form_under_way.html",
    "form.done": "errors/form_done.html",
}
_MACHINE_PREFIXES = ("/api/", "/epcis", "/webhooks/")


def install(app: Flask) -> None:
    """Register the handlers."""
    app.register_error_handler(NguonError, _on_domain_error)
    app.register_error_handler(HTTPException, on_http_error)
    app.register_error_handler(ValidationError, _on_validation_error)
    app.register_error_handler(DataError, _on_data_error)
    for unavailable in (OperationalError, InterfaceError, PoolTimeout):
        app.register_error_handler(unavailable, _on_unavailable)
    app.register_error_handler(Exception, _on_unexpected)


def speaks_json() -> bool:
    """Whether this reader is a program: the API always, elsewhere by what it accepts."""
    if request.path.startswith(_MACHINE_PREFIXES):
        return True
    best = request.accept_mimetypes.best_match(["text/html", "application/json"], "text/html")
    return best == "application/json"


def problem(
    status: int,
    code: str,
    params: dict[str, Any] | None = None,
    findings: Any = (),
    exception: str | None = None,
) -> Response:
    """An RFC 9457 answer: code, sentence, and one line per finding.

    Below /epcis its type is an exception of that standard, by name or else by its status.
    """
    told = f"{url_for('openapi.docs', _external=False)}#{code}"
    if request.path.startswith("/epcis"):
        told = f"epcisException:{exception or BY_STATUS.get(status, EpcisError.exception)}"
        status = 400 if status == 422 else status
    body: dict[str, Any] = {
        "type": told,
        "title": word(code, params) if has_wording(code) else HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "errors": [_finding_json(finding) for finding in findings],
    }
    if params:
        body["params"] = {key: _plain(value) for key, value in params.items()}
    if "request_id" in g:
        body["request_id"] = g.request_id
    answer = jsonify(body)
    answer.status_code = status
    answer.content_type = PROBLEM_JSON
    return answer


def _finding_json(finding: Finding) -> dict[str, Any]:
    line: dict[str, Any] = {
        "code": finding.code,
        "message": word(finding.code, finding.params),
        "severity": finding.severity,
    }
    if finding.field is not None:
        line["field"] = finding.field
    if finding.coordinate is not None:
        line["coordinate"] = list(finding.coordinate)
    return line


def _plain(value: Any) -> Any:
    if isinstance(value, (str, int, float, bool)) or value is None:
        return value
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _page(
    status: int, code: str, params: dict[str, Any] | None = None, findings: Any = ()
) -> ResponseReturnValue:
    own_words = has_wording(code) and not code.startswith("http.")
    page = render(
        "errors/problem.html",
        status=status,
        message=word(code, params) if own_words else None,
        errors=[(finding.field, word(finding.code, finding.params)) for finding in findings],
        retry_after_s=(params or {}).get("retry_after_s"),
        request_id=g.get("request_id"),
    )
    return page, status


def _answer(
    status: int,
    code: str,
    params: dict[str, Any] | None = None,
    findings: Any = (),
    exception: str | None = None,
) -> ResponseReturnValue:
    if speaks_json():
        return problem(status, code, params, findings, exception)
    return _page(status, code, params, findings)


def _on_domain_error(error: NguonError) -> ResponseReturnValue:
    if isinstance(error, Unauthenticated) and not speaks_json():
        target = request.full_path.rstrip("?") if request.method == "GET" else "/"
        return redirect(url_for("accounts.sign_in", next=target), 303)
    if isinstance(error, NotFound) and error.code.endswith("not_found") and not g.get("is_public"):
        # Behind a guard, what is another's and what is not at all must read the same.
        error = NotFound()
    if error.code in _FORM_PAGES and not speaks_json():
        return _form_again(_FORM_PAGES[error.code], error.params), error.status
    exception = error.exception if isinstance(error, EpcisError) else None
    answer = _answer(error.status, error.code, error.params, error.findings, exception)
    if isinstance(error, TooMany):
        return _with_header(answer, "Retry-After", str(error.retry_after_s))
    return answer


def _form_again(template: str, params: dict[str, Any]) -> str:
    """The form once more, as it was filled in: nothing of it is lost."""
    names = set(request.form)
    came_from = parted(request.headers.get("Referer", ""))
    return render(
        template,
        action=request.full_path.rstrip("?"),
        kept=[pair for pair in request.form.items(multi=True) if pair[0] not in FORM_PARTS],
        may_resend=not request.files and not any("password" in n or n == "proof" for n in names),
        back=safe_next(came_from.path if came_from.netloc == request.host else None, "/"),
        sent_token=request.form.get("csrf_token", ""),
        **params,
    )


def _with_header(answer: ResponseReturnValue, name: str, value: str) -> Response:
    made = current_app.make_response(answer)
    made.headers[name] = value
    return made


def on_http_error(error: HTTPException) -> ResponseReturnValue:
    """Whatever Flask, Werkzeug or flask-smorest refuses."""
    status = error.code or 500
    if error.response is not None:
        return current_app.make_response(error.response)
    messages = getattr(error, "data", {}).get("messages") if hasattr(error, "data") else None
    if messages:
        answer = _answer(422, "input.invalid", None, findings_of(messages))
    else:
        answer = _answer(status, f"http.{status}")
    methods = getattr(error, "valid_methods", None)
    if status == 405 and methods:
        return _with_header(answer, "Allow", ", ".join(sorted(methods)))
    return answer


def _on_validation_error(error: ValidationError) -> ResponseReturnValue:
    return _answer(422, "input.invalid", None, findings_of(error.messages))


def _on_data_error(error: DataError) -> ResponseReturnValue:
    # A value passed every check of ours and PostgreSQL still refused it: the caller's error, and
    # a hole in a schema that the log makes visible.
    log.warning("data_refused_by_database", kind=type(error.orig).__name__, route=request.endpoint)
    return _answer(422, "input.refused_by_database")


def _on_unavailable(error: Exception) -> ResponseReturnValue:
    log.error("database_unavailable", kind=type(error).__name__, route=request.endpoint)
    return _with_header(_answer(503, "http.503"), "Retry-After", "5")


def _on_unexpected(error: Exception) -> ResponseReturnValue:
    log.exception("unexpected_error", kind=type(error).__name__, route=request.endpoint)
    try:
        return _answer(500, "http.500")
    except TemplateError:
        # The page that tells of errors is itself broken: its sentence still gets through.
        return word("http.500"), 500, {"Content-Type": "text/plain; charset=utf-8"}
