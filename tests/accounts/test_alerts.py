"""What happens to an account is told to its owner, without secrets."""

import json
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from accounts import (
    alerts,
    devices,
    messages,
    password_change,
    people,
    recovery,
    second_factor,
    tokens,
)
from accounts.recovery import Recovery
from foundation import i18n
from foundation.models import OutboxMail
from tests.accounts.factories import (
    PASSWORD,
    actor_of,
    make_member,
    make_official,
    make_organisation,
    make_person,
)
from tests.accounts.test_second_factor import code_at

NEW = "vu-mua-moi-77"


def told(session: Session, address: str) -> list[str]:
    found = select(OutboxMail.text).where(OutboxMail.recipient == address).order_by(OutboxMail.id)
    return [body or "" for body in session.scalars(found)]


def test_a_changed_password_is_told_without_it(session: Session, now: datetime) -> None:
    person = make_person(session, now, email="co@vidu.vn", password=PASSWORD)

    password_change.change(session, actor_of(session, person), PASSWORD, NEW, now=now)

    (body,) = told(session, "co@vidu.vn")
    assert "Mật khẩu vừa được đổi" in body
    assert i18n.vn_datetime(now) in body
    assert PASSWORD not in body
    assert NEW not in body


def test_a_recovered_password_is_told_and_a_first_one_is_not(
    session: Session, now: datetime
) -> None:
    make_person(session, now, email="co@vidu.vn", password=PASSWORD)
    make_person(session, now, email="moi@vidu.vn")
    for login in ("co@vidu.vn", "moi@vidu.vn"):
        recovery.request_code(session, login, now=now)
        code = told(session, login)[-1].split(": ")[1][:6]
        step = Recovery(login, code, NEW, address="203.0.113.5")
        recovery.finish(session, step, recovery.begin(session, step, now=now), now=now)

    assert "Mật khẩu vừa được đổi" in told(session, "co@vidu.vn")[-1]
    assert len(told(session, "moi@vidu.vn")) == 1


def test_the_second_factor_going_on_and_off_is_told(session: Session, now: datetime) -> None:
    person = make_person(session, now, email="co@vidu.vn", password=PASSWORD)
    actor = actor_of(session, person)
    secret = second_factor.begin_enrolment(session, actor).secret
    second_factor.confirm_enrolment(session, actor, code_at(secret, now), now=now)
    later = now + timedelta(minutes=2)
    second_factor.switch_off(session, actor, code_at(secret, later), now=later)

    on, off = told(session, "co@vidu.vn")
    assert "vừa được bật" in on
    assert "vừa bị tắt" in off
    assert secret not in on + off


def test_a_factor_taken_off_by_an_admin_is_told(session: Session, now: datetime) -> None:
    admin = make_official(session, now, role="admin")
    person = make_person(session, now, email="co@vidu.vn", password=PASSWORD)

    second_factor.reset(session, admin, person.id, "Mất máy", now=now)

    assert "Quản trị viên vừa gỡ" in told(session, "co@vidu.vn")[-1]


def test_a_token_is_told_by_name_and_not_by_its_letters(session: Session, now: datetime) -> None:
    person = make_person(session, now, email="co@vidu.vn")

    made = tokens.create(session, actor_of(session, person), "Máy cân", now=now)

    (body,) = told(session, "co@vidu.vn")
    assert "“Máy cân”" in body
    assert made.prefix not in body


def test_a_new_device_is_told_and_a_known_one_is_not(session: Session, now: datetime) -> None:
    person = make_person(session, now, email="co@vidu.vn", password=PASSWORD)

    cookie = devices.greet(session, person.id, None, "Chrome · Android", now=now)
    again = devices.greet(session, person.id, cookie, "Chrome · Android", now=now)

    assert again is None
    (body,) = told(session, "co@vidu.vn")
    assert "Chrome · Android" in body
    assert cookie
    assert cookie not in body


def test_the_owner_is_told_in_their_own_language_at_every_contact(
    session: Session, now: datetime
) -> None:
    person = make_person(session, now, email="co@vidu.vn")
    person.phone, person.locale = "+84912345678", "en"
    session.flush()

    alerts.tell(session, person, "password.changed", now=now)

    assert "The password was changed." in told(session, "co@vidu.vn")[-1]
    assert i18n.get_language() == "vi"
    kept = session.execute(
        text("SELECT args FROM procrastinate_jobs WHERE task_name = :name"),
        {"name": messages.JOB},
    ).scalar_one()
    assert "password" not in json.dumps(kept)


@pytest.mark.parametrize("what", ["HTX\r\nBcc: x@evil.example", "a\nb"])
def test_a_name_carries_no_header_into_a_mail(session: Session, now: datetime, what: str) -> None:
    person = make_person(session, now, email="co@vidu.vn")

    alerts.tell(session, person, "token.made", now=now, what=what)

    mail = session.scalars(select(OutboxMail)).one()
    assert "\n" not in mail.subject + mail.recipient


def test_a_manager_s_reset_is_told_in_the_member_s_language(
    session: Session, now: datetime
) -> None:
    organisation = make_organisation(session, now)
    manager = make_member(session, organisation, now)
    staff = make_member(session, organisation, now, role="staff")
    person = people.get_person(session, staff.person_id or 0)
    person.locale = "en"

    recovery.reset_member(session, manager, organisation.code, person.id, now=now)

    assert "Your manager has opened your entry anew." in told(session, person.email or "")[-1]
