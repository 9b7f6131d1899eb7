"""Instants as EPCIS writes them: date and time with an offset, any number of decimals. PURE."""

import re
from datetime import UTC, datetime, timedelta, timezone

from foundation.errors import Finding, Invalid

_FORM = re.compile(
    r"(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d):(\d\d)(?:\.(\d+))?(?:[Zz]|([+-])(\d\d):(\d\d))", re.ASCII
)


def read(text: str, *, places: int = 6) -> datetime:
    """The instant in UTC, rounded half up to so many decimals of a second (at most six).

    A leap second is the instant after it. Raises: Invalid for what no calendar of ours holds.
    """
    found = _FORM.fullmatch(text.strip())
    if found is None:
        raise Invalid([Finding("epcis.time_form", {"given": text[:40]})])
    day, minute, second, fraction, sign, hours, minutes = found.groups()
    decimals = ((fraction or "") + "0" * 7)[: places + 1]
    micros = (int(decimals) + 5) // 10 * 10 ** (6 - places)
    offset = timedelta(hours=int(hours or 0), minutes=int(minutes or 0))
    try:
        start = datetime.fromisoformat(f"{day}T{minute}:00")
        zone = timezone(-offset if sign == "-" else offset)
        moment = start.replace(tzinfo=zone).astimezone(UTC)
        return moment + timedelta(seconds=int(second), microseconds=micros)
    except (ValueError, OverflowError):
        raise Invalid([Finding("epcis.time_range", {"given": text[:40]})]) from None
