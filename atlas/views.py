"""What the map's page draws: circles far out, outlines near, and the other layers over them."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import shapely
from sqlalchemy.orm import Session

from atlas import drawing, ground
from atlas.drawing import Box, Bubble, Frame, Position, Thing
from atlas.layers import NEAR_DEGREES, Material
from atlas.tiles import tile_at
from atlas.wishes import Wish
from foundation import i18n
from growing_areas.mapping import outlines, tallies
from growing_areas.mapping.outlines import Drawn
from growing_areas.mapping.tallies import Cells, UnitCount

MOST_OUTLINES = 1_200
_CELLS_ACROSS = 9
_AROUND_PROVINCE = 0.9


@dataclass(frozen=True)
class Shape:
    """An outline on the drawing: one area's own, or a cell with all the areas that show it."""

    path: str
    label: str
    href: str | None
    is_exact: bool
    is_held_up: bool


@dataclass(frozen=True)
class View:
    """Everything the map's page draws."""

    frame: Frame
    box: Box
    grid: list[drawing.GridLine]
    land: str = ""
    communes: list[tuple[str, str]] = field(default_factory=list)
    dots: list[Position] = field(default_factory=list)
    islands: list[drawing.Caption] = field(default_factory=list)
    captions: list[drawing.Caption] = field(default_factory=list)
    bubbles: list[Bubble] = field(default_factory=list)
    shapes: list[Shape] = field(default_factory=list)
    areas: list[drawing.Mark] = field(default_factory=list)
    materials: list[Shape] = field(default_factory=list)
    others: dict[str, list[drawing.Mark]] = field(default_factory=dict)


def draw(
    session: Session,
    wish: Wish,
    provinces: Sequence[UnitCount],
    names: Mapping[str, str],
    others: Mapping[str, Sequence[Thing]],
    materials: Sequence[Material],
    codes: Sequence[str] | None,
) -> View:
    """The map of a wish: ``provinces`` counted, ``others`` by layer, raw-material areas.

    ``codes`` are the areas that are all there is to see; None when they are too many to name.
    """
    is_part = wish.province_code is not None and wish.box is None
    is_named = bool(codes) and (wish.is_search or is_part)
    found = outlines.of_codes(session, codes) if codes and is_named else None
    view = _framed(session, wish, found)
    view = replace(view, materials=[_grouped(each, view.frame) for each in materials])
    if wish.shows("areas") and (found is not None or not wish.q):
        if found is not None:
            view = _with_marks(view, found)
        elif wish.box is None and wish.province_code is None:
            view = _with_provinces(view, provinces, names)
        else:
            view = _with_areas(session, view, wish)
    if wish.box is None and wish.province_code is None and found is None and not wish.q:
        view = _with_islands(view)
    marked = {layer: drawing.marks(things, view.frame) for layer, things in others.items()}
    return replace(view, others=marked)


def _grouped(material: Material, on: Frame) -> Shape:
    """The cells of a raw-material area's members, round them all."""
    fact = material.fact
    path = drawing.path(_rings(fact.cells), on)
    return Shape(
        path, f"{fact.name} ({fact.code})", f"/raw-material-areas/{fact.code}", False, False
    )


def steps(box: Box) -> dict[str, str]:
    """Where the links of a frame lead: closer, further, and to the four sides, as addresses."""
    west, south, east, north = box
    lon, lat, wide, high = (west + east) / 2, (south + north) / 2, east - west, north - south
    moves = {
        "closer": (0.0, 0.0, 0.5),
        "further": (0.0, 0.0, 2.0),
        "north": (0.0, 0.5, 1.0),
        "south": (0.0, -0.5, 1.0),
        "west": (-0.5, 0.0, 1.0),
        "east": (0.5, 0.0, 1.0),
    }
    return {
        name: told(_around(lon + across * wide, lat + up * high, wide * size, high * size))
        for name, (across, up, size) in moves.items()
    }


