"""Polygon files people bring: read as drawn, hostile ones refused by name."""

import io
import json
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
import shapely
from pyogrio.raw import write

from foundation.errors import Invalid
from growing_areas.files import reading
from growing_areas.files.reader import CPU_SECONDS
from growing_areas.files.reading import MAX_BYTES, DrawnFeature, read_file

CORNERS = [[105.80, 21.00], [105.81, 21.00], [105.81, 21.01], [105.80, 21.01]]
RING = [*CORNERS, CORNERS[0]]
OUTLINE = {"type": "Polygon", "coordinates": [RING]}
KML = """<?xml version="1.0" encoding="UTF-8"?>
<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Folder><Placemark>
<name>Vườn bưởi</name><ExtendedData><Data name="hộ"><value>3</value></Data></ExtendedData>
<Polygon><outerBoundaryIs><LinearRing><coordinates>{corners}</coordinates></LinearRing>
</outerBoundaryIs></Polygon></Placemark></Folder></Document></kml>"""
GPX = """<gpx xmlns="http://www.topografix.com/GPX/1/1"><trk><name>Đi quanh ruộng</name><trkseg>
{points}</trkseg></trk></gpx>"""


def kml(corners: list[list[float]] = RING) -> str:
    return KML.format(corners=" ".join(f"{lon},{lat},0" for lon, lat in corners))


def zipped(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("_dot_", "."), content)
    return buffer.getvalue()


def collection(crs: str | None = None, ring: list[list[float]] = RING) -> bytes:
    geometry = {"type": "Polygon", "coordinates": [ring]}
    row = {"type": "Feature", "properties": {"ten": "Thửa 1"}, "geometry": geometry}
    document: dict[str, object] = {"type": "FeatureCollection", "features": [row]}
    if crs:
        document["crs"] = {"type": "name", "properties": {"name": crs}}
    return json.dumps(document).encode()


def refusal(filename: str, content: bytes) -> str:
    with pytest.raises(Invalid) as caught:
        read_file(filename, content)
    return caught.value.findings[0].code


