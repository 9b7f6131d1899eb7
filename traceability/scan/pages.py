"""The pages a scan leads to: the story of a batch, or plain words when there is none."""

from __future__ import annotations

import base64
import hashlib
import time
from datetime import date
from functools import lru_cache
from importlib.resources import files

from flask import Blueprint, Response, current_app, make_response, redirect, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from accounts.doors import current_actor
from foundation import clock, codes, config, db, i18n, web
from foundation.errors import Finding, Invalid
from products import gtin, register
from products.models import Product
from traceability import digital_link
from traceability.digital_link import Link
from traceability.scan import importer, lookup, scans, story, telling, verdict_words
from traceability.scan.journal import Journal
from traceability.scan.lookup import Found
from traceability.scan.search import find_target
from traceability.scan.story_cache import StoryCache
from traceability.scan.verdict_words import VerdictWords
from traceability.scan.verdicts import SerialSeen, Verdict, judge

blueprint = Blueprint("scan", __name__)

_CACHE_BYTES = 64 * 1024 * 1024
# Offers, stars and area codes shown may be this old; the batch itself never is (see story_cache).
_FRESH_FOR_S = 60.0
_VERDICT_HERE = "<!--verdict-->"

_cache = StoryCache(_CACHE_BYTES, _FRESH_FOR_S)
_journals: dict[str, Journal] = {}

STYLE_SHEET = files("templates").joinpath("traceability/trace.css").read_text("utf-8").strip()
_STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE_SHEET.encode()).digest()).decode()
CSP = (
    f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; img-src 'self'; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'"
)


@blueprint.get("/01/<path:rest>")
@web.public
def digital_link_page(rest: str) -> ResponseReturnValue:
    """A GS1 Digital Link by GTIN: batch, item, or product alone."""
    query = request.query_string.decode("latin-1")
    try:
        link = _link(query)
    except Invalid as error:
        return _no_story(verdict_words.malformed(), 400, findings=error.findings)
    if link.lot is None:
        return _product_page(link)
    return _answer(lookup.find_by_lot(link.value, link.lot, link.serial))


@blueprint.get("/t/<code>")
@blueprint.get("/t/<code>/<serial>")
@web.public
def own_page(code: str, serial: str | None = None) -> ResponseReturnValue:
    """Our own address, for batches of products without a GTIN."""
    return _answer(lookup.find_by_code(code, serial))


@blueprint.get("/verify")
@web.public
def verify() -> ResponseReturnValue:
    """Look up what somebody typed: a label's code, a lot, a growing-area code."""
    typed = request.args.get("q", "").strip()[:200]
    if not typed:
        return web.render("traceability/verify.html", typed="", targets=[])
    with db.reading() as session:
        targets = find_target(session, typed)
        if len(targets) == 1:
            return redirect(targets[0].href, 303)
        page = web.render("traceability/verify.html", typed=typed, targets=targets)
        return page, 200 if targets else 404


def _link(query: str) -> Link:
    raw = web.raw_path()
    if raw is not None:
        return digital_link.parse(raw, query)

    def is_known(link: Link) -> bool:
        lot = link.lot or ""
        found = lookup.find_by_lot(link.value, lot, link.serial)
        # A serial we never issued on a lot that has a slash is unknown, not malformed.
        if found is None and "/" in lot and link.serial:
            found = lookup.find_by_lot(link.value, lot, None)
        return bool(lot) and found is not None

    return digital_link.parse_decoded(request.path, query, is_known)


def _answer(found: Found | None) -> ResponseReturnValue:
    if found is None:
        return _no_story(verdict_words.unknown(), 404)
    counts = _note_scan(found)
    before, after = _story_pieces(found)
    verdict = _verdict_piece(found, counts=counts)
    return _harden(make_response(b"".join((before, verdict.encode(), after))))


def _verdict_piece(found: Found, *, counts: bool) -> str:
    serial = None
    if found.serial is not None:
        own = found.serial
        this_one = 1 if counts else 0
        first_at = own.first_at or clock.now()
        serial = SerialSeen(own.code, own.state, own.scans + this_one, first_at)
    verdict = judge(state=found.state, expires_on=found.expires_on, serial=serial, on=clock.today())
    if serial is None:
        return _shared_verdict(verdict, found.expires_on, i18n.get_language())
    words = verdict_words.tell(verdict, found.expires_on)
    return web.render("traceability/verdict.html", words=words, serial=codes.grouped(serial.code))


@lru_cache(maxsize=512)
def _shared_verdict(verdict: Verdict, expires_on: date | None, language: str) -> str:
    """The verdict on labels without a serial: the same for every batch that stands alike."""
    words = verdict_words.tell(verdict, expires_on)
    return web.render("traceability/verdict.html", words=words)


def _story_pieces(found: Found) -> tuple[bytes, ...]:
    """The page before and after its verdict, from the cache or built now."""
    key = (found.batch_id, i18n.get_language())
    stamp = (*found.stamp, clock.today())
    kept = _cache.find(key, stamp, time.monotonic())
    if kept is not None:
        return kept
    with db.reading() as session:
        told = story.tell(session, found.batch_id, now=clock.now())
    page = web.render(
        "traceability/trace.html",
        story=told,
        style_sheet=Markup(STYLE_SHEET),  # noqa: S704 - our own file
        verdict_here=Markup(_VERDICT_HERE),  # noqa: S704 - a constant
        activity_name=telling.activity_name,
        shown_gtin=gtin.shown,
        step_name=telling.step_name,
    )
    before, _, after = page.encode().partition(_VERDICT_HERE.encode())
    _cache.keep(key, stamp, time.monotonic(), (before, after))
    return before, after


def _note_scan(found: Found) -> bool:
    """Write the scan down if it is one: not a robot's, not of somebody at work here."""
    device = scans.device_of(request.headers.get("User-Agent", ""))
    if request.method != "GET" or device is None or current_actor().person_id is not None:
        return False
    note = scans.ScanNote(
        scanned_at=clock.now(),
        batch_id=found.batch_id,
        serial_number=found.serial.number if found.serial else None,
        device=device,
        language=i18n.get_language(),
    )
    folder = scans.journal_folder(config.current().data_dir)
    journal = _journals.setdefault(str(folder), Journal(folder))
    noted = scans.note(journal, note)
    if not current_app.testing:
        importer.wake(folder)
    return noted


def _product_page(link: Link) -> ResponseReturnValue:
    with db.reading() as session:
        product = register.find_by_gtin(session, link.value)
    if product is None:
        return _no_story(verdict_words.unknown(), 404)
    return _no_story(verdict_words.batchless(), 200, product=product)


def _no_story(
    words: VerdictWords,
    status: int,
    *,
    findings: tuple[Finding, ...] = (),
    product: Product | None = None,
) -> ResponseReturnValue:
    page = web.render(
        "traceability/no_story.html",
        words=words,
        findings=findings,
        product=product,
        style_sheet=Markup(STYLE_SHEET),  # noqa: S704 - our own file
    )
    return _harden(make_response(page, status))


def _harden(response: Response) -> Response:
    response.mimetype = "text/html"
    response.headers["Content-Security-Policy"] = CSP
    response.headers["Cache-Control"] = "no-cache"
    return response
