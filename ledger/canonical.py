"""One way of writing a value as bytes, so that the same fact always has the same hash. PURE.

Canonical JSON by RFC 8785: members sorted by the UTF-16 units of their names, no spaces, texts
escaped as ECMAScript does, numbers as ECMAScript writes doubles. Exact decimals, dates and instants
become texts. A whole number beyond 2^53 has no double of its own and is refused; so is a float in
an entry's body, where quantities are exact decimals.
"""

import math
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from json.encoder import encode_basestring
from typing import Any

SAFE = 2**53 - 1
"""The greatest whole number that every double counts up to (I-JSON)."""


def text(value: Any) -> str:
    """Write a fact as canonical JSON. Raises: TypeError for a float or anything unknown.

    What writers wait for: the usual types are written as they are met, without a look around.
    """
    known = _FACTS.get(type(value))
    return _written(_settled(value)) if known is None else known(value)


def document(value: Any) -> str:
    """Write any JSON document in canonical form, floats included (RFC 8785).

    Raises: TypeError for what JSON does not know, ValueError for a number without a double.
    """
    return _written(value)


def number(value: float) -> str:
    """Write a double as ECMAScript does (RFC 8785, 3.2.2.3). Raises: ValueError unless finite."""
    if not math.isfinite(value):
        raise ValueError("no JSON for a number that is not finite")
    if value == 0:
        return "0"
    sign, digits, exponent = Decimal(repr(value)).normalize().as_tuple()
    figures = "".join(map(str, digits))
    # Where the decimal point stands, counted from the first digit.
    point = len(figures) + int(exponent)
    return ("-" if sign else "") + _placed(figures, point)


def _placed(figures: str, point: int) -> str:
    count = len(figures)
    if count <= point <= 21:
        return figures + "0" * (point - count)
    if 0 < point <= 21:
        return f"{figures[:point]}.{figures[point:]}"
    if -6 < point <= 0:
        return "0." + "0" * -point + figures
    power = f"e{point - 1:+d}"
    return (figures if count == 1 else f"{figures[0]}.{figures[1:]}") + power


# What `json.dumps` does for a text, without the way there.
_quoted = encode_basestring


def _written(value: Any) -> str:
    match value:
        case str():
            return _words(value)
        case None | bool():
            return {None: "null", True: "true", False: "false"}[value]
        case int():
            return _whole(value)
        case float():
            return number(value)
        case dict() | Mapping():
            members = _sorted(value)
            return "{" + ",".join(f"{_written(k)}:{_written(v)}" for k, v in members) + "}"
        case list() | tuple():
            return "[" + ",".join(map(_written, value)) + "]"
        case _:
            raise TypeError(f"{type(value).__name__} has no canonical form")


def _sorted(members: Mapping[Any, Any]) -> list[tuple[str, Any]]:
    if all(type(name) is str and name.isascii() for name in members):
        return sorted(members.items(), key=_name)
    return sorted(members.items(), key=lambda member: _units(member[0]))


def _name(member: tuple[str, Any]) -> str:
    return member[0]


def _units(name: object) -> bytes:
    """A member's name as the UTF-16 units it is sorted by."""
    if not isinstance(name, str):
        raise TypeError("the names of a JSON object's members are texts")
    return name.encode("utf-16-be", "surrogatepass")


def instant(moment: datetime) -> str:
    """Write an instant in UTC with all six decimals."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def leaf_input(*, kind: str, subject: str, body: str, nonce: bytes, recorded_at: datetime) -> bytes:
    """Return the bytes that an entry's leaf hash commits to; *body* is canonical JSON already."""
    # Written out: the members are known, and every entry is written and checked this way.
    return (
        f'{{"body":{_quoted(body)},"kind":{_quoted(kind)},"nonce":"{nonce.hex()}",'
        f'"recorded_at":"{instant(recorded_at)}","subject":{_quoted(subject)}}}'
    ).encode()


def _words(value: str) -> str:
    if not value.isascii():
        # Lone surrogates have no bytes: refused here, not where they are encoded.
        value.encode()
    return _quoted(value)


def _whole(value: int) -> str:
    if abs(value) > SAFE:
        raise ValueError(f"{value} has no double of its own")
    return str(value)


def _members(value: dict[Any, Any]) -> str:
    parts = [f"{_words(_key(name))}:{text(inner)}" for name, inner in _sorted(value)]
    return f"{{{','.join(parts)}}}"


def _items(value: list[Any] | tuple[Any, ...]) -> str:
    return f"[{','.join(map(text, value))}]"


_FACTS: dict[type[Any], Callable[[Any], str]] = {
    str: _words,
    type(None): lambda _: "null",
    bool: lambda value: "true" if value else "false",
    int: _whole,
    Decimal: lambda value: f'"{value:f}"',
    datetime: lambda value: f'"{instant(value)}"',
    date: lambda value: f'"{value.isoformat()}"',
    dict: _members,
    list: _items,
    tuple: _items,
}


def _settled(value: Any) -> Any:
    match value:
        case str() | None | bool() | int():
            return value
        case Decimal():
            return f"{value:f}"
        case datetime():
            return instant(value)
        case date():
            return value.isoformat()
        case Mapping():
            return {_key(key): _settled(inner) for key, inner in value.items()}
        case list() | tuple():
            return [_settled(inner) for inner in value]
        case _:
            raise TypeError(f"{type(value).__name__} has no canonical form")


def _key(key: object) -> str:
    if not isinstance(key, str):
        raise TypeError("the keys of a ledger body are texts")
    return key
