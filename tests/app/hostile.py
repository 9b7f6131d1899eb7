"""Values nobody means well with, and likely ones to set beside them."""

from __future__ import annotations

import base64
import json
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar
from unittest.mock import patch

from marshmallow import Schema, fields
from sqlalchemy import text
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from foundation.inputs import Choice, Day, InputSchema, Integer, Number

LONG = "đ" * 100_000
TEXTS = {
    "nothing": "",
    "NUL": "a\x00b",
    "2^64": str(2**64),
    "a long number": "9" * 5000,
    "a long text": LONG,
    "not finite": "NaN",
    "an exponent": "1e309",
    "a quote": "'; DROP TABLE people; --",
    "a way up": "../../../../etc/passwd",
    "a header": "x\r\nSet-Cookie: nguon=1",
    "a template": "{{ 7*7 }}%(x)s{x}",
    "other digits": "٣٤",
    "turned around": "\u202egpj.exe\ufeff\u0000",
    "JSON": '{"type": "Polygon", "coordinates": [[[]]]}',
    "deep JSON": "[" * 20_000,
}


def _cursor(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


CURSORS = [
    "garbage",
    "%",
    "=",
    "é",
    _cursor({}),
    _cursor([]),
    _cursor(["a"]),
    _cursor([1]),
    _cursor([None]),
    _cursor(["a", 1]),
    _cursor([1, "a"]),
    _cursor(["a\x00", 1]),
    _cursor([2**70, 2**70]),
    _cursor([{"t": "2026-01-01T00:00:00"}, 1]),
    _cursor([{"t": "2026-01-01T00:00:00+00:00"}, 1]),
    _cursor([{"t": 1}, 1]),
    _cursor([{"d": "0001-01-01"}, 1]),
    _cursor([{"n": "NaN"}, 1]),
    _cursor([{"n": "sNaN"}, {"n": "1e999999"}]),
    _cursor([{"n": "x"}, 1]),
    _cursor([[1], 1]),
    _cursor(["\ud800", 1]),
    _cursor([0.5, True]),
]


STEP = int(os.environ.get("NGUON_HOSTILE_STEP", "6"))
"""Each address meets every so manieth of the hostile values, the next address the others; the long
drill says 1: everything everywhere."""
Each = TypeVar("Each")


def share(values: Iterable[Each], number: int) -> list[Each]:
    """The values whose turn it is at the address of this number."""
    return list(values)[number % STEP :: STEP]


@contextmanager
def noted_schemas() -> Iterator[list[type[Schema]]]:
    """The input shapes that views read while this lasts."""
    noted: list[type[Schema]] = []
    original = InputSchema.load

    def load(self: Schema, *args: Any, **kwargs: Any) -> Any:
        noted.append(type(self))
        return original(self, *args, **kwargs)

    with patch.object(InputSchema, "load", load):
        yield noted


def likely(field: fields.Field[Any]) -> Any:
    """A value the field itself takes."""
    if isinstance(field, Choice):
        return field.choices[0]
    if isinstance(field, Integer):
        return str(field.low)
    if isinstance(field, Number):
        return "1"
    if isinstance(field, Day):
        return "2026-11-20"
    if isinstance(field, fields.Boolean):
        return "1"
    return "Tên thử"


_SQL = {
    "batch": "SELECT code FROM batches ORDER BY id LIMIT 1",
    "product": "SELECT code FROM products ORDER BY id LIMIT 1",
    "offer": "SELECT code FROM offers ORDER BY id LIMIT 1",
    "order": "SELECT code FROM orders ORDER BY id LIMIT 1",
    "organisation": "SELECT code FROM organisations ORDER BY id LIMIT 1",
    "producer": "SELECT slug FROM organisations ORDER BY id LIMIT 1",
    "area": "SELECT id FROM growing_areas ORDER BY id LIMIT 1",
    "area_code": "SELECT code FROM growing_areas WHERE code IS NOT NULL LIMIT 1",
    "entry": "SELECT id FROM diary_entries ORDER BY id LIMIT 1",
    "label_job": "SELECT id FROM label_jobs ORDER BY id LIMIT 1",
    "person": "SELECT id FROM people WHERE email LIKE 'buyer%'",
    "goods": "SELECT slug FROM products ORDER BY id LIMIT 1",
    "place": "SELECT code FROM tourism_places ORDER BY id LIMIT 1",
    "place_slug": "SELECT slug FROM tourism_places ORDER BY id LIMIT 1",
    # The step that opened the batch.
    "event": "SELECT event_id FROM epcis_events WHERE event_id ~ '^urn:uuid:' ORDER BY id LIMIT 1",
    "packing_house": "SELECT code FROM packing_houses WHERE code IS NOT NULL LIMIT 1",
}
# The address's room tells what its {code} or {slug} is of; the first match counts.
_ROOMS = (
    ("/office/places", "place"),
    ("/api/v1/places", "place"),
    ("/places/", "place_slug"),
    ("/packing-houses", "packing_house"),
    ("/batches", "batch"),
    ("/trace", "batch"),
    ("/t/", "batch"),
    ("/workspace/products", "product"),
    ("/office/products", "product"),
    ("/api/v1/products", "product"),
    ("/products/", "goods"),
    ("/producers/", "producer"),
    ("/offers", "offer"),
    ("/orders", "order"),
    ("/organisations", "organisation"),
    ("/shops", "organisation"),
    ("/areas/", "area_code"),
)
_NAMES = {
    "area_id": "area",
    "entry_id": "entry",
    "job_id": "label_job",
    "person_id": "person",
    "offer": "offer",
    "order": "order",
}
_FIXED = {
    "language": "vi",
    "rest": "08930001000018/10/x",
    "filename": "nguon.css",
    "dataset": "cooperatives",
    "group": "batches",
    "file": "cooperatives.csv",
}


class Known:
    """Rows of the story, to be put into addresses."""

    def __init__(self, session: Session) -> None:
        self.rows = {name: session.scalar(text(sql)) for name, sql in _SQL.items()}

    def address(self, rule: Rule) -> str:
        """An address of the rule that leads to a row of the story where there is one."""
        path = rule.rule
        # A rule may set arguments that no part of its address says.
        for name in rule.arguments - set(rule.defaults or ()):
            start = path.rindex("<", 0, path.index(f"{name}>"))
            path = path[:start] + str(self._value(rule, name)) + path[path.index(">", start) + 1 :]
        return path

    def _value(self, rule: Rule, name: str) -> Any:
        if rule.rule.startswith(("/plans", "/api/v1/plans")):
            return "eco.link_digital" if name == "code" else "quang-nam"
        if name in _FIXED:
            return _FIXED[name]
        # One of the words an address allows at this place: any(publish, confirm).
        listed = re.search(rf"any\([\"']?([\w.]+)[^)]*\):{name}>", rule.rule)
        if listed is not None:
            return listed[1]
        if name in _NAMES:
            return self.rows[_NAMES[name]]
        if f"<uuid:{name}>" in rule.rule:
            return self.rows["event"].removeprefix("urn:uuid:")
        if name in ("code", "slug"):
            for part, row in _ROOMS:
                if part in rule.rule:
                    return self.rows[row]
        return 1
