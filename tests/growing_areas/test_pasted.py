"""Outlines as people paste them."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.errors import Invalid
from growing_areas import households, pasted

RING = [[105.28, 21.12], [105.29, 21.12], [105.29, 21.13], [105.28, 21.12]]


@pytest.mark.parametrize(
    "text",
    [
        "105.28 21.12\n105.29 21.12\n105.29 21.13",
        "105.28, 21.12\n\n105.29,21.12\n105.29;21.13\n105.28 21.12",
        "105,28 21,12\n105,29; 21,12\n105,29\t21,13",
        '{"type": "Polygon", "coordinates": [[[105.28, 21.12], [105.29, 21.12],'
        " [105.29, 21.13], [105.28, 21.12]]]}",
        "POLYGON ((105.28 21.12, 105.29 21.12, 105.29 21.13, 105.28 21.12))",
    ],
)
def test_corners_geojson_and_wkt_are_read(text: str) -> None:
    assert pasted.read(text).geometry == {"type": "Polygon", "coordinates": [RING]}


@pytest.mark.parametrize(
    "text",
    ["105.28", "a b", "{", "POLYGON((", "1 2\n3", "[" * 100_000, '{"type": "\\ud800"}'],
)
def test_what_cannot_be_read_names_the_line(text: str) -> None:
    with pytest.raises(Invalid) as caught:
        pasted.read(text)

    assert caught.value.findings[0].code == "area.not_readable_text"


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(Invalid):
        assert pasted.read(text) is not None


def test_households_are_read_a_line_each() -> None:
    rows = households.read("Trần Thị Bình; 0901 234 567; 1,5\n\nLê Văn Cường")

    assert [row["name"] for row in rows] == ["Trần Thị Bình", "Lê Văn Cường"]
    assert str(rows[0]["area_ha"]) == "1.5"
    assert rows[1]["phone"] is None


@given(st.text(max_size=200))
def test_any_household_text_is_read_or_refused(text: str) -> None:
    with suppress(Invalid):
        assert all(row["name"] for row in households.read(text))
