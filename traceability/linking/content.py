"""What a part of a GS1 value may say: check digits, dates, countries, positions. PURE.

Every check takes the text of one part and tells whether it holds. Source: GS1 General
Specifications §3 (formats), §7.9 (check digits); names as in the GS1 Barcode Syntax Dictionary.
"""

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass

from traceability.linking import coupons
from traceability.linking.identifiers import Identifier, Part, listed_codes

CSET_82 = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
_CHARSETS = {
    "N": frozenset("0123456789"),
    "X": frozenset(CSET_82),
    "Y": frozenset("#-/0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
    "Z": frozenset("-0123456789=ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"),
}
_CHECK_PAIR = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_PRIMES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83)
_LEAST_PREFIX = 4


def check_digit(digits: str) -> str:
    """GS1's check digit of the digits before it: weights 3, 1, 3 … from the right."""
    total = sum(int(d) * (3 if i % 2 == 0 else 1) for i, d in enumerate(reversed(digits)))
    return str(-total % 10)


@dataclass(frozen=True)
class Fault:
    """What is wrong with a value: our code, the rule it breaks, the character it is broken from.

    ``rule`` is `length`, a character set (`N`, `X`, `Y`, `Z`) or a check of the syntax dictionary
    (`csum`, `yymmdd` …); ``position`` counts from 1.
    """

    code: str
    rule: str
    position: int


def find_fault(identifier: Identifier, value: str) -> str | None:
    """The code of the first fault: of the check digit, of a date, or of the form."""
    fault = find_broken(identifier, value)
    return fault.code if fault else None


def find_broken(identifier: Identifier, value: str) -> Fault | None:
    """The first fault of a value, with its rule and place."""
    if not identifier.shortest <= len(value) <= identifier.longest:
        return Fault("link.value_form", "length", min(len(value), identifier.longest) + 1)
    start = 0
    for part in identifier.parts:
        piece = value[start : start + part.longest]
        if piece or not part.is_optional:
            fault = _part_fault(part, piece, start)
            if fault:
                return fault
        start += len(piece)
    return None


def _part_fault(part: Part, piece: str, start: int) -> Fault | None:
    if len(piece) < part.shortest:
        return Fault("link.value_form", "length", start + len(piece) + 1)
    allowed = _CHARSETS[part.charset]
    strange = next((at for at, letter in enumerate(piece) if letter not in allowed), None)
    if strange is not None:
        return Fault("link.value_form", part.charset, start + strange + 1)
    for name in part.checks:
        if not _CHECKS[name](piece):
            return Fault(_FAULTS.get(name, "link.value_form"), name, start + 1)
    return None


def _has_check_digit(text: str) -> bool:
    return check_digit(text[:-1]) == text[-1]


def _has_check_pair(text: str) -> bool:
    """Weights are primes from the right, the sum modulo 1021 is two characters of 32 each."""
    body, pair = text[:-2], text[-2:]
    if len(pair) < 2 or len(body) > len(_PRIMES):
        return False
    weighted = zip(reversed(body), _PRIMES, strict=False)
    total = sum(CSET_82.index(c) * prime for c, prime in weighted) % 1021
    return pair == _CHECK_PAIR[total >> 5] + _CHECK_PAIR[total & 31]


def _starts_with_prefix(text: str) -> bool:
    """Begins with a company prefix, of which the shortest has four digits."""
    return len(text) >= _LEAST_PREFIX and text[:_LEAST_PREFIX].isdigit()


def is_short_date(text: str) -> bool:
    """YYMMDD, a day that there is."""
    return _is_day(2000 + int(text[:2]), text[2:4], text[4:6])


def _is_date_or_month(text: str) -> bool:
    """YYMMDD, where day 00 stands for the month's last day."""
    return is_short_date(text[:4] + "01" if text[4:] == "00" else text)


def _is_long_date(text: str) -> bool:
    return _is_day(int(text[:4]), text[4:6], text[6:8])


