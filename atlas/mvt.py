"""Vector tiles as bytes: the protobuf of the Mapbox Vector Tile specification 2.1. PURE.

Every number of a layer's features, keys and lengths included, is laid into one array that is
written as varints in one go: a tile of thousands of polygons costs a few array operations.
Source: https://github.com/mapbox/vector-tile-spec/tree/master/2.1
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

EXTENT = 4096
Ints = NDArray[np.int64]
Values = Sequence[str] | Sequence[int] | Sequence[bool]

_POINT, _POLYGON = 1, 3
_SHORT = 126
"""Lengths below this, the two bytes before the text included, take one byte."""
_MOVE_TO_ONE, _LINE_TO, _CLOSE = 9, 2, 15


@dataclass(frozen=True)
class Polygons:
    """Rings in the tile's own units: each ring's last point is not the first again.

    ``points`` are (x, y) of all rings one after another; ``rings`` says where each ring starts
    (and where the last one ends), ``features`` at which ring each feature starts (likewise).
    """

    points: Ints
    rings: Ints
    features: Ints


def polygon_layer(name: str, shapes: Polygons, columns: Mapping[str, Values]) -> bytes:
    """A layer of polygons; each column holds one value for each feature."""
    stream, starts = _rings_stream(shapes)
    return _layer(name, _POLYGON, stream, starts, columns)


def point_layer(name: str, points: Ints, columns: Mapping[str, Values]) -> bytes:
    """A layer of points, one for each feature."""
    stream = np.full((len(points), 3), _MOVE_TO_ONE, dtype=np.int64)
    stream[:, 1:] = _zigzag(points)
    return _layer(name, _POINT, stream.ravel(), np.arange(len(points) + 1) * 3, columns)


def _rings_stream(shapes: Polygons) -> tuple[Ints, Ints]:
    """The commands of every feature, and where each feature's start (and the last one's end)."""
    sizes = np.diff(shapes.rings)
    ring_starts = np.concatenate([[0], np.cumsum(2 * sizes + 3)])
    firsts = shapes.rings[:-1]
    # The pen goes on from ring to ring and begins anew at each feature.
    moves = np.diff(shapes.points, axis=0, prepend=0)
    feature_firsts = shapes.rings[shapes.features[:-1]]
    moves[feature_firsts] = shapes.points[feature_firsts]
    stream = np.empty(ring_starts[-1], dtype=np.int64)
    stream[ring_starts[:-1]] = _MOVE_TO_ONE
    stream[ring_starts[:-1] + 3] = (sizes - 1) << 3 | _LINE_TO
    stream[ring_starts[1:] - 1] = _CLOSE
    within = np.arange(len(moves)) - np.repeat(firsts, sizes)
    at = np.repeat(ring_starts[:-1], sizes) + 1 + 2 * within + (within > 0)
    numbers = _zigzag(moves)
    stream[at], stream[at + 1] = numbers[:, 0], numbers[:, 1]
    return stream, ring_starts[shapes.features]


def _layer(
    name: str, kind: int, stream: Ints, starts: Ints, columns: Mapping[str, Values]
) -> bytes:
    count = len(starts) - 1
    if count == 0:
        return b""
    tags, values = _tags(columns, count)
    body = b"".join(
        [
            _field(1, name.encode()),
            _features(kind, stream, starts, tags),
            *(_field(3, key.encode()) for key in columns),
            *values,
            bytes([0x28]) + _varint(EXTENT),
            bytes([0x78, 2]),
        ]
    )
    return _field(3, body)


def _features(kind: int, stream: Ints, starts: Ints, tags: Ints) -> bytes:
    """Every feature with its tags and its commands, as one run of varints."""
    sizes = _sizes(stream)
    ends = np.concatenate([[0], np.cumsum(sizes)])
    geometry_bytes = ends[starts[1:]] - ends[starts[:-1]]
    tag_bytes = _sizes(tags).sum(axis=1)
    # Two keys, the kind and its key take a byte each.
    total = 4 + _sizes(tag_bytes) + tag_bytes + _sizes(geometry_bytes) + geometry_bytes
    width = tags.shape[1]
    head = np.empty((len(tags), width + 8), dtype=np.int64)
    head[:, 0], head[:, 1] = 0x12, total
    head[:, 2], head[:, 3] = 0x12, tag_bytes
    head[:, 4 : 4 + width] = tags
    head[:, width + 4], head[:, width + 5] = 0x18, kind
    head[:, width + 6], head[:, width + 7] = 0x22, geometry_bytes
    lengths = np.diff(starts) + width + 8
    begins = np.concatenate([[0], np.cumsum(lengths)])
    numbers = np.empty(begins[-1], dtype=np.int64)
    is_head = np.zeros(begins[-1], dtype=bool)
    is_head[(begins[:-1, None] + np.arange(width + 8)).ravel()] = True
    numbers[is_head], numbers[~is_head] = head.ravel(), stream
    return _varints(numbers)


def _tags(columns: Mapping[str, Values], count: int) -> tuple[Ints, list[bytes]]:
    """For each feature the pairs (key, value) of its attributes, and the layer's values."""
    tags = np.empty((count, 2 * len(columns)), dtype=np.int64)
    kept: list[bytes] = []
    for place, told in enumerate(columns.values()):
        distinct: list[str | int | bool] = list(dict.fromkeys(told))
        known = {one: at for at, one in enumerate(distinct, start=len(kept))}
        tags[:, 2 * place] = place
        tags[:, 2 * place + 1] = np.fromiter(map(known.__getitem__, told), np.int64, count)
        kept += _values(distinct)
    return tags, kept


def _values(told: Sequence[str | int | bool]) -> list[bytes]:
    if not told or not isinstance(told[0], str):
        return [_value(one) for one in told]
    texts = [str(one).encode() for one in told]
    return [
        b'"%c\n%c%b' % (len(text) + 2, len(text), text)
        if len(text) < _SHORT
        else _field(4, _field(1, text))
        for text in texts
    ]


def _value(told: str | int | bool) -> bytes:
    if isinstance(told, bool):
        return _field(4, bytes([0x38, told]))
    return _field(4, bytes([0x28]) + _varint(int(told)))


def _field(number: int, body: bytes) -> bytes:
    """A field of bytes with its length before it."""
    return bytes([number << 3 | 2]) + _varint(len(body)) + body


def _varint(number: int) -> bytes:
    found = bytearray()
    while number > 0x7F:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    found.append(number)
    return bytes(found)


def _zigzag(numbers: Ints) -> Ints:
    return (numbers << 1) ^ (numbers >> 63)


def _sizes(numbers: Ints) -> Ints:
    """How many bytes each number takes as a varint (up to 35 bits)."""
    found = (numbers > 0x7F).astype(np.int64) + 1
    large = numbers >= 1 << 14
    if large.any():
        for bits in (14, 21, 28):
            found += numbers >= 1 << bits
    return found


def _varints(numbers: Ints) -> bytes:
    sizes = _sizes(numbers)
    ends = np.cumsum(sizes)
    at = ends - sizes
    written = np.empty(int(ends[-1]), dtype=np.uint8)
    while numbers.size:
        more = numbers > 0x7F
        written[at] = numbers.astype(np.uint8) & 0x7F | more.view(np.uint8) << np.uint8(7)
        further = np.flatnonzero(more)
        at, numbers = at[further] + 1, numbers[further] >> 7
    return written.tobytes()
