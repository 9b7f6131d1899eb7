"""What is remembered of one code: counts by province and day, and when it went too fast. PURE.

At most one line a province, whatever comes in: no scan is kept, no person, no device.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from foundation import clock
from territory import distances
from traceability.copies.limits import Limits

MOST_PLACES = 40


@dataclass(frozen=True)
class Placed:
    """Scans of a code from one province."""

    scans: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True)
class Leap:
    """Seen here and then there, sooner than one thing gets from the one to the other."""

    left: str
    left_at: datetime
    reached: str
    reached_at: datetime

    @property
    def took(self) -> timedelta:
        return self.reached_at - self.left_at


@dataclass(frozen=True)
class Sightings:
    """All that is remembered of a code; `leap` is the shortest of its leaps."""

    scans: int = 0
    days: int = 0
    first_at: datetime | None = None
    last_at: datetime | None = None
    places: dict[str, Placed] = field(default_factory=dict)
    leaps: int = 0
    leap: Leap | None = None

    @property
    def placed(self) -> int:
        """Scans whose province is known."""
        return sum(each.scans for each in self.places.values())

    @property
    def provinces(self) -> float:
        """In how many provinces it was seen, each counting by its share.

        Equal shares count whole; of a province seen once beside one seen fifty times next to
        nothing counts: networks are sometimes taken for those of another province.
        """
        placed = self.placed
        if not placed:
            return 0.0
        return placed * placed / sum(each.scans**2 for each in self.places.values())

    @property
    def span_days(self) -> float:
        """From the first scan to the last."""
        if self.first_at is None or self.last_at is None:
            return 0.0
        return (self.last_at - self.first_at) / timedelta(days=1)


def add(known: Sightings, at: datetime, place: str | None, limits: Limits) -> Sightings:
    """One more scan; late ones may come after younger ones."""
    day = clock.business_day(at)
    grown = replace(
        known,
        scans=known.scans + 1,
        days=known.days + _is_new_day(known, day),
        first_at=min(known.first_at or at, at),
        last_at=max(known.last_at or at, at),
    )
    return locate(grown, at, place, limits) if place else grown


def locate(known: Sightings, at: datetime, place: str, limits: Limits) -> Sightings:
    """Where one of the scans that were counted was made."""
    grown = known
    if place not in known.places and len(known.places) >= MOST_PLACES:
        return known
    leap = _leap(known, at, place, limits)
    if leap is not None:
        shortest = leap if grown.leap is None or leap.took < grown.leap.took else grown.leap
        grown = replace(grown, leaps=grown.leaps + 1, leap=shortest)
    before = known.places.get(place, Placed(0, at, at))
    after = Placed(before.scans + 1, min(before.first_at, at), max(before.last_at, at))
    return replace(grown, places={**known.places, place: after})


def _is_new_day(known: Sightings, day: date) -> bool:
    """Whether nobody had scanned it on a day; of days in between it is not known: no new one."""
    if known.first_at is None or known.last_at is None:
        return True
    return not clock.business_day(known.first_at) <= day <= clock.business_day(known.last_at)


def _leap(known: Sightings, at: datetime, place: str, limits: Limits) -> Leap | None:
    """The shortest way from or to somewhere else that one thing cannot have made in the time."""
    found: list[Leap] = []
    for other, seen in known.places.items():
        km = distances.least_km(other, place)
        if km is None or km < limits["far_km"]:
            continue
        for when in {seen.first_at, seen.last_at}:
            if abs(at - when) < timedelta(hours=km / limits["speed_kmh"]):
                ends = sorted(((when, other), (at, place)))
                found.append(Leap(ends[0][1], ends[0][0], ends[1][1], ends[1][0]))
    return min(found, key=lambda each: each.took, default=None)
