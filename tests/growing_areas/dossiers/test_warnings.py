"""What ends is told of once: certificates to cooperatives, deadlines to officers."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from accounts.permissions import SYSTEM
from foundation import clock
from growing_areas import registration
from growing_areas.dossiers import alarms, certificates, warnings
from growing_areas.dossiers.certificates import Certified
from growing_areas.models import GrowingArea
from tests.accounts import factories as people
from tests.growing_areas import factories


def certified(session: Session, area: GrowingArea, now: datetime, days: int) -> date:
    """Give an area a certificate that has so many days left; answers its last day."""
    today = clock.business_day(now)
    row = Certified("vietgap", "VG-7", "Trung tâm", date(2025, 1, 1), today + timedelta(days=days))
    certificates.record(session, SYSTEM, area.id, row, now=now)
    return row.valid_to


def waiting_mail(session: Session) -> int:
    return int(session.execute(text("SELECT count(*) FROM outbox_mails")).scalar_one())


def test_a_certificate_is_warned_of_at_sixty_thirty_and_no_days_and_never_twice(
    session: Session, now: datetime
) -> None:
    organisation = factories.make_organisation(session, now)
    people.make_member(session, organisation, now)
    area = factories.make_area(session, now, organisation)
    certified(session, area, now, 90)
    before, told = waiting_mail(session), []

    for day in range(100):
        at = now + timedelta(days=day)
        if warnings.warn_of_certificates(session, now=at):
            told.append(90 - day)
        assert warnings.warn_of_certificates(session, now=at) == 0

    assert told == [60, 30, -1]
    assert waiting_mail(session) - before == 3


def test_nobody_is_warned_of_a_certificate_that_a_newer_one_follows(
    session: Session, now: datetime
) -> None:
    area = factories.make_area(session, now)
    certified(session, area, now, 20)
    certified(session, area, now, 300)

    assert warnings.warn_of_certificates(session, now=now) == 0
    assert warnings.warn_of_certificates(session, now=now + timedelta(days=245)) == 1


def test_certificates_told_of_already_do_not_keep_others_waiting(
    session: Session, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    for days in (40, 41, 42):
        certified(session, factories.make_area(session, now), now, days)
    warnings.warn_of_certificates(session, now=now)
    certified(session, factories.make_area(session, now), now, 43)

    monkeypatch.setattr(warnings, "_AT_ONCE", 2)

    assert warnings.warn_of_certificates(session, now=now) == 1


def test_a_certificate_is_shown_as_ended_the_day_after_its_last(
    session: Session, now: datetime
) -> None:
    area = factories.make_area(session, now)
    last = certified(session, area, now, 10)
    (row,) = certificates.of_area(session, area.id)

    assert certificates.state_on(row, last) == "ending"
    assert certificates.state_on(row, last + timedelta(days=1)) == "ended"
    assert certificates.valid_on(session, [area.id], last + timedelta(days=1)) == {}


def test_an_officer_gets_one_digest_a_day_of_their_own_place(
    session: Session, now: datetime
) -> None:
    here = people.make_official(session, now, scope=factories.PROVINCE)
    elsewhere = people.make_official(session, now)
    area = factories.make_area(session, now)
    registration.submit(session, SYSTEM, area.id, now=now)
    late = now + timedelta(days=60)
    assert here.person_id is not None
    assert elsewhere.person_id is not None

    assert alarms.tell_officer(session, here.person_id, now=late)
    assert not alarms.tell_officer(session, here.person_id, now=late + timedelta(hours=3))
    assert alarms.tell_officer(session, here.person_id, now=late + timedelta(days=1))
    assert not alarms.tell_officer(session, elsewhere.person_id, now=late)
    digest = alarms.read_digest(session, here.person_id, clock.business_day(late))
    assert (digest.late, [each.id for each in digest.first]) == (1, [area.id])
