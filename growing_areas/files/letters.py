"""Letters: Vietnamese text from before Unicode, told by what it becomes. PURE.

Map files made before 2010 often hold TCVN3 ("ABC", .VnTime) or Windows-1258. A reading counts
only when every sign past ASCII becomes a Vietnamese letter.
Source: TCVN 5712:1993 VN3; Windows code page 1258.
"""

from __future__ import annotations

import codecs
import unicodedata

_MARKED = "àảãáạăằẳẵắặâầẩẫấậđèẻẽéẹêềểễếệìỉĩíịòỏõóọôồổỗốộơờởỡớợùủũúụưừửữứựỳỷỹýỵ"
LETTERS = frozenset(_MARKED + _MARKED.upper())
_TCVN3 = {
    0xA1: "Ă", 0xA2: "Â", 0xA3: "Ê", 0xA4: "Ô", 0xA5: "Ơ", 0xA6: "Ư", 0xA7: "Đ", 0xA8: "ă",
    0xA9: "â", 0xAA: "ê", 0xAB: "ô", 0xAC: "ơ", 0xAD: "ư", 0xAE: "đ", 0xB5: "à", 0xB6: "ả",
    0xB7: "ã", 0xB8: "á", 0xB9: "ạ", 0xBB: "ằ", 0xBC: "ẳ", 0xBD: "ẵ", 0xBE: "ắ", 0xC6: "ặ",
    0xC7: "ầ", 0xC8: "ẩ", 0xC9: "ẫ", 0xCA: "ấ", 0xCB: "ậ", 0xCC: "è", 0xCE: "ẻ", 0xCF: "ẽ",
    0xD0: "é", 0xD1: "ẹ", 0xD2: "ề", 0xD3: "ể", 0xD4: "ễ", 0xD5: "ế", 0xD6: "ệ", 0xD7: "ì",
    0xD8: "ỉ", 0xDC: "ĩ", 0xDD: "í", 0xDE: "ị", 0xDF: "ò", 0xE1: "ỏ", 0xE2: "õ", 0xE3: "ó",
    0xE4: "ọ", 0xE5: "ồ", 0xE6: "ổ", 0xE7: "ỗ", 0xE8: "ố", 0xE9: "ộ", 0xEA: "ờ", 0xEB: "ở",
    0xEC: "ỡ", 0xED: "ớ", 0xEE: "ợ", 0xEF: "ù", 0xF1: "ủ", 0xF2: "ũ", 0xF3: "ú", 0xF4: "ụ",
    0xF5: "ừ", 0xF6: "ử", 0xF7: "ữ", 0xF8: "ứ", 0xF9: "ự", 0xFA: "ỳ", 0xFB: "ỷ", 0xFC: "ỹ",
    0xFD: "ý", 0xFE: "ỵ",
}  # fmt: skip
TCVN3, WINDOWS, UTF8 = "TCVN3 (ABC)", "Windows-1258", "UTF-8"


def decoded(raw: bytes, name: str) -> str:
    """Bytes in one of the three ways of writing Vietnamese. Raises: UnicodeDecodeError."""
    if name == TCVN3:
        return raw.decode("latin-1").translate(_TCVN3)
    if name == WINDOWS:
        # Its marks stand apart from their letters.
        return unicodedata.normalize("NFC", raw.decode("cp1258"))
    return raw.decode("utf-8")


def find_writing(raw: bytes) -> str | None:
    """How bytes are written: UTF-8 whenever they can be, else what reads as Vietnamese."""
    for name in (UTF8, WINDOWS, TCVN3):
        try:
            text = decoded(raw, name)
        except UnicodeDecodeError:
            continue
        if name == UTF8 or all(sign.isascii() or sign in LETTERS for sign in text):
            return name
    return None


def find_named(name: str) -> str | None:
    """The Python name of an encoding as a .cpg file writes it ("UTF-8", "1252", "ANSI 1258")."""
    word = name.strip().casefold().removeprefix("ansi ").removeprefix("cp")
    word = {"65001": "utf-8"}.get(word, f"cp{word}" if word.isdigit() else word)
    try:
        return codecs.lookup(word).name
    except (LookupError, ValueError):
        return None
