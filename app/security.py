"""Deny by default: who is calling, may they, is the form ours; and the headers of every answer."""

from __future__ import annotations

import ipaddress
import random
import time
from functools import cache
from typing import Any

import structlog
from flask import Flask, Response, current_app, g, request
from prometheus_client import Counter, Histogram

from accounts import sessions, tokens
from accounts.permissions import ANONYMOUS, Actor, require
from app import admission
from foundation import clock, form_tokens, i18n, logs, web
from foundation.config import Config
from foundation.errors import Forbidden, NotFound, TooMany, Unauthenticated
from traceability.sensors.devices import device_tokens

log = structlog.get_logger()

REQUESTS = Counter("nguon_requests_total", "Requests", ["method", "endpoint", "status"])
SECONDS = Histogram("nguon_request_seconds", "Time to answer", ["endpoint"])

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:;"
    " font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'"
)
LANGUAGE_COOKIE = "nguon-language"
_QUIET = frozenset({"static", "system.healthz", "system.readyz", "system.metrics"})
_SCANS = ("traceability.scan", "traceability.resolver")
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
# Any word may stand where the method does, and each one counted would be kept for good.
_COUNTED = _SAFE | {"POST", "PUT", "PATCH", "DELETE"}


def install(app: Flask, config: Config) -> None:
    """Put the guards before every view and the headers after it."""
    app.before_request(_identify_request)
    app.before_request(_limit_form)
    app.before_request(_choose_language)
    app.before_request(_refuse_unreceived)
    app.before_request(_guard)
    app.after_request(_set_headers)
    app.after_request(_count)
    app.config["NGUON"] = config


def _identify_request() -> None:
    g.request_id = request_id(request.headers.get("X-Request-Id", ""))
    g.started = time.perf_counter()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def request_id(sent: str) -> str:
    """The request's name as its sender gave it, where that is fit to be one, or a new one."""
    if sent and 8 <= len(sent) <= 64 and sent.replace("-", "").isalnum() and sent.isascii():
        return sent
    # A name to find lines of the log by, no secret.
    return f"{random.getrandbits(64):016x}"


def _limit_form() -> None:
    # Files come as multipart, whose texts Werkzeug limits by itself; this kind it reads whole.
    if request.mimetype == "application/x-www-form-urlencoded":
        request.max_content_length = current_app.config["MAX_FORM_MEMORY_SIZE"]


def _choose_language() -> None:
    spoken = web.languages_of(_view())
    wished = request.args.get("lang") or request.cookies.get(LANGUAGE_COOKIE)
    if wished not in spoken:
        # People get Vietnamese unless their device asks for another; programs likewise.
        wished = i18n.choose(request.headers.get("Accept-Language"), among=spoken)
    i18n.set_language(wished)
    g.language = wished


def _refuse_unreceived() -> None:
    if request.environ.get(admission.REFUSED):
        g.actor = ANONYMOUS
        again = admission.AGAIN_AFTER_S
        raise TooMany("workplace.too_many_sending", retry_after_s=again)


def _guard() -> None:
    view = _view()
    if view is None:
        g.actor = ANONYMOUS
        return
    guard = web.guard_of(view)
    if guard is None:
        log.error("route_without_guard", endpoint=request.endpoint)
        raise NotFound
    g.is_public = guard.kind == "public"
    is_api = request.path.startswith(("/api/", "/epcis"))
    g.actor = _actor(is_api=is_api, public=guard.kind == "public")
    if request.method not in _SAFE and not is_api and not request.path.startswith("/webhooks/"):
        form_tokens.check()
    if guard.kind == "public":
        # A device's key opens nothing that is not open to everybody.
        g.actor = ANONYMOUS if g.actor.is_device else g.actor
        return
    if g.actor.is_device and guard.action is None:
        raise Forbidden
    if g.actor.person_id is None and not g.actor.is_device:
        raise Unauthenticated
    if guard.action is not None:
        require(g.actor, guard.action)


