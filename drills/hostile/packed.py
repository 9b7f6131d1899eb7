"""Hostile archives, Shapefiles and databases."""

from __future__ import annotations

import io
import sqlite3
import struct
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from drills.hostile.recipes import MB, RING, Hostile, kml, laughs, zipped


def archive_files() -> Iterator[Hostile]:
    yield Hostile("kmz of a gigabyte", "a.kmz", "file.archive_bomb", _gigabyte)
    yield Hostile("kmz understating", "a.kmz", "file.bad_archive", _understating)
    yield Hostile("kmz no zip", "a.kmz", "file.bad_archive", lambda: b"PK\x03\x04" + b"\0" * 500)
    yield Hostile(
        "kmz truncated", "a.kmz", "file.bad_archive", lambda: zipped({"doc.kml": kml("1,2")})[:-30]
    )
    yield Hostile("kmz without kml", "a.kmz", "file.no_features", lambda: zipped({"a.png": b"x"}))
    yield Hostile(
        "kmz with a bomb inside",
        "a.kmz",
        "file.unsafe_markup",
        lambda: zipped({"doc.kml": laughs()}),
    )
    yield Hostile(
        "zip nested",
        "a.zip",
        "file.archive_nested",
        lambda: zipped({"b.zip": zipped({"a.shp": b"x"})}),
    )
    yield Hostile(
        "zip climbs out", "a.zip", "file.unsafe_archive", lambda: zipped({"../../etc/a.shp": b"x"})
    )
    yield Hostile(
        "zip absolute", "a.zip", "file.unsafe_archive", lambda: zipped({"/etc/a.shp": b"x"})
    )
    yield Hostile(
        "zip on a drive", "a.zip", "file.unsafe_archive", lambda: zipped({"C:\\a.shp": b"x"})
    )
    yield Hostile("zip link", "a.zip", "file.archive_link", _link)
    yield Hostile(
        "zip crowded",
        "a.zip",
        "file.archive_crowded",
        lambda: zipped({f"{n}.shp": b"" for n in range(300)}),
    )
    yield Hostile("zip locked", "a.zip", "file.archive_encrypted", _locked)
    yield Hostile("zip doubled", "a.zip", "file.archive_doubled", _doubled)
    yield Hostile("zip empty", "a.zip", "file.no_features", lambda: zipped({}))
    yield Hostile("zip bad sum", "a.kmz", "file.bad_archive", _bad_sum)


def _gigabyte() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        info = zipfile.ZipInfo("doc.kml")
        info.compress_type = zipfile.ZIP_DEFLATED
        with archive.open(info, "w", force_zip64=True) as member:
            member.write(b"<kml>" + b" " * MB)
    # The size it claims, in the directory and before the data: a gigabyte.
    return _claiming(buffer.getvalue(), 1024 * MB)


def _understating() -> bytes:
    """Two megabytes that say they are ten bytes."""
    return _claiming(zipped({"doc.kml": b" " * 2 * MB + kml("1,2")}), 10)


def _claiming(raw: bytes, size: int) -> bytes:
    place = raw.rindex(b"PK\x01\x02")
    return raw[: place + 24] + struct.pack("<I", size) + raw[place + 28 :]


def _flagged(raw: bytes, offset: int, value: bytes) -> bytes:
    place = raw.rindex(b"PK\x01\x02") + offset
    return raw[:place] + value + raw[place + len(value) :]


def _locked() -> bytes:
    return _flagged(zipped({"a.shp": b"x"}), 8, b"\x01\x00")


def _link() -> bytes:
    info = zipfile.ZipInfo("a.shp")
    info.create_system = 3
    info.external_attr = 0o120777 << 16
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(info, "/etc/passwd")
    return buffer.getvalue()


def _doubled() -> bytes:
    return zipped({"a.shp": b"1", "b.shp": b"2"}).replace(b"b.shp", b"a.shp")


def _bad_sum() -> bytes:
    raw = zipped({"doc.kml": kml("1,2")}, method=zipfile.ZIP_STORED)
    return raw.replace(b"<coordinates>1,2", b"<coordinates>9,9")


_CONTENTS = (
    "pragma application_id=1196444487; pragma user_version=10300;"
    "create table gpkg_spatial_ref_sys(srs_name text, srs_id integer primary key, organization"
    " text, organization_coordsys_id integer, definition text, description text);"
    "insert into gpkg_spatial_ref_sys values('WGS 84',4326,'EPSG',4326,'GEOGCS[\"WGS 84\"]','');"
    "create table gpkg_contents(table_name text primary key, data_type text, identifier text,"
    " description text, last_change text, min_x real, min_y real, max_x real, max_y real,"
    " srs_id integer);"
    "create table gpkg_geometry_columns(table_name text, column_name text, geometry_type_name"
    " text, srs_id integer, z integer, m integer);"
    "insert into gpkg_contents values('t','features','t','','2026-01-01T00:00:00Z',0,0,1,1,4326);"
    "insert into gpkg_geometry_columns values('t','geom','POLYGON',4326,0,0);"
)


_TABLE = "create table t(fid integer primary key, geom blob, name text);"


_ENDLESS = (
    "create view t as with recursive n(fid) as (select 1 union all select fid + 1 from n)"
    " select fid, null as geom from n where fid < 0;"
)


def _database(*statements: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "a.gpkg")
        connection = sqlite3.connect(path)
        for statement in statements:
            connection.executescript(statement)
        connection.commit()
        connection.close()
        return path.read_bytes()


