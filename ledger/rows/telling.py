"""Telling a row that was just put in: its digests without asking the server for it again.

Which is what nearly every fact is: a row added once. The text must be the very one that PostgreSQL
would write (`forms`), for it is PostgreSQL that checks it. So only values are told whose text
leaves no doubt: of exactly the type the column takes, in full, known after the row was written
(or set by nobody, where nobody else sets it). All else is left to the server. PURE.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from json.encoder import encode_basestring
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Float,
    Integer,
    LargeBinary,
    Numeric,
    SmallInteger,
    String,
    Table,
    Text,
    Uuid,
)
from sqlalchemy.dialects.postgresql import JSONB

from ledger.rows.commitments import Commitment
from ledger.rows.forms import RowForm

_SALT_BYTES = 16
# Between these a double's shortest digits are written out plainly by both.
_LEAST_PLAIN, _MOST_PLAIN = 1e-4, 1e15

_Text = Callable[[Any], str]
"""A value as the JSON of what PostgreSQL casts it to. Raises: `_Unsure`."""
Teller = Callable[[Mapping[str, Any]], Commitment | None]
"""The commitment to a row of these values by attribute; None where the server must be asked."""


class _Unsure(Exception):
    """A value whose text the server alone can tell."""


def teller_of(table: Table, form: RowForm, names: Mapping[str, str]) -> Teller:
    """How rows of a table are told, *names* being the attributes of its columns."""
    key = [(names[name], _key_part) for name in form.key]
    groups = {
        group: _members(table, sorted(getattr(form, group)), names)
        for group in ("told", "kept", "person")
    }

    def tell(row: Mapping[str, Any]) -> Commitment | None:
        try:
            place = f"[{','.join([text(row[name]) for name, text in key])}]"
            salt = secrets.token_bytes(_SALT_BYTES)
            persons = secrets.token_bytes(_SALT_BYTES) if groups["person"] else None
            return Commitment(
                form.table,
                place,
                form.name,
                salt,
                _digest(form.table, place, "told", groups["told"], _derived(salt, "told"), row),
                _digest(form.table, place, "kept", groups["kept"], _derived(salt, "kept"), row),
                _digest(form.table, place, "person", groups["person"], persons or b"", row),
                persons,
            )
        except (_Unsure, KeyError):
            return None

    return tell


_Member = tuple[str, str, str | None, object, _Text]
_MISSED = object()


def _members(table: Table, columns: list[str], names: Mapping[str, str]) -> list[_Member]:
    """Of each column: its attribute, what stands before its value, how nothing is told in full
    (None where that is not certain), what it is when nobody set it, how its value is written.
    """
    return [_member(table.columns[name], names[name]) for name in columns]


def _member(column: Column[Any], name: str) -> _Member:
    text, before = _text_of(column), f'"{column.name}":'
    nothing = None if text in (_unsure, _document, _as_sent) else f"{before}null"
    # Who sets nothing puts in nothing, where neither side has a default.
    is_plain = column.nullable and column.default is None and column.server_default is None
    return name, before, nothing, None if is_plain else _MISSED, text


def _digest(
    table: str,
    place: str,
    group: str,
    members: list[_Member],
    salt: bytes,
    row: Mapping[str, Any],
) -> bytes | None:
    if not members:
        return None
    values = ",".join(
        [
            nothing if (value := row.get(name, unset)) is None and nothing else before + text(value)
            for name, before, nothing, unset, text in members
        ]
    )
    told = (
        f'{{"group":"{group}","key":{place},"salt":"{salt.hex()}","table":"{table}",'
        f'"values":{{{values}}}}}'
    )
    return hashlib.sha256(told.encode()).digest()


def _derived(salt: bytes, group: str) -> bytes:
    return hashlib.sha256(salt + group.encode()).digest()


def _key_part(value: Any) -> str:
    kind = type(value)
    if kind is int:
        return str(value)
    if kind is str or kind is UUID:
        return encode_basestring(str(value))
    raise _Unsure


def _text_of(column: Column[Any]) -> _Text:
    """How values of a column are written."""
    kind = column.type
    match kind:
        case JSONB():
            return _json if kind.none_as_null else _document
        case JSON():
            return _as_sent
        case String() if type(kind) in (String, Text):
            return _words(kind.length)
        case Float():
            return _unsure if kind.precision else _or_null(_double)
        case Numeric():
            return _decimal(kind.scale) if kind.asdecimal else _unsure
        case DateTime():
            return _or_null(_instant) if kind.timezone else _unsure
    return _or_null(_PLAIN.get(type(kind), _unsure))


def _unsure(_value: object) -> str:
    raise _Unsure


def _or_null(text: _Text) -> _Text:
    def written(value: Any) -> str:
        return "null" if value is None else text(value)

    return written


def _words(length: int | None) -> _Text:
    """Texts; blanks beyond a column's length would be cut off without a word."""

    def written(value: Any) -> str:
        if value is None:
            return "null"
        if type(value) is not str or (length is not None and len(value) > length):
            raise _Unsure
        return encode_basestring(value)

    return written


