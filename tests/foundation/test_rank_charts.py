"""Lying bars are as long as their amounts are to one another, and each keeps its line."""

from hypothesis import given
from hypothesis import strategies as st

from foundation import rank_charts


@given(st.lists(st.integers(0, 10**9), max_size=30))
def test_bars_stay_in_the_view_and_keep_their_order(values: list[int]) -> None:
    drawn = rank_charts.rank([(str(value), value) for value in values])

    assert [bar.value for bar in drawn.bars] == values
    assert drawn.height == rank_charts.ROW * len(values)
    for bar in drawn.bars:
        assert 0 <= bar.width <= drawn.width
        assert (bar.width > 0) == (bar.value > 0)
        assert bar.text_y < bar.y < bar.y + drawn.thick <= drawn.height


def test_the_largest_is_as_wide_as_the_view_and_half_of_it_half_as_wide() -> None:
    drawn = rank_charts.rank([("Hà Nội", 40), ("Cần Thơ", 20)])

    assert [bar.width for bar in drawn.bars] == [480.0, 240.0]
