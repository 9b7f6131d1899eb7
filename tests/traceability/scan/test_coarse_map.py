"""Public maps show cells of a kilometre and the commune, never an outline."""

from shapely import box

from traceability.scan import coarse_map

CELL = (105.28, 21.12, 105.29, 21.13)


def test_a_cell_is_drawn_inside_the_commune() -> None:
    drawn = coarse_map.draw([CELL, CELL], box(105.2, 21.1, 105.4, 21.2))

    assert drawn is not None
    (cell,) = drawn.cells
    assert drawn.commune.startswith("M")
    assert drawn.grid == ""
    assert 0 < cell.x < drawn.width
    assert 0 < cell.y < drawn.height


def test_without_boundaries_a_grid_stands_for_the_land() -> None:
    drawn = coarse_map.draw([CELL], None)

    assert drawn is not None
    assert drawn.commune == ""
    assert drawn.grid.count("V") > 3
    (cell,) = drawn.cells
    assert 10 < cell.height < 80


def test_nothing_known_draws_nothing() -> None:
    assert coarse_map.draw([], None) is None