def _whole(value: Any) -> str:
    if type(value) is not int:
        raise _Unsure
    return f'"{value}"'


def _truth(value: Any) -> str:
    if type(value) is not bool:
        raise _Unsure
    return '"true"' if value else '"false"'


def _day(value: Any) -> str:
    if type(value) is not date:
        raise _Unsure
    return f'"{value.isoformat()}"'


def _instant(value: Any) -> str:
    if type(value) is not datetime or value.tzinfo is None:
        raise _Unsure
    return f'"{value.astimezone(UTC).isoformat(timespec="microseconds")[:-6]}Z"'


def _number(value: Any) -> str:
    if type(value) is not UUID:
        raise _Unsure
    return f'"{value}"'


def _bytes(value: Any) -> str:
    if type(value) is not bytes:
        raise _Unsure
    return f'"{hashlib.sha256(value).hexdigest()}"'


def _double(value: Any) -> str:
    if type(value) is not float or not _LEAST_PLAIN <= abs(value) < _MOST_PLAIN:
        raise _Unsure
    return f'"{repr(value).removesuffix(".0")}"'


def _decimal(scale: int | None) -> _Text:
    """Exact decimals, without the zeros at their end; what the column would round is not told."""

    def written(value: Any) -> str:
        if value is None:
            return "null"
        if type(value) is not Decimal or not value.is_finite():
            raise _Unsure
        whole, _, part = f"{value:f}".partition(".")
        part = part.rstrip("0")
        if scale is not None and len(part) > scale:
            raise _Unsure
        told = f"{whole}.{part}" if part else whole
        return f'"{"0" if told == "-0" else told}"'

    return written


def _json(value: Any) -> str:
    return "null" if value is None else encode_basestring(_binary_json(value))


def _document(value: Any) -> str:
    """The same where nothing may stand as a JSON null as well as a database's."""
    return _unsure(value) if value is None else encode_basestring(_binary_json(value))


def _as_sent(value: Any) -> str:
    """A document of the kind that PostgreSQL keeps letter by letter, as the driver writes it."""
    return _unsure(value) if value is None else encode_basestring(json.dumps(value))


def _binary_json(value: Any) -> str:
    """A document as PostgreSQL writes its `jsonb`: names by length, a blank after each mark."""
    match value:
        case None | bool():
            return {None: "null", True: "true", False: "false"}[value]
        case _ if type(value) is str:
            return encode_basestring(value)
        case _ if type(value) is int:
            return str(value)
        case _ if type(value) is float and _LEAST_PLAIN <= abs(value) < _MOST_PLAIN:
            return repr(value)
        case _ if type(value) is list:
            return f"[{', '.join(map(_binary_json, value))}]"
        case _ if type(value) is dict and all(type(name) is str for name in value):
            names = sorted(value, key=_by_length)
            told = (f"{encode_basestring(name)}: {_binary_json(value[name])}" for name in names)
            return f"{{{', '.join(told)}}}"
    raise _Unsure


def _by_length(name: str) -> tuple[int, bytes]:
    told = name.encode()
    return len(told), told


_PLAIN: dict[type[Any], _Text] = {
    BigInteger: _whole,
    Integer: _whole,
    SmallInteger: _whole,
    Boolean: _truth,
    Date: _day,
    LargeBinary: _bytes,
    Uuid: _number,
}
