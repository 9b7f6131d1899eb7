"""One spelling for the whole house: tones where laws and keyboards put them, one i or y a word."""

from __future__ import annotations

import re
from itertools import chain

from tests.house.tree import ROOMS, ROOT, python_files, templates

# "hủy" and not "huỷ": the place laws, place names and most keyboards give the tone (oa, oe, uy that
# end a syllable); "quý" is another matter, its u belongs to the consonant.
_LATE_TONE = re.compile(r"\b[^\W\d_]*?(?<!q)(?:o[àáảãạèéẻẽẹ]|u[ỳýỷỹỵ])\b", re.I)
# Word for word, where the language knows two.
_PAIRS = {
    "đại lí": "đại lý",
    "địa lí": "địa lý",
    "hợp lí": "hợp lý",
    "kĩ thuật": "kỹ thuật",
    "kí tên": "ký tên",
    "đăng kí": "đăng ký",
    "lí do": "lý do",
    "quản lí": "quản lý",
    "qui định": "quy định",
    "qui trình": "quy trình",
    "tỉ lệ": "tỷ lệ",
    "xử lí": "xử lý",
}
# These tell of both spellings.
_ABOUT_SPELLING = {"foundation/vietnamese.py", "products/search_keys.py"}


def _written() -> dict[str, str]:
    """Everything of ours that a person may read, by path."""
    files = chain(
        (path for path in python_files() if "migrations" not in path.parts),
        templates(),
        (ROOT / "translations").rglob("*.po"),
        (ROOT / "docs").rglob("*.md"),
        # What the territory is called stands as the decision writes it ("Thanh Thuỷ").
        *((ROOT / room).rglob("data/*.csv") for room in ROOMS if room != "territory"),
        *((ROOT / room).rglob("data/*.yaml") for room in ROOMS if room != "territory"),
    )
    found = {str(path.relative_to(ROOT)): path.read_text("utf-8") for path in files}
    return {path: text for path, text in found.items() if path not in _ABOUT_SPELLING}


def test_the_tone_stands_on_the_first_of_two_vowels_that_end_a_word() -> None:
    late = {
        path: sorted({match[0] for match in found})
        for path, text in _written().items()
        if (found := list(_LATE_TONE.finditer(text)))
    }

    assert late == {}, "write hủy, xóa, hòa, thủy, khóa, khỏe"


def test_the_place_of_a_tone_is_told_from_its_neighbours() -> None:
    found = [match[0] for match in _LATE_TONE.finditer("huỷ hủy Hoà quý Quý khoáng hoàn xoá thuỳ")]

    assert found == ["huỷ", "Hoà", "xoá", "thuỳ"]


def test_a_word_that_knows_two_spellings_has_one_here() -> None:
    other = {
        path: wrong
        for path, text in _written().items()
        if (wrong := [word for word in _PAIRS if re.search(rf"\b{word}\b", text, re.I)])
    }

    assert other == {}, _PAIRS
