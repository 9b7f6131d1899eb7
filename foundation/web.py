"""What every page shares: guards, forms that keep their input, flashes, rendering.

``app.security`` enforces the guards set here; a view without one is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

from flask import flash, g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from foundation.addresses import parted
from foundation.errors import Finding, NguonError
from foundation.i18n import LABEL_LANGUAGES, LANGUAGES, word

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


def in_label_languages(view: View) -> View:
    """A view a label leads to: it speaks every language of `i18n.LABEL_LANGUAGES`."""
    view.languages = LABEL_LANGUAGES  # type: ignore[attr-defined]
    return view


def languages_of(view: Any) -> tuple[str, ...]:
    """The languages a view speaks."""
    spoken: tuple[str, ...] = getattr(view, "languages", LANGUAGES)
    return spoken


def guard_of(view: Any) -> Guard | None:
    """The guard set on a view function, if any."""
    found = getattr(view, "guard", None)
    return found if isinstance(found, Guard) else None


def _mark(view: View, guard: Guard) -> View:
    view.guard = guard  # type: ignore[attr-defined]
    return view


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
        """(field, sentence) pairs for the summary on top of the page, in the page's order."""
        order = {name: place for place, name in enumerate(self.labels)}
        wrong = [finding for finding in self.findings if finding.severity == "error"]
        wrong.sort(key=lambda finding: order.get(finding.field or "", -1))
        return [(finding.field, word(finding.code, finding.params)) for finding in wrong]

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


def allow_images(origin: str) -> None:
    """Let the page being made load images from one more origin (aerial images under maps)."""
    g.image_origins = (*g.get("image_origins", ()), origin)


def safe_next(target: str | None, default: str) -> str:
    """``target`` if it stays on this site, else ``default`` (no open redirects)."""
    if not target:
        return default
    # Browsers read a backslash as a slash, and drop tabs and line ends.
    if not target.startswith("/") or "\\" in target or any(ord(c) < 32 for c in target):
        return default
    return default if target.startswith("//") else target


def raw_path() -> str | None:
    """The request's path as it was sent, percent signs and all; None when the server hides it.

    WSGI decodes PATH_INFO. gunicorn adds RAW_URI, a trusted proxy sends X-Original-URI; granian
    gives neither, so readers of ``%2F`` must cope with None (ADR 0004).
    """
    sent = request.environ.get("RAW_URI") or request.environ.get("nguon.original_uri")
    if not isinstance(sent, str):
        return None
    path = parted(sent).path if "://" in sent else sent.partition("?")[0]
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
