"""What somebody who means ill tries at accounts."""

import re
import time
from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts import invitations, members, messages, sessions, shutting_out, sign_in
from accounts.access_models import LoginAttempt
from accounts.invitations import Invited
from accounts.models import AuditEntry, Person
from accounts.people import Contact, NewPerson
from accounts.permissions import Actor
from accounts.sign_in import SignIn
from foundation import clock
from foundation.errors import Invalid, NotFound, Refused, TooMany
from foundation.models import OutboxMail
from tests.accounts.browser import form_token, post, sign_in_as, text_of
from tests.accounts.factories import (
    PASSWORD,
    actor_of,
    make_member,
    make_official,
    make_organisation,
    make_person,
    reader_of,
)


def invite(session: Session, inviter: Actor, code: str, contact: Contact, now: datetime) -> str:
    invited = Invited("Lê Văn Tám", contact)
    sent = invitations.invite_member(session, inviter, code, invited, "staff", link="/", now=now)
    return sent.token


def test_many_invitations_buy_no_more_guesses_at_ones_contact(
    session: Session, now: datetime
) -> None:
    organisation = make_organisation(session, now)
    manager = make_member(session, organisation, now)
    new = NewPerson("Kẻ mạo danh", password=PASSWORD)
    contact = Contact(email="nan-nhan@vidu.vn")
    # Three a day reach one contact; the links of four days live beside each other.
    days = [now - timedelta(days=3 - number // 3) for number in range(11)]
    links = [invite(session, manager, organisation.code, contact, day) for day in days]
    for link in links[:10]:
        tries = invitations.begin(session, link, "203.0.113.5", now=now)
        with pytest.raises(Invalid):
            invitations.enter(session, link, tries, "123456", new, now=now)

    with pytest.raises(TooMany):
        invitations.begin(session, links[10], "203.0.113.6", now=now)


def test_an_invitation_does_not_tell_its_sender_who_has_an_account(
    client: FlaskClient, session: Session
) -> None:
    now = clock.now()
    organisation = make_organisation(session, now)
    manager = make_member(session, organisation, now)
    make_person(session, now, email="da-co@vidu.vn", password=PASSWORD)
    pages = []
    for email in ("da-co@vidu.vn", "du-co@vidu.vn"):
        link = invite(session, manager, organisation.code, Contact(email=email), now)
        session.commit()
        shown = text_of(client.get(f"/invitations/{link}")).replace(link, "").split("<main")[1]
        token = form_token(client)
        tried = client.post(
            f"/invitations/{link}",
            data={"csrf_token": token, "name": "A", "password": PASSWORD, "code": "000000"},
        )
        pages.append((without_tokens(shown), tried.status_code))

    assert pages[0] == pages[1]


def without_tokens(page: str) -> str:
    """A page as words: the forms' own tokens differ each time."""
    return re.sub(r'csrf_token" value="[^"]*', "", page).replace("da-co", "").replace("du-co", "")


def test_an_officer_who_brings_somebody_into_a_cooperative_is_written_down(
    session: Session, now: datetime
) -> None:
    organisation = make_organisation(session, now)
    manager, officer = make_member(session, organisation, now), make_official(session, now)

    invite(session, manager, organisation.code, Contact(email="a@vidu.vn"), now)
    invite(session, officer, organisation.code, Contact(email="b@vidu.vn"), now)

    written = session.scalars(select(AuditEntry).where(AuditEntry.action == "member.invited")).all()
    assert [(row.person_id, row.subject) for row in written] == [
        (officer.person_id, organisation.code)
    ]


def test_a_changed_role_of_ones_own_opens_a_new_session_and_ends_the_others(
    client: FlaskClient, session: Session
) -> None:
    now = clock.now()
    organisation = make_organisation(session, now)
    manager = make_member(session, organisation, now)
    elsewhere = sessions.open_session(
        session, session.get_one(Person, manager.person_id), device_label="", now=now
    ).cookie
    sign_in_as(client, session, manager, now)
    before = client.get_cookie("nguon")
    path = f"/workspace/organisations/{organisation.code}/members/{manager.person_id}/roles"

    answer = post(client, path, roles=["manager", "seller"])

    after = client.get_cookie("nguon")
    session.expire_all()
    assert answer.status_code == 303
    assert before is not None
    assert after is not None
    assert before.value != after.value
    assert client.get("/account").status_code == 200
    for cookie in (before.value, elsewhere):
        assert reader_of(session, cookie, now) is None


def test_the_last_admin_who_can_come_in_is_not_shut_out(session: Session, now: datetime) -> None:
    first, second = (make_official(session, now, role="admin") for _ in range(2))

    shutting_out.disable(session, first, second.person_id or 0, "Nghỉ việc", now=now)

    with pytest.raises(Refused, match=r"role\.last_admin"):
        shutting_out.disable(session, first, first.person_id or 0, "Nhầm", now=now)


def test_a_household_line_of_ipv6_counts_as_one_address(session: Session, now: datetime) -> None:
    for number in range(200):
        tried = SignIn(f"n{number}@vidu.vn", "x", address=f"2001:db8:1:2::{number:x}")
        sign_in.begin(session, tried, now=now)

    with pytest.raises(TooMany):
        sign_in.begin(session, SignIn("m@vidu.vn", "x", address="2001:db8:1:2:ffff::1"), now=now)
    sign_in.begin(session, SignIn("m@vidu.vn", "x", address="2001:db8:1:3::1"), now=now)


def test_forged_addresses_buy_no_guess_at_one_account(
    client: FlaskClient, session: Session
) -> None:
    make_person(session, clock.now(), email="co@vidu.vn", password=PASSWORD)
    session.commit()
    told = [
        client.post(
            "/sign-in",
            data={"login": "co@vidu.vn", "password": "sai", "csrf_token": form_token(client)},
            headers={"X-Forwarded-For": f"198.51.100.{number}", "X-Real-IP": "192.0.2.1"},
        ).status_code
        for number in range(11)
    ]

    assert told == [422] * 10 + [429]
    keys = select(func.count(func.distinct(LoginAttempt.address_key)))
    assert session.scalar(keys) == 1


def test_an_unknown_account_costs_the_same_time_as_a_known_one(
    session: Session, now: datetime
) -> None:
    make_person(session, now, email="co@vidu.vn", password=PASSWORD)
    took: dict[str, list[float]] = {"co@vidu.vn": [], "khong@vidu.vn": []}

    def guess(login: str) -> None:
        tried = SignIn(login, "sai", address="203.0.113.5")
        with pytest.raises(Invalid):
            sign_in.finish(session, tried, sign_in.begin(session, tried, now=now), now=now)

    for _ in range(7):
        for login, times in took.items():
            began = time.process_time()
            guess(login)
            times.append(time.process_time() - began)

    known, unknown = (min(times) for times in took.values())
    # Without the hash an unknown account would answer some ten times faster.
    assert max(known, unknown) < 2 * min(known, unknown)


def test_a_manager_changes_no_member_of_another_organisation(
    session: Session, now: datetime
) -> None:
    mine, theirs = (make_organisation(session, now, name=f"HTX {n}") for n in "AB")
    manager = make_member(session, mine, now)
    other = make_member(session, theirs, now, role="staff")

    with pytest.raises(NotFound):
        members.set_roles(
            session, manager, mine.code, other.person_id or 0, frozenset({"manager"}), now=now
        )
    assert actor_of(session, session.get_one(Person, other.person_id)).organisation_ids() == (
        theirs.id,
    )


def test_an_invitation_carries_no_link_of_its_senders(session: Session, now: datetime) -> None:
    lure = "Trúng thưởng https://evil.example/nhan hoặc qua@evil.example www.evil.vn"
    organisation = make_organisation(session, now, name=lure)
    manager = make_member(session, organisation, now)
    invited = Invited(lure, Contact(email="nan-nhan@vidu.vn"))

    invitations.invite_member(
        session, manager, organisation.code, invited, "staff", link="https://nguon.vn/i/", now=now
    )

    (body,) = session.scalars(
        select(OutboxMail.text).where(OutboxMail.recipient == "nan-nhan@vidu.vn")
    )
    assert re.findall(r"\S+[.:/@]\S+", body or "") == re.findall(
        r"https://nguon.vn/i/\S+", body or ""
    )


@pytest.mark.parametrize(
    ("typed", "sent"),
    [("Nguyễn Văn Hà", "Nguyễn Văn Hà"), ("ThS.Lê T.Hà", "ThS. Lê T. Hà"), ("Máy 1.", "Máy 1.")],
)
def test_a_plain_name_is_sent_as_it_is_read(typed: str, sent: str) -> None:
    assert messages.defused(typed) == sent
