"""The trace page's content for programs."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify

from api.blueprints import Blueprint
from foundation import clock, config, db, web
from foundation.errors import NotFound
from traceability import batches
from traceability.scan import bundle as bundles
from traceability.scan import lookup, story, verdict_words
from traceability.scan.lookup import Found
from traceability.scan.schemas import BundleSchema, TraceQuery, TraceSchema
from traceability.scan.story import Story
from traceability.scan.verdicts import SerialSeen, judge

blueprint = Blueprint(
    "api_trace", __name__, url_prefix="/api/v1", description="What a scan page tells"
)


@blueprint.get("/trace/<code>")
@web.public
@blueprint.arguments(TraceQuery, location="query")
@blueprint.response(200, TraceSchema)
def trace(query: dict[str, Any], code: str) -> dict[str, Any]:
    """The story of a batch by its code; with `serial`, the item's own state too.

    Reading it here is not a scan and is not counted.
    """
    now = clock.now()
    found = lookup.find_by_code(code, query.get("serial"))
    if found is None:
        raise NotFound("batch.not_found")
    with db.reading() as session:
        told = story.tell(session, found.batch_id, now=now)
        batch = batches.get_batch_by_id(session, found.batch_id)
        serial = found.serial.code if found.serial else None
        path = batches.trace_path(batch, serial)
        return {
            **_story_json(told),
            "trace_url": config.current().base_url + path,
            "verdict": _verdict_json(found),
        }


@blueprint.get("/trace/<code>/bundle")
@web.public
@blueprint.response(200, BundleSchema)
def bundle(code: str) -> Response:
    """The proof bundle of a batch: its story, proofs and a signed checkpoint, to check offline.

    404 while no checkpoint was signed. ``docs/verify/`` has a program that checks one.
    """
    now = clock.now()
    found = lookup.find_by_code(code, None)
    if found is None:
        raise NotFound("batch.not_found")
    with db.reading() as session:
        told = story.tell(session, found.batch_id, now=now)
        batch = batches.get_batch_by_id(session, found.batch_id)
        url = config.current().base_url + batches.trace_path(batch, None)
        whole = TraceSchema(exclude=["verdict"]).dump({**_story_json(told), "trace_url": url})
        made = bundles.make(session, batch, whole, now=now)
    answer = jsonify(made)
    answer.headers["Content-Disposition"] = f'attachment; filename="nguon-{batch.code}.json"'
    return answer


def _verdict_json(found: Found) -> dict[str, Any]:
    own = found.serial
    serial = SerialSeen(own.code, own.state, own.scans, own.first_at) if own else None
    verdict = judge(
        state=found.state, expires_on=found.expires_on, serial=serial, on=clock.today(),
        recall_ended_on=found.recall_ended_on,
    )  # fmt: skip
    words = verdict_words.tell(verdict, found.expires_on)
    return {
        "kind": verdict.kind,
        "text": f"{words.title}. {words.text}",
        "serial": serial.code if serial else None,
        "scans": serial.scans if serial else None,
        "first_scan_at": serial.first_at if serial else None,
    }


def _story_json(told: Story) -> dict[str, Any]:
    return {
        "code": told.code,
        "lot": told.lot,
        "state": told.state,
        "product": {
            "name": told.product_name,
            "name_en": told.product_name_en,
            "gtin": told.gtin,
            "stars": told.stars,
        },
        "producer": {
            "name": told.producer_name,
            "place": told.producer_place,
            "verified_at": told.producer_verified_at,
        },
        "produced_on": told.produced_on,
        "harvested_on": told.harvested_on,
        "expires_on": told.expires_on,
        "growing_areas": told.areas,
        "diary": told.works,
        "pre_harvest_interval": told.interval,
        "origin": told.origin,
        "harvests": list(told.harvests),
        "bought": told.bought,
        "made_of": told.made_of,
        "held_because": list(told.held_because),
        "certificates": told.certificates,
        "vouchers": told.vouchers,
        "laboratory_results": told.results,
        "recall": told.recall,
        "measured": [
            {**vars(each), "measures": each.measure.code, "unit": each.measure.unit}
            for each in told.measured
        ],
        "events": told.steps,
        "offers": told.shops,
    }