def _is_day(year: int, month: str, day: str) -> bool:
    if not 1 <= int(month) <= 12:
        return False
    # Year 0000 is leap in the proleptic calendar, which Python does not count.
    longest = calendar.monthrange(year or 2000, int(month))[1]
    return 1 <= int(day) <= longest


def _is_hour(text: str) -> bool:
    return int(text) < 24


def _is_sixtieth(text: str) -> bool:
    return int(text) < 60


def _is_piece_of_total(text: str) -> bool:
    half = len(text) // 2
    piece, total = int(text[:half]), int(text[half:])
    return len(text) % 2 == 0 and 1 <= piece <= total


def _is_position_of_end(text: str) -> bool:
    found = re.fullmatch(r"([1-9]\d*)/([1-9]\d*)", text, re.ASCII)
    return found is not None and int(found[1]) <= int(found[2])


def _is_percent_encoded(text: str) -> bool:
    return re.search(r"%(?![0-9A-Fa-f]{2})", text) is None


def _is_bank_account(text: str) -> bool:
    """ISO 13616: country, two check digits, remainder 1 modulo 97."""
    if not 10 < len(text) <= 34 or not re.fullmatch("[0-9A-Z]+", text, re.ASCII):
        return False
    digits = "".join(str(int(c, 36)) for c in text[4:] + text[:4])
    return text[:2] in listed_codes("country_letters") and int(digits) % 97 == 1


def _is_media_type(text: str) -> bool:
    return 1 <= int(text) <= 10 or 80 <= int(text) <= 99


_CHECKS: dict[str, Callable[[str], bool]] = {
    "csum": _has_check_digit,
    "csumalpha": _has_check_pair,
    "gcppos1": _starts_with_prefix,
    "gcppos2": lambda text: _starts_with_prefix(text[1:]),
    "couponcode": coupons.is_coupon,
    "couponposoffer": coupons.is_offer,
    "hasnondigit": lambda text: not text.isdigit(),
    "hh": _is_hour,
    "hhmi": lambda text: _is_hour(text[:2]) and _is_sixtieth(text[2:]),
    "mi": _is_sixtieth,
    "ss": _is_sixtieth,
    "hyphen": lambda text: not text.strip("-"),
    "iban": _is_bank_account,
    "importeridx": lambda text: text in _CHARSETS["Z"] and text != "=",
    "iso3166": lambda text: text in listed_codes("country_number"),
    "iso3166999": lambda text: text == "999" or text in listed_codes("country_number"),
    "iso3166alpha2": lambda text: text in listed_codes("country_letters"),
    "iso4217": lambda text: text in listed_codes("currency"),
    "iso5218": lambda text: text in {"0", "1", "2", "9"},
    "latitude": lambda text: int(text) <= 1_800_000_000,
    "longitude": lambda text: int(text) <= 3_600_000_000,
    "mediatype": _is_media_type,
    "nonzero": lambda text: text.strip("0") != "",
    "nozeroprefix": lambda text: text == "0" or not text.startswith("0"),
    # Kinds of packaging (UN/ECE recommendation 21): such a value may not stand in an address.
    "packagetype": lambda text: re.fullmatch("[0-9A-Z]{1,4}", text) is not None,
    "pcenc": _is_percent_encoded,
    "pieceoftotal": _is_piece_of_total,
    "posinseqslash": _is_position_of_end,
    "winding": lambda text: text in {"0", "1", "9"},
    "yesno": lambda text: text in {"0", "1"},
    "yymmd0": _is_date_or_month,
    "yymmdd": is_short_date,
    "yyyymmdd": _is_long_date,
    "zero": lambda text: not text.strip("0"),
}
_FAULTS = {
    "csum": "link.check_digit",
    "csumalpha": "link.check_digit",
    "yymmd0": "link.date_impossible",
    "yymmdd": "link.date_impossible",
    "yyyymmdd": "link.date_impossible",
}
