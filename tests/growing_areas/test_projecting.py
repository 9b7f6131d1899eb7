"""Coordinates in the systems Vietnam's maps are drawn in, and texts from before Unicode."""

from __future__ import annotations

import io
import json
import tempfile
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyogrio.raw import write
from pyproj import CRS, Geod, Transformer

from foundation.errors import Invalid
from growing_areas import drawn, geometry, local_units, pasted, reference_systems
from growing_areas.files import letters, reader
from growing_areas.files.features import Unreadable
from growing_areas.files.projecting import named, project

GEOD = Geod(ellps="WGS84")
CORNERS = [(105.28, 21.12), (105.29, 21.12), (105.29, 21.13), (105.28, 21.13)]

MERIDIANS = {"9208": 104.75, "9209": 105.5, "5897": 105.0, "5899": 107.75, "9218": 108.5}


def in_zone(epsg: str, north_first: bool = False) -> list[tuple[float, float]]:
    """The corners in metres of a VN-2000 zone, by the official parameters written out here."""
    meridian = MERIDIANS[epsg]
    way = Transformer.from_pipeline(
        "+proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad +step +proj=cart"
        " +ellps=WGS84 +step +inv +proj=helmert +x=-191.90441429 +y=-39.30318279"
        " +z=-111.45032835 +rx=-0.00928836 +ry=0.01975479 +rz=-0.00427372 +s=0.252906278"
        " +convention=coordinate_frame +step +inv +proj=cart +ellps=WGS84"
        f" +step +proj=tmerc +lat_0=0 +lon_0={meridian} +k=0.9999 +x_0=500000 +ellps=WGS84"
    )
    places = [way.transform(lon, lat) for lon, lat in CORNERS]
    return [(y, x) if north_first else (x, y) for x, y in places]


def metres_off(ring: list[list[float]]) -> float:
    pairs = zip(CORNERS, ring[:4], strict=True)
    return max(float(GEOD.inv(lon, lat, x, y)[2]) for (lon, lat), (x, y) in pairs)


def answer(content: bytes, suffix: str, crs: str | None = None) -> dict[str, Any]:
    with tempfile.NamedTemporaryFile(suffix=suffix) as file:
        file.write(content)
        file.flush()
        return reader.answer(Path(file.name), suffix, crs)


def noticed(feature: dict[str, Any]) -> list[str]:
    return [notice["code"] for notice in feature.get("notices", [])]


@pytest.mark.parametrize("epsg", ["9208", "9209", "5897", "5899", "9218"])
def test_a_zone_is_read_by_the_official_parameters(epsg: str) -> None:
    table = "x,y\n" + "".join(f"{x!r},{y!r}\n" for x, y in in_zone(epsg))

    found = answer(table.encode(), ".csv", f"EPSG:{epsg}")

    (feature,) = found["features"]
    assert metres_off(feature["geometry"]["coordinates"][0]) < 0.001
    assert noticed(feature) == ["file.projected"]


def test_a_published_place_known_in_both_systems_agrees() -> None:
    # Thông tư 37/2019/TT-BGTVT, phụ lục, Lý Sơn LS1: VN-2000 to 0.1″, WGS 84 to 1″.
    lon, lat = 109 + 6 / 60 + 0.5 / 3600, 15 + 22 / 60 + 32.7 / 3600
    feature: dict[str, Any] = {"geometry": {"type": "Point", "coordinates": [lon, lat]}}

    project([feature], "EPSG:4756")

    x, y = feature["geometry"]["coordinates"]
    assert GEOD.inv(x, y, 109 + 6 / 60 + 7 / 3600, 15 + 22 / 60 + 29 / 3600)[2] < 3


def test_the_mekong_delta_is_not_read_by_the_oil_fields_parameters() -> None:
    # There PROJ's own choice is EPSG:5194, 0.8 m from the official EPSG:6960.
    place = Transformer.from_crs("EPSG:4326", "EPSG:9209", always_xy=True).transform(106.3, 9.9)
    official: dict[str, Any] = {"geometry": {"type": "Point", "coordinates": [*place]}}

    project([official], "EPSG:9209")

    x, y = official["geometry"]["coordinates"]
    assert 0.5 < GEOD.inv(x, y, 106.3, 9.9)[2] < 1.0


