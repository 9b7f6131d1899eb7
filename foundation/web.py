"""What every page shares: guards, CSRF, forms that keep their input, flashes, rendering.

``app.security`` enforces the guards set here; a view without one is refused.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar
from urllib.parse import urlsplit

from flask import flash, g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from foundation import config
from foundation.errors import Finding, Forbidden, NguonError
from foundation.i18n import word

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Guard:
    """Who may call a view: everybody, the signed in, or those entitled to ``action``."""

    kind: Literal["public", "signed_in", "action"]
    action: str | None = None


def public(view: View) -> View:
    """Everybody may call this view; nothing personal is on it."""
    return _mark(view, Guard("public"))


def signed_in(view: View) -> View:
    """Whoever is signed in may call this view; it shows what is their own."""
    return _mark(view, Guard("signed_in"))


def guarded(action: str) -> Callable[[View], View]:
    """Only who holds ``action`` for anything at all may call this view.

    Whether they hold it for *this* thing is checked in the domain function.
    """

    def marker(view: View) -> View:
        return _mark(view, Guard("action", action))

    return marker


def guard_of(view: Any) -> Guard | None:
    """The guard set on a view function, if any."""
    found = getattr(view, "guard", None)
    return found if isinstance(found, Guard) else None


def _mark(view: View, guard: Guard) -> View:
    view.guard = guard  # type: ignore[attr-defined]
    return view


# CSRF: double-submit cookie, compared in constant time. The cookie carries no meaning of its own,
# so it works before sign-in and needs no server state. Over TLS its name is bound to this host:
# a neighbouring subdomain, or somebody on the wire, cannot plant one whose value they know.

CSRF_COOKIE = "nguon-csrf"
CSRF_FIELD = "csrf_token"


def csrf_cookie_name() -> str:
    """What the cookie is called; browsers accept ``__Host-`` over TLS only."""
    return f"__Host-{CSRF_COOKIE}" if config.current().https else CSRF_COOKIE


def csrf_token() -> str:
    """The form token of this browser; ``app.security`` sets its cookie on the answer."""
    if "csrf" not in g:
        sent = request.cookies.get(csrf_cookie_name(), "")
        g.csrf = sent if len(sent) == 43 else secrets.token_urlsafe(32)
    token: str = g.csrf
    g.csrf_used = True
    return token


def check_csrf() -> None:
    """Raises Forbidden unless the form's token is this browser's."""
    # Browsers say themselves when another site sends the form; older ones say nothing.
    if request.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site"):
        raise Forbidden("form.csrf")
    cookie = request.cookies.get(csrf_cookie_name(), "")
    sent = request.form.get(CSRF_FIELD) or request.headers.get("X-CSRF-Token", "")
    if not cookie or not hmac.compare_digest(cookie.encode(), sent.encode()):
        raise Forbidden("form.csrf")


@dataclass
class Form:
    """A form as its reader left it: values kept, every finding beside its field."""

    values: Mapping[str, Any] = field(default_factory=dict)
    findings: Sequence[Finding] = ()
    labels: dict[str, str] = field(default_factory=dict)
    """Field name → what the page calls it; the page's fields fill it in."""

    def name_field(self, name: str, label: str) -> str:
        """Tell what the page calls a field; gives nothing, so that a template can print it."""
        self.labels[name] = label
        return ""

    @property
    def errors(self) -> dict[str, list[str]]:
        """Field name → sentences in the reader's language."""
        found: dict[str, list[str]] = {}
        for finding in self.findings:
            if finding.severity == "error":
                found.setdefault(finding.field or "", []).append(word(finding.code, finding.params))
        return found

    @property
    def summary(self) -> list[tuple[str | None, str]]:
        """(field, sentence) pairs for the summary on top of the page."""
        return [
            (finding.field, word(finding.code, finding.params))
            for finding in self.findings
            if finding.severity == "error"
        ]

    @classmethod
    def kept(cls, error: NguonError, values: Mapping[str, Any] | None = None) -> Form:
        """The form to show again after ``error``: what was typed, and what is wrong with it."""
        findings = error.findings or (Finding(error.code, error.params),)
        return cls(request.form if values is None else values, findings)


def render(template: str, **context: Any) -> str:
    """Render a page."""
    return render_template(template, **context)


def render_again(template: str, error: NguonError, **context: Any) -> ResponseReturnValue:
    """Render a form again with its input kept, its findings and the error's status."""
    context.setdefault("form", Form.kept(error))
    return render_template(template, **context), error.status


def flash_done(message: str, undo_url: str | None = None) -> None:
    """Tell on the next page that something was done; ``undo_url`` takes a POST that undoes it."""
    flash({"message": message, "undo_url": undo_url}, "done")  # type: ignore[arg-type]


def safe_next(target: str | None, default: str) -> str:
    """``target`` if it stays on this site, else ``default`` (no open redirects)."""
    if not target:
        return default
    parts = urlsplit(target)
    if parts.scheme or parts.netloc or not target.startswith("/"):
        return default
    if target.startswith(("//", "/\\")) or any(ord(c) < 32 for c in target):
        return default
    return target


def raw_path() -> str | None:
    """The request's path as it was sent, percent signs and all; None when the server hides it.

    WSGI decodes PATH_INFO. gunicorn adds RAW_URI, a trusted proxy sends X-Original-URI; granian
    gives neither, so readers of ``%2F`` must cope with None (ADR 0004).
    """
    sent = request.environ.get("RAW_URI") or request.environ.get("nguon.original_uri")
    if not isinstance(sent, str):
        return None
    path = urlsplit(sent).path if "://" in sent else sent.partition("?")[0]
    return path or None


def page_url(**changes: Any) -> str:
    """This page's address with some query parameters changed (None removes one)."""
    query: dict[str, Any] = dict(request.args.items(multi=False))
    for key, value in changes.items():
        if value is None:
            query.pop(key, None)
        else:
            query[key] = value
    return url_for(request.endpoint or "", **(request.view_args or {}), **query)
