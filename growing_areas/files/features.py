"""Features: what a polygon file holds, whatever its format. PURE."""

from __future__ import annotations

import json
from typing import Any

from growing_areas.files import letters

MAX_FEATURES = 5_000
MAX_POSITIONS = 200_000
MAX_NAME = 200

Feature = dict[str, Any]
"""{"name": str, "properties": {…}, "geometry": GeoJSON in WGS 84, as drawn}, and "notices":
[{"code", "params"}] where reading it had to decide something."""

_NAME_KEYS = ("name", "ten", "tên", "title", "label", "productionplace", "ma", "mã")


class Unreadable(Exception):
    """The file cannot be read; carries the code and parameters of the finding."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code, self.params = code, params


class DoubledKey(ValueError):
    """A JSON object says one thing twice: programs differ in which of the two they believe."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key[:40]


def feature(properties: dict[str, Any], geometry: object, name: object = None) -> Feature:
    """One feature: short texts and plain numbers only, named by its own properties if need be."""
    kept = {
        str(key)[:60]: value[:MAX_NAME] if isinstance(value, str) else value
        for key, value in list(properties.items())[:40]
        if isinstance(value, (str, int, float, bool)) or value is None
    }
    found = name or _name_among(kept)
    return {"name": name_of(found or ""), "properties": kept, "geometry": geometry}


def name_of(found: object) -> str:
    """A name as it can be stored and shown: one line, no control signs, not too long."""
    return "".join(sign for sign in str(found) if sign.isprintable()).strip()[:MAX_NAME]


def json_of(text: str) -> Any:
    """What JSON text says.

    Raises: ValueError, also for an escaped half of a character, which nothing can store or
    show; DoubledKey.
    """
    document = json.loads(text, object_pairs_hook=_once)
    if "\\ud" in text.casefold():
        json.dumps(document, ensure_ascii=False).encode()
    return document


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [key for key, _ in pairs]
        raise DoubledKey(next(key for key in names if names.count(key) > 1))
    return found


def _name_among(properties: dict[str, Any]) -> object:
    by_key = {key.casefold(): value for key, value in properties.items()}
    return next((by_key[key] for key in _NAME_KEYS if by_key.get(key)), None)


def text_of(raw: bytes) -> str:
    """The file as text: UTF-8 (with or without its mark) or UTF-16 with its mark."""
    encoding = "utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        raise Unreadable("file.encoding", position=error.start) from None


def sheet_text(raw: bytes) -> tuple[str, str | None]:
    """A table's text, and the old way of writing Vietnamese it was recognised as, if any."""
    try:
        return text_of(raw), None
    except Unreadable:
        writing = letters.find_writing(raw)
        if writing is None:
            raise
        return letters.decoded(raw, writing), writing


def check_count(count: int) -> None:
    """Refuse more features than one import takes."""
    if count > MAX_FEATURES:
        raise Unreadable("file.too_many_features", count=count, most=MAX_FEATURES)
    if count == 0:
        raise Unreadable("file.no_features")


def check_size(features: list[Feature]) -> None:
    """Refuse no features, too many, or too many positions in all."""
    check_count(len(features))
    total = sum(_positions(row["geometry"]) for row in features)
    if total > MAX_POSITIONS:
        raise Unreadable("file.too_many_points", count=total, most=MAX_POSITIONS)


def _positions(geometry: Any) -> int:
    """About how many positions a geometry has, without trusting its shape."""
    pending = [geometry.get("coordinates")] if isinstance(geometry, dict) else []
    numbers = 0
    while pending:
        value = pending.pop()
        if isinstance(value, list):
            pending.extend(value)
        else:
            numbers += value is not None
    return numbers // 2
