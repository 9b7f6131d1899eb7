"""Small lines: inside their box, broken where nothing is known."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from indicators import sparklines

VALUES = st.lists(st.none() | st.integers(-1000, 10**9).map(Decimal), max_size=24)


@given(VALUES)
def test_every_point_lies_in_the_box(values: list[Decimal | None]) -> None:
    drawn = sparklines.draw(values)

    for run in drawn.runs:
        for point in run.split():
            x, y = (float(part) for part in point.split(","))
            assert 0 <= x <= drawn.width
            assert 0 <= y <= drawn.height
    assert (drawn.last is None) == all(value is None for value in values)


def test_a_gap_breaks_the_line() -> None:
    one, two = Decimal(1), Decimal(2)

    assert len(sparklines.draw([one, two, None, two, one]).runs) == 2
    assert sparklines.draw([None, one]).runs == ()
