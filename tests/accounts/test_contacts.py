"""One's own number and address: changed by proof of who one is, and of the new one."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts import contacts, people, recovery, second_factor, sign_in
from accounts.access_models import ContactChange, OneTimeCode
from accounts.contacts import Proof
from accounts.models import AuditEntry, Person
from accounts.people import Contact
from accounts.permissions import Actor
from accounts.throttle import Caller
from foundation.errors import Conflict, Invalid, NotFound, Refused, TooMany
from foundation.models import OutboxMail
from tests.accounts.factories import PASSWORD, actor_of, make_person
from tests.accounts.test_second_factor import code_at

HERE = Caller("203.0.113.5")
NEW = Contact(email="moi@vidu.vn")


def ask(
    session: Session, actor: Actor, wished: Contact, proof: Proof, now: datetime
) -> ContactChange:
    try_id = sign_in.begin_own(session, actor, "contact", "203.0.113.5", None, now=now)
    return contacts.ask(session, actor, wished, proof, try_id, now=now)


def confirm(session: Session, actor: Actor, code: str, now: datetime) -> Person:
    tries = contacts.begin_confirm(session, actor, HERE, now=now)
    return contacts.confirm(session, actor, code, tries, now=now)


def mails_to(session: Session, address: str) -> list[str]:
    found = select(OutboxMail.text).where(OutboxMail.recipient == address).order_by(OutboxMail.id)
    return [body or "" for body in session.scalars(found)]


def code_to(session: Session, address: str) -> str:
    return mails_to(session, address)[-1].split(": ")[1][:6]


@pytest.fixture
def owner(session: Session, now: datetime) -> Actor:
    made = make_person(session, now, email="cu@vidu.vn", password=PASSWORD)
    return actor_of(session, made)


def test_a_new_address_counts_once_its_code_was_typed_and_the_old_one_is_told(
    session: Session, now: datetime, owner: Actor
) -> None:
    ask(session, owner, NEW, Proof(PASSWORD), now)
    person = people.get_person(session, owner.person_id or 0)
    assert person.email == "cu@vidu.vn"

    code = code_to(session, "moi@vidu.vn")
    confirm(session, owner, code, now)

    assert person.email == "moi@vidu.vn"
    (told,) = mails_to(session, "cu@vidu.vn")
    assert "thư điện tử của tài khoản vừa được đổi" in told
    assert code not in told
    acts = session.scalars(select(AuditEntry).where(AuditEntry.action == "person.email_changed"))
    (entry,) = acts
    assert "vidu" not in f"{entry.details}{entry.subject}{entry.reason}"
    assert session.scalar(select(func.count()).select_from(ContactChange)) == 0


def test_codes_sent_to_the_old_address_open_nothing_any_more(
    session: Session, now: datetime, owner: Actor
) -> None:
    recovery.request_code(session, "cu@vidu.vn", now=now)
    ask(session, owner, NEW, Proof(PASSWORD), now)

    confirm(session, owner, code_to(session, "moi@vidu.vn"), now)

    living = select(OneTimeCode).where(OneTimeCode.expires_at > now, OneTimeCode.used_at.is_(None))
    assert session.scalars(living).all() == []


def test_a_wrong_password_sends_nothing(session: Session, now: datetime, owner: Actor) -> None:
    with pytest.raises(Invalid) as caught:
        ask(session, owner, NEW, Proof("sai-mat-khau-roi"), now)

    assert [finding.code for finding in caught.value.findings] == ["password.old_wrong"]
    assert mails_to(session, "moi@vidu.vn") == []


def test_guessing_the_password_here_is_throttled_like_a_sign_in(
    session: Session, now: datetime, owner: Actor
) -> None:
    for _ in range(10):
        with pytest.raises(Invalid):
            ask(session, owner, NEW, Proof("sai-mat-khau-roi"), now)

    with pytest.raises(TooMany):
        ask(session, owner, NEW, Proof(PASSWORD), now)


def test_the_second_factor_is_asked_for_as_well_and_a_seen_code_is_none(
    session: Session, now: datetime, owner: Actor
) -> None:
    secret = second_factor.begin_enrolment(session, owner).secret
    second_factor.confirm_enrolment(session, owner, code_at(secret, now), now=now)
    later = now + timedelta(minutes=2)
    code = code_at(secret, later)

    with pytest.raises(Invalid) as caught:
        ask(session, owner, NEW, Proof(PASSWORD), later)
    assert [finding.code for finding in caught.value.findings] == ["second_factor.wrong"]
    ask(session, owner, NEW, Proof(PASSWORD, code), later)
    with pytest.raises(Invalid):
        ask(session, owner, NEW, Proof(PASSWORD, code), later)


def test_nobody_learns_that_a_contact_has_an_account_but_its_owner(
    session: Session, now: datetime, owner: Actor
) -> None:
    make_person(session, now, email="moi@vidu.vn")

    ask(session, owner, NEW, Proof(PASSWORD), now)

    (told,) = mails_to(session, "moi@vidu.vn")
    assert "một tài khoản khác" in told
    assert contacts.find_asked(session, owner, now=now) == NEW
    for _ in range(5):
        with pytest.raises(Invalid):
            confirm(session, owner, "000000", now)


def test_a_contact_taken_meanwhile_stays_with_who_took_it(
    session: Session, now: datetime, owner: Actor
) -> None:
    ask(session, owner, NEW, Proof(PASSWORD), now)
    code = code_to(session, "moi@vidu.vn")
    make_person(session, now, email="moi@vidu.vn")

    with pytest.raises(Conflict):
        confirm(session, owner, code, now)


def test_a_code_lives_ten_minutes_and_belongs_to_the_last_wish(
    session: Session, now: datetime, owner: Actor
) -> None:
    ask(session, owner, NEW, Proof(PASSWORD), now)
    first = code_to(session, "moi@vidu.vn")
    ask(session, owner, Contact(email="nua@vidu.vn"), Proof(PASSWORD), now)

    if first != code_to(session, "nua@vidu.vn"):
        with pytest.raises(Invalid):
            confirm(session, owner, first, now)
    with pytest.raises(NotFound):
        confirm(session, owner, code_to(session, "nua@vidu.vn"), now + timedelta(minutes=10))


def test_many_accounts_get_no_more_guesses_at_one_contact(session: Session, now: datetime) -> None:
    thieves = [actor_of(session, make_person(session, now, password=PASSWORD)) for _ in range(3)]
    for thief in thieves:
        ask(session, thief, NEW, Proof(PASSWORD), now)

    for number in range(10):
        with pytest.raises(Invalid):
            confirm(session, thieves[number % 3], "not it", now)

    with pytest.raises(TooMany):
        contacts.begin_confirm(session, thieves[0], HERE, now=now)


def test_the_last_contact_stays(session: Session, now: datetime, owner: Actor) -> None:
    try_id = sign_in.begin_own(session, owner, "contact", "203.0.113.5", None, now=now)

    with pytest.raises(Refused) as caught:
        contacts.remove(session, owner, "email", Proof(PASSWORD), try_id, now=now)

    assert caught.value.code == "contact.last"


def test_a_number_given_up_no_longer_signs_in_and_is_told(
    session: Session, now: datetime, owner: Actor
) -> None:
    person = people.get_person(session, owner.person_id or 0)
    person.phone = "+84912345678"
    session.flush()
    try_id = sign_in.begin_own(session, owner, "contact", "203.0.113.5", None, now=now)

    contacts.remove(session, owner, "phone", Proof(PASSWORD), try_id, now=now)

    assert people.find_by_contact(session, Contact(phone="+84912345678")) is None
    assert "Số điện thoại vừa được bỏ" in mails_to(session, "cu@vidu.vn")[-1]


def test_an_old_wish_is_forgotten(session: Session, now: datetime, owner: Actor) -> None:
    ask(session, owner, NEW, Proof(PASSWORD), now)

    assert contacts.forget_before(session, now) == 0
    assert contacts.forget_before(session, now + timedelta(days=1)) == 1


def test_nobody_signed_in_changes_nothing(session: Session, now: datetime) -> None:
    with pytest.raises(NotFound):
        contacts.confirm(session, Actor(None), "1", (0, None), now=now)