def told(box: Box) -> str:
    """A frame as the address holds it."""
    return ",".join(f"{value:.4f}" for value in box)


def _around(lon: float, lat: float, wide: float, high: float) -> Box:
    return lon - wide / 2, lat - high / 2, lon + wide / 2, lat + high / 2


def _framed(session: Session, wish: Wish, found: Drawn | None) -> View:
    """The empty map: frame, land, graticule, and communes where they can be told apart."""
    if wish.box is None and (wish.province_code or found is None):
        land = ground.land(session, wish.province_code)
        box = _box(wish, None if land is None else land.bounds)
        on = drawing.frame(box)
        rings = [] if land is None else [list(part.exterior.coords) for part in land.geoms]
        return View(on, box, drawing.graticule(on), drawing.path(rings, on))
    box = wish.box or _of_shapes(found)
    on = drawing.frame(box, least_span=0.01)
    whole = (on.west, on.south, on.east, on.north)
    if max(whole[2] - whole[0], whole[3] - whole[1]) > 3:
        land = ground.land(session, None)
        rings = [] if land is None else [list(part.exterior.coords) for part in land.geoms]
        return View(on, box, drawing.graticule(on), drawing.path(rings, on))
    around = ground.communes(session, whole)
    drawn = [(each.code, drawing.path(_rings(each.outline), on)) for each in around]
    return View(on, box, drawing.graticule(on), communes=drawn)


def _of_shapes(found: Drawn | None) -> Box:
    if found is None or not found.codes:
        return drawing.COUNTRY
    west, south, east, north = shapely.total_bounds(found.outlines).tolist()
    return west, south, east, north


def _box(wish: Wish, land: Box | None) -> Box:
    if wish.province_code is None:
        return drawing.COUNTRY
    if land is not None:
        return land
    lon, lat = ground.province_places()[wish.province_code]
    around = _AROUND_PROVINCE
    return lon - around, lat - around, lon + around, lat + around


def _with_provinces(view: View, provinces: Sequence[UnitCount], names: Mapping[str, str]) -> View:
    """The country: a circle for each province that has something."""
    places = ground.province_places()
    bubbles = drawing.bubbles(
        (
            (places[each.unit_code], each.areas, names.get(each.unit_code, ""))
            for each in provinces
            if each.unit_code in places
        ),
        view.frame,
    )
    return replace(view, bubbles=bubbles, captions=drawing.captions(bubbles, view.frame))


def _with_islands(view: View) -> View:
    """The two archipelagos; until boundaries are loaded, the provinces' places as well."""
    on, groups = view.frame, ground.islands()
    dots = [on.place(*place) for group in groups.values() for place in group]
    if not view.land:
        dots += [on.place(*place) for place in ground.province_places().values()]
    is_english = i18n.get_language() == "en"
    islands = [
        drawing.above([on.place(*place) for place in group], names[1] if is_english else names[0])
        for names, group in groups.items()
    ]
    return replace(view, dots=dots, islands=islands)


def _with_areas(session: Session, view: View, wish: Wish) -> View:
    """Part of the country: outlines where there are few, counted circles where there are many."""
    on = view.frame
    whole = (on.west, on.south, on.east, on.north)
    if max(view.box[2] - view.box[0], view.box[3] - view.box[1]) <= NEAR_DEGREES:
        found = outlines.within(session, whole, wish.wanted, most=MOST_OUTLINES + 1)
        if len(found.codes) <= MOST_OUTLINES:
            return replace(view, shapes=_shapes(found, on))
    bubbles = _heaps(session, wish, on, whole)
    return replace(view, bubbles=bubbles, captions=drawing.captions(bubbles, on))


