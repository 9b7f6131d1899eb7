"""Fields as farmers have them: uneven outlines of eight corners or more, side by side. PURE.

Drawn from a seed, so that the story is the same on every machine.
"""

from __future__ import annotations

import math
import random
from typing import Any

METRES_PER_DEGREE = 111_320.0
DECIMALS = 6


def outline(
    centre: tuple[float, float], hectares: float, seed: str, *, corners: int = 11
) -> list[tuple[float, float]]:
    """An uneven ring (lon, lat) around ``centre`` holding about ``hectares``, closed, 6 decimals.

    Radii differ by up to a third from corner to corner and the shape is drawn out along one
    direction, as fields along a canal are; it never crosses itself, for it is seen whole from its
    centre.
    """
    chance = random.Random(seed)  # noqa: S311 — a drawing, not a secret
    turn = chance.uniform(0, math.pi)
    stretch = chance.uniform(1.2, 1.9)
    local = []
    for index in range(corners):
        angle = 2 * math.pi * (index + chance.uniform(-0.3, 0.3)) / corners
        radius = chance.uniform(0.72, 1.08)
        along, across = radius * math.cos(angle) * stretch, radius * math.sin(angle) / stretch
        local.append(
            (
                along * math.cos(turn) - across * math.sin(turn),
                along * math.sin(turn) + across * math.cos(turn),
            )
        )
    scale = math.sqrt(hectares * 10_000 / _shoelace(local))
    lon, lat = centre
    east = METRES_PER_DEGREE * math.cos(math.radians(lat))
    ring = [
        (
            round(lon + x * scale / east, DECIMALS),
            round(lat + y * scale / METRES_PER_DEGREE, DECIMALS),
        )
        for x, y in local
    ]
    return [*ring, ring[0]]


def polygon(centre: tuple[float, float], hectares: float, seed: str) -> dict[str, Any]:
    """The outline as a GeoJSON Polygon."""
    ring = [list(corner) for corner in outline(centre, hectares, seed)]
    return {"type": "Polygon", "coordinates": [ring]}


def beside(centre: tuple[float, float], place: int, hectares: float) -> tuple[float, float]:
    """Where the ``place``-th field of a cooperative lies: on a ring, too far apart to overlap."""
    if place == 0:
        return centre
    distance_m = 420 + 55 * math.sqrt(hectares)
    angle = 2.399963 * place
    lon, lat = centre
    return (
        lon + distance_m * math.cos(angle) / (METRES_PER_DEGREE * math.cos(math.radians(lat))),
        lat + distance_m * math.sin(angle) / METRES_PER_DEGREE,
    )


def _shoelace(ring: list[tuple[float, float]]) -> float:
    pairs = zip(ring, ring[1:] + ring[:1], strict=True)
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairs)) / 2
