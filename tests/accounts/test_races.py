"""Two hands at once on what opens once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier

import pytest
from sqlalchemy import func, select

from accounts import invitations, one_time_codes, people, recovery, shutting_out
from accounts.invitations import Invited
from accounts.models import Membership, Person
from accounts.people import Contact, NewPerson
from accounts.recovery import Recovery
from foundation import db
from foundation.errors import Conflict, Invalid, NguonError, NotFound
from tests.accounts.factories import (
    PASSWORD,
    make_member,
    make_official,
    make_organisation,
    make_person,
)

pytestmark = pytest.mark.usefixtures("own_database")


def both(act: Callable[[int], object]) -> list[object]:
    """What two who start together are each told."""
    start = Barrier(2)

    def one(number: int) -> object:
        start.wait()
        try:
            return act(number)
        except NguonError as error:
            return type(error)

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(one, range(2)))


@pytest.fixture
def link(now: datetime, own_database: db.Database) -> str:
    """The end of an invitation's link; a telephone, so no code stands before it."""
    with db.transaction() as session:
        organisation = make_organisation(session, now)
        manager = make_member(session, organisation, now)
        invited = Invited("Lê Văn Tám", Contact(phone="+84912345678"))
        sent = invitations.invite_member(
            session, manager, organisation.code, invited, "staff", link="/", now=now
        )
    return sent.token


def test_one_invitation_makes_one_member(link: str, now: datetime) -> None:
    def enter(number: int) -> str:
        with db.transaction() as session:
            tries = invitations.begin(session, link, "203.0.113.5", now=now)
            new = NewPerson(f"Người {number}", password=PASSWORD)
            return invitations.enter(session, link, tries, "", new, now=now).name

    told = both(enter)

    assert sum(isinstance(one, str) for one in told) == 1
    assert {one for one in told if not isinstance(one, str)} <= {NotFound, Conflict}
    with db.reading() as session:
        staff = select(func.count()).select_from(Membership).where(Membership.role == "staff")
        assert session.scalar(staff) == 1


def test_one_contact_makes_one_account(now: datetime) -> None:
    def create(number: int) -> str:
        with db.transaction() as session:
            new = NewPerson(f"Người {number}", phone="+84912345678", password=PASSWORD)
            return people.create(session, new, now=now).name

    told = both(create)

    assert sorted(isinstance(one, str) for one in told) == [False, True]
    assert Conflict in told


def test_one_code_sets_one_password(now: datetime) -> None:
    with db.transaction() as session:
        person_id = make_person(session, now, email="co@vidu.vn", password=PASSWORD).id
        code = one_time_codes.issue_for_person(session, person_id, "recovery", now=now)

    def enter(number: int) -> str:
        step = Recovery("co@vidu.vn", code, f"vu-mua-moi-{number}", address="203.0.113.5")
        with db.transaction() as session:
            tries = recovery.begin(session, step, now=now)
        with db.transaction() as session:
            return recovery.finish(session, step, tries, now=now).cookie

    told = both(enter)

    assert sorted(isinstance(one, str) for one in told) == [False, True]
    assert Invalid in told


def test_two_admins_do_not_shut_each_other_out(now: datetime) -> None:
    with db.transaction() as session:
        admins = [make_official(session, now, role="admin") for _ in range(2)]

    def disable(number: int) -> int:
        with db.transaction() as session:
            other = admins[1 - number].person_id or 0
            shutting_out.disable(session, admins[number], other, "Nhầm", now=now)
            return other

    told = both(disable)

    assert sum(isinstance(one, int) for one in told) == 1
    with db.reading() as session:
        shut = select(func.count()).select_from(Person).where(Person.disabled_at.is_not(None))
        assert session.scalar(shut) == 1
