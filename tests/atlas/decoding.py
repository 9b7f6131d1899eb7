"""A small reader of vector tiles, written from the specification, for tests and benchmarks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import shapely


@dataclass
class Layer:
    """A layer: its features as (kind, rings or points, attributes)."""

    name: str = ""
    extent: int = 0
    version: int = 0
    features: list[tuple[int, list[list[tuple[int, int]]], dict[str, Any]]] = field(
        default_factory=list
    )


def decode(tile: bytes) -> dict[str, Layer]:
    """Every layer of a tile by its name."""
    layers = [_layer(body) for number, body in _fields(tile) if number == 3]
    return {layer.name: layer for layer in layers}


def polygon(rings: list[list[tuple[int, int]]]) -> shapely.Geometry:
    """Rings as the specification reads them: one of positive area begins a new polygon."""
    grouped: list[list[list[tuple[int, int]]]] = []
    for ring in rings:
        if signed_area(ring) > 0:
            grouped.append([ring])
        else:
            grouped[-1].append(ring)
    return shapely.MultiPolygon([(group[0], group[1:]) for group in grouped])


def signed_area(ring: list[tuple[int, int]]) -> float:
    """The surveyor's formula."""
    pairs = zip(ring, [*ring[1:], ring[0]], strict=True)
    return sum(one[0] * two[1] - two[0] * one[1] for one, two in pairs) / 2


def _layer(body: Any) -> Layer:
    layer, keys, values, raw = Layer(), [], [], []
    for number, found in _fields(body):
        match number:
            case 1:
                layer.name = found.decode()
            case 2:
                raw.append(found)
            case 3:
                keys.append(found.decode())
            case 4:
                values.append(_value(found))
            case 5:
                layer.extent = found
            case 15:
                layer.version = found
    layer.features = [_feature(each, keys, values) for each in raw]
    return layer


def _feature(
    body: bytes, keys: list[str], values: list[Any]
) -> tuple[int, list[list[tuple[int, int]]], dict[str, Any]]:
    told = dict(_fields(body))
    tags = list(_varints(told.get(2, b"")))
    attributes = {keys[k]: values[v] for k, v in zip(tags[::2], tags[1::2], strict=True)}
    return told[3], _geometry(list(_varints(told[4]))), attributes


def _geometry(numbers: list[int]) -> list[list[tuple[int, int]]]:
    found: list[list[tuple[int, int]]] = []
    x = y = at = 0
    while at < len(numbers):
        command, count = numbers[at] & 7, numbers[at] >> 3
        at += 1
        if command == 7:
            continue
        for _ in range(count):
            x, y = x + _signed(numbers[at]), y + _signed(numbers[at + 1])
            at += 2
            if command == 1:
                found.append([])
            found[-1].append((x, y))
    return found


def _value(body: bytes) -> Any:
    ((number, found),) = _fields(body)
    if number == 1:
        return found.decode()
    return bool(found) if number == 7 else found


def _signed(number: int) -> int:
    return (number >> 1) ^ -(number & 1)


def _fields(body: bytes) -> Iterator[tuple[int, Any]]:
    at = 0
    while at < len(body):
        key, at = _varint(body, at)
        if key & 7 == 0:
            number, at = _varint(body, at)
            yield key >> 3, number
            continue
        assert key & 7 == 2, "no other wire type stands in these tiles"
        length, at = _varint(body, at)
        assert at + length <= len(body)
        yield key >> 3, body[at : at + length]
        at += length


def _varints(body: bytes) -> Iterator[int]:
    at = 0
    while at < len(body):
        number, at = _varint(body, at)
        yield number


def _varint(body: bytes, at: int) -> tuple[int, int]:
    number = shift = 0
    while True:
        byte = body[at]
        number |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return number, at
