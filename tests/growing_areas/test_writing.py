"""Map files going out: each read again gives the same areas, whatever their number or names."""

from __future__ import annotations

import io
import json
import math
import tempfile
import zipfile
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from itertools import count, islice
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Etree

import pyogrio
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely import MultiPolygon, Point, Polygon
from shapely.affinity import translate

from foundation.errors import Invalid
from foundation.tables import Column
from growing_areas.files import reader
from growing_areas.writing import formats
from growing_areas.writing.layers import dbf_names
from growing_areas.writing.shapes import Shape, degrees, text

COLUMNS = (
    Column("crop", "Cây trồng"),
    Column("area_ha", "Diện tích (ha)", "decimal"),
    Column("households", "Số hộ", "integer"),
    Column("approved_on", "Ngày cấp mã", "date"),
    Column("organic", "Hữu cơ", "boolean"),
)
SQUARE = Polygon([(105.8, 21.0), (105.81, 21.0), (105.81, 21.01), (105.8, 21.01)])


def written(format_: str, shapes: Sequence[Shape], columns: Sequence[Column] = COLUMNS) -> bytes:
    return b"".join(formats.write(format_, shapes, columns, title="Vùng & trồng"))


def read(format_: str, content: bytes) -> list[dict[str, Any]]:
    """What the reader finds, without a child process: these files are our own."""
    suffix = formats.FORMATS[format_].suffix
    with tempfile.NamedTemporaryFile(suffix=suffix) as file:
        file.write(content)
        file.flush()
        answer = reader.answer(Path(file.name), suffix)
    assert answer["findings"] == []
    features: list[dict[str, Any]] = answer["features"]
    return features


def polygon_at(lon: float, lat: float, corners: int, holed: bool) -> Polygon:
    def ring(radius: float, steps: int) -> list[tuple[float, float]]:
        turns = [2 * math.pi * step / steps for step in range(steps)]
        return [
            (round(lon + radius * math.cos(turn), 9), round(lat + radius * math.sin(turn), 9))
            for turn in turns
        ]

    return Polygon(ring(0.003, corners), [ring(0.001, 4)] if holed else [])


coordinates = st.tuples(st.floats(102.2, 109.4), st.floats(8.4, 23.3))
polygons = st.builds(
    lambda place, corners, holed: polygon_at(place[0], place[1], corners, holed),
    coordinates, st.integers(4, 60), st.booleans(),
)  # fmt: skip


def beside(outlines: list[Polygon]) -> Polygon | MultiPolygon:
    """Several outlines as parts of one area, none over another."""
    if len(outlines) == 1:
        return outlines[0]
    return MultiPolygon(
        [translate(outline, 0.01 * number) for number, outline in enumerate(outlines)]
    )


drawings = st.lists(polygons, min_size=1, max_size=3).map(beside)
words = st.text(st.characters(categories=("L", "N", "P", "S"), include_characters=" "), max_size=40)
properties = st.fixed_dictionaries(
    {},
    optional={
        "crop": words,
        "area_ha": st.decimals(0, 10_000, places=4),
        "households": st.integers(0, 10**6),
        "approved_on": st.dates(date(1901, 1, 1), date(2100, 1, 1)),
        "organic": st.booleans(),
    },
)
shapes = st.lists(st.builds(Shape, words, drawings, properties), min_size=1, max_size=3)


def same_outline(read_back: object, drawing: Any) -> bool:
    """Equal up to the first corner, the direction and nine decimals."""
    found = shapely.from_geojson(json.dumps(read_back))
    return bool(found.normalize().equals_exact(drawing.normalize(), 1.1e-9))


def expected(shape: Shape, format_: str) -> dict[str, Any]:
    if not formats.FORMATS[format_].keeps_kinds:
        return {column.code: text(shape.properties.get(column.code)) for column in COLUMNS}
    told = {column.code: shape.properties.get(column.code) for column in COLUMNS}
    plain = {
        key: float(value)
        if isinstance(value, Decimal)
        else value.isoformat()
        if isinstance(value, date)
        else value
        for key, value in told.items()
    }
    return (
        plain
        if format_ != "shp"
        else dict(zip(dbf_names(list(plain)), plain.values(), strict=True))
    )


@pytest.mark.parametrize("format_", list(formats.FORMATS))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(shapes)
def test_what_is_written_is_read_again(format_: str, shapes: list[Shape]) -> None:
    features = read(format_, written(format_, shapes))

    assert len(features) == len(shapes)
    for found, shape in zip(features, shapes, strict=True):
        assert same_outline(found["geometry"], shape.drawing)
        if not formats.FORMATS[format_].tells:
            continue
        assert found["name"] == shape.name.strip()
        told = {key: value for key, value in found["properties"].items() if key != "name"}
        assert {k: v or None for k, v in told.items()} == {
            k: v or None for k, v in expected(shape, format_).items()
        }


