"""A device's message read: `{"at": "2026-11-22T03:00:00Z", "value": 4.2, "sequence": 17}`. PURE.

Devices that count their readings from 1 on are sent receipts; 0 stands for those that do not.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

TOPIC = "nguon/sensors/"
LONGEST = 1_024
"""Bytes of the longest message that is read."""
OLDEST = timedelta(days=31)
"""A device may keep what it could not send for so long."""
AHEAD = timedelta(minutes=10)
"""A device's clock may be ahead by so much."""

_MOST = Decimal(10**5)


@dataclass(frozen=True)
class Told:
    """A reading as a device told it."""

    code: str
    measured_at: datetime
    sequence: int
    value: Decimal


@dataclass(frozen=True)
class Unreadable:
    """A message that tells no reading, and in one word why; its number, when that can be read."""

    code: str
    reason: str
    sequence: int = 0


def read(topic: str, payload: bytes, *, now: datetime) -> Told | Unreadable:
    """The reading a message tells; never raises, whatever was sent."""
    code = topic.removeprefix(TOPIC)
    if len(payload) > LONGEST:
        return Unreadable(code, "too_long")
    try:
        told = json.loads(payload, parse_float=_exact, parse_int=_whole)
    except (ValueError, RecursionError):
        return Unreadable(code, "not_json")
    if not isinstance(told, dict):
        return Unreadable(code, "not_an_object")
    sequence = _sequence(told)
    if sequence is None:
        return Unreadable(code, "bad_sequence")
    found = _reading(code, told, sequence)
    return in_time(found, now=now) if isinstance(found, Told) else found


def in_time(told: Told, *, now: datetime) -> Told | Unreadable:
    """A reading whose time can be meant: neither too old nor in the future."""
    if now - OLDEST <= told.measured_at <= now + AHEAD:
        return told
    return Unreadable(told.code, "time_out_of_range", told.sequence)


def _reading(code: str, told: dict[str, Any], sequence: int) -> Told | Unreadable:
    moment, value = _moment(told.get("at")), _number(told.get("value"))
    if moment is None:
        return Unreadable(code, "no_time", sequence)
    if value is None or not abs(value) < _MOST:
        return Unreadable(code, "no_value", sequence)
    return Told(code, moment, sequence, value.quantize(Decimal("0.001")))


def _sequence(told: dict[str, Any]) -> int | None:
    """The device's number of the reading; 0 when it does not count, None when it makes no sense."""
    number = told.get("sequence", 0)
    if not isinstance(number, int) or isinstance(number, bool):
        return None
    return number if 0 <= number < 2**63 else None


def _number(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        return None
    number = Decimal(value)
    return number if number.is_finite() else None


def _exact(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise ValueError("an exponent too long to be meant") from error


def _whole(text: str) -> int:
    if len(text) > 20:
        raise ValueError("a number too long to be meant")
    return int(text)


def _moment(text: Any) -> datetime | None:
    """An instant with its offset (RFC 3339); None for anything else."""
    if not isinstance(text, str) or len(text) > 40:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None
