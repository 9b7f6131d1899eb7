"""Sessions: lived, shown, ended."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from accounts import grants, members, sessions
from accounts.permissions import SYSTEM
from foundation.errors import NotFound
from tests.accounts.factories import (
    actor_of,
    make_member,
    make_organisation,
    make_person,
    reader_of,
)


def test_a_session_ends_after_thirty_idle_days(session: Session, now: datetime) -> None:
    cookie = sessions.open_session(
        session, make_person(session, now), device_label="Máy tính", now=now
    ).cookie

    later = now + timedelta(days=29)
    assert reader_of(session, cookie, now + timedelta(days=31)) is None
    assert reader_of(session, cookie, later) is not None
    assert reader_of(session, cookie, now + timedelta(days=31)) is not None


def test_a_session_ends_after_half_a_year_whatever_happens(session: Session, now: datetime) -> None:
    cookie = sessions.open_session(
        session, make_person(session, now), device_label="", now=now
    ).cookie
    for day in range(0, 180, 20):
        assert reader_of(session, cookie, now + timedelta(days=day)) is not None

    assert reader_of(session, cookie, now + timedelta(days=181)) is None


@pytest.mark.parametrize("cookie", [None, "", "x", "x" * 43, "é" * 43, "\x00" * 43])
def test_a_cookie_that_is_not_ours_is_nobody(
    session: Session, now: datetime, cookie: str | None
) -> None:
    assert reader_of(session, cookie, now) is None


def test_who_is_shut_out_is_out_on_the_next_request(session: Session, now: datetime) -> None:
    person = make_person(session, now)
    cookie = sessions.open_session(session, person, device_label="", now=now).cookie
    person.disabled_at = now

    assert reader_of(session, cookie, now) is None


def test_ones_own_device_can_be_signed_out_and_nobody_elses(
    session: Session, now: datetime
) -> None:
    owner, stranger = make_person(session, now), make_person(session, now)
    cookie = sessions.open_session(session, owner, device_label="Điện thoại", now=now).cookie
    (device,) = sessions.list_devices(session, actor_of(session, owner), now=now)

    with pytest.raises(NotFound):
        sessions.end_device(session, actor_of(session, stranger), device.id, now=now)
    sessions.end_device(session, actor_of(session, owner), device.id, now=now)

    assert reader_of(session, cookie, now) is None


def test_rotating_keeps_the_person_and_ends_the_old_cookie(session: Session, now: datetime) -> None:
    person = make_person(session, now)
    old = sessions.open_session(session, person, device_label="", now=now).cookie

    new = sessions.rotate(session, old, now=now)

    assert new is not None
    assert reader_of(session, old, now) is None
    actor = reader_of(session, new.cookie, now)
    assert actor is not None
    assert actor.person_id == person.id


def test_a_granted_role_signs_its_holder_out(session: Session, now: datetime) -> None:
    person = make_person(session, now)
    cookie = sessions.open_session(session, person, device_label="", now=now).cookie

    grants.put(session, SYSTEM, person.id, "inspector", "51", now=now)
    session.expire_all()

    assert reader_of(session, cookie, now) is None


def test_a_changed_membership_signs_the_member_out(session: Session, now: datetime) -> None:
    organisation = make_organisation(session, now)
    manager = make_member(session, organisation, now)
    person = make_person(session, now)
    members.add(session, organisation.id, person.id, "staff", now=now)
    cookie = sessions.open_session(session, person, device_label="", now=now).cookie

    members.set_roles(
        session, manager, organisation.code, person.id, frozenset({"seller"}), now=now
    )
    session.expire_all()

    assert reader_of(session, cookie, now) is None
    assert actor_of(session, person).organisation_ids("seller") == (organisation.id,)
