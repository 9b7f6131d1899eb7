"""The two cookies of a browser: its session, and the sign that its owner has been here before."""

import re

from flask import request
from werkzeug.wrappers import Response

from accounts import sessions
from accounts.sessions import OpenedSession
from foundation import config, form_tokens

_DEVICE_DAYS = 730
_BROWSERS = (
    ("Zalo", "Zalo"),
    ("Edg", "Edge"),
    ("coc_coc", "Cốc Cốc"),
    ("SamsungBrowser", "Samsung Internet"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


def session_cookie() -> str | None:
    """The session cookie this browser sent."""
    return request.cookies.get(form_tokens.cookie_name(form_tokens.SESSION_COOKIE))


def device_cookie() -> str | None:
    """The known-device cookie this browser sent."""
    return request.cookies.get(form_tokens.cookie_name("nguon-device"))


def put_session(response: Response, opened: OpenedSession) -> None:
    """Let the browser keep its new session (its length is decided on the server)."""
    _put(response, form_tokens.SESSION_COOKIE, opened.cookie, int(sessions.LONGEST.total_seconds()))


def put_device(response: Response, cookie: str) -> None:
    """Let the browser be known from now on."""
    _put(response, "nguon-device", cookie, _DEVICE_DAYS * 86_400)


def drop_session(response: Response) -> None:
    """Let the browser forget its session."""
    _put(response, form_tokens.SESSION_COOKIE, "", 0)


def device_label() -> str:
    """The browser in words its owner recognises: "Chrome · Android"."""
    agent = request.headers.get("User-Agent", "")[:500]
    found = [
        next((name for mark, name in names if re.search(re.escape(mark), agent)), None)
        for names in (_BROWSERS, _SYSTEMS)
    ]
    return " · ".join(name for name in found if name)


def _put(response: Response, plain: str, value: str, max_age_s: int) -> None:
    response.set_cookie(
        form_tokens.cookie_name(plain),
        value,
        max_age=max_age_s,
        path="/",
        secure=config.current().https,
        httponly=True,
        samesite="Lax",
    )