def _view() -> Any:
    if request.endpoint is None:
        return None
    view = current_app.view_functions.get(request.endpoint)
    view_class = getattr(view, "view_class", None)
    if view_class is not None:
        return getattr(view_class, request.method.lower(), view)
    return view


def _actor(*, is_api: bool, public: bool) -> Actor:
    """Programs show a token, browsers a cookie; neither is taken for the other.

    A page that scans reach does not look at cookies it was not sent: no query for the public.
    """
    now = clock.now()
    if is_api:
        scheme, _, credential = request.headers.get("Authorization", "").partition(" ")
        if not credential:
            return ANONYMOUS
        if scheme.lower() != "bearer" or not credential.strip().isascii():
            raise Unauthenticated("token.unknown")
        authenticate = (
            device_tokens.authenticate
            if credential.strip().startswith(device_tokens.MARK)
            else tokens.authenticate
        )
        actor = authenticate(credential.strip(), now)
        if actor is None:
            raise Unauthenticated("token.unknown")
        return actor
    cookie = request.cookies.get(form_tokens.cookie_name(form_tokens.SESSION_COOKIE))
    if not cookie:
        return ANONYMOUS
    return sessions.authenticate_cookie(cookie, now) or ANONYMOUS


def _policy() -> str:
    """The policy of this page; a drawing page may show images of the operator's source too."""
    origins = dict.fromkeys(g.get("image_origins", ()))
    return CSP.replace("data: blob:", " ".join(["data: blob:", *origins]), 1)


def _set_headers(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", _policy())
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "strict-origin-when-cross-origin")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "camera=(self), geolocation=(self), microphone=()")
    headers["X-Request-Id"] = g.get("request_id", "")
    if response.mimetype == "text/html":
        headers.setdefault("Content-Language", i18n.get_language())
        headers.add("Vary", "Cookie, Accept-Language")
    if request.endpoint != "static":
        headers.setdefault("Cache-Control", "no-store" if _personal() else "no-cache")
    config: Config = response_config()
    if config.https:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    form_tokens.put_cookie(response)
    return response


def response_config() -> Config:
    """The configuration of the application that answers."""
    config: Config = current_app.config["NGUON"]
    return config


def _personal() -> bool:
    return g.get("actor", ANONYMOUS).person_id is not None


def _count(response: Response) -> Response:
    endpoint = request.endpoint or "none"
    method = request.method if request.method in _COUNTED else "other"
    REQUESTS.labels(method, endpoint, str(response.status_code)).inc()
    if "started" in g:
        seconds = time.perf_counter() - g.started
        SECONDS.labels(endpoint).observe(seconds)
        _log_request(method, endpoint, response.status_code, seconds)
    return response


def tell_scan(endpoint: str, status: int, started: float) -> None:
    """Count a page that was answered before Flask, as if Flask had."""
    seconds = time.perf_counter() - started
    _counter(endpoint, status).inc()
    _clock_of(endpoint).observe(seconds)
    if status >= 500 or logs.tells_debug():
        _log_request("GET", endpoint, status, seconds)


@cache
def _counter(endpoint: str, status: int) -> Counter:
    return REQUESTS.labels("GET", endpoint, str(status))


@cache
def _clock_of(endpoint: str) -> Histogram:
    return SECONDS.labels(endpoint)


def _log_request(method: str, endpoint: str, status: int, seconds: float) -> None:
    """One line a request: the route's name, never its address, for addresses can hold secrets.

    Scans, static files and health checks are many and alike: they are told at level debug.
    """
    quiet = endpoint in _QUIET or endpoint.startswith(
        ("traceability.scan", "traceability.resolver")
    )
    tell = log.debug if quiet and status < 500 else log.info
    milliseconds = round(seconds * 1000, 1)
    tell("request", method=method, route=endpoint, status=status, ms=milliseconds)


def is_loopback() -> bool:
    """Whether the caller sits on this machine (for /metrics).

    A proxy on this machine that nobody told us to trust is here; whoever it calls for is not.
    """
    if not response_config().trusted_proxies and "X-Forwarded-For" in request.headers:
        return False
    try:
        return ipaddress.ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False
