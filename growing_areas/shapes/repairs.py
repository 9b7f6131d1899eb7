"""Repairs offered for faults that have one sure remedy; a person accepts them. PURE."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import shapely
from shapely import Polygon
from shapely.geometry import mapping

from foundation.errors import Finding
from growing_areas.shapes.positions import Part, parse
from growing_areas.shapes.rings import closed_ring

Parts = list[Part]


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


def _merge_parts(parts: Parts) -> Parts:
    polygons = [Polygon(closed_ring(part.shell), part.holes) for part in parts]
    if not all(polygon.is_valid for polygon in polygons):
        return parts
    return parse(mapping(shapely.union_all(polygons))).parts


REPAIRS: dict[str, Callable[[Parts], Parts]] = {
    "swap_axes": _swap_axes,
    "close": _close,
    "drop_doubles": _drop_doubles,
    "merge_parts": _merge_parts,
}
_OFFERED_FOR = {
    "area.axes_swapped": "swap_axes",
    "area.not_closed": "close",
    "area.duplicate_points": "drop_doubles",
    "area.parts_overlap": "merge_parts",
    "area.parts_share_edge": "merge_parts",
}


def offered(findings: Iterable[Finding]) -> tuple[str, ...]:
    """The repairs that would remove some of these findings, in the order to apply them."""
    wanted = {_OFFERED_FOR.get(finding.code) for finding in findings}
    return tuple(name for name in REPAIRS if name in wanted)


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
