"""Recovery by a code."""

import json
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from accounts import members, messages, one_time_codes, recovery, sessions, sign_in
from accounts.access_models import OneTimeCode
from accounts.recovery import Recovery
from accounts.sign_in import SignIn
from foundation import i18n
from foundation.errors import Invalid, TooMany
from foundation.models import OutboxMail
from tests.accounts.factories import (
    PASSWORD,
    make_member,
    make_organisation,
    make_person,
    reader_of,
)

NEW = "vu-mua-moi-77"


def asked(login: str, code: str, password: str = NEW) -> Recovery:
    return Recovery(login, code, password, address="203.0.113.5")


def recover(session: Session, step: Recovery, now: datetime) -> sessions.OpenedSession:
    tries = recovery.begin(session, step, now=now)
    return recovery.finish(session, step, tries, now=now)


def mailed_code(session: Session) -> str:
    body = session.scalars(select(OutboxMail.text).order_by(OutboxMail.id.desc())).first()
    assert body is not None
    return body.split(": ")[1][:6]


def test_a_mailed_code_sets_a_new_password_and_ends_all_sessions(
    session: Session, now: datetime
) -> None:
    person = make_person(session, now, email="co@vidu.vn", password=PASSWORD)
    stolen = sessions.open_session(session, person, device_label="", now=now).cookie
    recovery.request_code(session, "CO@vidu.vn", now=now)

    opened = recover(session, asked("co@vidu.vn", mailed_code(session)), now)

    session.expire_all()
    assert reader_of(session, stolen, now) is None
    assert reader_of(session, opened.cookie, now) is not None


def test_a_telephone_gets_a_message_that_lies_sealed(
    session: Session, now: datetime, capsys: pytest.CaptureFixture[str]
) -> None:
    make_person(session, now, phone="+84912345678")
    recovery.request_code(session, "0912 345 678", now=now)

    kept = session.execute(
        text("SELECT args FROM procrastinate_jobs WHERE task_name = :name"),
        {"name": messages.JOB},
    ).scalar_one()
    assert "912345678" not in json.dumps(kept)
    messages.deliver(kept["payload"]["sealed"])
    said = capsys.readouterr().err
    assert "0912 345 678" in said
    code = said.split(": ")[1][:6]
    assert recover(session, asked("0912345678", code), now).stage == "full"


def test_nobody_learns_whether_there_is_an_account(session: Session, now: datetime) -> None:
    recovery.request_code(session, "khong@vidu.vn", now=now)

    with pytest.raises(Invalid) as unknown:
        recover(session, asked("khong@vidu.vn", "123456"), now)
    make_person(session, now, email="co@vidu.vn")
    recovery.request_code(session, "co@vidu.vn", now=now)
    with pytest.raises(Invalid) as known:
        recover(session, asked("co@vidu.vn", "000000"), now)

    assert known.value.findings == unknown.value.findings


def test_a_code_bears_five_tries_and_ten_minutes(session: Session, now: datetime) -> None:
    make_person(session, now, email="co@vidu.vn")
    recovery.request_code(session, "co@vidu.vn", now=now)
    code = mailed_code(session)
    wrong = "000000" if code != "000000" else "111111"
    for _ in range(5):
        with pytest.raises(Invalid):
            recover(session, asked("co@vidu.vn", wrong), now)
    with pytest.raises(Invalid):
        recover(session, asked("co@vidu.vn", code), now)

    recovery.request_code(session, "co@vidu.vn", now=now)
    late = now + timedelta(minutes=10)
    with pytest.raises(Invalid):
        recover(session, asked("co@vidu.vn", mailed_code(session)), late)


def test_a_code_opens_once_and_a_new_one_ends_the_old(session: Session, now: datetime) -> None:
    make_person(session, now, email="co@vidu.vn")
    recovery.request_code(session, "co@vidu.vn", now=now)
    old = mailed_code(session)
    recovery.request_code(session, "co@vidu.vn", now=now + timedelta(seconds=1))
    new = mailed_code(session)

    if old != new:
        with pytest.raises(Invalid):
            recover(session, asked("co@vidu.vn", old), now + timedelta(seconds=2))
    recover(session, asked("co@vidu.vn", new), now + timedelta(seconds=2))
    with pytest.raises(Invalid):
        recover(session, asked("co@vidu.vn", new), now + timedelta(seconds=3))


def test_codes_count_among_the_accounts_ten_tries(session: Session, now: datetime) -> None:
    make_person(session, now, email="co@vidu.vn")
    for _ in range(10):
        with pytest.raises(Invalid):
            recover(session, asked("co@vidu.vn", "123456"), now)

    with pytest.raises(TooMany):
        recover(session, asked("co@vidu.vn", "123456"), now)


