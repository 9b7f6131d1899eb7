"""What is spent is forgotten."""

from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts import jobs, one_time_codes, sessions, sign_in
from accounts.access_models import LoginAttempt, LoginSession, OneTimeCode
from accounts.sign_in import SignIn
from foundation import clock
from foundation.jobs import Unobserved
from tests.accounts.factories import make_person


def test_old_tries_codes_and_ended_sessions_go_and_living_ones_stay(session: Session) -> None:
    now = clock.now()
    old = now - timedelta(days=8)
    person = make_person(session, old)
    for moment in (old, now):
        sign_in.begin(session, SignIn("ai@vidu.vn", "x"), now=moment)
        one_time_codes.issue_for_person(session, person.id, "recovery", now=moment)
        opened = sessions.open_session(session, person, device_label="", now=moment)
        if moment is old:
            sessions.end(session, opened.cookie, now=old)
    session.commit()

    jobs.forget_spent({}, Unobserved())

    for table in (LoginAttempt, OneTimeCode, LoginSession):
        assert session.scalar(select(func.count()).select_from(table)) == 1
