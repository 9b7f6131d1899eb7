"""Telephone numbers as people type them, and the one form we keep. PURE."""

import re

_SEPARATORS = re.compile(r"[\s.\-()]+")
_MOBILE = re.compile(r"0[35789]\d{8}")
_LANDLINE = re.compile(r"02\d{9}")
_FOREIGN = re.compile(r"\+[1-9]\d{7,14}")


def normalise(typed: str) -> str | None:
    """The number in E.164 form (``+84912345678``), or None when it is no number.

    Vietnamese numbers may be typed with 0, 84, +84 or 0084 in front and with spaces, dots or
    dashes anywhere; a number of another country needs its ``+``.
    """
    compact = _SEPARATORS.sub("", typed)
    if compact.startswith("00"):
        compact = "+" + compact[2:]
    if compact.startswith("84") and len(compact) in (11, 12):
        compact = "+" + compact
    if compact.startswith("+84"):
        compact = "0" + compact[3:].removeprefix("0")
    if _MOBILE.fullmatch(compact) or _LANDLINE.fullmatch(compact):
        return "+84" + compact[1:]
    if _FOREIGN.fullmatch(compact):
        return compact
    return None


def spoken(number: str) -> str:
    """A kept number as Vietnamese people write it: ``0912 345 678``."""
    if not number.startswith("+84"):
        return number
    local = "0" + number[3:]
    return f"{local[:-6]} {local[-6:-3]} {local[-3:]}"


def masked(number: str) -> str:
    """A number its owner recognises and a stranger cannot ring: ``•••• ••• 678``."""
    return f"•••• ••• {number[-3:]}"
