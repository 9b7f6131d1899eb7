"""Forms come from our own pages: a token on each, signed and bound to the browser it was shown to.

The token is an HMAC over the session's cookie, or, before sign-in, over a cookie of the form's
own. Whoever can only plant a cookie (a neighbouring subdomain, somebody on a wire without TLS)
cannot make the token that goes with it. A nonce makes every token look different, so that its
letters cannot be guessed one by one from the length of compressed pages; and as every form drawn
has its own, it is the key under which the form is carried out once (``app.forms_once``).
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode
from urllib.parse import urlsplit

from flask import Response, g, request

from foundation import config
from foundation.errors import Forbidden

SESSION_COOKIE = "nguon"
COOKIE = "nguon-csrf"
FIELD = "csrf_token"
HEADER = "X-CSRF-Token"
_NONCE_LENGTH = 16
_COOKIE_LENGTH = 43


def cookie_name(plain: str) -> str:
    """``__Host-`` binds a cookie to this host; browsers accept it over TLS only."""
    return f"__Host-{plain}" if config.current().https else plain


def csrf_token() -> str:
    """A form token for this browser, another for each form drawn."""
    return token_for(_session(), _browser() or _new_browser())


def once_key() -> str | None:
    """What tells the form that was sent from every other drawn: the nonce of its checked token.

    None where a script showed the token in a header: it is no form, and may send it often.
    """
    return request.form.get(FIELD, "")[:_NONCE_LENGTH] or None


def browser_key() -> str:
    """Whose form it is when nobody is signed in: the cookie it was bound to."""
    return _session() or _browser()


def token_for(session_cookie: str, browser_cookie: str) -> str:
    """A form token for who has this session, or, without one, for the browser of this cookie."""
    nonce = secrets.token_urlsafe(_NONCE_LENGTH * 3 // 4)
    return nonce + _signed(nonce, session_cookie, browser_cookie)


def check() -> None:
    """Refuse a form that another site sent, or whose token is not this browser's.

    Raises: Forbidden("form.csrf"); Forbidden("form.stale") for a page of ours that was opened
    before its reader signed in or out: they may send it again.
    """
    is_ours = _is_from_us()
    if is_ours is False:
        raise Forbidden("form.csrf")
    sent = request.form.get(FIELD) or request.headers.get(HEADER, "")
    nonce, signature = sent[:_NONCE_LENGTH], sent[_NONCE_LENGTH:]
    session, browser = _session(), _browser()
    right = _signed(nonce, session, browser) if session or browser else ""
    if not right or not hmac.compare_digest(right.encode(), signature.encode()):
        raise Forbidden("form.stale" if is_ours else "form.csrf")


def put_cookie(response: Response) -> None:
    """Let a browser keep the cookie that its first form was bound to."""
    if made := g.get("new_form_browser"):
        name, secure = cookie_name(COOKIE), config.current().https
        response.set_cookie(name, made, secure=secure, httponly=True, samesite="Lax")


def _is_from_us() -> bool | None:
    """Whether the browser says that a page of ours sends this; None when it does not say.

    Older browsers, and all of them without TLS, tell only the origin; it is "null" where the
    page asked not to be named.
    """
    if site := request.headers.get("Sec-Fetch-Site"):
        return {"same-origin": True, "same-site": False, "cross-site": False}.get(site)
    _scheme, _, host = request.headers.get("Origin", "").lower().partition("://")
    if not host:
        return None
    return host in (request.host.lower(), urlsplit(config.current().base_url).netloc.lower())


def _session() -> str:
    return request.cookies.get(cookie_name(SESSION_COOKIE), "")


def _browser() -> str:
    sent = request.cookies.get(cookie_name(COOKIE), "")
    return sent if len(sent) == _COOKIE_LENGTH else ""


def _new_browser() -> str:
    if _session():
        return ""
    made: str = g.setdefault("new_form_browser", secrets.token_urlsafe(32))
    return made


def _signed(nonce: str, session: str, browser: str) -> str:
    bound = f"session\0{session}" if session else f"browser\0{browser}"
    text = f"form token\0{nonce}\0{bound}".encode(errors="replace")
    key = config.current().secret_key.encode()
    return urlsafe_b64encode(hmac.digest(key, text, hashlib.sha256)).decode().rstrip("=")
