"""Repairs offered for faults that have one sure remedy; a person accepts them. PURE."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from shapely import Polygon
from shapely.geometry import mapping

from foundation.errors import Finding
from growing_areas.shapes import drawing
from growing_areas.shapes.authalic import areas_m2
from growing_areas.shapes.drawing import Sketch
from growing_areas.shapes.positions import Part, Ring, parse
from growing_areas.shapes.rings import closed_ring, without_spikes

Parts = list[Part]


@dataclass(frozen=True)
class Offer:
    """A repair as it is shown before anybody accepts it: the outline before and after.

    Areas are m² within the outer rings as drawn; None where they enclose nothing to speak of.
    """

    name: str
    sketch: Sketch
    before_m2: float | None
    after_m2: float | None

    @property
    def difference_m2(self) -> float | None:
        """How much larger (or smaller) the outline becomes."""
        if self.before_m2 is None or self.after_m2 is None:
            return None
        return self.after_m2 - self.before_m2


def _map_rings(parts: Parts, change: Callable[[Any], Any]) -> Parts:
    return [Part(change(part.shell), tuple(change(hole) for hole in part.holes)) for part in parts]


def _swap_axes(parts: Parts) -> Parts:
    return _map_rings(parts, lambda ring: ring[:, ::-1])


def _close(parts: Parts) -> Parts:
    return _map_rings(parts, closed_ring)


def _drop_doubles(parts: Parts) -> Parts:
    def single(ring: Any) -> Any:
        keep = (ring[1:] != ring[:-1]).any(axis=1)
        return ring[[True, *keep]]

    return _map_rings(parts, single)


def _drop_spikes(parts: Parts) -> Parts:
    return _map_rings(parts, lambda ring: without_spikes(closed_ring(ring)))


def _merge_parts(parts: Parts) -> Parts:
    polygons = [Polygon(closed_ring(part.shell), part.holes) for part in parts]
    if not all(polygon.is_valid for polygon in polygons):
        return parts
    return parse(mapping(shapely.union_all(polygons))).parts


REPAIRS: dict[str, Callable[[Parts], Parts]] = {
    "swap_axes": _swap_axes,
    "close": _close,
    "drop_doubles": _drop_doubles,
    "drop_spikes": _drop_spikes,
    "merge_parts": _merge_parts,
}
_OFFERED_FOR = {
    "area.axes_swapped": "swap_axes",
    "area.not_closed": "close",
    "area.duplicate_points": "drop_doubles",
    "area.spike": "drop_spikes",
    "area.parts_overlap": "merge_parts",
    "area.parts_share_edge": "merge_parts",
}


def offered(findings: Iterable[Finding]) -> tuple[str, ...]:
    """The repairs that would remove some of these findings, in the order to apply them."""
    wanted = {_OFFERED_FOR.get(finding.code) for finding in findings}
    return tuple(name for name in REPAIRS if name in wanted)


def offers(source: object, findings: Iterable[Finding]) -> tuple[Offer, ...]:
    """Each offered repair with what it would make of this outline."""
    before = parse(source).parts
    found = []
    for name in offered(findings):
        after = REPAIRS[name](before)
        # Far-off places (axes the wrong way round) would leave nothing to see beside them.
        beside = [] if name == "swap_axes" else _shells(before)
        sketch = drawing.sketch(_rings(after), (), beside)
        if sketch is not None:
            found.append(Offer(name, sketch, _enclosed(before), _enclosed(after)))
    return tuple(found)


def _shells(parts: Parts) -> list[tuple[str, Polygon]]:
    return [("", Polygon(closed_ring(part.shell))) for part in parts if len(part.shell) > 2]


def _rings(parts: Parts) -> list[Ring]:
    return [closed_ring(ring) for part in parts for ring in part.rings]


def _enclosed(parts: Parts) -> float | None:
    """What the rings enclose, parts lying over each other counted once each."""
    total = 0.0
    for part in parts:
        outer, *holes = (_ring_m2(ring) for ring in part.rings)
        total += outer - sum(holes)
    return total if total >= 1 and math.isfinite(total) else None


def _ring_m2(ring: Ring) -> float:
    # Axes the wrong way round would lie beyond the pole, where no area means anything.
    if len(ring) < 3 or np.abs(ring[:, 1]).max() > 90:
        return 0.0
    return float(areas_m2([Polygon(closed_ring(ring))])[0])


def repair(source: object, names: Iterable[str]) -> Mapping[str, Any]:
    """Apply accepted repairs to a GeoJSON source; what cannot be parsed comes back untouched."""
    parts = parse(source).parts
    if not parts:
        return source if isinstance(source, Mapping) else {}
    chosen = set(names)
    for name, change in REPAIRS.items():
        if name in chosen:
            parts = change(parts)
    rings = [[ring.tolist() for ring in part.rings] for part in parts]
    if len(rings) == 1:
        return {"type": "Polygon", "coordinates": rings[0]}
    return {"type": "MultiPolygon", "coordinates": rings}