def test_land_certificates_write_north_before_east() -> None:
    text = "\n".join(f"{x:.3f} {y:.3f}" for x, y in in_zone("9208", north_first=True))

    shape = drawn.from_form(text, "", b"", None, "9208")

    assert isinstance(shape.source, dict)
    assert metres_off(shape.source["coordinates"][0]) < 0.01
    assert [finding.code for finding in shape.notices] == ["file.north_first", "file.projected"]
    assert shape.reading.is_sound


def test_metres_without_a_system_are_told_to_be_metres() -> None:
    text = "\n".join(f"{x:.1f} {y:.1f}" for x, y in in_zone("9208"))

    (finding,) = drawn.from_form(text, "", b"", None).reading.findings

    assert finding.code == "area.looks_projected"


def test_what_the_map_draws_is_never_moved() -> None:
    source = {"type": "Polygon", "coordinates": [[[x, y] for x, y in [*CORNERS, CORNERS[0]]]]}

    assert pasted.read(json.dumps(source), "9208").geometry == source


def test_wkt_may_state_its_own_system() -> None:
    ring = ", ".join(f"{x} {y}" for x, y in [*in_zone("9208"), in_zone("9208")[0]])

    stated = answer(f"SRID=9208;POLYGON(({ring}))\n".encode(), ".wkt")["features"][0]
    chosen = answer(f"POLYGON(({ring}))\n".encode(), ".wkt", "EPSG:9208")["features"][0]
    mixed = answer(f"SRID=9208;POLYGON(({ring}))\nSRID=9209;POLYGON(({ring}))".encode(), ".wkt")

    assert metres_off(stated["geometry"]["coordinates"][0]) < 0.001
    assert stated["geometry"] == chosen["geometry"]
    assert mixed["findings"][0]["code"] == "file.several_crs"


def shapefile(
    tmp_path: Path, crs: str | None, name: bytes = b"A", cpg: bytes | None = None
) -> bytes:
    ring = in_zone("9208")
    write(
        str(tmp_path / "a.shp"), shapely.to_wkb(np.array([shapely.Polygon(ring)])),
        [np.array([name.decode("latin-1")], dtype=object)], ["TEN"], geometry_type="Polygon",
        crs=crs, driver="ESRI Shapefile", encoding="ISO-8859-1",
    )  # fmt: skip
    (tmp_path / "a.cpg").unlink(missing_ok=True)
    if cpg is not None:
        (tmp_path / "a.cpg").write_bytes(cpg)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for path in tmp_path.glob("a.*"):
            archive.write(path, path.name)
    return buffer.getvalue()


def test_a_shapefile_without_prj_takes_the_chosen_system(tmp_path: Path) -> None:
    content = shapefile(tmp_path, None)

    assert answer(content, ".zip")["findings"][0]["code"] == "file.crs_missing"
    (feature,) = answer(content, ".zip", "EPSG:9208")["features"]
    west, south, *_ = shapely.from_geojson(json.dumps(feature["geometry"])).bounds
    assert (round(west, 6), round(south, 6)) == (105.28, 21.12)


def test_a_prj_of_unknown_datum_is_doubted_aloud(tmp_path: Path) -> None:
    prj = (
        'PROJCS["xa",GEOGCS["xa",DATUM["unknown",SPHEROID["WGS84",6378137,298.257223563]],'
        'PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],'
        'PARAMETER["latitude_of_origin",0],PARAMETER["central_meridian",104.75],'
        'PARAMETER["scale_factor",0.9999],PARAMETER["false_easting",500000],'
        'PARAMETER["false_northing",0],UNIT["metre",1]]'
    )
    (feature,) = answer(shapefile(tmp_path, prj), ".zip")["features"]

    assert noticed(feature) == ["file.datum_unknown"]


