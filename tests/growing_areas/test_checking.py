"""An outline against the world: its declared commune's boundary, the minimum of its kind."""

from datetime import datetime

import pytest
import shapely
from sqlalchemy.orm import Session

from accounts.permissions import SYSTEM
from foundation.errors import Conflict, Finding, Invalid
from growing_areas import checking, registration
from territory.boundaries import box_text
from territory.models import Boundary
from tests.growing_areas import factories


def put_boundary(
    session: Session,
    now: datetime,
    east: float,
    *,
    code: str = factories.COMMUNE,
    west: float = 105.2,
) -> None:
    """Let a commune lie between `west` and `east`."""
    shape = shapely.box(west, 21.0, east, 21.3)
    session.add(
        Boundary(
            commune_code=code,
            province_code=factories.PROVINCE,
            geometry=shapely.to_wkb(shape),
            box=box_text(*shape.bounds),
            area_ha=1.0,
            imported_at=now,
        )
    )
    session.flush()


def propose(session: Session, now: datetime) -> registration.Proposed:
    organisation = factories.make_organisation(session, now)
    proposal = factories.make_proposal()
    return registration.propose(session, SYSTEM, organisation.code, proposal, now=now)


def test_a_field_inside_its_commune_says_nothing(session: Session, now: datetime) -> None:
    put_boundary(session, now, 105.4)

    assert propose(session, now).findings == ()


def test_reaching_out_a_little_is_only_a_warning(session: Session, now: datetime) -> None:
    put_boundary(session, now, 105.2850)

    (finding,) = propose(session, now).findings
    assert (finding.code, finding.severity) == ("area.near_commune_edge", "warning")
    assert 40 < finding.params["metres"] < 70


def test_lying_outside_is_refused_with_the_distance(session: Session, now: datetime) -> None:
    put_boundary(session, now, 105.2810)

    with pytest.raises(Invalid) as caught:
        propose(session, now)

    finding, elsewhere = caught.value.findings
    assert finding.code == "area.outside_commune"
    assert finding.params["metres"] > checking.BOUNDARY_SLACK_M
    assert (elsewhere.code, elsewhere.severity) == ("area.in_no_commune", "warning")


def test_lying_in_another_commune_names_it(session: Session, now: datetime) -> None:
    put_boundary(session, now, 105.2810)
    put_boundary(session, now, 105.2950, code="08686", west=105.2810)

    with pytest.raises(Invalid) as caught:
        propose(session, now)

    _, elsewhere = caught.value.findings
    assert elsewhere.code == "area.in_other_commune"
    assert elsewhere.params == {"commune": "Xã Tu Vũ, Phú Thọ", "unit": "08686"}


def test_a_boundary_imported_later_is_looked_at_when_the_draft_is_handed_in(
    session: Session, now: datetime
) -> None:
    area = propose(session, now).area
    put_boundary(session, now, 105.2810)

    with pytest.raises(Conflict) as caught:
        registration.submit(session, SYSTEM, area.id, now=now)

    assert [f.code for f in caught.value.findings] == ["area.outside_commune"]


def test_findings_survive_being_kept() -> None:
    finding = Finding("area.spike", {"lon": 1.5, "part": 1}, "geometry", (1.5, 2.5), "warning")

    assert checking.from_json(checking.to_json(finding)) == finding
