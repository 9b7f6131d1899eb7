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
from foundation.errors import Finding
from products import gtin
from products.models import Product
from traceability.scan import (
    importer,
    intervals,
    lookup,
    origins,
    proving,
    scans,
    story,
    telling,
    verdict_words,
)
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


@blueprint.get("/t/<code>")
@blueprint.get("/t/<code>/<serial>")
@web.public
def own_page(code: str, serial: str | None = None) -> ResponseReturnValue:
    """Our own address, for batches of products without a GTIN."""
    return _answer(lookup.find_by_code(code, serial))


@blueprint.get("/verify")
@web.public
def verify() -> ResponseReturnValue:
    """Look up what somebody typed: a label's code, a lot, a growing-area code; tell the log."""
    typed = request.args.get("q", "").strip()[:200]
    with db.reading() as session:
        targets = find_target(session, typed) if typed else []
        if len(targets) == 1:
            return redirect(targets[0].href, 303)
        log = proving.tell_log(session)
        page = web.render("traceability/verify.html", typed=typed, targets=targets, log=log)
        return page, 200 if targets or not typed else 404


def _answer(found: Found | None) -> ResponseReturnValue:
    return no_story(verdict_words.unknown(), 404) if found is None else answer(found)


def answer(found: Found) -> Response:
    """The page of a batch a scan leads to; the scan is noted."""
    counts = _note_scan(found)
    before, after = _story_pieces(found)
    verdict = _verdict_piece(found, counts=counts)
    return harden(make_response(b"".join((before, verdict.encode(), after))))


def _verdict_piece(found: Found, *, counts: bool) -> str:
    serial = None
    if found.serial is not None:
        own = found.serial
        this_one = 1 if counts else 0
        first_at = own.first_at or clock.now()
        serial = SerialSeen(own.code, own.state, own.scans + this_one, first_at)
    verdict = judge(
        state=found.state, expires_on=found.expires_on, serial=serial, on=clock.today(),
        recall_ended_on=found.recall_ended_on,
    )  # fmt: skip
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
    stamp = (*found.stamp, found.state, clock.today())
    kept = _cache.find(key, stamp, time.monotonic())
    if kept is not None:
        return kept
    with db.reading() as session:
        told = story.tell(session, found.batch_id, now=clock.now())
    page = web.render(
        "traceability/trace.html",
        story=told,
        most_named=origins.MOST_NAMED,
        style_sheet=Markup(STYLE_SHEET),  # noqa: S704 - our own file
        verdict_here=Markup(_VERDICT_HERE),  # noqa: S704 - a constant
        activity_name=telling.activity_name,
        shown_gtin=gtin.shown,
        step_name=telling.step_name,
        wrong_name=telling.wrong_name,
        interval_sentence=intervals.sentence,
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
    return response
