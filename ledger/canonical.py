"""One way of writing an entry as bytes, so that the same fact always has the same hash. PURE.

JSON with sorted keys, no spaces, no floats. Exact decimals and dates are written as text before
they get here or are turned into text here; a float has no one way of being written and is refused.
"""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any


def text(value: Any) -> str:
    """Write a value as canonical JSON. Raises: TypeError for a float or anything unknown."""
    return json.dumps(
        _settled(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )


def instant(moment: datetime) -> str:
    """Write an instant in UTC with all six decimals."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def leaf_input(*, kind: str, subject: str, body: str, nonce: bytes, recorded_at: datetime) -> bytes:
    """Return the bytes that an entry's leaf hash commits to; *body* is canonical JSON already."""
    entry = {
        "body": body,
        "kind": kind,
        "nonce": nonce.hex(),
        "recorded_at": instant(recorded_at),
        "subject": subject,
    }
    return text(entry).encode()


def _settled(value: Any) -> Any:
    match value:
        case None | bool() | int() | str():
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
