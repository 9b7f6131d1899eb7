"""Compressed GS1 Digital Link: the same address in about half the characters, and back. PURE.

Identifiers are written as hexadecimal digits of four bits, well-known sequences of them as one
code; fixed numbers as whole binary numbers; texts with three bits that tell how they are packed
and their length; the whole in base64 of the URL alphabet. Source: GS1 Digital Link Standard:
Compression 1.0; codes of sequences in data/compressed_sequences.csv.
"""

import csv
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from traceability.linking import identifiers, judging
from traceability.linking.judging import Element
from traceability.linking.packing import (
    BASE64,
    URL_TEXT,
    Bits,
    Unreadable,
    binary,
    hex_bits,
    read_value,
    text_bits,
    value_bits,
)

_COMPRESSED = re.compile("[A-Za-z0-9_-]{4,500}")
# Fewer bits than these are the padding of the last character.
_LEAST_BITS = 8
_MOST_LENGTH = 127


@dataclass(frozen=True)
class Opened:
    """What a compressed address says: key first, then qualifiers, attributes, other parameters."""

    elements: tuple[Element, ...]
    others: tuple[tuple[str, str], ...] = ()


def looks_compressed(part: str) -> bool:
    """Whether a part of a path may be a compressed address."""
    return _COMPRESSED.fullmatch(part) is not None


def compress(elements: Iterable[Element], others: Iterable[tuple[str, str]] = ()) -> str:
    """Pack elements judged well-formed into one part of a path."""
    values = {each.ai: each.value for each in elements}
    bits = []
    for code, names in _best_sequences(set(values)):
        bits.append(hex_bits(code) + "".join(value_bits(name, values[name]) for name in names))
        values = {name: value for name, value in values.items() if name not in names}
    bits += [hex_bits(name) + value_bits(name, values[name]) for name in sorted(values)]
    bits += [_other_bits(name, value) for name, value in others]
    whole = "".join(bits)
    whole += "0" * (-len(whole) % 6)
    return "".join(BASE64[int(whole[at : at + 6], 2)] for at in range(0, len(whole), 6))


def decompress(part: str) -> Opened:
    """Unpack a part of a path into what is well-formed. Raises: Unreadable."""
    return _opened(part, {})


def decompress_behind(key: Element, part: str) -> Opened:
    """The same where the key stands before the part in full. Raises: Unreadable."""
    return _opened(part, {key.ai: key.value})


def _opened(part: str, given: dict[str, str]) -> Opened:
    if not looks_compressed(part):
        raise Unreadable(part[:40])
    bits = "".join(f"{BASE64.index(letter):06b}" for letter in part)
    for order in (_as_listed, sorted):
        # One widespread writer sorts the identifiers of every code before it packs their values.
        try:
            opened = _unpacked(Bits(bits), order, dict(given))
        except Unreadable:
            continue
        if _is_well_formed(opened):
            return opened
    raise Unreadable(part[:40])


def _as_listed(names: Iterable[str]) -> list[str]:
    return list(names)


def _unpacked(
    reader: Bits, order: Callable[[Iterable[str]], list[str]], values: dict[str, str]
) -> Opened:
    others = []
    while reader.left > _LEAST_BITS:
        first = reader.hex()
        if first == "F":
            others.append(_read_other(reader))
            continue
        for name in order(_read_names(reader, first)):
            if name in values:
                raise Unreadable(name)
            values[name] = read_value(reader, name)
    return Opened(_in_order(values), tuple(others))


def _is_well_formed(opened: Opened) -> bool:
    return judging.judge(uncompressed(judging.CANONICAL_HOST, "", opened)).is_valid


def uncompressed(host: str, stem: str, opened: Opened) -> str:
    """The address in full, at a host and stem of choice."""
    path, attributes = split(opened.elements)
    query = [f"{each.ai}={judging.query_quoted(each.value)}" for each in attributes]
    query += [f"{name}={judging.query_quoted(value)}" for name, value in opened.others]
    return host + stem + judging.path_of(path) + ("?" + "&".join(query) if query else "")


def split(elements: Sequence[Element]) -> tuple[tuple[Element, ...], tuple[Element, ...]]:
    """Key and qualifiers, and the attributes."""
    at = next(
        (n for n in range(1, len(elements)) if not _extends(elements[:n], elements[n])),
        len(elements),
    )
    return tuple(elements[:at]), tuple(elements[at:])


def _extends(path: Sequence[Element], nxt: Element) -> bool:
    return identifiers.is_sequence((*(each.ai for each in path), nxt.ai))


def _in_order(values: dict[str, str]) -> tuple[Element, ...]:
    """Key, its qualifiers in their order, attributes as they came."""
    key = next(filter(identifiers.is_key, values), None)
    if key is None:
        raise Unreadable("no key")
    found = identifiers.find(key)
    sequences = (found.sequences if found else None) or ((),)
    longest = max(sequences, key=lambda sequence: len(values.keys() & set(sequence)))
    names = [key, *(name for name in longest if name in values)]
    names += [name for name in values if name not in names]
    return tuple(Element(name, values[name]) for name in names)


def _best_sequences(given: set[str]) -> list[tuple[str, tuple[str, ...]]]:
    """Codes that stand for the most identifiers, none taken twice."""
    chosen: list[tuple[str, tuple[str, ...]]] = []
    left = set(given)
    while True:
        fits = [(code, names) for code, names in _written().items() if left.issuperset(names)]
        if not fits:
            return chosen
        best = max(fits, key=lambda each: len("".join(each[1])))
        chosen.append(best)
        left -= set(best[1])


@cache
def _rows() -> list[dict[str, str]]:
    table = resources.files("traceability.linking").joinpath("data/compressed_sequences.csv")
    return list(csv.DictReader(table.read_text("utf-8").splitlines()))


@cache
def _sequences() -> dict[str, tuple[str, ...]]:
    return {row["code"]: tuple(row["identifiers"].split()) for row in _rows()}


@cache
def _written() -> dict[str, tuple[str, ...]]:
    """The codes every reader takes alike."""
    return {row["code"]: _sequences()[row["code"]] for row in _rows() if row["written"] == "yes"}


def _other_bits(name: str, value: str) -> str:
    """A parameter that is not GS1's, marked F."""
    if not re.fullmatch("[A-Za-z0-9_-]{1,127}", name) or len(value) > _MOST_LENGTH:
        raise Unreadable(name[:40])
    if not value.isascii():
        raise Unreadable(name[:40])
    packed = "".join(binary(BASE64.index(letter), 6) for letter in name)
    return "1111" + binary(len(name), 7) + packed + text_bits(value, binary(len(value), 7))


def _read_names(reader: Bits, first: str) -> tuple[str, ...]:
    """The identifiers whose values come next: one, or a well-known sequence of them."""
    code = first + reader.hex()
    if code in _sequences():
        return _sequences()[code]
    while code.isdigit() and len(code) < 4 and identifiers.find(code) is None:
        code += reader.hex()
    if identifiers.find(code) is None:
        raise Unreadable(code)
    return (code,)


def _read_other(reader: Bits) -> tuple[str, str]:
    name = reader.text(URL_TEXT, reader.number(7))
    packing = reader.number(3)
    return name, reader.text(packing, reader.number(7))
