"""Vietnamese text as keys: fold for searching, spelling for equality, collation for order. PURE.

Three keys of the same text, each plain ASCII for Vietnamese input and stored beside it:

- `fold` drops every mark: "Vệ Giang" → "ve giang". What a hurried thumb types.
- `spelling_key` keeps every mark but forgets where the tone was written, so that "hòa" and
  "hoà" are one word: both → "hoa2".
- `collation_key` sorts bytewise (C collation) in the order of Vietnamese dictionaries.
"""

import re
import unicodedata
from functools import lru_cache

# Dictionary order. f, j, w and z occur in names only; they stand where the Latin alphabet has them.
_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_TONES = ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")  # ngang huyền hỏi ngã sắc nặng
_APOSTROPHES = "'’‘ʼ`´"  # "M'Drắk" is one word however the mark is typed

# The letter marks as the VNI typing method writes them, so that a key is readable.
_VNI_LETTERS = {"ă": "a8", "â": "a6", "đ": "d9", "ê": "e6", "ô": "o6", "ơ": "o7", "ư": "u7"}
_VNI_TONES = ("", "2", "3", "4", "1", "5")

_SYLLABLE = re.compile(r"\d+|(?:[^\W\d_][\u0300-\u036f]*)+")


def _base_letter(char: str) -> str:
    """The letter without any mark; a character that has none stays itself."""
    if char in "đĐ":
        return "d"
    base = "".join(c for c in unicodedata.normalize("NFD", char) if not unicodedata.combining(c))
    return base.lower() or char.lower()


def _fold_table() -> dict[int, str | None]:
    # Every code point is listed, ASCII too: str.translate raises and catches a LookupError for
    # each character that is missing, which halves the speed.
    table: dict[int, str | None] = {code: chr(code).lower() for code in range(0x80)}
    for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)):
        table[code] = _base_letter(chr(code))
    table.update(dict.fromkeys(range(0x300, 0x370)))
    return table


_FOLD = _fold_table()
_RANK = {letter: chr(ord("A") + place) for place, letter in enumerate(_ALPHABET)}
_TONE_PLACE = {mark: place for place, mark in enumerate(_TONES) if mark}
_NO_APOSTROPHES = str.maketrans("", "", _APOSTROPHES)


def fold(text: str) -> str:
    """Lower-case text without marks and with single spaces: "  Đắk  Lắk" → "dak lak"."""
    folded = unicodedata.normalize("NFC", text).translate(_FOLD)
    return " ".join(folded.lower().split())


def words(text: str) -> list[str]:
    """The folded words of a text, punctuation aside: "Bà Rịa - Vũng Tàu" → ba, ria, vung, tau."""
    return _SYLLABLE.findall(fold(text.translate(_NO_APOSTROPHES)))


def without_marks(text: str) -> str:
    """The text in plain letters, case kept, as English writes it: "Đắk Lắk" → "Dak Lak"."""
    parts = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(part for part in parts if not unicodedata.combining(part))


def spelling_key(text: str) -> str:
    """The text in VNI letters, the tone at each syllable's end: "Vệ Giang" → "ve65 giang".

    Old and new tone placement give the same key (hòa = hoà, thủy = thuỷ, qúy = quý).
    """
    spelled = []
    for letters, tones in _syllables(text):
        plain = "".join(_VNI_LETTERS.get(letter, letter) for letter in letters)
        spelled.append(plain + "".join(_VNI_TONES[tone] for tone in tones))
    return " ".join(spelled)


def same_spelling(one: str, other: str) -> bool:
    """Whether two texts are the same Vietnamese words with the same marks.

    Case, spacing, punctuation, composition (NFC or NFD) and tone placement do not count.
    """
    return words(one) == words(other) and spelling_key(one) == spelling_key(other)


def collation_key(text: str) -> str:
    """A key whose bytewise order is that of a Vietnamese dictionary.

    Letters come a ă â b c d đ e ê …, and a syllable's tone (ngang, huyền, hỏi, ngã, sắc, nặng)
    counts before the next syllable, so all of "Hà …" stands before all of "Hạ …". Numbers sort
    by value: "Phường 2" before "Phường 10".
    """
    return " ".join(
        _number_rank(letters) if letters[0].isdecimal() else _syllable_rank(letters, tones)
        for letters, tones in _syllables(text)
    )


def _syllable_rank(letters: str, tones: tuple[int, ...]) -> str:
    # Digits sort below letters, so "an" with any tone comes before "ang".
    rank = "".join(_RANK.get(letter, "~" + letter) for letter in letters)
    return rank + ("".join(str(tone) for tone in tones) or "0")


def _number_rank(digits: str) -> str:
    value = digits.lstrip("0")
    return f"{min(len(value), 99):02d}{value}"


def _syllables(text: str) -> list[tuple[str, tuple[int, ...]]]:
    composed = unicodedata.normalize("NFC", text.translate(_NO_APOSTROPHES)).lower()
    return [_syllable(written) for written in _SYLLABLE.findall(composed)]


@lru_cache(maxsize=8192)
def _syllable(written: str) -> tuple[str, tuple[int, ...]]:
    """One syllable as its letters (ă â đ ê ô ơ ư kept, other marks dropped) and its tones."""
    parts = unicodedata.normalize("NFD", written)
    tones = tuple(_TONE_PLACE[part] for part in parts if part in _TONE_PLACE)
    # The dot below stands before the circumflex in NFD: tones leave first, then letters recompose.
    letters = unicodedata.normalize("NFC", "".join(p for p in parts if p not in _TONE_PLACE))
    return "".join(_letter(letter) for letter in letters), tones


def _letter(letter: str) -> str:
    if letter in _RANK:
        return letter
    return "" if unicodedata.combining(letter) else _base_letter(letter)
