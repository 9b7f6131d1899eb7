"""Withdrawing, monitoring, expiring, renewing: every step and what it refuses."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from accounts.models import AuditEntry
from accounts.permissions import SYSTEM, Actor, Held
from foundation.errors import Conflict, Forbidden, Invalid, Refused
from growing_areas import facts, recorded, registration
from growing_areas.dossiers import (
    approval,
    editions,
    inspection,
    lifecycle,
    pieces,
    renewal,
    terms,
)
from growing_areas.dossiers.inspection import Visit
from growing_areas.dossiers.terms import CodeTerm
from growing_areas.models import GrowingArea
from growing_areas.rules import Validity
from tests.growing_areas import factories

TODAY = date(2026, 11, 21)
LATER = timedelta(days=400)


def monitored(
    session: Session, area: GrowingArea, now: datetime, *, passed: bool = True
) -> GrowingArea:
    visit = Visit(passed, now.date(), "" if passed else "Không có nhật ký")
    return inspection.record(session, factories.officer(), area.id, visit, now=now)


def expired(session: Session, now: datetime) -> GrowingArea:
    area = factories.make_approved_area(session, now)
    area.valid_until = TODAY + timedelta(days=30)
    session.flush()
    assert renewal.expire_ended(session, now=now + timedelta(days=31)) == 1
    return area


def actions(session: Session, area: GrowingArea) -> list[str]:
    return [event.action for event in lifecycle.list_events(session, area.id)]


def test_a_dossier_handed_in_can_be_taken_back(session: Session, now: datetime) -> None:
    organisation = factories.make_organisation(session, now)
    area = factories.make_area(session, now, organisation)
    registration.submit(session, SYSTEM, area.id, now=now)

    registration.withdraw(session, factories.manager(organisation), area.id, now=now)

    assert (area.status, area.due_on) == ("draft", None)
    assert actions(session, area) == ["submit", "withdraw"]
    assert list(recorded.check_rows(session)) == []


def test_an_area_in_force_is_not_taken_back(session: Session, now: datetime) -> None:
    area = factories.make_approved_area(session, now)

    with pytest.raises(Conflict, match="wrong_status"):
        registration.withdraw(session, SYSTEM, area.id, now=now)


def test_an_official_acting_for_a_cooperative_is_audited(session: Session, now: datetime) -> None:
    area = factories.make_area(session, now)
    platform_admin = Actor(9_000_009, "Quản trị", (Held("admin"),))

    registration.submit(session, platform_admin, area.id, now=now)
    registration.withdraw(session, platform_admin, area.id, now=now)

    written = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert list(written) == ["area.submit", "area.withdraw"]


def test_each_step_says_what_is_due_next_and_by_when(session: Session, now: datetime) -> None:
    area = factories.make_area(session, now)
    seen = [(area.due_step, area.due_on)]
    registration.submit(session, SYSTEM, area.id, now=now)
    seen.append((area.due_step, area.due_on))
    approval.send_back(session, SYSTEM, area.id, "", causes=["variety_unclear"], now=now)
    seen.append((area.due_step, area.due_on))
    registration.submit(session, SYSTEM, area.id, now=now)
    inspection.record(session, SYSTEM, area.id, Visit(True, TODAY), now=now)
    seen.append((area.due_step, area.due_on))
    approval.approve(session, SYSTEM, area.id, now=now)
    seen.append((area.due_step, area.due_on))

    assert seen == [
        (None, None),
        ("inspect", terms.due_after("inspect", TODAY)),
        ("mend", terms.due_after("mend", TODAY)),
        ("decide", terms.due_after("decide", TODAY)),
        ("monitor", date(2027, 11, 21)),
    ]


def test_a_returned_dossier_shows_the_reason_at_its_piece(session: Session, now: datetime) -> None:
    area = factories.make_area(session, now, variety="Sửu")
    registration.submit(session, SYSTEM, area.id, now=now)

    approval.send_back(
        session, SYSTEM, area.id, "Sửu hay Bằng Luân?", causes=["variety_unclear"], now=now
    )

    piece = next(p for p in pieces.read(session, area, now=now).pieces if p.code == "variety")
    assert (piece.state, piece.causes) == ("returned", ("variety_unclear",))


@pytest.mark.parametrize("causes", [["residue"], ["invented"]])
def test_causes_of_another_step_are_refused(
    session: Session, now: datetime, causes: list[str]
) -> None:
    area = factories.make_area(session, now)
    registration.submit(session, SYSTEM, area.id, now=now)

    with pytest.raises(Invalid) as caught:
        approval.send_back(session, SYSTEM, area.id, "Sửa lại", causes=causes, now=now)

    assert caught.value.findings[0].code == "area.unknown_cause"


def test_another_reason_needs_words(session: Session, now: datetime) -> None:
    area = factories.make_approved_area(session, now)

    with pytest.raises(Invalid) as caught:
        approval.suspend(session, SYSTEM, area.id, "", causes=["other"], now=now)

    assert caught.value.findings[0].code == "area.reason_needed"


def test_a_monitoring_visit_sets_the_next_year_and_leaves_the_status(
    session: Session, now: datetime
) -> None:
    area = factories.make_approved_area(session, now)

    monitored(session, area, now + timedelta(days=300))

    assert area.status == "approved"
    assert area.monitor_on == date(2028, 9, 17)
    assert actions(session, area)[-1] == "monitor"


def test_a_failed_monitoring_visit_asks_for_another_soon(session: Session, now: datetime) -> None:
    area = factories.make_approved_area(session, now)

    monitored(session, area, now, passed=False)

    assert area.status == "approved"
    assert area.monitor_on == terms.due_after("revisit", TODAY)


def test_a_code_ends_by_itself_and_its_figures_with_it(session: Session, now: datetime) -> None:
    area = expired(session, now)

    assert area.status == "expired"
    assert area.code is not None
    assert [a.code for a in facts.coded_areas(session, TODAY + timedelta(days=30))] == [area.code]
    assert facts.coded_areas(session, TODAY + timedelta(days=31)) == []
    assert renewal.expire_ended(session, now=now + timedelta(days=32)) == 0
    assert list(recorded.check_rows(session)) == []


def test_a_code_without_an_end_never_ends(session: Session, now: datetime) -> None:
    area = factories.make_approved_area(session, now)

    assert area.valid_until is None
    assert renewal.expire_ended(session, now=now + timedelta(days=9_999)) == 0


def test_an_expired_code_is_renewed_after_a_passed_visit(session: Session, now: datetime) -> None:
    area = expired(session, now)
    code, later = area.code, now + timedelta(days=40)
    monitored(session, area, later)

    renewed = approval.renew(session, factories.officer(), area.id, now=later)

    assert (renewed.status, renewed.code) == ("approved", code)
    day = TODAY + timedelta(days=40)
    assert [a.code for a in facts.coded_areas(session, day)] == [code]
    assert facts.coded_areas(session, day - timedelta(days=1)) == []
    assert list(recorded.check_rows(session)) == []


def test_a_code_is_not_renewed_without_a_passed_visit_of_late(
    session: Session, now: datetime
) -> None:
    area = factories.make_approved_area(session, now)
    with pytest.raises(Conflict, match="visit_needed"):
        approval.renew(session, SYSTEM, area.id, now=now + LATER)
    monitored(session, area, now)
    with pytest.raises(Conflict, match="visit_needed"):
        approval.renew(session, SYSTEM, area.id, now=now + LATER)
    monitored(session, area, now, passed=False)
    with pytest.raises(Conflict, match="visit_needed"):
        approval.renew(session, SYSTEM, area.id, now=now)


def test_the_visit_before_the_code_counts_within_its_year(session: Session, now: datetime) -> None:
    area = factories.make_approved_area(session, now)

    renewed = approval.renew(session, SYSTEM, area.id, now=now)

    assert renewed.status == "approved"


def test_a_code_is_not_renewed_while_a_required_piece_is_missing(
    session: Session, now: datetime
) -> None:
    organisation = factories.make_organisation(session, now, representative=None)
    area = factories.make_approved_area(session, now, organisation)
    monitored(session, area, now)
    session.execute(text("DELETE FROM growing_plot_households"))

    with pytest.raises(Conflict) as caught:
        approval.renew(session, SYSTEM, area.id, now=now)

    assert [f.code for f in caught.value.findings] == ["dossier.no_representative"]


def test_ground_given_away_meanwhile_is_not_taken_back_silently(
    session: Session, now: datetime
) -> None:
    area = expired(session, now)
    later = now + timedelta(days=40)
    other = factories.make_approved_area(session, later, geometry=factories.field(0.003))
    monitored(session, area, later)

    with pytest.raises(Refused) as caught:
        approval.renew(session, SYSTEM, area.id, now=later)

    assert caught.value.findings[0].params["other"] == other.code
    renewed = approval.renew(
        session, factories.officer(), area.id, overlap_reason="Đã đo lại", now=later
    )
    assert renewed.status == "approved"
    assert actions(session, area)[-1] == "renew"


def test_cooperatives_do_not_renew_their_own_code(session: Session, now: datetime) -> None:
    organisation = factories.make_organisation(session, now)
    area = factories.make_approved_area(session, now, organisation)

    with pytest.raises(Forbidden):
        approval.renew(session, factories.manager(organisation), area.id, now=now)


def test_an_expired_or_revoked_area_takes_no_more_visits_than_it_may(
    session: Session, now: datetime
) -> None:
    area = factories.make_approved_area(session, now)
    approval.revoke(session, SYSTEM, area.id, "", causes=["converted"], now=now)

    with pytest.raises(Conflict, match="wrong_status"):
        monitored(session, area, now)


def test_an_approved_area_begins_its_first_edition(session: Session, now: datetime) -> None:
    area = factories.make_approved_area(session, now)

    (edition,) = editions.list_editions(session, area.id)

    assert (edition.number, edition.version_id) == (1, area.version_id)
    assert editions.on_day(session, [area.id], TODAY)[area.id].number == 1
    assert editions.on_day(session, [area.id], date(2020, 1, 1))[area.id].number == 1


def test_a_renewal_sent_twice_gives_one_term(
    session: Session, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    always = Validity("Thử", date(2020, 1, 1), None, verified=False)
    monkeypatch.setattr(terms, "code_terms", lambda: (CodeTerm("*", 60, 12, always),))
    area = factories.make_approved_area(session, now)
    later = now + timedelta(days=300)
    monitored(session, area, later)

    approval.renew(session, SYSTEM, area.id, now=later)
    until = area.valid_until
    with pytest.raises(Conflict, match="renewed_already"):
        approval.renew(session, SYSTEM, area.id, now=later)

    assert area.valid_until == until == date(2036, 11, 21)
    assert actions(session, area).count("renew") == 1
