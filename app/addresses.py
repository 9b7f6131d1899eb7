"""What may stand in an address: what no row can bear is simply not there (404)."""

from __future__ import annotations

from typing import Any

from flask import Flask
from werkzeug.routing import (
    IntegerConverter,
    Map,
    PathConverter,
    UnicodeConverter,
    ValidationError,
)

from foundation.inputs import INT64

MAX_PART = 1_000


class Part(UnicodeConverter):
    """One part of a path: text without control characters."""

    def to_python(self, value: str) -> str:
        """The part as it was sent."""
        return _printable(value)


class Rest(PathConverter):
    """The rest of a path: text without control characters."""

    def to_python(self, value: str) -> str:
        """The rest as it was sent."""
        return _printable(value)


class RowNumber(IntegerConverter):
    """A row's number, within PostgreSQL's bigint."""

    def __init__(self, map: Map, *args: Any, **kwargs: Any) -> None:  # noqa: A002
        kwargs["max"] = min(kwargs.get("max") or INT64, INT64)
        super().__init__(map, *args, **kwargs)

    def to_python(self, value: str) -> int:
        """The number; int() itself refuses texts of thousands of digits."""
        if len(value) > 19:
            raise ValidationError
        number: int = super().to_python(value)
        return number


def _printable(text: str) -> str:
    if len(text) > MAX_PART or any(ord(c) < 32 or ord(c) == 127 for c in text):
        raise ValidationError
    return text


def install(app: Flask) -> None:
    """Read every address that is routed from here on this way."""
    app.url_map.converters.update({"default": Part, "string": Part, "path": Rest, "int": RowNumber})
