"""Amendments: the old stands until the new is approved, and stays readable afterwards."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from accounts.permissions import SYSTEM
from foundation.errors import Conflict, Forbidden, Invalid, Refused
from growing_areas import facts, proposals, recorded
from growing_areas.dossiers import amendment_rows, amendments, approval, editions, inspection
from growing_areas.dossiers.amendments import Change
from growing_areas.dossiers.inspection import Visit
from growing_areas.models import GrowingArea
from tests.growing_areas import factories

TODAY = date(2026, 11, 21)
MOVED = Change("Mở rộng thêm bờ nam", geometry=factories.field(0.0, 0.002))
VISITED = Visit(True, TODAY, kind="amendment")


def proposed(session: Session, now: datetime, change: Change = MOVED) -> GrowingArea:
    area = factories.make_approved_area(session, now)
    amendments.propose(session, SYSTEM, area.id, change, now=now)
    return area


def test_the_old_outline_stands_while_a_new_one_is_under_review(
    session: Session, now: datetime
) -> None:
    area = proposed(session, now)

    amendment = amendment_rows.find_open(session, area.id)
    assert amendment is not None
    assert (area.status, area.version.number, amendment.version.number) == ("approved", 1, 2)
    assert (area.due_step, amendment.status) == ("amend_inspect", "submitted")
    assert proposals.latest_version(session, area.plot_id).number == 1
    assert [a.code for a in facts.coded_areas(session, TODAY)] == [area.code]


def test_an_inspected_amendment_is_approved_and_the_code_stays(
    session: Session, now: datetime
) -> None:
    area = proposed(session, now)
    code, later = area.code, now + timedelta(days=5)
    inspection.record(session, factories.officer(), area.id, VISITED, now=later)

    amended = amendments.approve(session, factories.officer(), area.id, now=later)

    new, old = editions.list_editions(session, area.id)
    assert (amended.code, amended.status, amended.version.number) == (code, "approved", 2)
    assert (new.number, new.version_id) == (2, amended.version_id)
    assert old.version_id != new.version_id
    assert editions.on_day(session, [area.id], TODAY)[area.id].number == 1
    assert editions.on_day(session, [area.id], TODAY + timedelta(days=5))[area.id].number == 2
    assert area.due_step == "monitor"
    assert list(recorded.check_rows(session)) == []


def test_figures_of_the_past_keep_the_outline_of_their_day(session: Session, now: datetime) -> None:
    area = factories.make_approved_area(session, now)
    was = area.version.area_m2
    half = factories.field()
    ring = half["coordinates"][0]
    half["coordinates"] = [[*ring[:4], ring[0]]]
    later = now + timedelta(days=5)
    amendments.propose(session, SYSTEM, area.id, Change("Bỏ bờ bắc", geometry=half), now=later)
    inspection.record(session, SYSTEM, area.id, VISITED, now=later)
    amendments.approve(session, SYSTEM, area.id, now=later)

    (then,) = facts.coded_areas(session, TODAY)
    (now_,) = facts.coded_areas(session, TODAY + timedelta(days=5))

    assert then.area_m2 == was
    assert now_.area_m2 < was


def test_a_new_description_needs_no_visit(session: Session, now: datetime) -> None:
    area = proposed(session, now, Change("Trồng lại", variety="Bằng Luân", planting_year=2025))
    before = area.variety

    amended = amendments.approve(session, SYSTEM, area.id, now=now)

    assert before is None
    assert (amended.variety, amended.planting_year) == ("Bằng Luân", 2025)
    assert amended.version.number == 1


def test_a_new_outline_is_not_approved_unvisited(session: Session, now: datetime) -> None:
    area = proposed(session, now)

    with pytest.raises(Conflict, match="not_visited"):
        amendments.approve(session, SYSTEM, area.id, now=now)


def test_a_failed_visit_leaves_the_amendment_waiting(session: Session, now: datetime) -> None:
    area = proposed(session, now)
    inspection.record(session, SYSTEM, area.id, VISITED, now=now)
    failed = Visit(False, TODAY, "Bờ nam là đất hộ khác", kind="amendment")
    inspection.record(session, SYSTEM, area.id, failed, now=now)

    with pytest.raises(Conflict, match="not_visited"):
        amendments.approve(session, SYSTEM, area.id, now=now)
    assert area.status == "approved"


def test_a_new_outline_over_a_neighbour_needs_a_reason(session: Session, now: datetime) -> None:
    neighbour = factories.make_approved_area(session, now, geometry=factories.field(0.0, 0.008))
    area = proposed(session, now, Change("Mở rộng", geometry=factories.field(0.0, 0.004)))
    inspection.record(session, SYSTEM, area.id, VISITED, now=now)

    with pytest.raises(Refused) as caught:
        amendments.approve(session, SYSTEM, area.id, now=now)

    assert caught.value.findings[0].params["other"] == neighbour.code
    assert amendments.approve(session, SYSTEM, area.id, "Hai bên đã thỏa thuận", now=now).code


def test_one_amendment_at_a_time(session: Session, now: datetime) -> None:
    area = proposed(session, now)

    with pytest.raises(Conflict, match=r"amendment\.open"):
        amendments.propose(session, SYSTEM, area.id, MOVED, now=now)


def test_an_amendment_is_returned_with_reasons_and_the_area_stays(
    session: Session, now: datetime
) -> None:
    area = proposed(session, now)

    amendments.send_back(session, SYSTEM, area.id, "Lệch 40 m", causes=["outline_wrong"], now=now)

    (amendment,) = amendment_rows.list_all(session, area.id)
    assert (amendment.status, amendment.causes) == ("returned", ["outline_wrong"])
    assert (area.status, area.version.number, area.due_step) == ("approved", 1, "monitor")
    amendments.propose(session, SYSTEM, area.id, MOVED, now=now)


def test_an_amendment_is_taken_back(session: Session, now: datetime) -> None:
    area = proposed(session, now)

    amendments.withdraw(session, SYSTEM, area.id, now=now)

    assert amendment_rows.find_open(session, area.id) is None
    with pytest.raises(Conflict, match="none_open"):
        amendments.withdraw(session, SYSTEM, area.id, now=now)
    assert list(recorded.check_rows(session)) == []


def test_a_revoked_area_takes_its_amendment_along(session: Session, now: datetime) -> None:
    area = proposed(session, now)

    approval.revoke(session, SYSTEM, area.id, "Chuyển đổi đất", now=now)

    assert amendment_rows.find_open(session, area.id) is None


def test_nothing_changed_and_no_reason_are_refused(session: Session, now: datetime) -> None:
    area = factories.make_approved_area(session, now)
    for change, code in (
        (Change("Thử"), "amendment.nothing_changed"),
        (Change("Thử", geometry=factories.field()), "amendment.nothing_changed"),
        (Change(" ", variety="Sửu"), "area.reason_needed"),
    ):
        with pytest.raises(Invalid) as caught:
            amendments.propose(session, SYSTEM, area.id, change, now=now)
        assert caught.value.findings[0].code == code


def test_a_bad_outline_is_refused_with_its_findings(session: Session, now: datetime) -> None:
    area = factories.make_approved_area(session, now)
    bow = [[105.28, 21.12], [105.29, 21.13], [105.29, 21.12], [105.28, 21.13], [105.28, 21.12]]

    with pytest.raises(Invalid) as caught:
        amendments.propose(
            session, SYSTEM, area.id,
            Change("Sửa", geometry={"type": "Polygon", "coordinates": [bow]}), now=now,
        )  # fmt: skip

    assert "area.self_intersects" in {finding.code for finding in caught.value.findings}


def test_only_an_area_in_force_is_amended_and_only_by_its_own(
    session: Session, now: datetime
) -> None:
    organisation = factories.make_organisation(session, now)
    draft = factories.make_area(session, now, organisation)
    with pytest.raises(Conflict, match="wrong_status"):
        amendments.propose(session, SYSTEM, draft.id, MOVED, now=now)
    area = factories.make_approved_area(session, now, organisation, geometry=factories.field(0.1))
    with pytest.raises(Forbidden):
        amendments.propose(session, factories.officer(), area.id, MOVED, now=now)
    with pytest.raises(Forbidden):
        amendments.approve(session, factories.manager(organisation), area.id, now=now)
