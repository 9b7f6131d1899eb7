"""Unguessable codes a person can read aloud, write down and type back. PURE.

A code is drawn from thirty characters: the digits and capitals without 0/O, 1/I/L and U/V
look-alikes (V stays, U goes). The last character is a check character after ISO/IEC 7064,
hybrid system MOD 31,30: every single wrong character is noticed, and all but a few swapped
neighbours.
"""

import unicodedata
from typing import Protocol

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_SIZE = len(ALPHABET)
_VALUE = {character: value for value, character in enumerate(ALPHABET)}

# A phone keyboard in Vietnamese Telex turns typed pairs into one letter: the person who typed
# "DD4K" sent "Đ4K". Only pairs whose letters belong to our alphabet are undone.
_TELEX = {"Đ": "DD", "Â": "AA", "Ê": "EE", "Ă": "AW"}

_SEPARATORS = frozenset(" \t\r\n\u00a0-\u2010\u2011\u2012\u2013\u2014._/")


class Chooser(Protocol):
    """The one thing asked of a source of chance (`secrets.SystemRandom()` at the doors)."""

    def randrange(self, stop: int, /) -> int: ...


def check_character(body: str) -> str:
    """Return the ISO/IEC 7064 MOD 31,30 check character of *body*.

    Raises: ValueError when a character is outside the alphabet.
    """
    product = _SIZE
    for character in body:
        value = _VALUE.get(character)
        if value is None:
            raise ValueError(f"{character!r} is not a code character")
        total = (product + value) % _SIZE or _SIZE
        product = total * 2 % (_SIZE + 1)
    return ALPHABET[(_SIZE + 1 - product) % _SIZE]


def new_code(length: int, random: Chooser) -> str:
    """Draw a code of *length* characters, its check character included.

    Each drawn character carries 4.9 bits: 14 characters hold 63 bits, 15 hold 68.
    """
    if length < 2:
        raise ValueError("a code needs at least one drawn character and its check character")
    body = "".join(ALPHABET[random.randrange(_SIZE)] for _ in range(length - 1))
    return body + check_character(body)


def normalise(typed: str) -> str:
    """Bring what a person typed to the stored form: capitals, no separators, Telex undone."""
    folded = unicodedata.normalize("NFKC", typed).upper()
    kept = (_TELEX.get(character, character) for character in folded)
    return "".join(character for character in kept if character not in _SEPARATORS)


def is_valid(code: str) -> bool:
    """Say whether a normalised code has only our characters and the right check character."""
    if len(code) < 2 or any(character not in _VALUE for character in code):
        return False
    return check_character(code[:-1]) == code[-1]


def grouped(code: str, size: int = 4) -> str:
    """Write a code in groups for reading: ``K7WM-3QXB-9T``."""
    return "-".join(code[start : start + size] for start in range(0, len(code), size))
