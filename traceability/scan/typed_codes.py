"""What people type, paste or scan, read as what a label can say. PURE.

Labels carry our own addresses, GS1 Digital Links, GS1 element strings and bar codes; people type
the code under them with spaces and dashes, in small letters, with Cyrillic look-alikes from
another keyboard, and misread some characters. The check character (`foundation.codes`) tells a
misread code from an unknown one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, product
from urllib.parse import unquote

from foundation import codes
from foundation.addresses import parted
from traceability.linking import judging, verdicts

LENGTHS = (12, 15)
"""How long codes of lots and of items are, their check character included."""
_MOST_TYPED = 500
_MOST_READINGS = 64
# Elements as scanners type them: brackets, or the separator, which may be lost on the way.
_BRACKETED = re.compile(r"\((\d{2,4})\)([^(]*)")
_PLAIN = re.compile(
    r"(?:\][dCQ][0-9])?\x1d?01(?P<gtin>[0-9]{14})"
    r"(?:10(?P<lot>[!-~]{1,20}?))?(?:\x1d?21(?P<serial>[0-9A-Za-z]{15}))?\x1d?"
)
_OWN = re.compile(r"(?:^|/)(?:t|areas)/([^/?#\s]+)(?:/([^/?#\s]+))?/?$")
# Letters of other keyboards that look like ours.
_FOREIGN = str.maketrans(
    "АВЕКМНРСТХУІЈЅΑΒΕΖΗΚΜΝΡΤΥΧ", "ABEKMHPCTXYIJSABEZHKMNPTYX"
)  # fmt: skip
# Characters that stand in no code, and what their reader may have seen instead.
_MISREAD = {"0": "QD", "O": "QD", "1": "7JT", "I": "JT7", "L": "J7", "U": "V"}
# Characters of ours that are taken for each other.
_ALIKE = (
    "8B", "5S", "2Z", "6G", "QD", "VY", "VW", "MN", "MW", "EF", "38", "PR", "CG", "HN", "KX", "49",
    "7T", "3B", "PF", "DB", "XY", "69",
)  # fmt: skip


@dataclass(frozen=True)
class Typed:
    """What is meant: a lot by GTIN and lot, or a code as text; an item's serial where given."""

    text: str
    gtin: str | None = None
    lot: str | None = None
    serial: str | None = None


def read(typed: str) -> Typed:
    """What somebody typed, pasted or had a camera read; never fails."""
    text = unicodedata.normalize("NFKC", typed[:_MOST_TYPED]).strip()
    elements = _elements(text)
    if elements is not None:
        gtin, lot, serial = elements
        return Typed(lot or gtin, gtin.zfill(14), lot, serial)
    if own := _OWN.search(_path(text)):
        return Typed(unquote(own[1]), serial=unquote(own[2]) if own[2] else None)
    return Typed(text)


def spellings(typed: str) -> list[str]:
    """The codes with a right check character that a typed text may stand for, likeliest first.

    The text itself where it is one; else what a misread character, or two swapped ones, may hide.
    Nothing when it is no code at all.
    """
    text = _capitals(typed)
    if not _is_long_enough(text):
        return []
    if not any(character in _MISREAD for character in text):
        return [text] if codes.is_valid(text) else list(dict.fromkeys(_repaired(text)))
    choices = [_MISREAD.get(character, character) for character in text]
    readings = map("".join, islice(product(*choices), _MOST_READINGS))
    return [each for each in readings if codes.is_valid(each)]


def find_fault(typed: str) -> str | None:
    """Why a text that looks like a label's code cannot be one; None where it can, or is none.

    ``code.misread``: its check character does not fit; ``code.length``: a character is missing,
    or one too many.
    """
    text = _capitals(typed)
    letters = [character for character in text if character not in _MISREAD]
    # A number alone is a bar code.
    if text.isdigit() or any(character not in codes.ALPHABET for character in letters):
        return None
    if _is_long_enough(text):
        return None if codes.is_valid(text) else "code.misread"
    near = any(abs(len(text) - length) == 1 for length in LENGTHS)
    # A word of a dozen letters is a name; codes have figures.
    return "code.length" if near and any(c.isdigit() for c in text) else None


def _capitals(typed: str) -> str:
    return codes.normalise(typed.translate(_FOREIGN).upper().translate(_FOREIGN))


def _is_long_enough(text: str) -> bool:
    known = all(character in codes.ALPHABET or character in _MISREAD for character in text)
    return known and len(text) in LENGTHS


def _repaired(text: str) -> Iterator[str]:
    for place, character in enumerate(text):
        for pair in _ALIKE:
            if character in pair:
                yield from _if_valid(text[:place] + pair.replace(character, "") + text[place + 1 :])
    for place in range(len(text) - 1):
        swapped = text[place + 1] + text[place]
        yield from _if_valid(text[:place] + swapped + text[place + 2 :])


def _if_valid(text: str) -> Iterator[str]:
    if codes.is_valid(text):
        yield text


def _elements(text: str) -> tuple[str, str | None, str | None] | None:
    """GTIN, lot and serial of a Digital Link or an element string."""
    if "/" in text:
        return _of_link(text)
    if pairs := dict(_BRACKETED.findall(text.replace(" ", ""))):
        gtin = pairs.get("01", "")
        return (gtin, pairs.get("10"), pairs.get("21")) if gtin.isdigit() else None
    plain = _PLAIN.fullmatch(text)
    return (plain["gtin"], plain["lot"], plain["serial"]) if plain else None


def _of_link(text: str) -> tuple[str, str | None, str | None] | None:
    whole = text if "://" in text else f"https://{text.lstrip('/')}"
    judged = judging.judge(whole)
    if not judged.is_valid:
        judged = judging.judge(verdicts.open_compressed(whole) or "")
    said = {element.ai: element.value for element in judged.path} if judged.is_valid else {}
    gtin = said.get("01")
    return (gtin, said.get("10"), said.get("21")) if gtin else None


def _path(text: str) -> str:
    return parted(text).path if "://" in text else text.partition("?")[0]
