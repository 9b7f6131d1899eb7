"""Rings: every fault of one ring, each with its coordinate. PURE.

A ring that crosses itself is never mended (a bow-tie has no true inside): it is shown.
"""

from __future__ import annotations

import numpy as np
import shapely

from foundation.errors import Finding, Severity
from growing_areas.shapes import crossings
from growing_areas.shapes.positions import Ring

MOST_NAMED = 20
"""So many faults of one kind are named for a ring; more do not help whoever mends it."""
SPIKE_DEGREES = 0.5
"""A corner sharper than this goes out and comes back on itself: a slip of the hand or the GPS."""
EXACT_DEGREES = 1e-4
MIN_EXTENT_M = 0.05
"""A ring thinner than this is a line or a point, whatever its corners say."""
METRES_PER_DEGREE = 111_320.0


def findings(ring: Ring, *, part: int) -> list[Finding]:
    """All faults of one ring (part counts the polygons of the area from 1)."""
    found: list[Finding] = []
    closed = bool(len(ring) > 1 and (ring[0] == ring[-1]).all())
    if not closed:
        found.append(_at("area.not_closed", ring[-1], part=part))
    corners, doubled = _without_doubles(ring[:-1] if closed else ring)
    found += [
        _at("area.duplicate_points", point, severity="warning", part=part)
        for point in doubled[:MOST_NAMED]
    ]
    if len(corners) < 3:
        return [*found, _at("area.too_few_points", ring[0], part=part, count=len(corners))]
    if is_flat(corners):
        return [*found, _at("area.degenerate", ring[0], part=part)]
    spikes = _spikes(corners)
    found += [
        _at("area.spike", corners[index], severity="error" if exact else "warning", part=part)
        for index, exact in spikes[:MOST_NAMED]
    ]
    return found + _crossing_findings(corners, part, spiked=bool(spikes))


def closed_ring(ring: Ring) -> Ring:
    """Give the ring closed, for looking at it; what is stored stays as drawn."""
    if len(ring) and (ring[0] != ring[-1]).any():
        return np.concatenate([ring, ring[:1]])
    return ring


def without_spikes(ring: Ring) -> Ring:
    """A closed ring without the corners where it turns back on itself, and what they leave."""
    corners, _ = _without_doubles(ring[:-1])
    while len(corners) > 3 and (sharp := _spikes(corners)):
        keep = np.ones(len(corners), dtype=np.bool_)
        keep[sharp[0][0]] = False
        corners, _ = _without_doubles(corners[keep])
    return closed_ring(corners)


def is_flat(corners: Ring) -> bool:
    """Tell whether all corners lie on one line (or one spot)."""
    local = to_metres(corners)
    centred = local - local.mean(axis=0)
    spread = np.linalg.svd(centred, compute_uv=False)
    return bool(spread[-1] < MIN_EXTENT_M)


def to_metres(corners: Ring) -> Ring:
    """Put corners on a plane in metres about the first one; good enough to judge shapes."""
    shrink = np.cos(np.radians(np.clip(corners[0, 1], -89.0, 89.0)))
    flat: Ring = (corners - corners[0]) * np.array([shrink, 1.0]) * METRES_PER_DEGREE
    return flat


def _without_doubles(ring: Ring) -> tuple[Ring, Ring]:
    """Split off corners that repeat the one before them (round the end as well)."""
    repeats = (ring == np.roll(ring, 1, axis=0)).all(axis=1)
    if repeats.all():
        return ring[:1], ring[1:]
    return ring[~repeats], ring[repeats]


def _spikes(corners: Ring) -> list[tuple[int, bool]]:
    """Corners where the outline turns back on itself; True where it does so exactly."""
    local = to_metres(corners)
    back, ahead = np.roll(local, 1, axis=0) - local, np.roll(local, -1, axis=0) - local
    cross = back[:, 0] * ahead[:, 1] - back[:, 1] * ahead[:, 0]
    dot = (back * ahead).sum(axis=1)
    angle = np.degrees(np.arctan2(np.abs(cross), dot))
    sharp = np.flatnonzero(angle < SPIKE_DEGREES)
    return [(int(index), bool(angle[index] < EXACT_DEGREES)) for index in sharp]


def _crossing_findings(corners: Ring, part: int, *, spiked: bool) -> list[Finding]:
    polygon = shapely.Polygon(closed_ring(corners))
    if polygon.is_valid:
        return []
    found = [
        _at(meeting.code, np.array(meeting.place), part=part)
        for meeting in crossings.find(corners, most=MOST_NAMED)
    ]
    if found or spiked:
        return found
    # Too long a ring to compare all its sides: at least the place the validator names.
    return [_at("area.self_intersects", crossings.named_place(polygon), part=part)]


def _at(code: str, point: Ring, *, severity: Severity = "error", **params: object) -> Finding:
    lon, lat = round(float(point[0]), 7), round(float(point[1]), 7)
    return Finding(
        code, {"lon": lon, "lat": lat, **params}, coordinate=(lon, lat), severity=severity
    )
