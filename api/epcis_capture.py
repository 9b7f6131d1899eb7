"""EPCIS in: documents captured, single events added, and how captures went.

Source: GS1 EPCIS 2.0, 12.7; the standard's OpenAPI file.
"""

from __future__ import annotations

from typing import Any, cast
from urllib.parse import quote
from uuid import UUID

from flask import Response, request

from accounts import organisations
from accounts.doors import current_actor
from api import epcis_wire
from api.epcis_query import next_page, refuse_rest, take_page
from foundation import clock, config, db, web
from foundation.i18n import word
from traceability.epcis import capturing, documents
from traceability.epcis.capturing import Behaviour, Captor
from traceability.epcis.exceptions import (
    NoSuchName,
    UnsupportedMediaType,
    ValidationException,
)
from traceability.epcis.index_models import Capture
from traceability.epcis.limits import CAPTURE_FILE_SIZE_LIMIT, CAPTURE_LIMIT
from traceability.epcis.querying.told import CONTEXT

LIMITS = {
    "GS1-EPCIS-Capture-Limit": str(CAPTURE_LIMIT),
    "GS1-EPCIS-Capture-File-Size-Limit": str(CAPTURE_FILE_SIZE_LIMIT),
}
_JSON_TYPES = ("application/json", "application/ld+json")

blueprint = epcis_wire.blueprint("epcis_capture")


@blueprint.after_request
def _announce_limits(response: Response) -> Response:
    """Every answer about captures says how much one may carry and what happens on errors."""
    if request.method == "POST" or request.path.startswith("/epcis/capture"):
        response.headers.update(LIMITS)
    if request.path.startswith("/epcis/capture"):
        behaviour = "all" if request.method == "OPTIONS" else _sent_behaviour()
        response.headers.setdefault("GS1-Capture-Error-Behaviour", behaviour)
    return response


@epcis_wire.route(blueprint, "/capture", methods=("POST",))
@web.guarded("epcis.capture")
def capture_document() -> Response:
    """Take an EPCISDocument or EPCISQueryDocument in; 202 with where its capture is told."""
    body = _body()
    behaviour = _behaviour()
    now = clock.now()
    with db.transaction() as session:
        captor = _captor(session)
        capture = capturing.take_in(
            session, captor, body, behaviour, base_url=config.current().base_url, now=now
        )
        location = f"/epcis/capture/{capture.id}"
    return epcis_wire.answer(None, 202, {"Location": location})


@epcis_wire.route(blueprint, "/capture")
@web.guarded("epcis.capture")
def list_captures() -> Response:
    """The captures of the caller's own, newest first, in pages."""
    asked = take_page(given := epcis_wire.pairs())
    refuse_rest(given)
    with db.reading() as session:
        found, token = capturing.list_page(session, current_actor(), asked, now=clock.now())
        return epcis_wire.answer([_told(capture) for capture in found], headers=next_page(token))


@epcis_wire.route(blueprint, "/capture/<capture_id>")
@web.guarded("epcis.capture")
def get_capture(capture_id: str) -> Response:
    """How a capture went, or that it is still under way."""
    try:
        wanted = UUID(capture_id)
    except ValueError:
        raise NoSuchName("epcis.no_such_name") from None
    with db.reading() as session:
        capture = capturing.get_capture(session, current_actor(), wanted)
        return epcis_wire.answer(_told(capture))


@epcis_wire.route(blueprint, "/events", methods=("POST",))
@web.guarded("epcis.capture")
def add_event() -> Response:
    """Store one event; 201 with where it is told. 409 when its id is taken."""
    told = documents.read_event(documents.parse(_body()))
    with db.transaction() as session:
        entry = capturing.add_event(
            session, _captor(session), told, base_url=config.current().base_url, now=clock.now()
        )
    document = {**entry.document, "@context": [CONTEXT, *told.names.own]}
    location = f"/epcis/events/{quote(entry.event_id, safe='')}"
    return epcis_wire.answer(document, 201, {"Location": location})


def _body() -> bytes:
    """The body as it was sent. Raises: UnsupportedMediaType, ValidationException."""
    if request.mimetype not in _JSON_TYPES:
        raise UnsupportedMediaType("epcis.media_type", sent=request.mimetype[:100])
    for header in ("GS1-EPCIS-Version", "GS1-CBV-Version"):
        sent = request.headers.get(header, "2.0")
        if sent.split(".")[0] != "2":
            raise ValidationException("epcis.version_unknown", version=sent[:20])
    return request.get_data()


def _sent_behaviour() -> str:
    sent = request.headers.get("GS1-Capture-Error-Behaviour", "")
    return sent if sent in ("rollback", "proceed") else "rollback"


def _behaviour() -> Behaviour:
    sent = request.headers.get("GS1-Capture-Error-Behaviour", "rollback")
    if sent not in ("rollback", "proceed"):
        raise ValidationException("epcis.behaviour_unknown", sent=sent[:40])
    return cast(Behaviour, sent)


def _captor(session: Any) -> Captor:
    """For whom the caller captures: ``?organisation=CODE``, else the oldest they serve."""
    code = request.args.get("organisation")
    found = organisations.get_organisation(session, code) if code else None
    return capturing.captor_of(current_actor(), found.id if found else None)


def _told(capture: Capture) -> dict[str, Any]:
    told = {
        "captureID": str(capture.id),
        "createdAt": _instant(capture.created_at),
        "finishedAt": _instant(capture.finished_at) if capture.finished_at else None,
        "running": capture.finished_at is None,
        "success": not capture.errors,
        "captureErrorBehaviour": capture.error_behaviour,
        "errors": [_problem(error) for error in capture.errors],
    }
    return {name: value for name, value in told.items() if value is not None}


def _instant(moment: Any) -> str:
    return str(moment.isoformat(timespec="milliseconds")).replace("+00:00", "Z")


def _problem(error: dict[str, Any]) -> dict[str, Any]:
    params = {"event_id": error["event_id"]}
    return {
        "type": f"epcisException:{error['exception']}",
        "title": word(error["code"], params),
        "status": 409,
        "instance": error["event_id"],
        "detail": f"eventList[{error['index']}]",
    }
