"""Corners: places typed or pasted a line each, in degrees, minutes and seconds or as numbers. PURE.

Read are 105.28 21.12 (comma or point for decimals), 21°07'12.3"N 105°16'48"E, 21 07 12 B 105 16
48 Đ, B 21°7,2' Đ 105°16,8' (Vietnamese Bắc, Nam, Đông, Tây; N alone is north: no field of Vietnam
lies south of the equator), and tables of a land certificate: corner number, X, Y, length of edge.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from foundation.errors import Finding, Invalid

MOST_FINDINGS = 20
_NUMBER = re.compile(r"[-+]?\d+(?:[.,]\d+)?")
_SIGNS = (
    (r"[º˚]|độ|(?<=\d)\s*d(?=\s*\d|\s*$)", "°"),
    (r"''|[″”“〃]|giây", '"'),
    (r"[′’‘´`]|phút", "'"),
    (r"\b(?:vĩ|kinh)\s*°\s*", " "),  # "vĩ độ", "kinh độ", whose độ has just become a sign
    (r"\b(?:bắc|north)\b", "B"),
    (r"\b(?:nam|south)\b", "S"),
    (r"\b(?:đông|east)\b", "Đ"),
    (r"\b(?:tây|west)\b", "T"),
)
_SIDES = {"B": "lat", "N": "lat", "S": "lat", "Đ": "lon", "E": "lon", "T": "lon", "W": "lon"}
_BEHIND = "STW"
_VALUE = r"\d{1,3}(?:[.,]\d+)?"
_PARTS = (
    rf"(?P<deg>{_VALUE})\s*°?\s*"
    rf"(?:(?P<min>(?<=[°\s])\d{{1,3}}(?:[.,]\d+)?)\s*'?\s*)?"
    rf"(?:(?P<sec>(?<=['\s])\d{{1,3}}(?:[.,]\d+)?)\s*\"?\s*)?"
)
# A line names its sides before the angles or behind them: "Đ" between two angles is of either.
_SIDE_FIRST = re.compile(rf"(?P<side>[BNSĐETW])?\s*{_PARTS}")
_SIDE_LAST = re.compile(rf"{_PARTS}(?P<side>[BNSĐETW](?!\w))?")
_BETWEEN = re.compile(r"[\s,;:/|()-]*")


@dataclass(frozen=True)
class _Angle:
    """One angle of a line: its degrees, the side it names, and whether its parts fit."""

    degrees: float
    axis: str | None
    is_possible: bool


def read(text: str, *, in_metres: bool = False) -> list[list[float]]:
    """The corners of a text, in the order and the axis order they stand there.

    Angles come as (lon, lat), whichever stands first; plain numbers as they stand, for whoever
    judges them. Raises: Invalid naming every line at fault; with ``in_metres`` also lines in
    degrees, minutes and seconds, which no map grid is told in.
    """
    lines = [(n, _tidy(line)) for n, line in enumerate(text.splitlines(), start=1) if line.strip()]
    table = _table(lines)
    corners: list[list[float]] = []
    found: list[Finding] = []
    for place, (number, line) in enumerate(lines):
        if table:
            corners.append(table[place])
        elif _is_angular(line):
            read_angles = _angles(line)
            fault = _fault(read_angles, number, in_metres=in_metres)
            if fault is not None:
                found.append(fault)
            else:
                corners.append(_ordered(read_angles))
        else:
            numbers = _numbers(line)
            if len(numbers) != 2:
                found.append(_unreadable(number))
            else:
                corners.append(numbers)
    if found:
        raise Invalid(found[:MOST_FINDINGS])
    return corners


def _tidy(line: str) -> str:
    """A line with one sign for each thing, however it was typed."""
    tidy = unicodedata.normalize("NFC", line).casefold()
    for pattern, sign in _SIGNS:
        tidy = re.sub(pattern, sign, tidy)
    return tidy.upper()


def _is_angular(line: str) -> bool:
    """Whether a line tells degrees with a sign or a side, or bare parts of them."""
    if "°" in line or re.search(r"(?:^|[\s\d\"'])[BNSĐETW](?:$|[\s\d,;])", line):
        return True
    numbers = _NUMBER.findall(line)
    if len(numbers) not in (4, 6) or any(sign in value for value in numbers for sign in "+-"):
        return False
    half = len(numbers) // 2
    values = [float(value.replace(",", ".")) for value in numbers]
    minutes = [*values[1:half], *values[half + 1 :]]
    return all(value < 60 for value in minutes) and max(values[0], values[half]) <= 180


def _angles(line: str) -> list[_Angle] | None:
    """The angles of a line, or None when something else stands on it."""
    if "°" not in line and not re.search(r"[BNSĐETW]", line):
        parts = _NUMBER.findall(line)
        half = len(parts) // 2
        halves = [parts[:half], parts[half:]]
        return [_angle(*[*each, "0", "0"][:3], side=None) for each in halves]
    angles, at = [], 0
    angle = _SIDE_FIRST if line.lstrip(" (")[:1] in _SIDES else _SIDE_LAST
    while at < len(line):
        at = _BETWEEN.match(line, at).end()  # type: ignore[union-attr]
        if at == len(line):
            break
        match = angle.match(line, at)
        if match is None:
            return None
        minutes, seconds = match["min"] or "0", match["sec"] or "0"
        angles.append(_angle(match["deg"], minutes, seconds, side=match["side"]))
        at = match.end()
    return angles


def _angle(deg: str, minutes: str, seconds: str, *, side: str | None) -> _Angle:
    whole, sixtieths, rest = (float(value.replace(",", ".")) for value in (deg, minutes, seconds))
    degrees = whole + sixtieths / 60 + rest / 3600
    possible = sixtieths < 60 and rest < 60
    # Only the last part of an angle has decimals: 21.5° 30' is two readings of one place.
    possible = possible and (whole.is_integer() or not (sixtieths or rest))
    possible = possible and (sixtieths.is_integer() or not rest)
    sign = -1 if side and side in _BEHIND else 1
    return _Angle(sign * degrees, _SIDES[side] if side else None, possible)


def _fault(angles: Sequence[_Angle] | None, line: int, *, in_metres: bool) -> Finding | None:
    if angles is None or len(angles) != 2:
        return _unreadable(line)
    if in_metres:
        return Finding("area.degrees_in_metres", {"line": line}, "geometry")
    if not all(angle.is_possible for angle in angles):
        return Finding("area.bad_angle", {"line": line}, "geometry")
    first, second = angles
    if first.axis is not None and first.axis == second.axis:
        return Finding("area.one_axis_twice", {"line": line}, "geometry")
    lon, lat = _ordered(angles)
    if abs(lon) > 180 or abs(lat) > 90:
        return Finding("area.bad_angle", {"line": line}, "geometry")
    return None


def _ordered(angles: Sequence[_Angle] | None) -> list[float]:
    """Two angles as lon and lat; without sides the latitude stands first, where it can be one."""
    first, second = angles or ()
    if first.axis is None and second.axis is None:
        is_lon_first = first.degrees > 90
    else:
        is_lon_first = first.axis == "lon" or second.axis == "lat"
    lon, lat = (first, second) if is_lon_first else (second, first)
    return [lon.degrees, lat.degrees]


def _numbers(line: str) -> list[float]:
    """The plain numbers of a line."""
    # "21.1,105.2": where decimals have points, commas part numbers.
    spaced = line.replace(",", " ") if "." in line else line
    return [float(value.replace(",", ".")) for value in _NUMBER.findall(spaced)]


def _table(lines: Sequence[tuple[int, str]]) -> list[list[float]]:
    """The corners of a certificate's table (number, X, Y, perhaps a length), or nothing.

    The first column counts 1, 2, 3 …, the last corner may be the first again.
    """
    rows = [_numbers(line) for _number, line in lines]
    if len(rows) < 3 or any("°" in line for _number, line in lines):
        return []
    counted = [float(place) for place in range(1, len(rows) + 1)]
    first = [row[0] if row else 0.0 for row in rows]
    # The last row may be the first corner again, to close the ring.
    if first not in (counted, [*counted[:-1], 1.0]):
        return []
    if not all(len(row) in (3, 4) for row in rows) or any(abs(row[1]) < 1_000 for row in rows):
        return []
    return [row[1:3] for row in rows]


def _unreadable(line: int) -> Finding:
    return Finding("area.not_readable_text", {"line": line}, "geometry")
