"""How single values are packed into bits in a compressed Digital Link. PURE.

Source: GS1 Digital Link Standard: Compression 1.0: whole numbers where there are digits only; a
text with three bits that tell its alphabet, and its length where that varies.
"""

import math
import re
from dataclasses import dataclass
from functools import cache

from traceability.linking import identifiers
from traceability.linking.identifiers import Identifier

BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_HEX = "0123456789ABCDEF"
_DIGITS, _LOWER_HEX, _UPPER_HEX, URL_TEXT, _ASCII = range(5)
_PACKINGS = (
    (_DIGITS, re.compile("[0-9]+")),
    (_UPPER_HEX, re.compile("[0-9A-F]+")),
    (_LOWER_HEX, re.compile("[0-9a-f]+")),
    (URL_TEXT, re.compile("[A-Za-z0-9_-]+")),
)


class Unreadable(ValueError):
    """What was given is not a compressed address."""


@dataclass(frozen=True)
class Packed:
    """One part of a value as it is packed: numeric or text, fixed or up to a length."""

    is_numeric: bool
    is_fixed: bool
    length: int


@cache
def packed_parts(ai: str) -> tuple[Packed, ...]:
    """How a value is packed: neighbouring numbers become one, and so do texts."""
    parts: list[Packed] = []
    for part in _identifier(ai).parts:
        numeric = part.charset == "N"
        fixed = part.shortest == part.longest and not part.is_optional
        last = parts[-1] if parts else None
        alike = last is not None and last.is_numeric == numeric
        if last is not None and alike and (fixed == last.is_fixed or not numeric):
            parts[-1] = Packed(numeric, fixed and last.is_fixed, last.length + part.longest)
        else:
            parts.append(Packed(numeric, fixed, part.longest))
    return tuple(parts)


def _identifier(ai: str) -> Identifier:
    found = identifiers.find(ai)
    if found is None:
        raise Unreadable(ai)
    return found


def _number_bits(digits: int) -> int:
    """Bits that hold so many decimal digits."""
    return math.ceil(digits * math.log2(10) + 0.01) if digits else 0


def _length_bits(longest: int) -> int:
    return math.ceil(math.log2(longest) + 0.01)


def hex_bits(code: str) -> str:
    """Hexadecimal digits, four bits each."""
    return "".join(f"{int(digit, 16):04b}" for digit in code)


def binary(number: int, width: int) -> str:
    """A number in so many bits; nothing at all for no width."""
    return f"{number:0{width}b}" if width else ""


def value_bits(ai: str, value: str) -> str:
    """The value of an application identifier, packed part by part."""
    bits, rest = "", value
    for part in packed_parts(ai):
        piece, rest = (rest[: part.length], rest[part.length :]) if part.is_fixed else (rest, "")
        length = "" if part.is_fixed else binary(len(piece), _length_bits(part.length))
        if part.is_numeric:
            bits += length + binary(int(piece or "0"), _number_bits(len(piece)))
        else:
            bits += text_bits(piece, length)
    return bits


def text_bits(text: str, length: str) -> str:
    """A text: its alphabet, the bits of its length, its letters."""
    packing = next((code for code, form in _PACKINGS if form.fullmatch(text)), _ASCII)
    return binary(packing, 3) + length + _packed_text(packing, text)


def _packed_text(packing: int, text: str) -> str:
    if packing == _DIGITS:
        return binary(int(text), _number_bits(len(text)))
    if packing in (_LOWER_HEX, _UPPER_HEX):
        return hex_bits(text)
    if packing == URL_TEXT:
        return "".join(binary(BASE64.index(letter), 6) for letter in text)
    return "".join(binary(ord(letter), 7) for letter in text)


class Bits:
    """Bits read from left to right."""

    def __init__(self, bits: str) -> None:
        self._bits = bits
        self._at = 0

    @property
    def left(self) -> int:
        """How many bits are still to be read."""
        return len(self._bits) - self._at

    def number(self, width: int) -> int:
        """The next bits as a number. Raises: Unreadable when there are not so many."""
        if width > self.left:
            raise Unreadable("too short")
        taken = self._bits[self._at : self._at + width]
        self._at += width
        return int(taken, 2) if taken else 0

    def hex(self) -> str:
        """The next four bits as a digit."""
        return _HEX[self.number(4)]

    def digits(self, count: int) -> str:
        """So many decimal digits, zeros in front kept."""
        number = str(self.number(_number_bits(count))) if count else ""
        if len(number) > count:
            raise Unreadable("number too large")
        return number.zfill(count)

    def text(self, packing: int, count: int) -> str:
        """So many letters of an alphabet."""
        if packing == _DIGITS:
            return self.digits(count)
        if packing in (_LOWER_HEX, _UPPER_HEX):
            text = "".join(self.hex() for _ in range(count))
            return text.lower() if packing == _LOWER_HEX else text
        if packing == URL_TEXT:
            return "".join(BASE64[self.number(6)] for _ in range(count))
        if packing == _ASCII:
            return "".join(chr(self.number(7)) for _ in range(count))
        raise Unreadable("unknown packing")


def read_value(reader: Bits, ai: str) -> str:
    """The value of an application identifier. Raises: Unreadable."""
    value = ""
    for part in packed_parts(ai):
        packing = _DIGITS if part.is_numeric else reader.number(3)
        length = part.length if part.is_fixed else reader.number(_length_bits(part.length))
        value += reader.text(packing, length)
    return value