def test_geojson_features_come_with_their_names() -> None:
    assert read_file("Vùng.GeoJSON", collection()) == [
        DrawnFeature(1, "Thửa 1", {"ten": "Thửa 1"}, OUTLINE)
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_kml_is_read_in_the_encodings_programs_write(encoding: str) -> None:
    text = kml() if encoding != "utf-16" else kml().replace("UTF-8", "UTF-16")

    assert read_file("a.kml", text.encode(encoding)) == [
        DrawnFeature(1, "Vườn bưởi", {"hộ": "3"}, OUTLINE)
    ]


def test_an_open_kml_ring_stays_open_for_its_owner_to_see() -> None:
    (feature,) = read_file("a.kml", kml(CORNERS).encode())

    assert feature.geometry == {"type": "Polygon", "coordinates": [CORNERS]}


def test_kmz_is_read_without_unpacking() -> None:
    (feature,) = read_file("a.kmz", zipped(doc_dot_kml=kml().encode()))

    assert feature.geometry == OUTLINE


def test_a_walked_track_becomes_a_polygon() -> None:
    points = "".join(f'<trkpt lat="{lat}" lon="{lon}"/>' for lon, lat in CORNERS)

    (feature,) = read_file("a.gpx", GPX.format(points=points).encode())

    assert feature.name == "Đi quanh ruộng"
    assert feature.geometry == {"type": "Polygon", "coordinates": [CORNERS]}


@pytest.mark.parametrize("format_", ["GPKG", "ESRI Shapefile"])
def test_projected_layers_come_in_wgs84(tmp_path: Path, format_: str) -> None:
    field = shapely.Polygon([(583000, 2322000), (584000, 2322000), (584000, 2323000)])
    target = tmp_path / ("a.gpkg" if format_ == "GPKG" else "a.shp")
    write(
        str(target), shapely.to_wkb(np.array([field])), [np.array(["A"], dtype=object)], ["name"],
        geometry_type="Polygon", crs="EPSG:3405", driver=format_,
    )  # fmt: skip
    if format_ == "GPKG":
        content, name = target.read_bytes(), "a.gpkg"
    else:
        content = zipped(**{p.name: p.read_bytes() for p in tmp_path.glob("a.*")})
        name = "a.zip"

    (feature,) = read_file(name, content)

    assert isinstance(feature.geometry, dict)
    west, south, east, north = shapely.from_geojson(json.dumps(feature.geometry)).bounds
    assert (round(west, 2), round(south, 2), round(east, 2), round(north, 2)) == (
        105.8, 21.0, 105.81, 21.0,
    )  # fmt: skip


def test_vn2000_geojson_honours_its_crs_member() -> None:
    ring = [[583e3, 2322e3], [584e3, 2322e3], [584e3, 2323e3], [583e3, 2322e3]]

    (feature,) = read_file("a.geojson", collection("urn:ogc:def:crs:EPSG::3405", ring))

    assert isinstance(feature.geometry, dict)
    lon, lat = feature.geometry["coordinates"][0][0]
    assert (round(lon, 3), round(lat, 3)) == (105.8, 20.996)


def test_csv_corners_are_grouped_by_name() -> None:
    table = "ten;lon;lat\nA;105,80;21,00\nA;105,81;21,00\nA;105,81;21,01\nB;105,9;21\n"

    assert [feature.name for feature in read_file("a.csv", table.encode())] == ["A", "B"]


def test_csv_with_wkt_is_read() -> None:
    table = 'name,wkt\nA,"POLYGON((105.80 21,105.81 21,105.81 21.01,105.80 21))"\n'

    (feature,) = read_file("a.csv", table.encode())

    assert feature.name == "A"


ENTITIES = b'<!DOCTYPE k [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><kml>&b;</kml>'
OUTSIDE = b'<!DOCTYPE k [<!ENTITY x SYSTEM "file:///etc/passwd">]><kml>&x;</kml>'


@pytest.mark.parametrize(
    ("filename", "content", "code"),
    [
        ("a.exe", b"MZ", "file.unknown_type"),
        ("kml", b"x", "file.unknown_type"),
        ("a.kml", b"", "file.empty"),
        ("a.kml", b" " * (MAX_BYTES + 1), "file.too_large"),
        ("a.kml", ENTITIES, "file.unsafe_markup"),
        ("a.kml", OUTSIDE, "file.unsafe_markup"),
        ("a.kml", b"<kml><Placemark>", "file.not_parsable"),
        ("a.kml", b"\x00\x01\x02", "file.not_parsable"),
        ("a.kml", b"<gpx></gpx>", "file.wrong_content"),
        ("a.kml", b"<kml></kml>", "file.no_features"),
        ("a.kml", kml([[105.8, 21.0]]).replace("105.8", "1o5").encode(), "file.bad_number"),
        ("a.gpx", b"<gpx><trk><trkpt lat='x' lon='1'/></trk></gpx>", "file.bad_number"),
        ("a.geojson", b"{", "file.not_parsable"),
        ("a.geojson", b"[]", "file.not_geojson"),
        ("a.geojson", b'{"type": "FeatureCollection", "features": [1]}', "file.bad_feature"),
        ("a.geojson", b'{"type": "FeatureCollection", "features": []}', "file.no_features"),
        ("a.geojson", b'{"a": "\xe9"}', "file.encoding"),
        ("a.geojson", b"[" * 300_000, "file.too_heavy"),
        ("a.geojson", collection("EPSG:999999"), "file.unknown_crs"),
        ("a.kmz", b"PK not a zip", "file.bad_archive"),
        ("a.kmz", zipped(doc_dot_kml=b"0" * 60_000_000), "file.archive_bomb"),
        ("a.zip", zipped(**{"../../etc/a.shp": b"x"}), "file.unsafe_archive"),
        ("a.zip", zipped(a_dot_txt=b"x"), "file.no_features"),
        ("a.zip", zipped(a_dot_shp=b"x"), "file.wrong_content"),
        ("a.zip", zipped(a_dot_shp=b"\x00\x00\x27\x0a"), "file.bad_layer"),
        ("a.gpkg", b"nonsense", "file.wrong_content"),
        ("a.gpkg", b"SQLite format 3\x00" + bytes(4000), "file.bad_layer"),
        ("a.csv", b"a,b\n1,2\n", "file.no_columns"),
        ("a.csv", b"lon,lat\n1,x\n", "file.not_parsable"),
        ("a.csv", b"name,wkt\nA,POLYGON((\n", "file.not_parsable"),
    ],
)
def test_hostile_and_broken_files_are_refused_by_name(
    filename: str, content: bytes, code: str
) -> None:
    assert refusal(filename, content) == code


def test_a_file_of_too_many_corners_is_refused() -> None:
    ring = ",".join(["[105.8,21.0]"] * 210_000)
    content = f'{{"type": "Polygon", "coordinates": [[{ring}]]}}'.encode()

    assert refusal("a.geojson", content) == "file.too_many_points"


def test_half_a_character_is_refused_and_control_signs_leave_a_name() -> None:
    def named(name: str) -> bytes:
        outline = json.dumps({"type": "Feature", "properties": {"name": "?"}, "geometry": OUTLINE})
        return outline.replace("?", name).encode()

    with pytest.raises(Invalid) as refused:
        read_file("a.geojson", named("Vườn \\ud800"))
    assert [finding.code for finding in refused.value.findings] == ["file.not_parsable"]

    (read,) = read_file("a.geojson", named("Vườn\\u0000 \\ud83c\\udf3e\\u0007"))
    assert read.name == "Vườn 🌾"


def test_a_reader_is_ended_by_the_work_it_did_not_by_the_clock() -> None:
    program = (
        "import time; from growing_areas.files import reader; reader.CPU_SECONDS = 1;"
        " reader.confine(); time.sleep(1.2); print('waited', flush=True)\nwhile True: pass"
    )

    done = subprocess.run(
        [sys.executable, "-c", program],
        env=reading.environment(),
        capture_output=True,
        timeout=60,
        check=False,
    )

    assert done.stdout == b"waited\n"
    assert done.returncode == -signal.SIGXCPU
    assert reading.PATIENCE_SECONDS > 5 * CPU_SECONDS
