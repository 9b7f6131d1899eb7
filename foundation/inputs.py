"""Input shapes: one marshmallow schema serves form, JSON and import.

All findings come at once, each with a stable code and the field's name.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from contextvars import ContextVar
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from marshmallow import EXCLUDE, RAISE, Schema, ValidationError, fields, pre_load
from marshmallow.exceptions import SCHEMA
from werkzeug.datastructures import MultiDict

from foundation.errors import Finding, Invalid
from foundation.i18n import get_language

MAX_TEXT = 10_000
INT64 = 2**63 - 1
# What travels with every form and is no answer: its token, and the proof of who sends it.
FORM_PARTS = frozenset({"csrf_token", "proof"})
# What marshmallow and webargs say, by the code we answer with.
_CODES = {
    "Missing data for required field.": "input.required",
    "Field may not be null.": "input.required",
    "Unknown field.": "input.unknown_field",
    "Not a valid string.": "input.not_text",
    "Not a valid integer.": "input.not_integer",
    "Not a valid number.": "input.not_number",
    "Not a valid boolean.": "input.not_boolean",
    "Not a valid list.": "input.not_list",
    "Not a valid mapping type.": "input.not_object",
    "Not a valid date.": "input.not_date",
    "Invalid input type.": "input.not_object",
}
# A form is typed by a person, in their language's way of writing numbers; JSON is not.
_typed_by_a_person: ContextVar[bool] = ContextVar("typed_by_a_person", default=False)
# What pages and sheets bring is read by `load`; the API's own parser does without it. People write
# days as their country does, programs as ISO 8601 does: 03/04/2026 is two days, by who reads it.
_from_a_page_or_sheet: ContextVar[bool] = ContextVar("from_a_page_or_sheet", default=False)
_ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
# Day, month, year; a phone's number keys have no slash, so the eight digits alone are a day too
# (never an ISO day as well: no month is called 19, 20 or 21).
_DAY = re.compile(r"^(\d{1,2})[/. -](\d{1,2})[/. -](\d{4})$|^(\d\d)(\d\d)((?:19|20|21)\d\d)$")


class Problem(ValidationError):
    """A validation error that carries its code and parameters through marshmallow."""

    def __init__(self, code: str, *, at_field: str | None = None, **params: Any) -> None:
        """``at_field`` names where it went wrong, for a check of the whole input."""
        super().__init__([Finding(code, params)], at_field or SCHEMA)


class InputSchema(Schema):
    """Base of every input: unknown fields are refused, empty form fields are absent."""

    class Meta:
        unknown = RAISE

    @pre_load
    def _drop_empty(self, data: Any, **_: Any) -> Any:
        if isinstance(data, Mapping):
            return {k: v for k, v in data.items() if not (isinstance(v, str) and not v.strip())}
        return data


class QuerySchema(InputSchema):
    """Base of query strings: parameters that we do not know are ignored, as links carry many."""

    class Meta:
        unknown = EXCLUDE


class Text(fields.String):
    """Trimmed text: no NUL, no other control characters but line ends, at most ``max`` long."""

    def __init__(self, *, max: int = 200, multiline: bool = False, **kwargs: Any) -> None:  # noqa: A002
        super().__init__(**kwargs)
        self.max = min(max, MAX_TEXT)
        self.multiline = multiline
        _document(self, maxLength=self.max, **({"minLength": 1} if self.required else {}))

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text: str = super()._deserialize(value, attr, data, **kwargs).strip()
        allowed = "\n\r\t" if self.multiline else ""
        if any((ord(c) < 32 and c not in allowed) or ord(c) == 127 for c in text):
            raise Problem("input.control_character")
        if any(0xD800 <= ord(c) <= 0xDFFF for c in text):
            raise Problem("input.not_text")
        if len(text) > self.max:
            raise Problem("input.too_long", max=self.max, length=len(text))
        if self.required and not text:
            raise Problem("input.required")
        return text


class Integer(fields.Integer):
    """A whole number within ``low`` and ``high`` (64 bits at most)."""

    def __init__(self, *, low: int = 0, high: int = INT64, **kwargs: Any) -> None:
        super().__init__(strict=True, **kwargs)
        self.low, self.high = low, high
        _document(self, minimum=low, maximum=high)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        if isinstance(value, bool) or (isinstance(value, float) and not math.isfinite(value)):
            raise Problem("input.not_integer")
        if isinstance(value, str):
            value = value.strip()
            if _typed_by_a_person.get():
                value = _without_groups(value)
            if re.fullmatch(r"\d{1,3}(\.\d{3})+", value):
                value = value.replace(".", "")
            if len(value) > 20:
                raise Problem("input.out_of_range", low=self.low, high=self.high)
            # Forms and query strings know text only; "strict" is about 1.5, not about "1".
            if re.fullmatch(r"[+-]?[0-9]+", value):
                value = int(value)
        number = super()._deserialize(value, attr, data, **kwargs)
        if number is None or not self.low <= number <= self.high:
            raise Problem("input.out_of_range", low=self.low, high=self.high)
        return int(number)


class Number(fields.Field[Decimal]):
    """An exact decimal; forms may write 1.234,5. At most ``digits`` decimals, never rounded."""

    def __init__(
        self,
        *,
        low: Decimal | int = 0,
        high: Decimal | int = 10**12,
        digits: int = 3,
        above_low: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.low, self.high, self.digits = Decimal(low), Decimal(high), digits
        self.above_low = above_low
        # Programs write "1200.000": a JSON number is exact only as far as its reader keeps it so.
        _document(
            self,
            type=["string", "number"],
            description=f"exact decimal, at most {digits} decimals, best sent as text",
        )

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Decimal:
        number = _decimal(value)
        if not self.low <= number <= self.high or (self.above_low and number == self.low):
            raise Problem("input.out_of_range", low=self.low, high=self.high)
        exponent = number.normalize().as_tuple().exponent
        if isinstance(exponent, int) and -exponent > self.digits:
            raise Problem("input.too_many_decimals", digits=self.digits)
        return number

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else f"{value:f}"


class Day(fields.Date):
    """A day between 1900 and 2100: 2026-11-21; from people also 21/11/2026 or 21112026."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> date:
        if not isinstance(value, str):
            raise Problem("input.not_date")
        text = value.strip()
        found = _DAY.match(text)
        if not _from_a_page_or_sheet.get() and not _ISO_DAY.fullmatch(text):
            raise Problem("input.not_iso_date" if found else "input.not_date")
        try:
            if found:
                written = [int(part) for part in found.groups() if part]
                day = date(written[2], written[1], written[0])
            else:
                day = date.fromisoformat(text)
        except ValueError:
            raise Problem("input.not_date") from None
        if not 1900 <= day.year <= 2100:
            raise Problem("input.not_date")
        return day