def database_files() -> Iterator[Hostile]:
    rows = "insert into t(geom, name) values(x'{}', 'A');"
    magic = b"SQLite format 3\x00"
    yield Hostile("gpkg no database", "a.gpkg", "file.wrong_content", lambda: b"nonsense")
    yield Hostile("gpkg only magic", "a.gpkg", "file.bad_layer", lambda: magic + bytes(4_000))
    yield Hostile("gpkg noise", "a.gpkg", "file.bad_layer", lambda: magic + b"\xff" * 9_000)
    yield Hostile(
        "gpkg without layers", "a.gpkg", "file.bad_layer", lambda: _database("create table x(y);")
    )
    yield Hostile(
        "gpkg empty layer", "a.gpkg", "file.no_features", lambda: _database(_CONTENTS, _TABLE)
    )
    yield Hostile(
        "gpkg truncated",
        "a.gpkg",
        "file.bad_layer",
        lambda: _database(_CONTENTS, _TABLE, rows.format("00"))[:9_000],
    )
    yield Hostile(
        "gpkg endless view",
        "a.gpkg",
        "file.too_heavy",
        lambda: _database(_CONTENTS, _ENDLESS),
        is_heavy=True,
    )
    yield Hostile(
        "gpkg broken shape",
        "a.gpkg",
        "file.bad_layer",
        lambda: _database(_CONTENTS, _TABLE, rows.format("47500001")),
    )
    yield Hostile(
        "gpkg of a billion", "a.gpkg", "file.bad_layer",
        lambda: _database(
            _CONTENTS, _TABLE, rows.format("00"),
            "create table gpkg_ogr_contents(table_name text primary key, feature_count integer);"
            "insert into gpkg_ogr_contents values('t', 1000000000);",
        ),
    )  # fmt: skip
    yield Hostile(
        "gpkg trigger", "a.gpkg", "file.bad_layer",
        lambda: _database(
            _CONTENTS, _TABLE, rows.format("00"),
            "create trigger g after insert on t begin delete from gpkg_contents; end;",
        ),
    )  # fmt: skip
    yield Hostile(
        "gpkg write-ahead",
        "a.gpkg",
        "file.bad_layer",
        lambda: _ahead(_database(_CONTENTS, _TABLE, rows.format("00"))),
    )
    yield Hostile("gpkg is a zip", "a.gpkg", "file.wrong_content", lambda: zipped({"a.shp": b"x"}))


def _ahead(raw: bytes) -> bytes:
    """A database that says it has a journal beside it, which nobody sent."""
    return raw[:18] + b"\x02\x02" + raw[20:]


_PRJ = (
    b'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]],'
    b'PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]]'
)
_ELSEWHERE = (
    b'<OGRVRTDataSource><OGRVRTLayer name="a"><SrcDataSource>/etc/passwd</SrcDataSource>'
    b"</OGRVRTLayer></OGRVRTDataSource>"
)


def _shp(records: bytes, *, words: int | None = None) -> bytes:
    length = (100 + len(records)) // 2 if words is None else words
    head = struct.pack(">7i", 9994, 0, 0, 0, 0, 0, length) + struct.pack("<2i", 1000, 5)
    return head + struct.pack("<8d", 105.8, 21.0, 105.81, 21.01, 0, 0, 0, 0) + records


def _record(parts: int, points: int) -> bytes:
    body = struct.pack("<i4d2i", 5, 105.8, 21.0, 105.81, 21.01, parts, points)
    body += struct.pack("<i", 0) + b"".join(struct.pack("<2d", *corner) for corner in RING)
    return struct.pack(">2i", 1, len(body) // 2) + body


def _index(length: int) -> bytes:
    return _shp(struct.pack(">2i", 50, length), words=54)


def _dbf(rows: int, width: int = 10) -> bytes:
    head = struct.pack("<4BIHH20x", 3, 126, 1, 1, rows, 65, width + 1)
    field = b"TEN".ljust(11, b"\0") + b"C" + bytes(4) + bytes([width, 0]) + bytes(14)
    return head + field + b"\r" + b" " + b"A" * width


def shape_files() -> Iterator[Hostile]:
    prj = _PRJ

    def file(name: str, rule: str, members: Callable[[], dict[str, bytes]]) -> Hostile:
        return Hostile(f"shp {name}", "a.zip", rule, lambda: zipped(members()))

    def beside(shp: bytes, **more: bytes) -> dict[str, bytes]:
        whole = {"shp": shp, "shx": _index(len(_record(1, 5)) // 2 - 4), "dbf": _dbf(1), "prj": prj}
        return {f"a.{suffix}": content for suffix, content in {**whole, **more}.items()}

    vrt = _ELSEWHERE
    yield file("only a name", "file.wrong_content", lambda: {"a.shp": b""})
    yield file("is a pointer elsewhere", "file.wrong_content", lambda: beside(vrt))
    yield file("only a head", "file.bad_layer", lambda: {"a.shp": _shp(b""), "a.prj": prj})
    yield file(
        "without index", "file.bad_layer", lambda: {"a.shp": _shp(_record(1, 5)), "a.dbf": _dbf(1)}
    )
    yield file(
        "lying length", "file.bad_layer", lambda: beside(_shp(_record(1, 5)[:60], words=0x3FFFFFFF))
    )
    yield file(
        "a billion points", "file.bad_layer", lambda: beside(_shp(_record(1, 1_000_000_000)))
    )
    yield file("a billion parts", "file.bad_layer", lambda: beside(_shp(_record(1_000_000_000, 5))))
    yield file(
        "a billion records",
        "file.bad_layer",
        lambda: beside(_shp(_record(1, 5)), shx=_shp(b"", words=0x3FFFFFFF)),
    )
    yield file(
        "without system",
        "file.crs_missing",
        lambda: {k: v for k, v in beside(_shp(_record(1, 5))).items() if k != "a.prj"},
    )
    yield file(
        "absurd system",
        "file.crs_missing",
        lambda: beside(_shp(_record(1, 5)), prj=b"\xff" * 9_999),
    )
