"""The pages a scan leads to: the story of a batch, or plain words when there is none."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from importlib.resources import files

from flask import Blueprint, Response, current_app, make_response, redirect, request
from flask.typing import ResponseReturnValue
from jinja2 import Environment
from markupsafe import Markup

from accounts.doors import current_actor
from foundation import clock, config, db, i18n, web
from foundation.errors import Finding
from products import gtin
from products.models import Product
from traceability.scan import (
    guessing,
    keeping,
    linked_data,
    lookup,
    noting,
    page_words,
    pieces,
    proving,
    timeline,
    typed_codes,
    verdict_pieces,
    verdict_words,
)
from traceability.scan.keeping import Told
from traceability.scan.lookup import Found, FoundSerial
from traceability.scan.noting import Looked
from traceability.scan.search import Target, find_target, near_misses
from traceability.scan.story import Story
from traceability.scan.story_cache import Kept
from traceability.scan.verdict_words import VerdictWords
from traceability.scan.verdicts import SerialSeen, judge

blueprint = Blueprint("scan", __name__)

_VERDICT_HERE = "<!--verdict-->"
LEARNING = "nguon.learning"
"""Where the door before Flask lets views leave what it may answer by itself next time."""

STYLE_SHEET = files("templates").joinpath("traceability/trace.css").read_text("utf-8").strip()
_STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE_SHEET.encode()).digest()).decode()
CSP = (
    f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; img-src 'self'; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'"
)


@blueprint.get("/t/<code>")
@blueprint.get("/t/<code>/<serial>")
@web.public
@web.in_label_languages
def own_page(code: str, serial: str | None = None) -> ResponseReturnValue:
    """Our own address, for batches of products without a GTIN."""
    guessing.refuse(request.remote_addr or "", clock.now())
    return _answer(lookup.find_by_code(code, serial))


@blueprint.get("/verify")
@web.public
def verify() -> ResponseReturnValue:
    """Look up what somebody typed: a label's code, a lot, a growing-area code; tell the log."""
    typed = request.args.get("q", "").strip()[:200]
    if typed:
        guessing.refuse(request.remote_addr or "", clock.now())
    with db.reading() as session:
        targets = find_target(session, typed) if typed else []
        near: list[Target] = []
        if typed and not targets:
            guessing.missed(request.remote_addr or "", clock.now())
            near = near_misses(session, typed)
        if len(targets) == 1:
            return redirect(targets[0].href, 303)
        log = proving.tell_log(session)
        page = web.render(
            "traceability/verify.html",
            typed=typed,
            targets=targets,
            near=near,
            fault=typed_codes.find_fault(typed_codes.read(typed).text),
            log=log,
        )
        return page, 200 if targets or not typed else 404


def _answer(found: Found | None) -> ResponseReturnValue:
    if found is None:
        guessing.missed(request.remote_addr or "", clock.now())
        return no_story(verdict_words.unknown(), 404)
    return answer(found)


def answer(found: Found) -> Response:
    """The page of a batch a scan leads to; the scan is noted."""
    language = i18n.get_language()
    counts = _note_scan(found, language)
    kept = keeping.story_of(found, language, _built)
    own = found.serial
    serial = None if own is None else seen(own, counts=counts)
    verdict = verdict_of(current_app.jinja_env, kept.content, serial, language)
    # The door before us answers the next one by itself.
    learned = request.environ.get(LEARNING)
    if learned is not None:
        learned.append(Learned(kept, request.endpoint or "none"))
    return harden(_packed(kept.content, verdict))


@dataclass(frozen=True, slots=True)
class Learned:
    """What the door before Flask needs to answer for an address; the route's name for counting."""

    kept: Kept[Told]
    endpoint: str


def told_of(found: Found, language: str) -> Told:
    """What is kept of a batch's story, for what else shows it."""
    return keeping.story_of(found, language, _built).content


def seen(own: FoundSerial, *, counts: bool) -> SerialSeen:
    """A serial's own state with the scan that is being answered, where it counts."""
    scans, first_at = own.scans + int(counts), own.first_at or clock.now()
    return SerialSeen(
        own.code, own.state, scans, first_at, own.standing, own.first_place,
        own.sighting,
    )  # fmt: skip


def verdict_of(pages: Environment, told: Told, serial: SerialSeen | None, language: str) -> bytes:
    """The verdict on a label, as it stands on the page."""
    verdict = judge(
        state=told.state,
        expires_on=told.expires_on,
        serial=serial,
        on=clock.today(),
        recall_ended_on=told.recall_ended_on,
        is_copied=told.is_copied,
    )
    return verdict_pieces.draw(pages, verdict, told.expires_on, language)


def _packed(told: Told, verdict: bytes) -> Response:
    etag = told.pieces.etag(verdict)
    headers = request.headers
    if pieces.is_known(headers.get("If-None-Match"), etag):
        response = make_response(b"", 304)
    elif pieces.takes_gzip(headers.get("Accept-Encoding")):
        response = make_response(told.pieces.gzipped(verdict))
        response.headers["Content-Encoding"] = "gzip"
    else:
        response = make_response(told.pieces.plain(verdict))
    # One name for one page, however it is packed.
    response.set_etag(etag, weak=True)
    response.vary.add("Accept-Encoding")
    return response


def _built(told: Story) -> tuple[bytes, bytes]:
    base_url = config.current().base_url
    page = web.render(
        "traceability/trace.html",
        story=told,
        style_sheet=Markup(STYLE_SHEET),  # noqa: S704 - our own file
        verdict_here=Markup(_VERDICT_HERE),  # noqa: S704 - a constant
        newest_runs=timeline.newest(told.timeline),
        newest_steps=told.steps[-timeline.MOST_STEPS :],
        linked_data=linked_data.block(told, base_url),
        base_url=base_url,
        shown_gtin=gtin.shown,
        **page_words.wording(),
    )
    before, _, after = page.encode().partition(_VERDICT_HERE.encode())
    return before, after


def _note_scan(found: Found, language: str) -> bool:
    """Write the scan down if it is one: not a robot's, not of somebody at work here."""
    if request.method != "GET" or current_actor().person_id is not None:
        return False
    agent, network = request.headers.get("User-Agent", ""), request.remote_addr or ""
    looked = Looked(agent, network, language, clock.now())
    serial = found.serial.number if found.serial else None
    return noting.note(looked, found.batch_id, serial, in_tests=current_app.testing)


def no_story(
    words: VerdictWords,
    status: int,
    *,
    findings: tuple[Finding, ...] = (),
    product: Product | None = None,
    meant: str | None = None,
    code: object | None = None,
) -> Response:
    """A verdict without a batch's story, and the way to type the code."""
    page = web.render(
        "traceability/no_story.html",
        words=words,
        findings=findings,
        product=product,
        meant=meant,
        code=code,
        style_sheet=Markup(STYLE_SHEET),  # noqa: S704 - our own file
    )
    return harden(make_response(page, status))


def harden(response: Response) -> Response:
    """The headers of a page a scan leads to: its own policy, never kept unasked."""
    response.mimetype = "text/html"
    response.headers["Content-Security-Policy"] = CSP
    response.headers["Cache-Control"] = "no-cache"
    # For the web server in front: each look is a scan, and a recall shows at once.
    response.headers["X-Accel-Expires"] = "0"
    return response