@pytest.mark.parametrize("format_", list(formats.FORMATS))
def test_no_areas_make_a_file_that_is_whole(format_: str, tmp_path: Path) -> None:
    content = written(format_, [])

    if formats.FORMATS[format_].suffix in (".kml", ".gpx"):
        assert Etree.fromstring(content) is not None
    elif format_ == "geojson":
        assert json.loads(content)["features"] == []
    elif format_ in ("gpkg", "shp"):
        path = tmp_path / f"a{formats.FORMATS[format_].suffix}"
        path.write_bytes(content)
        assert pyogrio.read_info(path)["features"] == 0


def test_names_that_mean_something_to_a_format_stay_names() -> None:
    name = '=HYPERLINK("x") <b>&amp;\u0001 "đất"'
    shape = Shape(name, SQUARE, {"crop": "'=1+1"})

    for format_ in ("geojson", "gpkg", "csv", "shp"):
        (found,) = read(format_, written(format_, [shape]))
        assert found["name"] == name.replace("\u0001", "")
        assert found["properties"]["crop"] == "'=1+1"
    for format_ in ("kml", "gpx"):
        (found,) = read(format_, written(format_, [shape]))
        assert found["name"] == name.replace("\u0001", "\ufffd")
    assert "'=HYPERLINK" in written("csv", [shape]).decode()


def test_a_long_list_is_written_piece_by_piece() -> None:
    endless = (Shape(f"Thửa {number}", SQUARE) for number in count())

    for format_ in ("geojson", "kml", "csv", "wkt", "gpx"):
        pieces = list(islice(formats.write(format_, endless, title="Vùng"), 5))

        assert all(len(piece) < 1_000 for piece in pieces)


def test_layers_are_written_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("growing_areas.writing.layers.BATCH", 2)
    many = [Shape(f"Thửa {number}", SQUARE, {"households": number}) for number in range(5)]

    for format_ in ("gpkg", "shp"):
        found = read(format_, written(format_, many))
        assert [row["properties"]["households"] for row in found] == [0, 1, 2, 3, 4]


def test_a_shapefile_has_its_system_its_letters_and_full_column_names() -> None:
    columns = (Column("certificate_number", "Số chứng nhận"), Column("certificate_kind", "Loại"))
    shape = Shape("Vườn", SQUARE, {"certificate_kind": "ữ" * 100})

    with zipfile.ZipFile(io.BytesIO(written("shp", [shape], columns))) as archive:
        names = set(archive.namelist())
        told = archive.read("areas.columns.csv").decode("utf-8-sig").splitlines()
        assert archive.read("areas.cpg") == b"UTF-8"
        assert b"WGS" in archive.read("areas.prj")

    assert {"areas.shp", "areas.shx", "areas.dbf"} <= names
    assert told[2:] == [
        "certificat,certificate_number,Số chứng nhận",
        "certific_2,certificate_kind,Loại",
    ]
    (found,) = read("shp", written("shp", [shape], columns))
    assert found["properties"]["certific_2"] == "ữ" * (254 // len("ữ".encode()))


def test_places_are_written_where_a_format_has_them() -> None:
    pin = Shape("Nhà đóng gói", Point(105.8, 21.0))

    for code, format_ in formats.FORMATS.items():
        if format_.takes_places:
            assert read(code, written(code, [pin]))[0]["geometry"]["type"] == "Point"
        else:
            with pytest.raises(ValueError, match="no walk"):
                written(code, [pin])
    with pytest.raises(ValueError, match="share"):
        written("shp", [pin, Shape("Vườn", SQUARE)])


def test_nothing_is_left_out_in_silence() -> None:
    with pytest.raises(ValueError, match="not announced"):
        written("geojson", [Shape("Vườn", SQUARE, {"variety": "Diễn"})])
    with pytest.raises(ValueError, match="no properties"):
        Shape("Vườn", SQUARE, {"Name": "x"})
    with pytest.raises(ValueError, match="finite"):
        Shape("Vườn", SQUARE, {"area_ha": math.nan})
    with pytest.raises(ValueError, match="outline"):
        Shape("Vườn", Polygon())
    with pytest.raises(Invalid):
        formats.write("dwg", [], title="Vùng")


@given(st.floats(-180, 180))
def test_degrees_keep_nine_decimals_and_no_exponent(number: float) -> None:
    assert abs(float(degrees(number)) - number) <= 5.1e-10
    assert "e" not in degrees(number)
