"""Repairs are offered, and do what they say once accepted."""

from typing import Any

from growing_areas.geometry import read
from growing_areas.shapes import repairs

RING = [[105.80, 21.00], [105.81, 21.00], [105.81, 21.01], [105.80, 21.01], [105.80, 21.00]]


def outline(ring: list[list[float]]) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [ring]}


def repaired(source: dict[str, Any]) -> Any:
    return read(repairs.repair(source, repairs.offered(read(source).findings)))


def test_swapped_axes_are_offered_the_swap() -> None:
    source = outline([[lat, lon] for lon, lat in RING])

    assert repairs.offered(read(source).findings) == ("swap_axes",)
    assert repaired(source).findings == ()


def test_an_open_ring_is_offered_closing() -> None:
    assert repaired(outline(RING[:-1])).findings == ()


def test_doubled_corners_are_offered_dropping() -> None:
    assert repaired(outline([RING[0], *RING])).findings == ()


def test_overlapping_parts_are_offered_merging() -> None:
    shifted = [[lon + 0.005, lat] for lon, lat in RING]
    source = {"type": "MultiPolygon", "coordinates": [[RING], [shifted]]}

    merged = repaired(source)

    assert merged.findings == ()
    assert merged.outline.geom_type == "Polygon"


def test_a_crossing_has_no_sure_remedy_so_none_is_offered() -> None:
    bow_tie = outline([RING[0], RING[2], RING[1], RING[3], RING[0]])

    assert repairs.offered(read(bow_tie).findings) == ()


def test_an_unaccepted_repair_changes_nothing() -> None:
    assert repairs.repair(outline(RING[:-1]), []) == outline(RING[:-1])
