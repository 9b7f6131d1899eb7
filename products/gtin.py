"""PURE. The number under a bar code: GTIN-8, -12, -13 or -14, kept as fourteen digits.

Source: GS1 General Specifications, §7.9 (check digit, weights 3 and 1 from the right) and §2.1
(restricted prefixes, which no trade item of the open market may carry).
"""

from typing import Literal

LENGTHS = (8, 12, 13, 14)

Fault = Literal["gtin.not_digits", "gtin.length", "gtin.check_digit", "gtin.restricted"]


def check_digit(body: str) -> int:
    """The digit that completes `body` (every digit but the last)."""
    weighted = sum(
        int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(body))
    )
    return -weighted % 10


def cleaned(text: str) -> str:
    """What was typed or scanned, without the spaces and hyphens people put between digits."""
    return "".join(text.replace("-", "").split())


def find_fault(text: str) -> Fault | None:
    """What is wrong with a number, or None when it may name a trade item."""
    digits = cleaned(text)
    # str.isdigit would let Arabic-Indic and superscript digits through.
    if not digits.isascii() or not digits.isdigit():
        return "gtin.not_digits"
    if len(digits) not in LENGTHS or not digits.strip("0"):
        return "gtin.length"
    if int(digits[-1]) != check_digit(digits[:-1]):
        return "gtin.check_digit"
    if _is_restricted(digits):
        return "gtin.restricted"
    return None


def normalise(text: str) -> str:
    """Fourteen digits, zeros in front.

    Raises: ValueError with the fault's code.
    """
    fault = find_fault(text)
    if fault:
        raise ValueError(fault)
    return cleaned(text).zfill(14)


def shown(gtin14: str) -> str:
    """The number as it stands under the bars: the shortest standard length that holds it."""
    stripped = gtin14.lstrip("0")
    length = next(length for length in LENGTHS if len(stripped) <= length)
    return stripped.zfill(length)


def _is_restricted(digits: str) -> bool:
    """Numbers a shop or a firm gives out for itself (scales, coupons), unknown to anyone else."""
    if len(digits) == 8:
        return digits[0] in "02"
    thirteen = digits.zfill(14)[1:]
    return thirteen[:2] in {"02", "04"} or thirteen[0] == "2" or thirteen[:3] in _COUPONS


_COUPONS = frozenset({"980", "981", "982", "983", "984", "990", "991", "992"})
