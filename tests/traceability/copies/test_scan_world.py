"""The simulated season is what its assumptions say, and the same for the same seed."""

from __future__ import annotations

from collections import Counter

import pytest

from drills import scan_world
from drills.scan_world import Season


@pytest.fixture(scope="module")
def season() -> Season:
    return scan_world.play(1)


def test_one_seed_is_one_season(season: Season) -> None:
    assert scan_world.play(1).scans == season.scans
    assert scan_world.play(2).scans != season.scans
    assert scan_world.play_lots(1) == scan_world.play_lots(1)


def test_one_label_in_a_hundred_is_copied_and_two_scans_in_five_have_no_place(
    season: Season,
) -> None:
    assert len(season.items) == 10_000
    assert sum(item.is_copied for item in season.items.values()) == 100
    without = sum(seen.place is None for seen in season.scans) / len(season.scans)
    assert 0.38 < without < 0.44


def test_most_goods_are_never_scanned_and_specimens_often(season: Season) -> None:
    scans = Counter((seen.batch, seen.number) for seen in season.scans)
    often = [scans[key] for key, item in season.items.items() if item.kind == "display"]
    honest = [scans[key] for key, item in season.items.items() if item.kind == "genuine"]

    assert 0.5 < sum(count == 0 for count in honest) / len(honest) < 0.75
    assert max(honest) < 15
    assert min(often) >= 6


def test_scans_come_in_order_of_time(season: Season) -> None:
    assert all(one.at <= two.at for one, two in zip(season.scans, season.scans[1:], strict=False))
