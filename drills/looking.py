"""What is wrong with a page as it is shown: its shape, its targets, its words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[1]
SCRIPT = Path(__file__).with_name("looking.js").read_text("utf-8")

# Pages for programmers show programmers' words.
PROGRAMMERS = ("/api/docs", "/admin/jobs", "/admin/components", "/open-data", "/ledger", "/verify")

_RAW = {
    "a machine's moment": re.compile(r"\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d)?"),
    "a name of the code": re.compile(r"(?<![\w@/.#-])[a-z]+(?:_[a-z0-9]+)+(?![\w@/-])"),
    "a dotted code": re.compile(r"(?<![\w@/.-])[a-z]+(?:\.[a-z_]+)+(?![\w@/.])"),
    "an unfilled sentence": re.compile(r"%\(\w+\)[sd]|\{\w+\}|\{\{|\}\}"),
    "a value of the program": re.compile(r"\b(?:None(?! [a-z])|True|False|Decimal)\b|<\w+ object"),
    "a unit's code": re.compile(r"\d\s?(?:KGM|GRM|TNE|LTR|MLT|H87|HAR|C62)\b"),
    "a term of the trade's standards": re.compile(r"\b(?:EPCIS|bizStep|biz_step|urn:|eventID)\b"),
}
_VIETNAMESE_NUMBER = re.compile(
    r"(?<![\w./:-])\d+\.\d{1,2}\s?(?:kg|ha|tấn|tạ|%|°C|km|lít|g\b)|\d,\d{3}(?:,\d{3})+"
)
_ENGLISH_NUMBER = re.compile(r"(?<![\w./:-])\d+,\d{1,2}\s?(?:kg|ha|t\b|%|°C|km|l\b|g\b)(?!/)")
_ACCENTED = re.compile(r"[à-ãè-êìíòóôõùúýăđĩũơưạ-ỹ]", re.I)
_PLACE = re.compile(r"%\(\w+\)[sd]|\{\w+\}")


@dataclass(frozen=True)
class Fault:
    """One thing to be ashamed of: what it is, and where on the page."""

    kind: str
    what: str


def shape(looked: Mapping[str, Any], width: int) -> list[Fault]:
    """What sticks out, is cut, scrolls sideways or is too small for a thumb."""
    found = [Fault("cut off", what) for what in looked["cut"]]
    found += [Fault("scrolls sideways", what) for what in looked["scrolls"]]
    found += [Fault("too small a target", what) for what in looked["small"]]
    if looked["wider"] > 0:
        found.append(Fault("wider than the screen", f"{looked['wider']} px at {width}"))
    if looked["headings"] != 1:
        found.append(Fault("headings", f"{looked['headings']} of the first level"))
    return found


def words(looked: Mapping[str, Any], language: str, path: str) -> list[Fault]:
    """Codes, moments and numbers as machines write them; sentences left in Vietnamese."""
    if path.startswith(PROGRAMMERS):
        return []
    found = []
    for text, is_code, foreign in looked["texts"]:
        if not is_code:
            found += [
                Fault(kind, f"{match[0]!r} in {text[:90]!r}")
                for kind, pattern in _RAW.items()
                if (match := pattern.search(text))
            ]
            wrong = _VIETNAMESE_NUMBER if language == "vi" else _ENGLISH_NUMBER
            # What people typed stays as they typed it.
            is_typed = language == "en" and _ACCENTED.search(text)
            if not is_typed and (match := wrong.search(text)):
                found.append(Fault("the other language's number", f"{match[0]!r} in {text[:90]!r}"))
        if language == "en" and not foreign and (left := untranslated(text)):
            found.append(Fault("left in Vietnamese", f"{left!r} in {text[:90]!r}"))
    return found


def untranslated(text: str) -> str:
    """The Vietnamese sentence of ours that stands in a text of an English page, or nothing."""
    if not _ACCENTED.search(text):
        return ""
    whole, parts = _vietnamese()
    if text in whole:
        return text
    return next((part for part in parts if part in text), "")


@cache
def _vietnamese() -> tuple[frozenset[str], Sequence[str]]:
    """Whole sentences, and the long pieces of those with parameters, that read otherwise."""
    whole, parts = set(), set()
    for path in sorted((ROOT / "translations").rglob("en.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale="en"):
                source = message.id[0] if isinstance(message.id, (tuple, list)) else message.id
                if not source or not _ACCENTED.search(str(source)):
                    continue
                english = str(message.string)
                whole |= {str(source)} if str(source) not in english else set()
                parts |= {
                    piece.strip()
                    for piece in _PLACE.split(str(source))
                    if len(piece.strip()) > 24 and piece.strip() not in english
                }
    return frozenset(whole), sorted(parts)
