"""The trace page's content for programs."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify, request

from api.blueprints import Blueprint
from foundation import clock, config, db, i18n, web
from foundation.errors import NotFound
from foundation.inputs import Integer, QuerySchema
from traceability import batches
from traceability.scan import bundle as bundles
from traceability.scan import first_places, guessing, lookup, story, story_json, verdict_words
from traceability.scan.lookup import Found, FoundSerial
from traceability.scan.schemas import BundleSchema, TraceQuery, TraceSchema
from traceability.scan.verdicts import SerialSeen, judge

blueprint = Blueprint(
    "api_trace", __name__, url_prefix="/api/v1", description="What a scan page tells"
)


@blueprint.get("/trace/<code>")
@web.public
@web.in_label_languages
@blueprint.arguments(TraceQuery, location="query")
@blueprint.response(200, TraceSchema)
def trace(query: dict[str, Any], code: str) -> dict[str, Any]:
    """The story of a batch by its code; with `serial`, the item's own state too.

    Reading it here is not a scan and is not counted.
    """
    now = clock.now()
    guessing.refuse(request.remote_addr or "", now)
    found = lookup.find_by_code(code, query.get("serial"))
    if found is None:
        guessing.missed(request.remote_addr or "", now)
        raise NotFound("batch.not_found")
    with db.reading() as session:
        told = story.tell(session, found.batch_id, now=now)
        batch = batches.get_batch_by_id(session, found.batch_id)
        serial = found.serial.code if found.serial else None
        path = batches.trace_path(batch, serial)
        return {
            **story_json.plain(told),
            "trace_url": config.current().base_url + path,
            "verdict": _verdict_json(found),
        }


class BundleQuery(QuerySchema):
    """How many entries a checkpoint had that the reader kept."""

    since = Integer(load_default=None, low=1)


@blueprint.get("/trace/<code>/bundle")
@web.public
@blueprint.arguments(BundleQuery, location="query")
@blueprint.response(200, BundleSchema)
def bundle(query: dict[str, Any], code: str) -> Response:
    """The proof bundle of a batch: its story, proofs and a signed checkpoint, to check offline.

    With ``since`` it proves as well that the log grew out of a checkpoint of that size. 404 while
    no checkpoint was signed, or none of so many. ``docs/verify/`` has programs that check one.
    """
    with db.reading() as session:
        made = bundles.of_batch(
            session, code, config.current().base_url, now=clock.now(), since=query["since"]
        )
    answer = jsonify(made)
    name = made["story"]["code"]
    answer.headers["Content-Disposition"] = f'attachment; filename="nguon-{name}.json"'
    return answer


def _seen(own: FoundSerial) -> SerialSeen:
    return SerialSeen(
        own.code, own.state, own.scans, own.first_at, own.standing, own.first_place, own.sighting
    )


def _verdict_json(found: Found) -> dict[str, Any]:
    own = found.serial
    serial = _seen(own) if own else None
    verdict = judge(
        state=found.state, expires_on=found.expires_on, serial=serial, on=clock.today(),
        recall_ended_on=found.recall_ended_on, is_copied=found.is_copied,
    )  # fmt: skip
    place = first_places.name_of(own.first_place if own else None, i18n.get_language())
    words = verdict_words.tell(verdict, found.expires_on, place)
    return {
        "kind": verdict.kind,
        "text": f"{words.title}. {words.text}",
        "serial": serial.code if serial else None,
        "scans": serial.scans if serial else None,
        "first_scan_at": serial.first_at if serial else None,
        "first_scan_place": place or None,
    }
