from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from traceability.lineage import drawing

_pairs = st.sets(
    st.tuples(st.integers(0, 25), st.integers(0, 25)).filter(lambda pair: pair[0] != pair[1]),
    max_size=60,
)


def _onward(pairs: set[tuple[int, int]]) -> tuple[drawing.Onward, drawing.Onward]:
    up: dict[int, list[int]] = {}
    down: dict[int, list[int]] = {}
    for child, parent in sorted(pairs):
        up.setdefault(child, []).append(parent)
        down.setdefault(parent, []).append(child)
    return up, down


@given(_pairs, st.sets(st.integers(0, 25), max_size=6))
def test_no_two_boxes_overlap_and_all_lie_on_the_paper(
    pairs: set[tuple[int, int]], opened: set[int]
) -> None:
    shown = drawing.unfold(0, *_onward(pairs), opened)

    drawn = drawing.draw(shown, pairs)

    assert {box.id for box in drawn.boxes} == set(shown.levels)
    places = [(box.x, box.y) for box in drawn.boxes]
    for x, y in places:
        assert 0 <= x <= drawn.width - drawing.WIDTH
        assert 0 <= y <= drawn.height - drawing.HEIGHT
    for number, (x, y) in enumerate(places):
        for other_x, other_y in places[number + 1 :]:
            apart = abs(x - other_x) >= drawing.WIDTH or abs(y - other_y) >= drawing.HEIGHT
            assert apart


@given(_pairs)
def test_what_is_not_drawn_is_counted_behind_a_thing_that_is(pairs: set[tuple[int, int]]) -> None:
    up, down = _onward(pairs)

    shown = drawing.unfold(0, up, down, steps=1)

    for here, count in shown.waiting.items():
        near = {*up.get(here, ()), *down.get(here, ())}
        assert 0 < count <= 2 * len(near)
        assert here in shown.levels


def test_a_chain_opens_one_step_behind_the_thing_that_was_asked_for() -> None:
    down = {0: [1], 1: [2], 2: [3], 3: [4], 4: [5]}

    shown = drawing.unfold(0, {}, down)
    opened = drawing.unfold(0, {}, down, {2})

    assert shown.levels == {0: 0, 1: 1, 2: 2}
    assert shown.waiting == {2: 1}
    assert opened.levels == {0: 0, 1: 1, 2: 2, 3: 3}
    assert opened.waiting == {3: 1}


def test_a_row_holds_so_many_and_counts_the_rest() -> None:
    shown = drawing.unfold(0, {}, {0: list(range(1, 21))})

    assert len(shown.levels) == 1 + drawing.MOST_IN_ROW
    assert shown.waiting == {0: 20 - drawing.MOST_IN_ROW}


def test_origins_stand_above_what_was_made_of_them() -> None:
    shown = drawing.unfold(0, {0: [1]}, {0: [2]})

    drawn = drawing.draw(shown, [(0, 1), (2, 0)])

    heights = {box.id: box.y for box in drawn.boxes}
    assert heights[1] < heights[0] < heights[2]
    assert len(drawn.lines) == 2


def test_the_list_for_telephones_has_everything_the_drawing_has() -> None:
    shown = drawing.unfold(1, {1: [2], 2: [3]}, {1: [4, 5]})
    pairs = [(1, 2), (2, 3), (4, 1), (5, 1), (5, 1), (9, 1)]

    assert drawing.listed(shown) == [(-2, [3]), (-1, [2]), (0, [1]), (1, [4, 5])]
    assert drawing.sources(shown, pairs) == {1: [2], 2: [3], 4: [1], 5: [1]}
