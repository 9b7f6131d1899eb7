"""Boundary files: what is taken, and everything that is refused."""

import gzip
import io
import json
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from foundation.errors import Invalid
from territory import boundaries
from territory.boundary_import import import_boundaries
from territory.models import Boundary
from tests.territory.factories import collection, feature, import_features, square

NOT_POLYGON, UNKNOWN_UNIT = "territory.boundary_not_polygon", "territory.boundary_unknown_unit"
GOOD = feature("21238", square(108.8, 15.0))


def refused(session: Session, now: datetime, data: bytes) -> list[str]:
    with pytest.raises(Invalid) as raised:
        import_boundaries(session, io.BytesIO(data), now=now)
    assert not boundaries.has_boundaries(session)
    return [finding.code for finding in raised.value.findings]


def test_a_collection_lines_and_gzip_are_all_read(session: Session, now: datetime) -> None:
    lines = b"\n".join(json.dumps(f).encode() for f in (GOOD, feature("21244", square(109, 15))))

    for data in (
        collection(GOOD),
        lines + b"\n\n",
        gzip.compress(lines),
        json.dumps(GOOD).encode(),
    ):
        assert import_boundaries(session, io.BytesIO(data), now=now) in (1, 2)

    assert session.scalar(select(func.count()).select_from(Boundary)) == 2


def test_a_file_is_read_from_its_path_with_progress(
    session: Session, now: datetime, tmp_path: Path
) -> None:
    path = tmp_path / "communes.geojson"
    path.write_bytes(collection(GOOD))
    told: list[tuple[int, int]] = []

    import_boundaries(
        session, path, now=now, progress=lambda done, total: told.append((done, total))
    )

    assert told == [(1, 1)]


def test_a_second_import_replaces_the_first(session: Session, now: datetime) -> None:
    import_features(session, now, GOOD)
    import_features(session, now, feature("21238", square(108.9, 15.0)))

    boundary = boundaries.boundary_of(session, "21238")

    assert boundary is not None
    assert boundary.bounds[0] == 108.9


def test_area_is_that_of_the_ellipsoid(session: Session, now: datetime) -> None:
    import_features(session, now, GOOD)

    area_ha = session.scalar(select(Boundary.area_ha))

    assert area_ha == pytest.approx(11_896, rel=0.001)


def test_a_polygon_that_crosses_itself_is_mended(session: Session, now: datetime) -> None:
    ring = [[108.8, 15.0], [108.9, 15.1], [108.9, 15.0], [108.8, 15.1], [108.8, 15.0]]
    spike = [*square(109.0, 15.0)["coordinates"][0][:2], [109.3, 15.0], [109.1, 15.0]]
    spike += square(109.0, 15.0)["coordinates"][0][2:]
    import_features(
        session,
        now,
        feature("21238", {"type": "Polygon", "coordinates": [ring]}),
        feature("21244", {"type": "Polygon", "coordinates": [spike]}),
    )

    for code in ("21238", "21244"):
        boundary = boundaries.boundary_of(session, code)
        assert boundary is not None
        assert shapely.is_valid(boundary)
        assert boundary.area > 0


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        ({"type": "Point"}, "territory.boundary_not_feature"),
        ("text", "territory.boundary_not_feature"),
        (feature("99999", square(108, 15)), UNKNOWN_UNIT),
        (feature(21238, square(108, 15)), UNKNOWN_UNIT),
        (feature(None, square(108, 15)), UNKNOWN_UNIT),
        ({**GOOD, "properties": None}, UNKNOWN_UNIT),
        (feature("08683", square(105, 21)), UNKNOWN_UNIT),  # of the old order
        (feature("21244", {"type": "Point", "coordinates": [1, 2]}), NOT_POLYGON),
        (feature("21244", None), NOT_POLYGON),
        (feature("21244", {"type": "Polygon"}), NOT_POLYGON),
        (feature("21244", {"type": "Polygon", "coordinates": [[[1]]]}), NOT_POLYGON),
        (feature("21244", {"type": "Polygon", "coordinates": "x"}), NOT_POLYGON),
        (feature("21244", {"type": "Polygon", "coordinates": []}), NOT_POLYGON),
        (feature("21244", square(15.0, 108.8)), "territory.boundary_elsewhere"),
        (feature("21244", square(float("nan"), 15)), NOT_POLYGON),
        (feature("21244", square(float("inf"), 15)), NOT_POLYGON),
        (feature("21238", square(108, 15)), "territory.boundary_twice"),
    ],
)  # fmt: skip
def test_one_bad_feature_refuses_the_whole_file(
    session: Session, now: datetime, bad: Any, code: str
) -> None:
    assert refused(session, now, collection(GOOD, bad)) == [code]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "territory.boundaries_not_geojson"),
        (b"not json", "territory.boundaries_not_geojson"),
        (b"\xff\xfe\x00", "territory.boundaries_not_geojson"),
        (b"[1, 2]", "territory.boundaries_not_geojson"),
        (b"[" * 100_000, "territory.boundaries_not_geojson"),
        (b"\x1f\x8b broken", "territory.boundaries_broken_gzip"),
        (gzip.compress(b"{}" * 1000, mtime=0)[:20], "territory.boundaries_broken_gzip"),
        (collection(), "territory.boundaries_none"),
        (b'{"type": "Feature"', "territory.boundary_not_feature"),
    ],
)
def test_a_file_that_is_no_geojson_is_refused(
    session: Session, now: datetime, data: bytes, code: str
) -> None:
    assert refused(session, now, data) == [code]


def test_all_findings_come_at_once_up_to_a_hundred(session: Session, now: datetime) -> None:
    bad = [feature(f"9{n:04d}", square(108, 15)) for n in range(150)]

    assert len(refused(session, now, collection(*bad[:3]))) == 3
    assert len(refused(session, now, collection(*bad))) == 100


coordinate = st.one_of(st.floats(100, 120), st.floats(5, 25), st.integers(-200, 200), st.none())


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.lists(st.lists(coordinate, max_size=3), max_size=7), max_size=3))
def test_any_rings_are_either_taken_or_refused(
    session: Session, now: datetime, rings: list[Any]
) -> None:
    data = collection(feature("21238", {"type": "Polygon", "coordinates": rings}))
    with suppress(Invalid):
        import_boundaries(session, io.BytesIO(data), now=now)

    boundary = boundaries.boundary_of(session, "21238")
    assert boundary is None or (shapely.is_valid(boundary) and boundary.area > 0)
