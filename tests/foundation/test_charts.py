"""Charts are drawn truly: nothing outside the frame, nothing lost, gaps stay gaps."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from foundation import charts

values = st.one_of(
    st.none(),
    st.integers(-(10**12), 10**12),
    st.decimals(-(10**9), 10**9, places=3, allow_nan=False),
)
columns = st.lists(values, max_size=40)


@given(columns, st.one_of(st.none(), st.integers(-(10**9), 10**9)))
def test_every_bar_stands_inside_the_frame_on_the_zero_line(
    column: list[Decimal | int | None], target: int | None
) -> None:
    labels = [str(index) for index in range(len(column))]

    drawing = charts.bars(labels, {"ha": column}, target=target)

    zero = next(tick.y for tick in drawing.ticks if tick.is_zero)
    for bar in drawing.bars:
        assert drawing.left <= bar.x <= drawing.width
        assert bar.y + 0.1 >= charts.TOP
        assert bar.y + bar.height <= charts.HEIGHT
        assert min(abs(bar.y - zero), abs(bar.y + bar.height - zero)) <= 0.2
    assert [row.numbers[0] for row in drawing.rows] == column
    assert 2 <= len(drawing.ticks) <= 9


@given(columns)
def test_a_line_passes_through_every_known_value_and_no_gap(
    column: list[Decimal | int | None],
) -> None:
    labels = [str(index) for index in range(len(column))]

    drawing = charts.lines(labels, {"scans": column})

    known = [value for value in column if value is not None]
    assert [dot.value for dot in drawing.dots] == known
    assert sum(len(line.points.split()) for line in drawing.lines) == len(known)


def test_a_missing_month_breaks_the_line() -> None:
    drawing = charts.lines(["T1", "T2", "T3", "T4"], {"scans": [1, 2, None, 4]})

    assert [len(line.points.split()) for line in drawing.lines] == [2, 1]


def test_rules_are_round_numbers_up_to_the_target() -> None:
    drawing = charts.bars(["2025", "2026"], {"ha": [905, Decimal("1284.5")]}, target=1500)

    assert [int(tick.value) for tick in drawing.ticks] == [0, 500, 1000, 1500]
    assert drawing.target is not None
    assert drawing.target.y == drawing.ticks[-1].y


def test_words_that_would_collide_are_left_out_under_the_axis_only() -> None:
    labels = [f"Xã Vệ Giang {index}" for index in range(12)]

    drawing = charts.bars(labels, {"ha": [1] * 12})

    assert 0 < len(drawing.labels) < 12
    assert len(drawing.rows) == 12


def test_two_series_of_different_length_keep_their_rows() -> None:
    drawing = charts.bars(["2025", "2026"], {"goal": [1, 2], "done": [1]})

    assert drawing.rows[1].numbers == (2, None)
