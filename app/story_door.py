"""The door before Flask: answers for scan addresses it has been shown the answer of.

It knows the addresses that labels carry (``/01/<gtin>/10/<lot>``, ``/t/<code>``, each with or
without a serial) and takes plain requests for their pages; whatever else is asked (another method,
`Accept`, link type, cookies, an address never answered) goes on to Flask. Headers are Flask's own,
learned from the answer it gave for the address; body, entity tag and scan come from the same
functions. It answers only while the database is heard (`traceability.scan.keeping`).
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple
from weakref import ReferenceType, ref

import psycopg
import structlog
from flask import Flask
from werkzeug.http import remove_entity_headers

from app import scan_requests, security
from app.scan_requests import ScanAsked
from foundation import clock, db
from foundation.glances import Asker, Question
from traceability.scan import guessing, keeping, noting, pages, pieces
from traceability.scan.keeping import Told
from traceability.scan.lookup import FoundSerial
from traceability.scan.noting import Looked
from traceability.scan.pieces import Fitted
from traceability.scan.story_cache import Kept
from traceability.scan.verdicts import SerialSeen

log = structlog.get_logger()

Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]

_MOST_ADDRESSES = 65_536
_OWN = frozenset({"x-request-id", "content-length", "content-encoding", "etag"})
_SERIAL_HERE = "\0"
_OK = "200 OK"
# Those shown longest ago go first: nearly enough.
_SHOWN_EVERY_S = 1.0
_STATE = Question(
    b"nguon_serial",
    b"SELECT s.number, coalesce((SELECT n.state FROM item_spans n WHERE n.batch_id = s.batch_id"
    b" AND n.first <= s.number ORDER BY n.first DESC LIMIT 1), 'printed'), t.scans,"
    b" extract(epoch FROM t.first_at), t.standing, t.first_place,"
    b" CASE WHEN t.standing = 'open' THEN (SELECT c.reasons -> 0 ->> 0 FROM copy_suspicions c"
    b" WHERE c.batch_id = s.batch_id AND c.serial_number = s.number) END FROM serials s"
    b" LEFT JOIN serial_scans t ON t.batch_id = s.batch_id AND t.serial_number = s.number"
    b" WHERE s.batch_id = $1::bigint AND s.code = $2",
)


_Headers = list[tuple[str, str]]


class _Fixed(NamedTuple):
    """The answer to who asks for a lot: the same until its story is let go."""

    etag: str
    packed: _Headers
    fitted: Fitted


@dataclass(slots=True)
class _Address:
    """What was learned from Flask's answer.

    The story is `keeping`'s: an address that is remembered does not hold what was let go.
    """

    kept: ReferenceType[Kept[Told]]
    endpoint: str
    headers: _Headers
    # Those that name the serial.
    own: _Headers
    shown_at: float = 0.0
    fixed: _Fixed | None = field(default=None)


class _Answer(NamedTuple):
    status: str
    headers: _Headers
    body: list[bytes]


class StoryDoor:
    """WSGI middleware around an application."""

    def __init__(self, inner: Wsgi, app: Flask, connections: int) -> None:
        self.inner = inner
        self._app = app
        self._connections = connections
        self._addresses: OrderedDict[tuple[str, str, str], _Address] = OrderedDict()
        # Of the headers learned most are the same for every address.
        self._headers: dict[tuple[str, str], tuple[str, str]] = {}
        self._lock = threading.Lock()
        self._asker: Asker | None = None

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        started = time.perf_counter()
        asked = scan_requests.read(environ)
        if asked is None:
            return self.inner(environ, start_response)
        address = self._addresses.get(asked.key)
        answer = None if address is None else self._ready(asked, address, environ)
        if address is None or answer is None:
            return self._learn(asked, environ, start_response)
        start_response(answer.status, answer.headers)
        security.tell_scan(address.endpoint, int(answer.status[:3]), started)
        return answer.body

    def _ready(
        self, asked: ScanAsked, address: _Address, environ: dict[str, Any]
    ) -> _Answer | None:
        """The whole answer, or None for Flask; nothing is begun before it is there."""
        try:
            now = clock.now()
            kept = self._kept(asked, address, now)
            if kept is None:
                return None
            return self._answer(asked, address, kept.content, environ, now)
        except Exception as error:  # noqa: BLE001 - Flask answers, or says what is wrong
            log.error("scan_left_to_flask", error=type(error).__name__)
            return None

    def _kept(self, asked: ScanAsked, address: _Address, now: datetime) -> Kept[Told] | None:
        kept = address.kept()
        if kept is None or not keeping.is_heard() or not kept.is_fresh(now):
            return None
        moment = time.monotonic()
        if moment - address.shown_at > _SHOWN_EVERY_S:
            address.shown_at = moment
            with self._lock:
                if asked.key in self._addresses:
                    self._addresses.move_to_end(asked.key)
            keeping.show_again(kept, asked.key[2])
        return kept

    def _answer(
        self,
        asked: ScanAsked,
        address: _Address,
        told: Told,
        environ: dict[str, Any],
        now: datetime,
    ) -> _Answer | None:
        network, serial, language = environ.get("REMOTE_ADDR", ""), asked.serial, asked.key[2]
        if asked.is_guessable and guessing.must_wait(network, now):
            return None
        looked = Looked(environ.get("HTTP_USER_AGENT", ""), network, language, now)
        testing = self._app.testing
        if not serial:
            noting.note(looked, told.batch_id, None, in_tests=testing)
            return self._of_lot(address, told, language, environ)
        state = self._state(told.batch_id, serial)
        if state is None:
            return None
        counts = noting.note(looked, told.batch_id, int(state[0] or 0), in_tests=testing)
        seen = _seen(serial, state, counts=counts)
        verdict = pages.verdict_of(self._app.jinja_env, told, seen, language)
        return _of_serial(address, told, serial, verdict, environ)

    def _of_lot(
        self, address: _Address, told: Told, language: str, environ: dict[str, Any]
    ) -> _Answer:
        fixed = address.fixed
        if fixed is None:
            # A state that changes lets the story go, and no story outlives its day.
            verdict = pages.verdict_of(self._app.jinja_env, told, None, language)
            fitted = told.pieces.fitted(verdict)
            length = len(told.pieces.joined(fitted))
            etag = told.pieces.etag(verdict)
            packed = [*address.headers, ("ETag", f'W/"{etag}"'), *_packed(length)]
            fixed = address.fixed = _Fixed(etag, packed, fitted)
        named = ("X-Request-Id", security.request_id(environ.get("HTTP_X_REQUEST_ID", "")))
        if pieces.is_known(environ.get("HTTP_IF_NONE_MATCH"), fixed.etag):
            return _unchanged(address.headers, fixed.etag, named)
        if pieces.takes_gzip(environ.get("HTTP_ACCEPT_ENCODING")):
            return _Answer(_OK, [*fixed.packed, named], [told.pieces.joined(fixed.fitted)])
        verdict = pages.verdict_of(self._app.jinja_env, told, None, language)
        return _plain(address.headers, told, verdict, [("ETag", f'W/"{fixed.etag}"'), named])

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
        self, asked: ScanAsked, environ: dict[str, Any], start_response: Any
    ) -> Iterable[bytes]:
        learned: list[pages.Learned] = []
        environ[pages.LEARNING] = learned

        def begin(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            if learned and status.startswith("200") and _is_for_all(learned[0], headers):
                self._remember(asked, learned[0], headers)
            return start_response(status, headers, *more)

        return self.inner(environ, begin)

    def _remember(self, asked: ScanAsked, learned: pages.Learned, headers: _Headers) -> None:
        own = f"{asked.key[1]}{asked.serial}"
        alike: _Headers = []
        of_serial: _Headers = []
        for name, value in headers:
            if name.lower() in _OWN:
                continue
            if asked.serial and own in value:
                of_serial.append((name, value.replace(own, asked.key[1] + _SERIAL_HERE)))
            else:
                alike.append(self._headers.setdefault((name, value), (name, value)))
        address = _Address(ref(learned.kept), learned.endpoint, alike, of_serial)
        with self._lock:
            if len(self._headers) > _MOST_ADDRESSES:
                self._headers.clear()
            self._addresses[asked.key] = address
            self._addresses.move_to_end(asked.key)
            while len(self._addresses) > _MOST_ADDRESSES:
                self._addresses.popitem(last=False)


def _seen(code: str, state: tuple[str | None, ...], *, counts: bool) -> SerialSeen:
    _number, is_now, scans, first_at, standing, place, sighting = state
    since = None if first_at is None else datetime.fromtimestamp(float(first_at), UTC)
    return pages.seen(
        FoundSerial(0, code, is_now or "", int(scans or 0), since, standing, place, sighting),
        counts=counts,
    )


def _is_for_all(learned: pages.Learned, headers: list[tuple[str, str]]) -> bool:
    """Whether the next one may be answered alike, for as long as the story is kept.

    The name of a lot opened by mistake may be another lot's at any moment, without a word of the
    former; a cookie is one reader's.
    """
    if learned.kept.content.state == "mistaken":
        return False
    return all(name.lower() != "set-cookie" for name, _value in headers)


def _of_serial(
    address: _Address, told: Told, serial: str, verdict: bytes, environ: dict[str, Any]
) -> _Answer:
    etag = told.pieces.etag(verdict)
    named = ("X-Request-Id", security.request_id(environ.get("HTTP_X_REQUEST_ID", "")))
    headers = [(name, value.replace(_SERIAL_HERE, serial)) for name, value in address.own]
    headers += address.headers
    if pieces.is_known(environ.get("HTTP_IF_NONE_MATCH"), etag):
        return _unchanged(headers, etag, named)
    own = [("ETag", f'W/"{etag}"'), named]
    if pieces.takes_gzip(environ.get("HTTP_ACCEPT_ENCODING")):
        body = told.pieces.gzipped(verdict)
        return _Answer(_OK, [*headers, *own, *_packed(len(body))], [body])
    return _plain(headers, told, verdict, own)


def _packed(length: int) -> _Headers:
    return [("Content-Encoding", "gzip"), ("Content-Length", str(length))]


def _plain(headers: _Headers, told: Told, verdict: bytes, own: _Headers) -> _Answer:
    body = told.pieces.plain(verdict)
    return _Answer(_OK, [*headers, *own, ("Content-Length", str(len(body)))], [body])


def _unchanged(headers: _Headers, etag: str, named: tuple[str, str]) -> _Answer:
    kept = list(headers)
    remove_entity_headers(kept)
    return _Answer("304 NOT MODIFIED", [*kept, ("ETag", f'W/"{etag}"'), named], [])
