"""Maps: true proportions, nothing outside, nothing lost in a cluster."""

from hypothesis import given
from hypothesis import strategies as st

from atlas import drawing
from atlas.drawing import Thing

LONS = st.floats(102.2, 110.0)
LATS = st.floats(8.6, 23.2)
POSITIONS = st.lists(st.tuples(LONS, LATS), max_size=60)


def test_the_country_fits_its_frame() -> None:
    on = drawing.frame(drawing.COUNTRY)

    west, south, east, north = drawing.COUNTRY
    for lon, lat in ((west, south), (east, north)):
        x, y = on.place(lon, lat)
        assert 0 <= x <= on.width
        assert 0 <= y <= on.height
    assert on.height > on.width


@given(POSITIONS)
def test_every_thing_is_in_exactly_one_mark(positions: list[tuple[float, float]]) -> None:
    on = drawing.frame(drawing.COUNTRY)
    things = [Thing(place, f"A{number}", "/a") for number, place in enumerate(positions)]

    found = drawing.marks(things, on)

    assert sum(mark.count for mark in found) == len(things)
    assert all((mark.href is not None) == (mark.count == 1) for mark in found)


@given(LONS, LATS, st.floats(0, 3), st.floats(0, 3))
def test_the_graticule_has_a_few_lines_of_round_degrees(
    west: float, south: float, across: float, up: float
) -> None:
    on = drawing.frame((west, south, west + across, south + up))

    lines = drawing.graticule(on)

    assert 2 <= len(lines) <= 60
    for line in lines:
        assert 0 <= line.x1 <= on.width + 1
        assert 0 <= line.y1 <= on.height + 1


def test_a_ring_smaller_than_a_pixel_is_left_out() -> None:
    on = drawing.frame(drawing.COUNTRY)
    tiny = [(108.0, 15.0), (108.0001, 15.0), (108.0, 15.0001), (108.0, 15.0)]
    large = [(108.0, 15.0), (109.0, 15.0), (108.0, 16.0), (108.0, 15.0)]

    assert drawing.path([tiny], on) == ""
    assert drawing.path([large], on).startswith("M")


@given(POSITIONS)
def test_captions_lie_over_nothing_and_stay_inside(positions: list[tuple[float, float]]) -> None:
    on = drawing.frame(drawing.COUNTRY)
    circles = drawing.bubbles(((place, 3, "Quảng Ngãi") for place in positions), on)

    captions = drawing.captions(circles, on)

    boxes = [drawing._box_of(caption) for caption in captions]
    assert len(circles) == len(positions)
    for number, box in enumerate(boxes):
        assert box[0] >= 0
        assert box[2] <= on.width
        assert not any(drawing._meet(box, other) for other in boxes[:number])


def test_a_circle_grows_with_its_number() -> None:
    on = drawing.frame(drawing.COUNTRY)
    counted = [((106.0, 16.0), 2, "A"), ((107.0, 12.0), 40, "B")]

    large, small = drawing.bubbles(counted, on)

    assert (large.name, small.name) == ("B", "A")
    assert large.radius > small.radius