@pytest.mark.parametrize(
    ("raw", "cpg", "guessed"),
    [
        ("Vườn bưởi Đoan Hùng".encode(), b"UTF-8", False),
        ("Vườn bưởi Đoan Hùng".encode(), None, False),
        (b"V\xad\xean b\xad\xebi \xa7oan H\xefng", None, True),
        ("Vươ\u0300n bươ\u0309i Đoan Hu\u0300ng".encode("cp1258"), None, True),
        ("Vươ\u0300n bươ\u0309i Đoan Hu\u0300ng".encode("cp1258"), b"1258", False),
    ],
)
def test_names_come_in_their_own_letters(
    tmp_path: Path, raw: bytes, cpg: bytes | None, guessed: bool
) -> None:
    (feature,) = answer(shapefile(tmp_path, "EPSG:9208", raw, cpg), ".zip")["features"]

    assert feature["name"] == "Vườn bưởi Đoan Hùng"
    assert ("file.letters_guessed" in noticed(feature)) is guessed


def test_a_table_from_an_old_office_is_read_in_its_letters() -> None:
    table = b"ten,lon,lat\n\xa7\xe5i ch\xcc,105.1,21.1\n\xa7\xe5i ch\xcc,105.2,21.1\n"

    (feature,) = answer(table, ".csv")["features"]

    assert feature["name"] == "Đồi chè"
    assert noticed(feature) == ["file.letters_guessed"]


@given(st.text(alphabet=[*sorted(letters.LETTERS)[:67], "a", " "], min_size=1, max_size=20))
def test_utf8_is_never_taken_for_something_else(text: str) -> None:
    assert letters.find_writing(text.encode()) == letters.UTF8


@given(st.binary(max_size=40))
def test_any_bytes_have_letters_or_none(raw: bytes) -> None:
    writing = letters.find_writing(raw)

    assert writing is None or letters.decoded(raw, writing) is not None


@pytest.mark.parametrize(
    "name",
    [
        "EPSG:999999", "+proj=longlat +nadgrids=/etc/passwd", "http://example.org/crs", "", "🌾",
        '{"type":"GeographicCRS"}', "EPSG:4326" * 50, "urn:ogc:def:crs:EPSG::31370999",
    ],
)  # fmt: skip
def test_absurd_systems_are_refused_by_name(name: str) -> None:
    document = {
        "type": "FeatureCollection",
        "crs": {"type": "name", "properties": {"name": name}},
        "features": [{"type": "Feature", "geometry": {"type": "Polygon", "coordinates": []}}],
    }

    assert answer(json.dumps(document).encode(), ".geojson")["findings"][0]["code"] == (
        "file.unknown_crs"
    )


@given(st.text(max_size=60))
def test_any_name_is_a_number_or_refused(name: str) -> None:
    with suppress(Unreadable):
        assert named(name).removeprefix("EPSG:").isdigit()


def test_a_system_nobody_offers_is_refused() -> None:
    with pytest.raises(Invalid):
        pasted.read("105 21", "1")


def test_every_former_province_has_one_zone_and_every_commune_its_unit() -> None:
    served = [name for s in reference_systems.systems().values() for name in s.former_provinces]

    assert len(served) == len(set(served)) == 63
    assert set(served) == {unit.former_province for unit in local_units.land_units()}
    assert all(system.source for system in reference_systems.systems().values())
    zone = reference_systems.find_for_province("Phú Thọ")
    assert zone is not None
    assert zone.epsg == 9208
    for system in reference_systems.systems().values():
        if system.kind != "degrees":
            told = CRS.from_epsg(system.epsg).to_wkt()
            degrees, minutes = system.central_meridian.rstrip("′").split("°")
            meridian = int(degrees) + int(minutes) / 60
            assert f'"Longitude of natural origin",{meridian:g},' in told
            assert f'"Scale factor at natural origin",{system.scale},' in told


def test_a_walk_with_gaps_is_joined_and_says_so() -> None:
    walk = "<gpx><trk>{}</trk></gpx>".format(
        "".join(
            f"<trkseg><trkpt lon='{lon}' lat='{lat}'><ele>3.2</ele></trkpt></trkseg>"
            for lon, lat in CORNERS
        )
    )

    (feature,) = answer(walk.encode(), ".gpx")["features"]

    assert noticed(feature) == ["file.segments_joined"]
    codes = [finding.code for finding in geometry.read(feature["geometry"]).findings]
    assert codes == ["area.elevation_dropped", "area.not_closed"]
