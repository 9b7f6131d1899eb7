"""Geometry of a growing area: read an outline, name every fault at once. PURE.

What is wrong is told with a stable code, a severity and a coordinate, and left as it is.
Only the direction of rings is normalised without asking (RFC 7946 §3.1.6); every other
repair is offered (see `shapes.repairs`) and accepted by a person.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from shapely import MultiPolygon, Polygon

from foundation.errors import Finding
from growing_areas.shapes import parts as part_faults
from growing_areas.shapes import place, rings
from growing_areas.shapes.crossings import named_place
from growing_areas.shapes.measure import Measures, Outline, measure, wound
from growing_areas.shapes.positions import Part, Ring, parse

LEAST_M2 = 1.0
"""Below one square metre an outline is a slip of the hand, not a field."""
LARGEST_EXPECTED_M2 = 10_000_000.0
"""1,000 ha: larger areas exist, but more often a coordinate was mistyped."""


@dataclass(frozen=True)
class Reading:
    """An outline as read: the rings for drawing, and, when sound, shape and measures."""

    findings: tuple[Finding, ...]
    rings: tuple[Ring, ...] = ()
    outline: Outline | None = None
    measures: Measures | None = None

    @property
    def errors(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.severity == "error")

    @property
    def is_sound(self) -> bool:
        return self.outline is not None


def read(source: object) -> Reading:
    """Read the GeoJSON of one area (geometry, feature, or a collection of one feature).

    Never raises for anything JSON can hold; every fault found is in `findings`.
    """
    parsed = parse(source)
    if not parsed.parts:
        return Reading(tuple(parsed.findings) or (Finding("area.empty", {}),))
    drawn = tuple(rings.closed_ring(ring) for part in parsed.parts for ring in part.rings)
    found = parsed.findings + place.findings(parsed.parts)
    if any(finding.code in ("area.out_of_range", "area.looks_projected") for finding in found):
        return Reading(tuple(found), drawn)
    found += _ring_and_part_findings(parsed.parts)
    if any(finding.severity == "error" for finding in found):
        return Reading(tuple(found), drawn)
    return _sound(parsed.parts, found, drawn)


def _ring_and_part_findings(parts: Sequence[Part]) -> list[Finding]:
    found: list[Finding] = []
    sound: list[bool] = []
    for number, part in enumerate(parts, start=1):
        own = [finding for ring in part.rings for finding in rings.findings(ring, part=number)]
        # An open ring can still be judged against the others; a crossed one cannot.
        sound.append(not any(f.severity == "error" and f.code != "area.not_closed" for f in own))
        found += own
    return found + part_faults.findings(parts, sound)


def _sound(parts: Sequence[Part], found: list[Finding], drawn: tuple[Ring, ...]) -> Reading:
    outline = _assemble(parts)
    if not outline.is_valid:
        # The validator has the last word: what is stored must be safe to compute with.
        return Reading((*found, _fault("area.self_touches", named_place(outline))), drawn)
    outline = wound(outline)
    measures = measure(outline)
    if measures.area_m2 < LEAST_M2:
        return Reading((*found, _fault("area.degenerate", measures.centroid)), drawn)
    if measures.area_m2 > LARGEST_EXPECTED_M2:
        size = Finding("area.very_large", {"area_ha": str(measures.area_ha)}, severity="warning")
        found = [*found, size]
    return Reading(tuple(found), drawn, outline, measures)


def _assemble(parts: Sequence[Part]) -> Outline:
    polygons = [Polygon(part.shell, part.holes) for part in parts]
    return polygons[0] if len(polygons) == 1 else MultiPolygon(polygons)


def _fault(code: str, place: Sequence[float] | Ring) -> Finding:
    lon, lat = round(float(place[0]), 7), round(float(place[1]), 7)
    return Finding(code, {"lon": lon, "lat": lat, "part": 1}, coordinate=(lon, lat))
