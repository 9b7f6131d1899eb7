"""A query as its caller wrote it, in an address or in JSON, read into conditions. PURE.

Source: EPCIS 2.0, 8.2.7.1 and 12.8 (lists in addresses are separated by ``|``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from traceability.epcis.exceptions import (
    NotImplementedHere,
    QueryParameterException,
    QueryTooComplex,
)
from traceability.epcis.querying.parameters import Operator, Parameter, find

MOST_VALUES = 1_000
"""Values of one parameter that are compared at once."""
MOST_TEXT = 2_000
EVENT_TYPES = (
    "ObjectEvent",
    "AggregationEvent",
    "TransactionEvent",
    "TransformationEvent",
    "AssociationEvent",
)
ACTIONS = ("ADD", "OBSERVE", "DELETE")
CONTROLS = ("orderBy", "orderDirection", "eventCountLimit", "maxEventCount")
"""Parameters that order and limit an answer, and filter nothing."""
_ORDERS = ("eventTime", "recordTime")
_CURIE = re.compile(r"([A-Za-z][A-Za-z0-9_.-]*):(?!//)(.+)")
_NUMBER = re.compile(r"[+-]?(\d{1,30}(\.\d{0,30})?|\.\d{1,30})([eE][+-]?\d{1,2})?", re.ASCII)
# A plus that nobody encoded arrives as a space.
_LOST_PLUS = re.compile(r"(?<=\d) (?=\d\d:\d\d$)")
_INSTANT = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d([.,]\d{1,9})?)?(Z|z|[+-]\d\d:?\d\d)", re.ASCII
)

Value = str | Decimal | datetime | bool


@dataclass(frozen=True)
class Condition:
    """An event's ``field`` compares with one of ``values``; all conditions must hold."""

    field: str
    operator: Operator
    values: tuple[Value, ...]
    qualifier: str = ""


@dataclass(frozen=True)
class EventQuery:
    """Which events are wanted, in which order, and how many of them.

    ``first``: only so many (eventCountLimit); ``most``: more are refused (maxEventCount).
    """

    conditions: tuple[Condition, ...] = ()
    order_by: str = "eventTime"
    ascending: bool = False
    first: int | None = None
    most: int | None = None


def read(given: Mapping[str, Any], prefixes: Mapping[str, str] | None = None) -> EventQuery:
    """The query that these parameters make; values are texts, or what JSON knows.

    Raises: QueryParameterException, QueryTooComplex, NotImplementedHere.
    """
    given = dict(given)
    known = {**_prefixes(given.pop("@context", None)), **(prefixes or {})}
    order_by = given.pop("orderBy", None)
    direction = given.pop("orderDirection", None)
    first = _count("eventCountLimit", given.pop("eventCountLimit", None))
    most = _count("maxEventCount", given.pop("maxEventCount", None))
    if first is not None and most is not None:
        raise QueryParameterException("epcis.limits_exclude")
    if first is not None and order_by is None:
        raise QueryParameterException("epcis.limit_without_order")
    conditions = tuple(
        condition
        for name, value in given.items()
        if (condition := _condition(find(name), value, known)) is not None
    )
    return EventQuery(conditions, _order(order_by), _ascending(direction), first, most)


def _condition(parameter: Parameter, value: Any, prefixes: Mapping[str, str]) -> Condition | None:
    if parameter.form == "exists":
        return _exists(parameter, value)
    values: tuple[Value, ...]
    if parameter.form == "moment":
        values = (instant(parameter.name, value),)
    elif parameter.form == "flag":
        values = (_flag(parameter.name, value),)
    elif parameter.form == "number":
        values = (_number(parameter.name, value),)
    elif parameter.form == "numbers":
        values = tuple(_number(parameter.name, part) for part in _parts(parameter.name, value))
    else:
        values = _texts(parameter, value, prefixes)
    return Condition(parameter.field, parameter.operator, values, parameter.qualifier)


