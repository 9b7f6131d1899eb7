"""People and organisations for tests: made directly, without asking for permission."""

import itertools
from datetime import datetime

from sqlalchemy.orm import Session

from accounts import actors, grants, members, organisations, people, sessions
from accounts.models import Organisation, Person
from accounts.organisations import OrganisationDetails
from accounts.people import NewPerson
from accounts.permissions import SYSTEM, Actor

PASSWORD = "ruong-bac-thang-2026"
# Xã Vệ Giang, Quảng Ngãi; Xã Thăng Bình, Đà Nẵng.
VE_GIANG = "21238"
THANG_BINH = "20791"
QUANG_NGAI = "51"

_numbers = itertools.count(1)


def make_person(
    session: Session,
    now: datetime,
    *,
    name: str = "Nguyễn Thị Hoa",
    email: str | None = None,
    phone: str | None = None,
    password: str | None = None,
) -> Person:
    """Somebody with an e-mail address of their own unless a contact is given."""
    if email is None and phone is None:
        email = f"hoa{next(_numbers)}@vidu.vn"
    return people.create(session, NewPerson(name, email, phone, password), now=now)


def make_organisation(
    session: Session,
    now: datetime,
    *,
    name: str = "Hợp tác xã Nông nghiệp Vệ Giang",
    kind: str = "cooperative",
    commune_code: str = VE_GIANG,
    tax_code: str | None = None,
    verified: bool = True,
) -> Organisation:
    """An organisation without members."""
    details = OrganisationDetails(name, kind, commune_code, tax_code)
    made = organisations.create(session, SYSTEM, details, now=now)
    if verified:
        made.status, made.verified_at = "verified", now
        session.flush()
    return made


def make_member(
    session: Session, organisation: Organisation, now: datetime, *, role: str = "manager"
) -> Actor:
    """Somebody new with a role in an organisation, as an actor."""
    person = make_person(session, now)
    members.add(session, organisation.id, person.id, role, now=now)
    return actor_of(session, person)


def make_official(
    session: Session, now: datetime, *, role: str = "officer", scope: str | None = QUANG_NGAI
) -> Actor:
    """Somebody new with a role on the platform, as an actor."""
    person = make_person(session, now)
    grants.put(session, SYSTEM, person.id, role, None if role == "admin" else scope, now=now)
    return actor_of(session, person)


def actor_of(session: Session, person: Person) -> Actor:
    """The person as the permission table sees them."""
    found = actors.find_actor(session, person.id)
    assert found is not None
    return found


def reader_of(session: Session, cookie: str | None, now: datetime) -> Actor | None:
    """Who a browser with this cookie is, past the session: what waits in it is written first."""
    session.flush()
    return sessions.authenticate_cookie(cookie, now)
