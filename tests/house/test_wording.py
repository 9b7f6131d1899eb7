"""Every error and finding has its sentence; every sentence has its English."""

from __future__ import annotations

import ast
import re
from io import BytesIO
from pathlib import Path
from string import Formatter

from babel.messages.extract import extract
from babel.messages.pofile import read_po
from flask import Flask

from foundation import i18n
from tests.house.tree import ROOT, called_name, calls, python_files, templates

_RAISERS = ("Finding", "Refused", "Conflict", "NotFound", "Forbidden", "Unauthenticated", "Problem")
_CODE = re.compile(r"^[a-z][a-z0-9_]*(\.[a-z0-9_]+)+$")
_KEYWORDS = {"_": None, "N_": None, "many": None, "gettext": None, "ngettext": (1, 2)}


def _codes() -> dict[str, str]:
    found: dict[str, str] = {}
    for path in python_files():
        for call in calls(path):
            if called_name(call) not in _RAISERS or not call.args:
                continue
            first = call.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                found.setdefault(first.value, f"{path.relative_to(ROOT)}:{call.lineno}")
    return found


def test_every_code_raised_has_a_sentence(app: Flask) -> None:
    silent = {code: place for code, place in _codes().items() if not i18n.has_wording(code)}

    assert silent == {}


def test_codes_are_dotted_words(app: Flask) -> None:
    odd = [code for code in i18n._wording if not _CODE.match(code)]

    assert set(odd) <= {"not_found", "forbidden", "unauthenticated", "too_many"}


def _messages(path: Path) -> set[str]:
    method = "jinja2.ext:babel_extract" if path.suffix == ".html" else "python"
    found = set()
    source = BytesIO(path.read_bytes())
    options = {"trimmed": "true", "silent": "false", "newstyle_gettext": "true"}
    for _line, message, _comments, _context in extract(
        method, source, keywords=_KEYWORDS, options=options
    ):
        found.add(message if isinstance(message, str) else message[0])
    return {message for message in found if message}


def _english() -> dict[str, object]:
    known: dict[str, object] = {}
    for path in sorted((ROOT / "translations").rglob("en.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale="en"):
                if message.id and message.string:
                    key = message.id[0] if isinstance(message.id, (tuple, list)) else message.id
                    known[str(key)] = message.string
    return known


def test_every_vietnamese_sentence_has_its_english() -> None:
    known = _english()
    missing = {
        str(path.relative_to(ROOT)): sorted(lost)
        for path in [*python_files(), *templates()]
        if (lost := {message for message in _messages(path) if message not in known})
    }

    assert missing == {}


def test_a_vietnamese_text_has_one_english_in_all_rooms() -> None:
    told: dict[tuple[str | None, str], set[str]] = {}
    for path in sorted((ROOT / "translations").rglob("en.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale="en"):
                key = message.id[0] if isinstance(message.id, (tuple, list)) else message.id
                if key:
                    told.setdefault((message.context, str(key)), set()).add(str(message.string))

    # Where one thing and many differ in English only, the text stands apart: i18n.many.
    assert {key: texts for key, texts in told.items() if len(texts) > 1} == {}


def test_both_languages_use_the_same_parameters() -> None:
    differing = []
    for vietnamese, english in _english().items():
        if isinstance(english, tuple):
            english = english[-1]
        if _parameters(vietnamese) != _parameters(str(english)):
            differing.append((vietnamese, english))

    assert differing == []


_COUNTED = re.compile(
    r"(?:%\((\w+)\)s|\{(\w+)\}) (?:\w+ )?"
    r"(areas|batches|corners|days|dossiers|drafts|entries|errors|files|hours|households|indicators"
    r"|labels|members|minutes|months|orders|packs|parcels|parts|people|pieces|places|points|rows"
    r"|seconds|segments|shapes|targets|weeks|years)\b"
)
# Limits and constants that are never one.
_NEVER_ONE = {"most", "min", "max", "least", "days", "shown", "seconds"}
# Told only where there are several.
_ALWAYS_MANY = (
    "more than {most}",
    "{most} at most",
    "sold from %(n)s packs",
    "A4 sheet",
    "to store many areas",
)


def test_english_sentences_that_count_have_their_singular() -> None:
    without = [
        english
        for english in _english().values()
        if isinstance(english, str) and not any(words in english for words in _ALWAYS_MANY)
        for first, second, _noun in _COUNTED.findall(english)
        if (first or second) not in _NEVER_ONE
    ]

    assert without == []


def test_one_of_a_thing_is_told_in_the_singular(app: Flask) -> None:
    with i18n.speaking("en"):
        assert i18n.word("too_many", {"retry_after_s": 1}).endswith("wait 1 second.")
        assert i18n.word("too_many", {"retry_after_s": 2}).endswith("wait 2 seconds.")
    assert i18n.word("too_many", {"retry_after_s": 1}).endswith("xin chờ 1 giây.")


def _parameters(text: str) -> set[str]:
    named = set(re.findall(r"%\((\w+)\)", text))
    try:
        braced = {name for _, name, _, _ in Formatter().parse(text) if name}
    except ValueError:
        braced = set()
    return named | braced


_AMOUNT = r"(?:%\(\w+\)[sd]|\{\w+\}|\}\})"
_TORN = re.compile(_AMOUNT + r" (?:ha|kg|g|m²|m|mm|km|₫)(?![\w²])")


def test_no_line_may_end_between_an_amount_and_its_unit() -> None:
    sources = [*python_files(), *templates()]
    told = [message for path in sources for message in _messages(path)]
    told += [str(english) for english in _english().values()]

    assert [message for message in told if _TORN.search(message)] == []
    assert [path.name for path in templates() if _TORN.search(path.read_text())] == []
