"""How suspicious what was seen of a code is, each point with the reason it stands for. PURE.

It never says that something is fake: it says what was seen, and a person looks.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from traceability.copies.limits import Limits
from traceability.copies.sightings import Sightings

CODES = ("leap", "provinces", "days", "weeks", "scans", "void", "unpasted", "lot")
_NAMED = 6


@dataclass(frozen=True)
class Reason:
    """Something seen: its code, how much it weighs, and what is said of it."""

    code: str
    points: int
    params: dict[str, Any] = field(default_factory=dict)


def weigh(seen: Sightings, state: str, limits: Limits) -> tuple[Reason, ...]:
    """Everything that weighs, the gravest first.

    `state`: of the label: "void", "unpasted" (its house tells when it pastes labels, and told
    nothing of this one), or "".
    """
    found = (
        _leap(seen, limits),
        _provinces(seen, limits),
        _days(seen, limits),
        _weeks(seen, limits),
        _scans(seen, limits),
        _stopped(seen, state, limits),
    )
    return tuple(sorted((each for each in found if each), key=lambda each: -each.points))


def weigh_lot(scans: int, printed: int, limits: Limits) -> tuple[Reason, ...]:
    """Labels of a lot scanned far oftener than there are labels; of none printed here nothing."""
    if not printed or scans < limits["lot_scans"] or scans <= printed * limits["lot_ratio"]:
        return ()
    return (Reason("lot", limits["lot_points"], {"scans": scans, "printed": printed}),)


def score(reasons: Sequence[Reason]) -> int:
    """All points together."""
    return sum(reason.points for reason in reasons)


def _leap(seen: Sightings, limits: Limits) -> Reason | None:
    if seen.leap is None:
        return None
    told = {
        "left": seen.leap.left,
        "left_at": seen.leap.left_at.isoformat(),
        "reached": seen.leap.reached,
        "reached_at": seen.leap.reached_at.isoformat(),
        "leaps": seen.leaps,
    }
    return Reason("leap", limits["leap_points"] * min(seen.leaps, 2), told)


def _provinces(seen: Sightings, limits: Limits) -> Reason | None:
    beyond = seen.provinces - 1
    points = min(round(limits["province_points"] * beyond), limits["province_most"])
    if points <= 0:
        return None
    often = sorted(seen.places.items(), key=lambda each: (-each[1].scans, each[0]))
    named = [code for code, _ in often[:_NAMED]]
    return Reason("provinces", points, {"count": len(seen.places), "places": named})


def _days(seen: Sightings, limits: Limits) -> Reason | None:
    beyond = seen.days - limits["days_free"]
    if beyond <= 0:
        return None
    points = min(limits["day_points"] * beyond, limits["day_most"])
    return Reason("days", points, {"days": seen.days, "scans": seen.scans})


def _weeks(seen: Sightings, limits: Limits) -> Reason | None:
    beyond = seen.span_days - limits["weeks_free_days"]
    # One look, and another much later, is somebody who found a jar at the back of the shelf.
    if beyond <= 0 or seen.days <= limits["days_free"]:
        return None
    points = min(math.floor(limits["weeks_points"] * beyond), limits["weeks_most"])
    return Reason("weeks", points, {"days": math.floor(seen.span_days)}) if points else None


def _scans(seen: Sightings, limits: Limits) -> Reason | None:
    if seen.scans < limits["scans_many"]:
        return None
    return Reason("scans", limits["scans_points"], {"scans": seen.scans})


def _stopped(seen: Sightings, state: str, limits: Limits) -> Reason | None:
    if state not in ("void", "unpasted") or seen.days < limits["stopped_days"]:
        return None
    return Reason(state, limits[f"{state}_points"], {"scans": seen.scans, "days": seen.days})
