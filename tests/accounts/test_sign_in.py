"""Signing in, and what guessing meets."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts import password_change, recovery, sessions, sign_in, tokens
from accounts.access_models import LoginAttempt
from accounts.sign_in import SignIn
from foundation import config, db
from foundation.errors import Invalid, TooMany
from foundation.models import OutboxMail
from tests.accounts.factories import PASSWORD, actor_of, make_person, reader_of


def attempt(login: str, password: str = PASSWORD, **browser: str) -> SignIn:
    return SignIn(login, password, address=browser.pop("address", "203.0.113.5"), **browser)


def enter(session: Session, tried: SignIn, now: datetime) -> sessions.OpenedSession:
    try_id = sign_in.begin(session, tried, now=now)
    return sign_in.finish(session, tried, try_id, now=now)


def guess(session: Session, tried: SignIn, now: datetime) -> None:
    with pytest.raises(Invalid, match=r"sign_in\.wrong"):
        enter(session, tried, now)


def test_a_farmer_signs_in_with_the_number_as_she_writes_it(
    session: Session, now: datetime
) -> None:
    person = make_person(session, now, phone="+84912345678", password=PASSWORD)

    opened = enter(session, attempt("0912 345 678"), now)

    actor = reader_of(session, opened.cookie, now)
    assert actor is not None
    assert actor.person_id == person.id


def test_an_address_is_one_whatever_its_capitals(session: Session, now: datetime) -> None:
    make_person(session, now, email="hoa@vidu.vn", password=PASSWORD)

    assert enter(session, attempt(" Hoa@ViDu.vn "), now).stage == "full"


@pytest.mark.parametrize("who", ["unknown", "wrong", "disabled", "never_entered", "no_contact"])
def test_every_failure_says_the_same(session: Session, now: datetime, who: str) -> None:
    known = make_person(session, now, email="co@vidu.vn", password=PASSWORD)
    make_person(session, now, email="chua@vidu.vn")
    if who == "disabled":
        known.disabled_at = now
    login = {"unknown": "khong@vidu.vn", "never_entered": "chua@vidu.vn", "no_contact": "???"}
    password = "sai-mat-khau" if who == "wrong" else PASSWORD

    with pytest.raises(Invalid) as raised:
        enter(session, attempt(login.get(who, "co@vidu.vn"), password), now)

    assert (raised.value.code, raised.value.status) == ("sign_in.wrong", 422)
    assert [finding.code for finding in raised.value.findings] == ["sign_in.wrong"]


def test_the_eleventh_guess_within_an_hour_is_not_even_judged(
    session: Session, now: datetime
) -> None:
    make_person(session, now, email="co@vidu.vn", password=PASSWORD)
    for number in range(10):
        guess(session, attempt("co@vidu.vn", "sai", address=f"198.51.100.{number}"), now)

    with pytest.raises(TooMany) as raised:
        enter(session, attempt("co@vidu.vn", address="198.51.100.99"), now)

    assert 3500 < raised.value.retry_after_s <= 3601
    assert enter(session, attempt("co@vidu.vn"), now + timedelta(minutes=61)).stage == "full"


def test_an_unknown_account_is_throttled_like_a_known_one(session: Session, now: datetime) -> None:
    for _ in range(10):
        guess(session, attempt("khong@vidu.vn"), now)

    with pytest.raises(TooMany):
        sign_in.begin(session, attempt("KHONG@vidu.vn"), now=now)


def test_the_owner_gets_in_on_a_known_device_while_strangers_guess(
    session: Session, now: datetime
) -> None:
    person = make_person(session, now, email="co@vidu.vn", password=PASSWORD)
    device = sessions.remember_device(session, person.id, now=now)
    for _ in range(10):
        guess(session, attempt("co@vidu.vn", "sai"), now)

    assert enter(session, attempt("co@vidu.vn", device_cookie=device), now).stage == "full"


def test_somebody_elses_known_device_opens_no_second_road(session: Session, now: datetime) -> None:
    make_person(session, now, email="co@vidu.vn", password=PASSWORD)
    stranger = make_person(session, now, password=PASSWORD)
    device = sessions.remember_device(session, stranger.id, now=now)
    for _ in range(10):
        guess(session, attempt("co@vidu.vn", "sai", device_cookie=device), now)

    with pytest.raises(TooMany):
        sign_in.begin(session, attempt("co@vidu.vn", device_cookie=device), now=now)


def test_a_village_behind_one_address_signs_in(session: Session, now: datetime) -> None:
    person = make_person(session, now, email="co@vidu.vn", password=PASSWORD)
    for _ in range(220):
        try_id = sign_in.begin(session, attempt("co@vidu.vn"), now=now)
        session.get_one(LoginAttempt, try_id).succeeded = True
        session.flush()

    assert enter(session, attempt("co@vidu.vn"), now).person_id == person.id


def test_one_address_guessing_at_many_accounts_is_stopped(session: Session, now: datetime) -> None:
    for number in range(200):
        sign_in.begin(session, attempt(f"nguoi{number}@vidu.vn"), now=now)

    with pytest.raises(TooMany):
        sign_in.begin(session, attempt("nguoi999@vidu.vn"), now=now)
    sign_in.begin(session, attempt("nguoi999@vidu.vn", address="203.0.113.77"), now=now)


def test_many_guesses_at_once_buy_no_extra_one(own_database: db.Database, now: datetime) -> None:
    def one(number: int) -> bool:
        try:
            with db.transaction() as session:
                sign_in.begin(session, attempt("co@vidu.vn", address=f"10.0.0.{number}"), now=now)
        except TooMany:
            return False
        return True

    with ThreadPoolExecutor(16) as pool:
        allowed = sum(pool.map(one, range(40)))

    assert allowed == 10


def test_signing_in_ends_the_session_that_was_planted(session: Session, now: datetime) -> None:
    attacker = make_person(session, now, password=PASSWORD)
    make_person(session, now, email="co@vidu.vn", password=PASSWORD)
    planted = sessions.open_session(session, attacker, device_label="x", now=now)

    opened = enter(session, attempt("co@vidu.vn", old_cookie=planted.cookie), now)

    assert opened.cookie != planted.cookie
    assert reader_of(session, planted.cookie, now) is None


def test_a_stolen_cookie_opens_nothing_after_a_password_change(
    session: Session, now: datetime
) -> None:
    person = make_person(session, now, email="co@vidu.vn", password=PASSWORD)
    stolen = enter(session, attempt("co@vidu.vn"), now).cookie

    password_change.change(session, actor_of(session, person), PASSWORD, "vu-mua-moi-77", now=now)

    assert reader_of(session, stolen, now) is None
    guess(session, attempt("co@vidu.vn"), now)
    assert enter(session, attempt("co@vidu.vn", "vu-mua-moi-77"), now).stage == "full"


def test_nothing_typed_at_sign_in_is_kept_in_clear(session: Session, now: datetime) -> None:
    guess(session, attempt("bi-mat@vidu.vn", "mat-khau-lo", address="203.0.113.200"), now)

    row = session.scalars(select(LoginAttempt)).one()
    kept = row.account_key + row.address_key
    assert b"bi-mat" not in kept
    assert len(kept) == 64


def test_nobody_of_the_demonstration_enters_in_production(
    session: Session, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = make_person(session, now, email="admin@demo.nguon.vn", password=PASSWORD)
    opened = enter(session, attempt("admin@demo.nguon.vn"), now)
    token = tokens.create(session, actor_of(session, person), "cũ", now=now).plain
    monkeypatch.setattr(config, "_current", replace(config.current(), production=True))

    told = session.scalar(select(func.count()).select_from(OutboxMail))

    guess(session, attempt("admin@demo.nguon.vn"), now)
    recovery.request_code(session, "admin@demo.nguon.vn", now=now)

    assert reader_of(session, opened.cookie, now) is None
    assert tokens.authenticate(token, now) is None
    assert session.scalar(select(func.count()).select_from(OutboxMail)) == told


def test_two_names_of_one_account_share_one_count(session: Session, now: datetime) -> None:
    made = make_person(session, now, email="co@vidu.vn", password=PASSWORD)
    made.phone = "+84912345678"
    session.flush()
    for login in ("co@vidu.vn", "0912345678") * 5:
        guess(session, attempt(login, "sai"), now)

    for login in ("co@vidu.vn", "0912345678"):
        with pytest.raises(TooMany):
            sign_in.begin(session, attempt(login), now=now)
