"""Vietnamese tax codes (*mã số thuế*): their shape and check digit. PURE.

Source: Circular 105/2020/TT-BTC art. 5 (10 digits, 13 with a branch part) and Circular
86/2024/TT-BTC art. 5 (households use the 12-digit personal identification number).
"""

import re

_WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)
_ENTERPRISE = re.compile(r"(\d{10})(?:-?(\d{3}))?")
_PERSONAL = re.compile(r"0\d{2}[0-9]\d{8}")
_SEPARATORS = re.compile(r"[\s.]+")


def normalise(typed: str) -> str | None:
    """The code as the tax office prints it, or None when it cannot be one."""
    compact = _SEPARATORS.sub("", typed)
    if is_personal(compact):
        return compact
    match = _ENTERPRISE.fullmatch(compact)
    if match is None or not _check_digit_fits(match[1]):
        return None
    if match[2] is None:
        return match[1]
    return f"{match[1]}-{match[2]}" if match[2] != "000" else None


def is_personal(code: str) -> bool:
    """Whether the code is a person's identification number, which must stay secret."""
    return _PERSONAL.fullmatch(code) is not None and 1 <= int(code[:3]) <= 96


def masked(code: str) -> str:
    """The last three digits, enough for an officer to compare with a paper."""
    return "•" * (len(code) - 3) + code[-3:]


def _check_digit_fits(code: str) -> bool:
    total = sum(int(digit) * weight for digit, weight in zip(code, _WEIGHTS, strict=False))
    return 10 - total % 11 == int(code[9])
