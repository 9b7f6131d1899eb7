"""Public maps show cells of a kilometre and the commune, never an outline."""

from shapely import GeometryCollection, Polygon, box

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


def test_an_outline_its_owner_shows_is_drawn_as_it_is_with_the_way_to_the_producer() -> None:
    field = Polygon([(105.28, 21.12), (105.29, 21.125), (105.284, 21.13)])
    land = GeometryCollection([box(105.2, 21.1, 105.4, 21.2)])

    drawn = coarse_map.draw([], land, [field], (105.3, 21.15))

    assert drawn is not None
    assert drawn.cells == ()
    assert drawn.fields.count("L") == 2, "three corners, each once"
    assert drawn.goal is not None
    assert drawn.route.endswith(f"{drawn.goal[0]:g} {drawn.goal[1]:g}")


def test_what_is_hidden_shows_no_corner_of_its_own() -> None:
    drawn = coarse_map.draw([CELL], None)

    assert drawn is not None
    assert (drawn.fields, drawn.route, drawn.goal) == ("", "", None)
