"""Templates hold no script, no inline style, no unescaped output."""

from __future__ import annotations

import re

from tests.house.tree import ROOT, templates

_FORBIDDEN = {
    "inline style": re.compile(r"\sstyle\s*=", re.I),
    "inline handler": re.compile(r"\son[a-z]+\s*=\s*[\"']", re.I),
    "inline script": re.compile(r"<script(?![^>]*\bsrc=)[^>]*>", re.I),
    "unescaped": re.compile(r"\|\s*safe\b"),
    "autoescape off": re.compile(r"autoescape\s+false", re.I),
}


def test_no_template_needs_an_unsafe_policy() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in templates()
        for name, pattern in _FORBIDDEN.items()
        if pattern.search(path.read_text("utf-8"))
    ]

    assert found == []


def test_every_post_form_carries_its_token() -> None:
    bare = []
    for path in templates():
        text = path.read_text("utf-8")
        for form in re.findall(r"<form\b[^>]*>.*?</form>", text, re.S | re.I):
            if re.search(r"method\s*=\s*[\"']post", form, re.I) and "csrf_token" not in form:
                bare.append(str(path.relative_to(ROOT)))

    assert bare == []


def test_a_percent_sign_in_a_sentence_is_doubled() -> None:
    """Jinja fills sentences with ``%``: a bare percent sign breaks the page when it is shown."""
    sentence = re.compile(r"\b_\(\s*(?:\"([^\"]*)\"|'([^']*)')")
    bare = re.compile(r"(?<!%)(?:%%)*%(?![%(])")

    found = [
        f"{path.relative_to(ROOT)}: {double or single}"
        for path in templates()
        for double, single in sentence.findall(path.read_text("utf-8"))
        if bare.search(double or single)
    ]

    assert found == []
