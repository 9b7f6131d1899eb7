"""Which commune a point lies in, and how far a field reaches out of its commune."""

from datetime import datetime

import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from territory import boundaries
from tests.territory.factories import feature, import_features, square

VE_GIANG, NEIGHBOUR = "21238", "21244"


@pytest.fixture(autouse=True)
def _two_communes(session: Session, now: datetime) -> None:
    # Side by side, with a gap of about 100 m between them.
    import_features(
        session,
        now,
        feature(VE_GIANG, square(108.8, 15.0)),
        feature(NEIGHBOUR, square(108.901, 15.0)),
    )


def test_without_boundaries_nothing_is_claimed(session: Session) -> None:
    assert boundaries.has_boundaries(session)
    assert boundaries.boundary_of(session, "00004") is None
    assert boundaries.outside_by_m(session, "00004", shapely.box(108, 15, 108.1, 15.1)) is None


def test_a_point_lies_in_its_commune(session: Session) -> None:
    assert boundaries.unit_at(session, 108.85, 15.05) == VE_GIANG
    assert boundaries.unit_at(session, 108.95, 15.05) == NEIGHBOUR
    assert boundaries.unit_at(session, 108.8, 15.0) == VE_GIANG


def test_a_point_in_the_gap_belongs_to_the_nearer_commune(session: Session) -> None:
    assert boundaries.unit_at(session, 108.9002, 15.05) == VE_GIANG
    assert boundaries.unit_at(session, 108.9009, 15.05) == NEIGHBOUR


def test_a_point_far_from_every_commune_has_none(session: Session) -> None:
    assert boundaries.unit_at(session, 108.85, 15.2) is None
    assert boundaries.unit_at(session, float("nan"), 15.05) is None
    assert boundaries.unit_at(session, 0.0, 90.0) is None


def test_where_neighbours_overlap_the_deeper_one_counts(session: Session, now: datetime) -> None:
    import_features(session, now, feature(NEIGHBOUR, square(108.898, 15.0)))

    assert boundaries.unit_at(session, 108.8985, 15.05) == VE_GIANG
    assert boundaries.unit_at(session, 108.8995, 15.05) == NEIGHBOUR


def test_a_field_inside_reaches_out_by_nothing(session: Session) -> None:
    assert boundaries.outside_by_m(session, VE_GIANG, shapely.box(108.81, 15.01, 108.9, 15.1)) == 0


def test_a_field_across_the_border_reaches_out_by_metres(session: Session) -> None:
    field = shapely.box(108.85, 15.05, 108.85 + 0.01, 15.1 + 0.001)

    assert boundaries.outside_by_m(session, VE_GIANG, field) == pytest.approx(111.2, abs=0.5)


@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(st.floats(0.0, 0.5))
def test_moving_away_takes_a_field_further_out(session: Session, shift: float) -> None:
    near = boundaries.outside_by_m(session, VE_GIANG, shapely.box(108.85, 15.05, 108.86, 15.06))
    east = 108.85 + shift
    far = boundaries.outside_by_m(session, VE_GIANG, shapely.box(east, 15.05, east + 0.01, 15.06))

    assert near is not None
    assert far is not None
    assert far >= near
    # 107.4 km is a degree of longitude at 15° north.
    assert far == pytest.approx(max(0.0, shift - 0.04) * 107_400, rel=0.01, abs=1)
