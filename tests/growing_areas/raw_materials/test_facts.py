"""Raw-material areas of a past day: with the codes in force and the outlines of that day."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from accounts.permissions import SYSTEM
from growing_areas.dossiers import amendments, approval, inspection
from growing_areas.dossiers.amendments import Change
from growing_areas.dossiers.inspection import Visit
from growing_areas.models import GrowingArea
from growing_areas.raw_materials import facts, grouping, membership
from growing_areas.raw_materials.facts import RawMaterialFact
from tests.growing_areas.factories import field, make_approved_area, make_organisation, manager
from tests.growing_areas.raw_materials.test_membership import POMELO

TODAY = date(2026, 11, 21)
DAY = timedelta(days=1)


@pytest.fixture
def area(session: Session, now: datetime) -> GrowingArea:
    """A coded area, the only one of a raw-material area opened today."""
    lead = make_organisation(session, now)
    area = make_approved_area(session, now, lead)
    raw = grouping.open_area(session, manager(lead), lead.code, POMELO, now=now)
    membership.invite(session, manager(lead), raw.code, [area.code or ""], now=now)
    return area


def fact(session: Session, on: date) -> RawMaterialFact:
    (found,) = facts.raw_material_areas(session, on)
    return found


def amend(session: Session, area: GrowingArea, geometry: dict[str, Any], on: datetime) -> None:
    amendments.propose(session, SYSTEM, area.id, Change("Vẽ lại", geometry=geometry), now=on)
    seen = Visit(True, (on + DAY / 2).date(), kind="amendment")
    inspection.record(session, SYSTEM, area.id, seen, now=on + DAY / 2)
    amendments.approve(session, SYSTEM, area.id, now=on + DAY / 2)


def test_an_amendment_changes_no_day_before_it(
    session: Session, now: datetime, area: GrowingArea
) -> None:
    before = fact(session, TODAY).area_ha
    ring = field()["coordinates"][0]
    half = {"type": "Polygon", "coordinates": [[*ring[:4], ring[0]]]}

    amend(session, area, half, now + 10 * DAY)

    assert fact(session, TODAY).area_ha == before
    assert fact(session, TODAY + 9 * DAY).area_ha == before
    assert 0 < fact(session, TODAY + 10 * DAY).area_ha < before / 2


def test_a_suspended_area_supplies_nobody_on_its_days_only(
    session: Session, now: datetime, area: GrowingArea
) -> None:
    before = fact(session, TODAY)
    approval.suspend(session, SYSTEM, area.id, "Dư lượng", now=now + 3 * DAY)
    approval.restore(session, SYSTEM, area.id, "Đã khắc phục", now=now + 6 * DAY)

    held_up = fact(session, TODAY + 4 * DAY)

    assert held_up.area_ids == held_up.organisation_ids == ()
    assert held_up.area_ha == 0
    for day in (0, 2, 6, 40):
        assert fact(session, TODAY + day * DAY) == before


def test_a_revoked_area_stays_in_the_days_before(
    session: Session, now: datetime, area: GrowingArea
) -> None:
    before = fact(session, TODAY)
    approval.revoke(session, SYSTEM, area.id, "Bỏ vườn", now=now + 3 * DAY)

    assert fact(session, TODAY + 2 * DAY) == before
    assert fact(session, TODAY + 3 * DAY).area_ids == ()


def test_a_day_of_vietnam_ends_at_its_midnight(
    session: Session, now: datetime, area: GrowingArea
) -> None:
    late = datetime(2026, 11, 23, 18, 0, tzinfo=now.tzinfo)  # 24 November, one in the morning
    approval.suspend(session, SYSTEM, area.id, "Dư lượng", now=late)

    assert fact(session, date(2026, 11, 23)).area_ids == (area.id,)
    assert fact(session, date(2026, 11, 24)).area_ids == ()