def _texts(parameter: Parameter, value: Any, prefixes: Mapping[str, str]) -> tuple[Value, ...]:
    parts = _parts(parameter.name, value)
    for part in parts:
        if not isinstance(part, str) or not part.strip():
            raise _wrong(parameter.name, part)
        if len(part) > MOST_TEXT or any(_unstorable(char) for char in part):
            raise _wrong(parameter.name, part)
    if parameter.form == "words":
        parts = [expand(part.strip(), prefixes) for part in parts]
    choices = {"action": ACTIONS, "eventType": EVENT_TYPES}.get(parameter.field)
    for part in parts:
        is_own = parameter.field == "eventType" and ":" in part
        if choices is not None and part not in choices and not is_own:
            raise QueryParameterException(
                "epcis.parameter_choice", name=parameter.name, choices=list(choices)
            )
    return tuple(dict.fromkeys(parts))


def expand(word: str, prefixes: Mapping[str, str]) -> str:
    """A word with its prefix written out, where its prefix is known; else as it stands."""
    found = _CURIE.fullmatch(word)
    return prefixes[found[1]] + found[2] if found and found[1] in prefixes else word


def instant(name: str, value: Any) -> datetime:
    """A moment with its offset (ISO 8601). Raises: QueryParameterException."""
    text = _LOST_PLUS.sub("+", value.strip()) if isinstance(value, str) else ""
    if not _INSTANT.fullmatch(text):
        raise _wrong(name, value)
    text = re.sub(r"[.,](\d{1,6})\d*", r".\1", text).upper()
    try:
        moment = datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        raise _wrong(name, value) from None
    if not 1000 <= moment.year <= 9998:
        raise _wrong(name, value)
    return moment


def _parts(name: str, value: Any) -> list[Any]:
    if isinstance(value, str):
        parts: list[Any] = value.split("|")
    elif isinstance(value, Sequence):
        parts = list(value)
    else:
        parts = [value]
    if not parts:
        raise _wrong(name, value)
    if len(parts) > MOST_VALUES:
        raise QueryTooComplex("epcis.too_many_values", name=name, most=MOST_VALUES)
    return parts


def _number(name: str, value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise _wrong(name, value)
    text = value.strip() if isinstance(value, str) else _digits(value)
    if not _NUMBER.fullmatch(text):
        raise _wrong(name, value)
    try:
        return Decimal(text)
    except InvalidOperation:
        raise _wrong(name, value) from None


def _digits(value: int | float) -> str:
    """A JSON number as text; one of thousands of digits is none."""
    if isinstance(value, int) and value.bit_length() > 128:
        return ""
    return repr(value)


def _flag(name: str, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.strip().lower() in ("true", "false"):
        return value.strip().lower() == "true"
    raise _wrong(name, value)


def _exists(parameter: Parameter, value: Any) -> Condition | None:
    """The standard gives the value no meaning beyond true or false; nothing at all is true."""
    if value is None or value == "":
        wanted = True
    elif isinstance(value, int) or (isinstance(value, str) and value.strip() in ("0", "1")):
        wanted = bool(int(value))
    else:
        wanted = _flag(parameter.name, value)
    return Condition(parameter.field, "EXISTS", (True,)) if wanted else None


def _count(name: str, value: Any) -> int | None:
    if value is None:
        return None
    number = _number(name, value)
    if number != number.to_integral_value() or not 1 <= number <= 10**9:
        raise _wrong(name, value)
    return int(number)


def _order(value: Any) -> str:
    if value is None:
        return _ORDERS[0]
    if value in _ORDERS:
        return str(value)
    if isinstance(value, str) and (":" in value or "#" in value):
        raise NotImplementedHere("epcis.extension_order", name=value[:200])
    raise QueryParameterException("epcis.parameter_choice", name="orderBy", choices=list(_ORDERS))


def _ascending(value: Any) -> bool:
    if value not in (None, "ASC", "DESC"):
        raise QueryParameterException(
            "epcis.parameter_choice", name="orderDirection", choices=["ASC", "DESC"]
        )
    return bool(value == "ASC")


def _prefixes(context: Any) -> dict[str, str]:
    """The prefixes that a JSON query's own @context defines."""
    parts = context if isinstance(context, list) else [context]
    return {
        prefix: namespace
        for part in parts
        if isinstance(part, dict)
        for prefix, namespace in part.items()
        if isinstance(namespace, str) and ":" in namespace
    }


def _unstorable(char: str) -> bool:
    return ord(char) < 32 or ord(char) == 127 or 0xD800 <= ord(char) <= 0xDFFF


def _wrong(name: str, value: Any) -> QueryParameterException:
    return QueryParameterException("epcis.parameter_value", name=name, value=str(value)[:100])
