"""Opening hours of a place, day by day, as people write them and as programs read them. PURE.

Written "07:30-11:30, 13:30-17:00"; a day without hours is a day it is closed. Times are
Vietnam's. Programs get them as schema.org ``openingHours`` ("Mo-Fr 07:30-17:00").
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import TypeAlias

from foundation.clock import VIETNAM
from foundation.errors import Finding, Invalid

DAYS = ("mo", "tu", "we", "th", "fr", "sa", "su")
MOST_SPANS = 3
Span: TypeAlias = tuple[str, str]
"""From and to, "HH:MM"; the later one is larger, "24:00" is the end of the day."""
Week: TypeAlias = dict[str, list[Span]]

_SPAN = re.compile(r"(\d{1,2})[:hHg.](\d{2})?\s*[-–—]\s*(\d{1,2})[:hHg.](\d{2})?")


def read_week(written: Mapping[str, str], every_day: str = "") -> Week:
    """A week from what was typed for each day; days left empty take ``every_day``.

    A day that says "nghỉ", "closed" or "0" is closed. Raises: Invalid naming every bad field
    (``hours_mo`` … ``hours_su``, ``hours_all``).
    """
    week: Week = {}
    findings: list[Finding] = []
    usual = _read_day(every_day, "hours_all", findings)
    for day in DAYS:
        typed = written.get(day, "").strip()
        week[day] = _read_day(typed, f"hours_{day}", findings) if typed else list(usual)
    if findings:
        raise Invalid(findings)
    return week


def write_day(spans: Sequence[Sequence[str]]) -> str:
    """The hours of a day as they are typed: "07:30-11:30, 13:30-17:00"; "" when closed."""
    return ", ".join(f"{start}-{end}" for start, end in spans)


def runs(week: Mapping[str, Sequence[Sequence[str]]]) -> list[tuple[str, str, str]]:
    """Days in a row with the same hours: (first day, last day, hours; "" when closed)."""
    found: list[tuple[str, str, str]] = []
    for day in DAYS:
        told = write_day(week.get(day, ()))
        if found and found[-1][2] == told:
            found[-1] = (found[-1][0], day, told)
        else:
            found.append((day, day, told))
    return found


def schema_org(week: Mapping[str, Sequence[Sequence[str]]]) -> list[str]:
    """The week as schema.org ``openingHours``: one text for each run of days and span."""
    told = []
    for first, last, hours in runs(week):
        days = first.title() if first == last else f"{first.title()}-{last.title()}"
        told += [f"{days} {span}" for span in hours.split(", ") if span]
    return told


def is_open(week: Mapping[str, Sequence[Sequence[str]]], now: datetime) -> bool | None:
    """Whether the place is open at an instant; None when no hours are known at all."""
    if not any(week.get(day) for day in DAYS):
        return None
    local = now.astimezone(VIETNAM)
    clock = f"{local:%H:%M}"
    return any(start <= clock < end for start, end in week.get(DAYS[local.weekday()], ()))


def _read_day(typed: str, field: str, findings: list[Finding]) -> list[Span]:
    text = typed.strip().casefold()
    if text in ("", "0", "-", "nghỉ", "nghi", "đóng cửa", "closed"):
        return []
    spans = [_read_span(part) for part in re.split(r"[,;]", text)]
    good = sorted(span for span in spans if span is not None)
    overlapping = any(one[1] > other[0] for one, other in pairwise(good))
    if len(good) != len(spans) or overlapping or len(good) > MOST_SPANS:
        findings.append(Finding("place.bad_hours", {"text": typed[:60]}, field))
        return []
    return good


def _read_span(text: str) -> Span | None:
    match = _SPAN.fullmatch(text.strip())
    if match is None:
        return None
    hour, minute, to_hour, to_minute = (int(part or 0) for part in match.groups())
    start, end = f"{hour:02d}:{minute:02d}", f"{to_hour:02d}:{to_minute:02d}"
    sound = minute < 60 and to_minute < 60 and start < end <= "24:00"
    return (start, end) if sound else None