class Instant(fields.AwareDateTime):
    """An instant with its offset (RFC 3339), between 1900 and 2100."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:
        try:
            moment = super()._deserialize(value, attr, data, **kwargs)
        except (ValidationError, OverflowError):
            raise Problem("input.not_instant") from None
        if moment is None or not 1900 <= moment.year <= 2100:
            raise Problem("input.not_instant")
        return moment


class Flag(fields.Boolean):
    """Yes or no: JSON says true or false, nothing that merely looks like it; a form says "on"."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:
        if not isinstance(value, bool) and not _typed_by_a_person.get():
            raise Problem("input.not_boolean")
        return bool(super()._deserialize(value, attr, data, **kwargs))


class Choice(fields.String):
    """One of a fixed set of words."""

    def __init__(self, choices: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(metadata={"enum": list(choices)}, **kwargs)
        self.choices = choices

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        if not isinstance(value, str) or value not in self.choices:
            raise Problem("input.not_a_choice", choices=list(self.choices))
        return value


def _document(field: fields.Field[Any], **said: Any) -> None:
    """Tell the OpenAPI document what the field holds its input to; what it says itself stays."""
    field.metadata = {**said, **field.metadata}


def _decimal(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise Problem("input.not_number")
    text = re.sub(r"[\s\u00a0\u202f]", "", str(value))
    if len(text) > 40:
        raise Problem("input.not_number")
    if _typed_by_a_person.get():
        text = _without_groups(text)
    if "," in text:
        text = text.replace(".", "").replace(",", ".")
    if not re.fullmatch(r"[+-]?\d+(\.\d+)?([eE][+-]?\d{1,2})?", text):
        raise Problem("input.not_number")
    try:
        return Decimal(text)
    except InvalidOperation:
        raise Problem("input.not_number") from None


def _without_groups(text: str) -> str:
    """A typed number with a dot for decimals: "1.200" is 1200 in Vietnamese, "1,200" in English.

    Only whole groups of three are groups; "0.250" and "1.5" cannot be, so they are decimals.
    """
    mark, group = (",", ".") if get_language() == "vi" else (".", ",")
    found = re.fullmatch(rf"([+-]?[1-9]\d{{0,2}}(?:\{group}\d{{3}})+)(?:\{mark}(\d+))?", text)
    if found is None:
        return text
    return found[1].replace(group, "") + (f".{found[2]}" if found[2] else "")


def load(schema: type[Schema] | Schema, data: Any) -> dict[str, Any]:
    """Read ``data`` (a form, a sheet's row) by a schema; raises Invalid with every finding."""
    instance = schema if isinstance(schema, Schema) else schema()
    token = _typed_by_a_person.set(isinstance(data, MultiDict))
    place = _from_a_page_or_sheet.set(True)
    try:
        loaded: dict[str, Any] = instance.load(_plain(instance, data))
    except ValidationError as error:
        raise Invalid(findings_of(error.messages)) from None
    finally:
        _from_a_page_or_sheet.reset(place)
        _typed_by_a_person.reset(token)
    return loaded


def _plain(schema: Schema, data: Any) -> Any:
    """A form as a mapping: repeated names become lists where the schema has one; token dropped."""
    if not isinstance(data, MultiDict):
        return data
    plain: dict[str, Any] = {}
    for key in data:
        if key in FORM_PARTS:
            continue
        many = isinstance(schema.fields.get(key), fields.List)
        plain[key] = [v for v in data.getlist(key) if v.strip()] if many else data.get(key)
    return plain


def findings_of(messages: Any, path: str = "") -> list[Finding]:
    """Findings from marshmallow's nested messages, in their order."""
    if isinstance(messages, Mapping):
        found: list[Finding] = []
        for key, inner in messages.items():
            step = "" if key in (SCHEMA, "json", "query", "form", "files") else str(key)
            found += findings_of(inner, f"{path}.{step}".strip(".") if step else path)
        return found
    if isinstance(messages, (list, tuple)):
        return [finding for item in messages for finding in findings_of(item, path)]
    if isinstance(messages, Finding):
        field = ".".join(part for part in (path, messages.field) if part)
        return [Finding(messages.code, messages.params, field or None, messages.coordinate)]
    return [Finding(_CODES.get(str(messages), "input.invalid"), {}, path or None)]
