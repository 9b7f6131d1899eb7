"""Overlaps are judged on true polygons, not on rectangles or slivers."""

import math
from datetime import datetime

import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely import Polygon
from sqlalchemy.orm import Session

from growing_areas import areas, overlap
from growing_areas.shapes.measure import Outline
from tests.growing_areas import factories


def found(session: Session, outline: Outline) -> list[overlap.Overlap]:
    return overlap.find(session, outline, organisation_id=0, plot_id=None)


def square(lon: float, lat: float, size: float) -> Polygon:
    return shapely.box(lon, lat, lon + size, lat + size)


def drawn(polygon: Polygon) -> dict[str, object]:
    return {"type": "Polygon", "coordinates": [[list(p) for p in polygon.exterior.coords]]}


def test_a_triangle_within_the_rectangle_but_not_the_field_does_not_overlap(
    session: Session, now: datetime
) -> None:
    lower = Polygon([(105.28, 21.12), (105.29, 21.12), (105.28, 21.13)])
    upper = Polygon([(105.29, 21.13), (105.29, 21.1205), (105.2805, 21.13)])
    factories.make_approved_area(session, now, geometry=drawn(lower))

    assert lower.envelope.intersects(upper)
    assert found(session, upper) == []


def test_the_shared_ground_and_its_share_are_told(session: Session, now: datetime) -> None:
    area = factories.make_approved_area(session, now, geometry=drawn(square(105.28, 21.12, 0.01)))

    (one,) = found(session, square(105.285, 21.12, 0.01))

    assert one.label == area.code
    assert one.share_percent == 50
    assert math.isclose(float(one.shared_ha), area.version.area_m2 / 20_000, rel_tol=1e-3)


def test_a_strip_narrower_than_the_tolerance_is_no_overlap(session: Session, now: datetime) -> None:
    factories.make_approved_area(session, now, geometry=drawn(square(105.28, 21.12, 0.01)))
    metre = 1 / 103_000

    assert found(session, square(105.29 - 1.5 * metre, 21.12, 0.01)) == []
    assert len(found(session, square(105.29 - 5 * metre, 21.12, 0.01))) == 1


def test_ones_own_drafts_are_named_and_others_are_not(session: Session, now: datetime) -> None:
    organisation = factories.make_organisation(session, now)
    draft = factories.make_area(session, now, organisation)
    outline = areas.outline_of(draft.version)

    own = overlap.find(session, outline, organisation_id=organisation.id, plot_id=None)

    assert [(each.label, each.holds_ground) for each in own] == [(draft.name, False)]
    assert found(session, outline) == []


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(shift=st.floats(-0.012, 0.012), rise=st.floats(-0.012, 0.012))
def test_overlap_is_symmetric(session: Session, now: datetime, shift: float, rise: float) -> None:
    mine, other = square(105.28, 21.12, 0.01), square(105.28 + shift, 21.12 + rise, 0.01)
    point = session.begin_nested()
    factories.make_approved_area(session, now, geometry=drawn(mine))
    one_way = found(session, other)
    point.rollback()
    point = session.begin_nested()
    factories.make_approved_area(session, now, geometry=drawn(other))
    other_way = found(session, mine)
    point.rollback()

    assert [each.shared_ha for each in one_way] == [each.shared_ha for each in other_way]
