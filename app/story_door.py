"""The door before Flask: answers for scan addresses it has been shown the answer of.

It knows the addresses that labels carry (``/01/<gtin>/10/<lot>``, ``/t/<code>``, each with or
without a serial) and takes plain requests for their pages; whatever else is asked (another method,
`Accept`, link type, cookies, an address never answered) goes on to Flask. Headers are Flask's own,
learned from the answer it gave for the address; body, entity tag and scan come from the same
functions. It answers only while the database is heard (`traceability.scan.keeping`).
"""

from __future__ import annotations

import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from weakref import ReferenceType, ref

import psycopg
import structlog
from flask import Flask, Request
from werkzeug.http import remove_entity_headers
from werkzeug.test import EnvironBuilder

from app import security
from foundation import clock, db, i18n
from foundation.glances import Asker, Question
from traceability.linking import asking
from traceability.scan import guessing, keeping, noting, pages, pieces
from traceability.scan.keeping import Told
from traceability.scan.noting import Looked
from traceability.scan.pieces import Pieces
from traceability.scan.story_cache import Kept
from traceability.scan.verdicts import SerialSeen

log = structlog.get_logger()

Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]

_ADDRESS = re.compile(
    r"(/01/[0-9]{14}/10/[A-Za-z0-9_.-]{1,20}|/t/[0-9A-Z]{8,16})(?:(/21/|/)([0-9A-Z]{4,20}))?"
)
_LANGUAGES = {f"lang={language}": language for language in i18n.LANGUAGES}
# Whatever makes a request something else than a plain look at a page.
_OTHERWISE = ("HTTP_COOKIE", "HTTP_AUTHORIZATION", "HTTP_RANGE", "HTTP_TRANSFER_ENCODING")
_MOST_ADDRESSES = 65_536
_OWN = frozenset({"x-request-id", "content-length", "content-encoding", "etag"})
_SERIAL_HERE = "\0"
_STATE = Question(
    b"nguon_serial",
    b"SELECT s.number, coalesce((SELECT n.state FROM item_spans n WHERE n.batch_id = s.batch_id"
    b" AND n.first <= s.number ORDER BY n.first DESC LIMIT 1), 'printed'), t.scans,"
    b" extract(epoch FROM t.first_at) FROM serials s"
    b" LEFT JOIN serial_scans t ON t.batch_id = s.batch_id AND t.serial_number = s.number"
    b" WHERE s.batch_id = $1::bigint AND s.code = $2",
)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A plain request for the page of an address."""

    prefix: str
    joint: str
    serial: str
    language: str

    @property
    def key(self) -> tuple[str, str, str]:
        """Serials of one batch are answered alike but for what is their own."""
        return self.prefix, self.joint, self.language


@dataclass(frozen=True, slots=True)
class _Address:
    """What was learned from Flask's answer.

    The story is `keeping`'s: an address that is remembered does not hold what was let go.
    """

    kept: ReferenceType[Kept[Told]]
    endpoint: str
    headers: tuple[tuple[str, str], ...]
    unchanged_headers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class _Answer:
    status: str
    headers: list[tuple[str, str]]
    body: list[bytes]
    endpoint: str


class StoryDoor:
    """WSGI middleware around an application."""

    def __init__(self, inner: Wsgi, app: Flask, connections: int) -> None:
        self.inner = inner
        self._app = app
        self._connections = connections
        self._addresses: OrderedDict[tuple[str, str, str], _Address] = OrderedDict()
        self._lock = threading.Lock()
        self._asker: Asker | None = None

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        asked = _read(environ)
        if asked is None:
            return self.inner(environ, start_response)
        started = time.perf_counter()
        answer = self._ready(asked, environ)
        if answer is None:
            return self._learn(asked, environ, start_response)
        start_response(answer.status, answer.headers)
        security.tell_scan(answer.endpoint, int(answer.status[:3]), started)
        return answer.body

    def _ready(self, asked: _Asked, environ: dict[str, Any]) -> _Answer | None:
        """The whole answer, or None for Flask; nothing is begun before it is there."""
        try:
            address = self._addresses.get(asked.key)
            kept = None if address is None else self._kept(asked, address)
            if address is None or kept is None:
                return None
            return self._answer(asked, address, kept.content, environ)
        except Exception as error:  # noqa: BLE001 - Flask answers, or says what is wrong
            log.error("scan_left_to_flask", error=type(error).__name__)
            return None

    def _kept(self, asked: _Asked, address: _Address) -> Kept[Told] | None:
        kept = address.kept()
        if kept is None or not keeping.is_heard() or not kept.is_fresh(clock.now()):
            return None
        with self._lock:
            if asked.key in self._addresses:
                self._addresses.move_to_end(asked.key)
        keeping.show_again(kept, asked.language)
        return kept

    def _answer(
        self, asked: _Asked, address: _Address, told: Told, environ: dict[str, Any]
    ) -> _Answer | None:
        network, now = environ.get("REMOTE_ADDR", ""), clock.now()
        if (asked.serial or asked.prefix[1] == "t") and guessing.must_wait(network, now):
            return None
        state = self._state(told.batch_id, asked.serial) if asked.serial else None
        if asked.serial and state is None:
            return None
        looked = Looked(environ.get("HTTP_USER_AGENT", ""), network, asked.language, now)
        number = int(state[0] or 0) if state else None
        counts = noting.note(looked, told.batch_id, number, in_tests=self._app.testing)
        serial = _seen(asked.serial, state, counts=counts) if state else None
        verdict = pages.verdict_of(self._app.jinja_env, told, serial, asked.language)
        return _made(asked, address, told.pieces, verdict, environ)

    def _state(self, batch_id: int, serial: str) -> tuple[str | None, ...] | None:
        """The serial's own row, asked of the primary for every scan; None also when it fails."""
        database = db.current()
        if isinstance(database, db.OneConnection):
            return None
        asker = self._asker
        if asker is None or asker.database is not database:
            asker = self._asker = Asker(database, self._connections)
        try:
            return asker.ask(_STATE, (str(batch_id), serial))
        except psycopg.Error:
            # Flask asks again and says what is wrong.
            return None

    def _learn(
        self, asked: _Asked, environ: dict[str, Any], start_response: Any
    ) -> Iterable[bytes]:
        learned: list[pages.Learned] = []
        environ[pages.LEARNING] = learned

        def begin(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            if learned and status.startswith("200") and _is_for_all(learned[0], headers):
                self._remember(asked, learned[0], headers)
            return start_response(status, headers, *more)

        return self.inner(environ, begin)

    def _remember(
        self, asked: _Asked, learned: pages.Learned, headers: list[tuple[str, str]]
    ) -> None:
        own = f"{asked.joint}{asked.serial}"
        kept = [
            (name, value.replace(own, asked.joint + _SERIAL_HERE) if own else value)
            for name, value in headers
            if name.lower() not in _OWN
        ]
        unchanged = list(kept)
        remove_entity_headers(unchanged)
        address = _Address(ref(learned.kept), learned.endpoint, tuple(kept), tuple(unchanged))
        with self._lock:
            self._addresses[asked.key] = address
            self._addresses.move_to_end(asked.key)
            while len(self._addresses) > _MOST_ADDRESSES:
                self._addresses.popitem(last=False)


def _read(environ: dict[str, Any]) -> _Asked | None:
    """What a plain request for a scan page asks; None for everything else."""
    if environ["REQUEST_METHOD"] != "GET":
        return None
    found = _ADDRESS.fullmatch(environ["PATH_INFO"])
    if found is None or any(name in environ for name in _OTHERWISE):
        return None
    prefix, joint, serial = found[1], found[2] or "", found[3] or ""
    if (joint == "/") != (prefix[1] == "t") and joint:
        return None
    if "%" in environ.get("RAW_URI", "") or "%" in environ.get("nguon.original_uri", ""):
        return None
    if environ.get("CONTENT_LENGTH") not in (None, "", "0"):
        return None
    language = _language(environ.get("QUERY_STRING", ""), environ.get("HTTP_ACCEPT_LANGUAGE"))
    if language is None or not _prefers_page(environ.get("HTTP_ACCEPT", "")):
        return None
    return _Asked(prefix, joint, serial, language)


@lru_cache(maxsize=1024)
def _language(query: str, accepted: str | None) -> str | None:
    return _LANGUAGES.get(query) if query else i18n.choose(accepted)


@lru_cache(maxsize=256)
def _prefers_page(accept: str) -> bool:
    told = [("Accept", accept)] if accept else []
    return asking.prefers_page(Request(EnvironBuilder(headers=told).get_environ()))


def _seen(code: str, state: tuple[str | None, ...], *, counts: bool) -> SerialSeen:
    _number, is_now, scans, first_at = state
    since = None if first_at is None else datetime.fromtimestamp(float(first_at), UTC)
    return pages.seen(code, is_now or "", int(scans or 0), since, counts)


def _is_for_all(learned: pages.Learned, headers: list[tuple[str, str]]) -> bool:
    """Whether the next one may be answered alike, for as long as the story is kept.

    The name of a lot opened by mistake may be another lot's at any moment, without a word of the
    former; a cookie is one reader's.
    """
    if learned.kept.content.state == "mistaken":
        return False
    return all(name.lower() != "set-cookie" for name, _value in headers)


def _made(
    asked: _Asked, address: _Address, page: Pieces, verdict: bytes, environ: dict[str, Any]
) -> _Answer:
    etag = page.etag(verdict)
    own = [
        ("ETag", f'W/"{etag}"'),
        ("X-Request-Id", security.request_id(environ.get("HTTP_X_REQUEST_ID", ""))),
    ]
    if pieces.is_known(environ.get("HTTP_IF_NONE_MATCH"), etag):
        headers = _filled(address.unchanged_headers, asked.serial) + own
        return _Answer("304 NOT MODIFIED", headers, [], address.endpoint)
    if pieces.takes_gzip(environ.get("HTTP_ACCEPT_ENCODING")):
        body = page.gzipped(verdict)
        own.append(("Content-Encoding", "gzip"))
    else:
        body = page.plain(verdict)
    own.append(("Content-Length", str(len(body))))
    headers = _filled(address.headers, asked.serial) + own
    return _Answer("200 OK", headers, [body], address.endpoint)


def _filled(headers: tuple[tuple[str, str], ...], serial: str) -> list[tuple[str, str]]:
    if not serial:
        return list(headers)
    return [(name, value.replace(_SERIAL_HERE, serial)) for name, value in headers]
