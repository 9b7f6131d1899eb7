"""Parts: holes outside their outline, and polygons of one area lying over each other. PURE."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

import shapely
from shapely import Polygon

from foundation.errors import Finding
from growing_areas.shapes.positions import Part
from growing_areas.shapes.rings import closed_ring

MOST_NAMED = 20
PAIR_BUDGET = 2_000
"""Pairs of parts compared at most, so that a hostile file costs no more than a second."""


def findings(parts: Sequence[Part], sound: Sequence[bool]) -> list[Finding]:
    """Faults between rings; a part whose own rings are faulty (not sound) is left out."""
    found: list[Finding] = []
    shells: dict[int, Polygon] = {}
    for number, part in enumerate(parts, start=1):
        if not sound[number - 1]:
            continue
        shells[number] = Polygon(closed_ring(part.shell))
        found += _hole_findings(part, shells[number], number)
    return found + _overlap_findings(shells)


def _hole_findings(part: Part, shell: Polygon, number: int) -> list[Finding]:
    holes = [Polygon(closed_ring(hole)) for hole in part.holes]
    shapely.prepare(shell)
    found = [
        _inside("area.hole_outside", hole, part=number) for hole in holes if not shell.covers(hole)
    ]
    for first, second in _touching_pairs(holes):
        if holes[first].intersection(holes[second]).area > 0:
            found.append(_inside("area.holes_overlap", holes[first], part=number))
    return found[:MOST_NAMED]


def _overlap_findings(shells: dict[int, Polygon]) -> list[Finding]:
    numbers, polygons = list(shells), list(shells.values())
    found: list[Finding] = []
    for first, second in _touching_pairs(polygons):
        shared = polygons[first].intersection(polygons[second])
        names = {"part": numbers[first], "other": numbers[second]}
        if shared.area > 0:
            found.append(_inside("area.parts_overlap", shared, **names))
        elif shared.length > 0:
            found.append(_inside("area.parts_share_edge", shared, **names))
        if len(found) >= MOST_NAMED:
            break
    return found


def _touching_pairs(polygons: list[Polygon]) -> list[tuple[int, int]]:
    if len(polygons) < 2:
        return []
    pairs = (
        (int(left), int(right))
        for left, polygon in enumerate(polygons)
        for right in shapely.STRtree(polygons[left + 1 :]).query(polygon, "intersects") + left + 1
    )
    return list(islice(pairs, PAIR_BUDGET))


def _inside(code: str, shape: shapely.Geometry, **params: object) -> Finding:
    point = shape.representative_point()
    lon, lat = round(point.x, 7), round(point.y, 7)
    return Finding(code, {"lon": lon, "lat": lat, **params}, coordinate=(lon, lat))