def test_five_codes_an_hour_are_sent_and_more_are_silently_not(
    session: Session, now: datetime
) -> None:
    make_person(session, now, email="co@vidu.vn")
    for second in range(9):
        recovery.request_code(session, "co@vidu.vn", now=now + timedelta(seconds=second))

    assert session.scalar(select(func.count()).select_from(OneTimeCode)) == 5


def test_a_weak_new_password_does_not_use_up_the_code(session: Session, now: datetime) -> None:
    make_person(session, now, email="co@vidu.vn")
    recovery.request_code(session, "co@vidu.vn", now=now)
    code = mailed_code(session)
    session.flush()

    with pytest.raises(Invalid) as raised, session.begin_nested():
        recover(session, asked("co@vidu.vn", code, "12345678"), now)
    assert raised.value.findings[0].code == "password.too_common"
    assert recover(session, asked("co@vidu.vn", code), now).stage == "full"


def test_a_code_is_kept_as_a_keyed_hash(session: Session, now: datetime) -> None:
    person = make_person(session, now)
    code = one_time_codes.issue_for_person(session, person.id, "recovery", now=now)

    row = session.scalars(select(OneTimeCode)).one()
    assert code.encode() not in row.code_hash
    assert len(row.code_hash) == 32


def test_asking_is_the_same_work_whether_or_not_there_is_an_account(
    session: Session, now: datetime
) -> None:
    make_person(session, now, email="co@vidu.vn", password=PASSWORD)
    i18n.set_language("en")
    waiting = text(
        "SELECT args->'payload'->>'sealed' FROM procrastinate_jobs WHERE task_name = :job"
    )

    for login in ("co@vidu.vn", "khong@vidu.vn"):
        recovery.ask(session, login, "203.0.113.5", now=now)
    sealed = session.scalars(waiting, {"job": recovery.JOB}).all()
    i18n.set_language("vi")
    assert session.scalar(select(func.count()).select_from(OutboxMail)) == 0
    for request in sealed:
        assert "vidu" not in request
        recovery.send_asked(session, request, now=now)

    mails = session.scalars(select(OutboxMail)).all()
    assert [mail.recipient for mail in mails] == ["co@vidu.vn"]
    assert "Your Nguồn code" in (mails[0].text or "")


def test_asking_is_throttled_alike_for_everybody(session: Session, now: datetime) -> None:
    make_person(session, now, email="co@vidu.vn", password=PASSWORD)

    for login in ("co@vidu.vn", "khong@vidu.vn"):
        for _ in range(10):
            recovery.ask(session, login, "203.0.113.5", now=now)
        with pytest.raises(TooMany):
            recovery.ask(session, login, "203.0.113.6", now=now)
    sign_in.begin(session, SignIn("co@vidu.vn", PASSWORD, address="203.0.113.5"), now=now)


def reset(session: Session, now: datetime) -> tuple[str, str]:
    """A member whose manager has just opened their entry; their login and the code."""
    organisation = make_organisation(session, now)
    manager = make_member(session, organisation, now)
    person = make_person(session, now, email="moi@vidu.vn")
    members.add(session, organisation.id, person.id, "staff", now=now)
    code = recovery.reset_member(session, manager, organisation.code, person.id, now=now)
    return "moi@vidu.vn", code


def test_strangers_asking_for_codes_end_no_handed_over_one(session: Session, now: datetime) -> None:
    login, code = reset(session, now)
    for second in range(7):
        recovery.request_code(session, login, now=now + timedelta(seconds=second))

    opened = recover(session, asked(login, one_time_codes.spoken(code)), now + timedelta(hours=23))

    assert opened.stage == "full"


def test_strangers_guessing_keep_no_new_member_out(session: Session, now: datetime) -> None:
    login, code = reset(session, now)
    for number in range(10):
        guess = replace(asked(login, f"{number:012d}"), address="198.51.100.7")
        with pytest.raises(Invalid):
            recover(session, guess, now)
    with pytest.raises(TooMany):
        recover(session, replace(asked(login, "1" * 12), address="198.51.100.7"), now)
    for number in range(10):
        with pytest.raises(Invalid):
            recover(session, asked(login, f"{number:06d}"), now)

    assert recover(session, asked(login, code), now).stage == "full"


def test_a_handed_over_code_cannot_be_guessed_in_its_day(session: Session, now: datetime) -> None:
    _login, code = reset(session, now)

    assert len(code) == 12
    assert code.isdigit()


def test_five_handed_over_codes_an_hour_whoever_else_asks(session: Session, now: datetime) -> None:
    login, _code = reset(session, now)
    for second in range(5):
        recovery.request_code(session, login, now=now + timedelta(seconds=second))
    person = recovery.find_person(session, login)
    assert person is not None

    for _ in range(4):
        one_time_codes.issue_for_person(session, person.id, one_time_codes.HANDOVER, now=now)
    with pytest.raises(TooMany):
        one_time_codes.issue_for_person(session, person.id, one_time_codes.HANDOVER, now=now)
