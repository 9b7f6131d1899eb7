"""The second factor."""

from datetime import datetime, timedelta

import pyotp
import pytest
from sqlalchemy.orm import Session

from accounts import actors, second_factor, sessions, sign_in
from accounts.models import Person
from accounts.sign_in import SignIn
from foundation import config
from foundation.errors import Conflict, Forbidden, Invalid, TooMany, Unauthenticated
from tests.accounts.factories import PASSWORD, actor_of, make_official, make_person, reader_of


def code_at(secret: str, moment: datetime) -> str:
    return pyotp.TOTP(secret).at(int(moment.timestamp()))


def enrolled(session: Session, now: datetime) -> tuple[Person, str, list[str]]:
    person = make_person(session, now, email="can@vidu.vn", password=PASSWORD)
    actor = actor_of(session, person)
    secret = second_factor.begin_enrolment(session, actor).secret
    spare = second_factor.confirm_enrolment(session, actor, code_at(secret, now), now=now)
    return person, secret, spare


def half_open(session: Session, now: datetime) -> str:
    tried = SignIn("can@vidu.vn", PASSWORD, address="203.0.113.5")
    try_id = sign_in.begin(session, tried, now=now)
    opened = sign_in.finish(session, tried, try_id, now=now)
    assert opened.stage == "second_factor"
    assert reader_of(session, opened.cookie, now) is None
    return opened.cookie


def passed(session: Session, cookie: str, code: str, now: datetime) -> sessions.OpenedSession:
    try_id = second_factor.begin_pass(session, cookie, "203.0.113.5", None, now=now)
    return second_factor.finish_pass(session, cookie, code, try_id, now=now)


def test_a_code_opens_a_full_session_with_a_new_cookie(session: Session, now: datetime) -> None:
    person, secret, _spare = enrolled(session, now)
    later = now + timedelta(minutes=1)
    cookie = half_open(session, later)

    opened = passed(session, cookie, code_at(secret, later), later)

    assert opened.stage == "full"
    assert opened.cookie != cookie
    actor = reader_of(session, opened.cookie, later)
    assert actor is not None
    assert actor.person_id == person.id
    assert sessions.find_session(session, cookie, later) is None


def test_a_code_once_used_opens_nothing_again(session: Session, now: datetime) -> None:
    _person, secret, _spare = enrolled(session, now)
    later = now + timedelta(minutes=1)
    code = code_at(secret, later)
    passed(session, half_open(session, later), code, later)

    with pytest.raises(Invalid):
        passed(session, half_open(session, later), code, later)
    with pytest.raises(Invalid):
        passed(session, half_open(session, later), code_at(secret, now), later)


@pytest.mark.parametrize(("drift_s", "fits"), [(-30, True), (30, True), (-90, False), (90, False)])
def test_a_clock_may_be_half_a_minute_off(
    session: Session, now: datetime, drift_s: int, fits: bool
) -> None:
    _person, secret, _spare = enrolled(session, now)
    later = now + timedelta(minutes=10)
    cookie = half_open(session, later)
    code = code_at(secret, later + timedelta(seconds=drift_s))

    if fits:
        assert passed(session, cookie, code, later).stage == "full"
    else:
        with pytest.raises(Invalid):
            passed(session, cookie, code, later)


def test_a_spare_code_opens_once(session: Session, now: datetime) -> None:
    person, _secret, spare = enrolled(session, now)
    assert len(set(spare)) == 10

    assert passed(session, half_open(session, now), spare[0].lower(), now).stage == "full"

    with pytest.raises(Invalid):
        passed(session, half_open(session, now), spare[0], now)
    assert second_factor.spare_codes_left(session, person.id) == 9


def test_codes_are_throttled_with_the_account(session: Session, now: datetime) -> None:
    enrolled(session, now)
    cookie = half_open(session, now)
    for _ in range(10):
        with pytest.raises(Invalid):
            passed(session, cookie, "000000", now)

    with pytest.raises(TooMany):
        passed(session, cookie, "000000", now)


def test_a_half_open_session_lasts_ten_minutes(session: Session, now: datetime) -> None:
    _person, secret, _spare = enrolled(session, now)
    cookie = half_open(session, now)
    late = now + timedelta(minutes=11)

    with pytest.raises(Unauthenticated):
        passed(session, cookie, code_at(secret, late), late)


def test_enrolment_needs_a_right_code_and_happens_once(session: Session, now: datetime) -> None:
    actor = actor_of(session, make_person(session, now))
    secret = second_factor.begin_enrolment(session, actor).secret

    with pytest.raises(Invalid):
        second_factor.confirm_enrolment(session, actor, "000000", now=now)
    assert not session.get_one(Person, actor.person_id).has_second_factor
    second_factor.confirm_enrolment(session, actor, code_at(secret, now), now=now)
    with pytest.raises(Conflict):
        second_factor.begin_enrolment(session, actor)


def test_the_secret_lies_sealed(session: Session, now: datetime) -> None:
    person, secret, _spare = enrolled(session, now)

    assert secret.encode() not in (person.totp_sealed or b"")


def test_only_an_admin_takes_off_a_lost_one(session: Session, now: datetime) -> None:
    person, _secret, _spare = enrolled(session, now)

    with pytest.raises(Forbidden):
        second_factor.reset(session, make_official(session, now), person.id, "", now=now)
    admin = make_official(session, now, role="admin")
    second_factor.reset(session, admin, person.id, "Mất máy", now=now)

    assert not person.has_second_factor
    assert second_factor.spare_codes_left(session, person.id) == 0


def test_in_production_a_decider_without_one_keeps_only_other_roles(
    session: Session, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    officer = make_official(session, now)
    assert officer.has_role("officer")
    assert not officer.second_factor
    settings = config.read(
        {
            "NGUON_MODE": "production",
            "NGUON_SECRET_KEY": "k" * 48,
            "NGUON_BASE_URL": "https://nguon.example",
        }
    )
    monkeypatch.setattr(config, "_current", settings)

    bare = actors.find_actor(session, officer.person_id or 0)

    assert bare is not None
    assert not bare.has_role("officer", "admin")
    assert bare.has_role("buyer")
