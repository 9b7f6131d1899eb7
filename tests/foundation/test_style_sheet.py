"""The style sheet stays small, and its words legible in both schemes (WCAG 2.2, 1.4.3, 1.4.11)."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

SHEET = Path(__file__).parents[2] / "static" / "nguon.css"
TEXT = [
    *[
        (ink, ground)
        for ink in ("ink", "muted", "link")
        for ground in ("page", "surface", "sunken")
    ],
    *[(tone, f"{tone}-back") for tone in ("good", "wait", "warn", "bad", "note", "calm")],
    ("on-brand", "brand"),
    ("on-brand", "danger"),
    ("brand", "page"),
    ("on-gold", "gold"),
    ("bad", "page"),
]
EDGES = [("edge", "page"), ("edge", "surface"), ("focus", "page"), ("focus", "surface")]


def _colours(scheme: str) -> dict[str, str]:
    blocks = re.findall(r":root \{(.*?)\}", SHEET.read_text("utf-8"), re.S)
    found = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6});", blocks[0]))
    if scheme == "dark":
        found.update(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6});", blocks[1]))
    return found


def _luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(c * 2 for c in colour[1:])
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_and_edges_stand_out_from_their_ground(scheme: str) -> None:
    colours = _colours(scheme)
    wanted = [(pair, 4.5) for pair in TEXT] + [(pair, 3.0) for pair in EDGES]

    faint = [
        pair for pair, least in wanted if _contrast(colours[pair[0]], colours[pair[1]]) < least
    ]

    assert faint == []


def test_the_sheet_is_at_most_twelve_kilobytes_gzipped() -> None:
    assert len(gzip.compress(SHEET.read_bytes(), 9)) <= 12 * 1024
