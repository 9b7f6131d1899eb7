"""Hostile GeoJSON, KML, GPX, CSV and WKT."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

from drills.hostile.recipes import FIELD, MB, RING, Hostile, geojson, kml, laughs, polygon, zipped


def json_files() -> Iterator[Hostile]:
    def file(name: str, rule: str, make: Callable[[], bytes]) -> Hostile:
        return Hostile(f"json {name}", "a.geojson", rule, make)

    text = json.dumps(FIELD)
    many = "[" + ",".join(["[105.8,21.0]"] * 210_000) + "]"
    yield file("empty", "file.empty", lambda: b"")
    yield file("blank", "file.not_parsable", lambda: b" " * MB)
    yield file("truncated", "file.not_parsable", lambda: text.encode()[:-9])
    yield file("deep", "file.too_heavy", lambda: b"[" * 900_000)
    yield file("deep objects", "file.too_heavy", lambda: b'{"a":' * 200_000 + b"1" + b"}" * 200_000)
    yield file("huge integer", "file.not_parsable", lambda: polygon([[1, 2]])[:-9] + b"9" * 100_000)
    yield file(
        "integer past floats", "area.bad_position",
        lambda: polygon([["N", 21]]).replace(b'"N"', b"9" * 400),
    )  # fmt: skip
    yield file("NaN", "area.bad_position", lambda: polygon([[float("nan"), 21.0], *RING]))
    yield file("infinity", "area.bad_position", lambda: polygon([[105.8, float("inf")], *RING]))
    yield file("doubled key", "file.doubled_key", lambda: text[:-1].encode() + b',"type":"Point"}')
    yield file(
        "latin-1", "file.encoding", lambda: '{"name": "Vườn é"}'.encode("latin-1", "replace")
    )
    yield file("utf-16 without mark", "file.not_parsable", lambda: text.encode("utf-16-le"))
    yield file("half utf-16", "file.encoding", lambda: text.encode("utf-16")[:-1])
    yield file("half character", "file.not_parsable", lambda: b'{"type": "\\ud800"}')
    yield file("binary", "file.encoding", lambda: bytes(range(128, 256)) * 100)
    yield file(
        "many points", "file.too_many_points", lambda: polygon("R").replace(b'"R"', many.encode())
    )
    yield file("long outline", "area.too_many_points", lambda: polygon(RING * 1_200))
    yield file(
        "many features", "file.too_many_features",
        lambda: geojson(None).replace(b'"features": [', b'"features": [' + b"1," * 6_000),
    )  # fmt: skip
    yield file(
        "feature is a number",
        "file.bad_feature",
        lambda: b'{"type":"FeatureCollection","features":[1]}',
    )
    yield file("list", "file.not_geojson", lambda: b"[]")
    yield file("null geometry", "area.empty", lambda: geojson(None))
    yield file("empty ring", "area.empty_part", lambda: polygon([]))
    yield file("texts for numbers", "area.bad_position", lambda: polygon([["105", "21"]] * 4))
    yield file("nested collection", "area.unsupported_type", lambda: geojson(_nested(200)))
    yield file(
        "mixed collection", "area.unsupported_type",
        lambda: geojson({"type": "GeometryCollection", "geometries": [FIELD, {"type": "Point"}]}),
    )  # fmt: skip
    yield file(
        "line",
        "area.unsupported_type",
        lambda: geojson({"type": "LineString", "coordinates": RING}),
    )
    yield file(
        "antimeridian", "area.antimeridian",
        lambda: polygon([[179.9, 16], [-179.9, 16], [-179.9, 16.1], [179.9, 16.1], [179.9, 16]]),
    )  # fmt: skip
    yield file("swapped axes", "area.axes_swapped", lambda: polygon([[y, x] for x, y in RING]))
    yield file(
        "metres",
        "area.looks_projected",
        lambda: polygon([[583e3, 2.32e6], [584e3, 2.32e6], [584e3, 2.33e6]]),
    )
    yield file(
        "bow-tie", "area.self_intersects", lambda: polygon([RING[i] for i in (0, 2, 1, 3, 0)])
    )
    yield file(
        "absurd system", "file.unknown_crs", lambda: _with_crs("+proj=pipeline +step +proj=noop")
    )
    yield file("system from a file", "file.unknown_crs", lambda: _with_crs("+init=/etc/passwd:1"))
    yield file(
        "system from the web", "file.unknown_crs", lambda: _with_crs("http://127.0.0.1:9/crs")
    )
    yield file("system of a megabyte", "file.unknown_crs", lambda: _with_crs("A" * MB))
    yield Hostile("json as exe", "a.exe", "file.unknown_type", lambda: text.encode())
    yield Hostile("json too large", "a.json", "file.too_large", lambda: b" " * (10 * MB + 1))
    yield Hostile(
        "json is a zip", "a.geojson", "file.encoding", lambda: zipped({"a": b"\xff" * 999})
    )


def _nested(depth: int) -> dict[str, object]:
    geometry: dict[str, object] = dict(FIELD)
    for _ in range(depth):
        geometry = {"type": "GeometryCollection", "geometries": [geometry]}
    return geometry


def _with_crs(name: str) -> bytes:
    return geojson(FIELD, crs={"type": "name", "properties": {"name": name}})


def markup_files() -> Iterator[Hostile]:
    outside = b'<!DOCTYPE k [<!ENTITY x SYSTEM "file:///etc/passwd">]><kml>&x;</kml>'
    abroad = b'<!DOCTYPE k SYSTEM "http://127.0.0.1:9/evil.dtd"><kml/>'
    corners = " ".join(["105.8,21.0"] * 210_000)
    points = '<trkpt lat="21" lon="105.8"/>' * 210_000
    yield Hostile("kml billion laughs", "a.kml", "file.unsafe_markup", laughs)
    yield Hostile("kml reads a file", "a.kml", "file.unsafe_markup", lambda: outside)
    yield Hostile("kml fetches a dtd", "a.kml", "file.unsafe_markup", lambda: abroad)
    yield Hostile("kml truncated", "a.kml", "file.not_parsable", lambda: kml("105.8,21")[:-20])
    yield Hostile("kml is gpx", "a.kml", "file.wrong_content", lambda: b"<gpx/>")
    yield Hostile("kml without shapes", "a.kml", "file.no_features", lambda: b"<kml/>")
    yield Hostile("kml word for number", "a.kml", "file.bad_number", lambda: kml("1o5.8,21.0"))
    yield Hostile(
        "kml NaN", "a.kml", "area.bad_position", lambda: kml("nan,21 105,21 105,22 nan,21")
    )
    yield Hostile(
        "kml deep",
        "a.kml",
        "file.no_features",
        lambda: b"<kml>" + b"<a>" * 99_999 + b"</a>" * 99_999 + b"</kml>",
    )
    yield Hostile("kml many points", "a.kml", "file.too_many_points", lambda: kml(corners))
    yield Hostile(
        "kml unknown letters",
        "a.kml",
        "file.not_parsable",
        lambda: b'<?xml version="1.0" encoding="x-evil"?><kml/>',
    )
    yield Hostile(
        "kml broken letters", "a.kml", "file.not_parsable", lambda: b"<kml>\xff\xfe</kml>"
    )
    yield Hostile(
        "kml huge attribute", "a.kml", "file.no_features", lambda: b'<kml a="' + b"x" * MB + b'"/>'
    )
    yield Hostile(
        "gpx many points",
        "a.gpx",
        "file.too_many_points",
        lambda: f"<gpx><trk><trkseg>{points}</trkseg></trk></gpx>".encode(),
    )
    yield Hostile(
        "gpx word for number",
        "a.gpx",
        "file.bad_number",
        lambda: b"<gpx><trk><trkpt lat='x' lon='1'/></trk></gpx>",
    )
    yield Hostile(
        "gpx no place", "a.gpx", "file.bad_number", lambda: b"<gpx><trk><trkpt/></trk></gpx>"
    )
    yield Hostile(
        "gpx bomb", "a.gpx", "file.unsafe_markup", lambda: laughs().replace(b"kml", b"gpx")
    )
    yield Hostile("gpx empty walk", "a.gpx", "area.empty_part", lambda: b"<gpx><trk/></gpx>")
    yield Hostile(
        "gpx many walks",
        "a.gpx",
        "file.too_many_features",
        lambda: b"<gpx>" + b"<trk/>" * 6_000 + b"</gpx>",
    )


def table_files() -> Iterator[Hostile]:
    deep = "GEOMETRYCOLLECTION(" * 50_000 + "POINT(1 2)" + ")" * 50_000
    cell = '"POLYGON((' + "1 2," * 1_500_000 + '1 2))"'
    corner = "105.8,21\n"
    yield Hostile("csv without columns", "a.csv", "file.no_columns", lambda: b"a,b\n1,2\n")
    yield Hostile(
        "csv of a million columns",
        "a.csv",
        "file.too_many_columns",
        lambda: b"," * 1_000_000 + b"\n1\n",
    )
    yield Hostile(
        "csv huge cell", "a.csv", "file.bad_row", lambda: f"name,wkt\nA,{cell}\n".encode()
    )
    yield Hostile("csv word for number", "a.csv", "file.not_parsable", lambda: b"lon,lat\n1,x\n")
    yield Hostile("csv infinity", "a.csv", "file.not_parsable", lambda: b"lon,lat\n1e999,21\n")
    yield Hostile(
        "csv many rows",
        "a.csv",
        "file.too_many_points",
        lambda: ("lon,lat\n" + corner * 210_000).encode(),
    )
    yield Hostile(
        "csv many areas",
        "a.csv",
        "file.too_many_features",
        lambda: b"wkt\n" + b"POINT(1 2)\n" * 6_000,
    )
    yield Hostile(
        "csv many groups",
        "a.csv",
        "file.too_many_features",
        lambda: ("name,lon,lat\n" + "".join(f"{n},105,21\n" for n in range(9_000))).encode(),
    )
    yield Hostile("csv NUL", "a.csv", "file.not_parsable", lambda: b"lon,lat\n1\x00,2\n")
    yield Hostile(
        "csv unknown letters", "a.csv", "file.encoding", lambda: b"lon,lat\n\x81\x8d\x8f,\x90\n"
    )
    yield Hostile("csv only a head", "a.csv", "file.no_features", lambda: b"lon,lat\n")
    yield Hostile("wkt broken", "a.wkt", "file.not_parsable", lambda: b"POLYGON((1 2\n")
    yield Hostile("wkt deep", "a.wkt", "file.too_heavy", lambda: deep.encode())
    yield Hostile(
        "wkt of an unknown system",
        "a.wkt",
        "file.unknown_crs",
        lambda: b"SRID=999999;POLYGON((1 2,3 4,5 6,1 2))",
    )
    yield Hostile(
        "wkt NaN", "a.wkt", "file.not_parsable", lambda: b"POLYGON((nan nan,1 2,3 4,nan nan))"
    )
    yield Hostile(
        "wkt many points",
        "a.wkt",
        "file.too_many_points",
        lambda: ("POLYGON((" + "105 21," * 210_000 + "105 21))").encode(),
    )


def millions() -> Iterator[Hostile]:
    """A million corners in each format that packs them small enough to be sent."""
    rule, most = "file.too_many_points", 1_000_000

    def file(filename: str, make: Callable[[], bytes], rule: str = rule) -> Hostile:
        return Hostile(f"a million in {filename}", filename, rule, make, is_heavy=True)

    yield file(
        "a.geojson", lambda: b'{"type":"Polygon","coordinates":[[' + b"[1,2]," * most + b"[1,2]]]}"
    )
    yield file("a.csv", lambda: b"lon,lat\n" + b"1,2\n" * most)
    yield file("a.wkt", lambda: b"POLYGON((" + b"1 2," * most + b"1 2))")
    yield file("a.kml", lambda: kml("1,2 " * most))
    yield file("a.kmz", lambda: zipped({"doc.kml": kml("1,2 " * most)}), "file.archive_bomb")
    yield file(
        "b.kmz",
        lambda: zipped(
            {"doc.kml": kml("".join(f"{n / 1e4:.4f},2.{n % 10_007} " for n in range(most)))}
        ),
    )
