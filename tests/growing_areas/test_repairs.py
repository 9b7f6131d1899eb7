"""Repairs are offered, and do what they say once accepted."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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


def test_spikes_are_offered_cutting() -> None:
    spiked = outline([*RING[:3], [105.83, 21.03], RING[2], *RING[3:]])

    assert "drop_spikes" in repairs.offered(read(spiked).findings)
    assert repaired(spiked).findings == ()


def test_an_offer_shows_before_after_and_the_difference() -> None:
    shifted = [[lon + 0.005, lat] for lon, lat in RING]
    source = {"type": "MultiPolygon", "coordinates": [[RING], [shifted]]}

    (offer,) = repairs.offers(source, read(source).findings)

    assert offer.name == "merge_parts"
    assert len(offer.sketch.neighbours) == 2
    assert offer.before_m2 is not None
    assert offer.after_m2 is not None
    # Two squares half over each other: their sum counts the shared half twice.
    assert offer.after_m2 / offer.before_m2 == pytest.approx(0.75, rel=1e-3)
    assert offer.difference_m2 == pytest.approx(offer.after_m2 - offer.before_m2)


def test_swapped_axes_have_no_area_before() -> None:
    source = outline([[lat, lon] for lon, lat in RING])

    (offer,) = repairs.offers(source, read(source).findings)

    assert offer.before_m2 is None
    assert offer.after_m2 is not None
    assert offer.difference_m2 is None


numbers = st.sampled_from([105.8, 105.81, 105.805, 21.0, 21.01, 21.005, 0.0, 1e308, -181.0])
rings = st.lists(st.lists(numbers, min_size=2, max_size=2), min_size=1, max_size=9)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(rings, min_size=1, max_size=2), min_size=1, max_size=3))
def test_any_outline_is_offered_what_can_be_shown_and_applied(coordinates: list[Any]) -> None:
    source = {"type": "MultiPolygon", "coordinates": coordinates}
    findings = read(source).findings

    for offer in repairs.offers(source, findings):
        assert read(repairs.repair(source, [offer.name])).findings is not None