def _with_marks(view: View, found: Drawn) -> View:
    """The areas a text search found: small outlines get a circle, or nobody would see them."""
    shapes = _shapes(found, view.frame)
    middles = shapely.get_coordinates(shapely.centroid(found.outlines)).tolist()
    things = [
        Thing((lon, lat), code, f"/areas/{code}", code)
        for code, (lon, lat) in zip(found.codes, middles, strict=True)
    ]
    return replace(view, shapes=shapes, areas=drawing.marks(things, view.frame))


def _heaps(session: Session, wish: Wish, on: Frame, whole: Box) -> list[Bubble]:
    """Counted circles, one for each cell of a grid of five to nine across."""
    span = max(whole[2] - whole[0], whole[3] - whole[1])
    zoom = min(max(math.floor(math.log2(360 * _CELLS_ACROSS / span)), 0), 12)
    counted = min(each for each in (6, 9, 12) if each >= zoom)
    if wish.commune_code:
        counted = 12
    left, top = tile_at(whole[0], whole[3], counted)
    right, bottom = tile_at(whole[2], whole[1], counted)
    cells = tallies.by_cell(session, Cells(counted, left, top, right, bottom), wish.wanted)
    deeper = counted - zoom
    heaps: dict[tuple[int, int], list[tuple[Position, int]]] = defaultdict(list)
    for cell in cells:
        middle = _middle(cell.tile_x, cell.tile_y, counted)
        heaps[cell.tile_x >> deeper, cell.tile_y >> deeper].append((middle, cell.areas))
    middles = [_weighed(heap) for heap in heaps.values()]
    boxes = {middle[:2]: _cell(*place, zoom) for place, middle in zip(heaps, middles, strict=True)}
    drawn = drawing.bubbles((((lon, lat), count, "") for lon, lat, count in middles), on)
    frames = {on.place(*place): told(box) for place, box in boxes.items()}
    return [replace(bubble, address=frames[bubble.x, bubble.y]) for bubble in drawn]


def _weighed(heap: Sequence[tuple[Position, int]]) -> tuple[float, float, int]:
    """Where the areas of a heap stand on average, and how many they are."""
    count = sum(areas for _place, areas in heap)
    lon = sum(place[0] * areas for place, areas in heap) / count
    return lon, sum(place[1] * areas for place, areas in heap) / count, count


def _cell(x: int, y: int, zoom: int) -> Box:
    west, north = _corner(x, y, zoom)
    east, south = _corner(x + 1, y + 1, zoom)
    return west, south, east, north


def _middle(x: int, y: int, zoom: int) -> Position:
    west, south, east, north = _cell(x, y, zoom)
    return (west + east) / 2, (south + north) / 2


def _corner(x: int, y: int, zoom: int) -> Position:
    size = 1 << zoom
    lat = math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * y / size))))
    return x / size * 360 - 180, lat


def _shapes(found: Drawn, on: Frame) -> list[Shape]:
    """Exact outlines one by one; of coarse ones each cell once, with all that lie in it."""
    alike: dict[bytes, list[int]] = defaultdict(list)
    for at, wkb in enumerate(shapely.to_wkb(found.outlines)):
        alike[wkb].append(at)
    shapes = [_shape(found, places, on) for places in alike.values()]
    return sorted(shapes, key=lambda shape: shape.is_exact)


def _shape(found: Drawn, places: Sequence[int], on: Frame) -> Shape:
    first = places[0]
    codes = [found.codes[at] for at in places]
    label = ", ".join(codes[:8]) + (f" +{len(codes) - 8}" if len(codes) > 8 else "")
    return Shape(
        drawing.path(_rings(found.outlines[first]), on),
        label,
        f"/areas/{codes[0]}" if len(codes) == 1 else None,
        found.is_exact[first],
        any(found.statuses[at] != "approved" for at in places),
    )


def _rings(shape: Any) -> list[list[Position]]:
    return [
        [(x, y) for x, y in ring.coords]
        for part in shapely.get_parts(shape)
        if part.geom_type == "Polygon"
        for ring in (part.exterior, *part.interiors)
    ]
