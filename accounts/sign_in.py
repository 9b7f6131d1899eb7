"""Signing in by telephone number or e-mail, and password.

Two steps, each a transaction of its own: ``begin`` counts the try, ``finish`` judges it. The
answer's words and work are the same whether the account exists, is shut, has no password yet,
or the password is wrong.
"""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from accounts import actors, passwords, people, sessions, throttle
from accounts.models import Person
from accounts.permissions import Actor
from accounts.sessions import OpenedSession
from accounts.throttle import Caller
from foundation.errors import Finding, Invalid, Unauthenticated


@dataclass(frozen=True)
class SignIn:
    """What a sign-in form brings, and the browser it comes from."""

    login: str
    password: str = field(repr=False)
    address: str = ""
    device_label: str = ""
    device_cookie: str | None = field(default=None, repr=False)
    # The session cookie the browser came with: ended, whoever planted it.
    old_cookie: str | None = field(default=None, repr=False)


def begin(session: Session, attempt: SignIn, *, now: datetime) -> int:
    """Count the try; raises TooMany, with the wait, for a guessed-at account or address."""
    person = _find(session, attempt.login)
    caller = caller_of(session, person, attempt.address, attempt.device_cookie)
    name = account_name(person, attempt.login)
    return throttle.take_try(session, "password", name, caller, now=now)


def begin_own(
    session: Session,
    actor: Actor,
    kind: str,
    address: str,
    device_cookie: str | None,
    *,
    now: datetime,
) -> int:
    """Count a try at one's own password or code from inside: the session may be a stolen one."""
    if actor.person_id is None:
        raise Unauthenticated
    person = people.get_person(session, actor.person_id)
    caller = caller_of(session, person, address, device_cookie)
    return throttle.take_try(session, kind, account_name(person, ""), caller, now=now)


def finish(session: Session, attempt: SignIn, try_id: int, *, now: datetime) -> OpenedSession:
    """Open a session when the password is right; raises Invalid("sign_in.wrong")."""
    person = _find(session, attempt.login)
    is_right = passwords.matches(person.password_hash if person else None, attempt.password)
    if person is None or not is_right or actors.is_shut_out(person):
        raise Invalid([Finding("sign_in.wrong", {}, "login")], "sign_in.wrong")
    throttle.mark_right(session, try_id)
    if passwords.is_outdated(person.password_hash or ""):
        person.password_hash = passwords.hashed(attempt.password)
    sessions.end(session, attempt.old_cookie, now=now)
    return sessions.open_session(session, person, device_label=attempt.device_label, now=now)


def caller_of(
    session: Session, person: Person | None, address: str, device_cookie: str | None
) -> Caller:
    """Where a try comes from, for the throttle."""
    device = sessions.find_device(session, device_cookie)
    is_theirs = device is not None and person is not None and device.person_id == person.id
    return Caller(address, device.id if device is not None and is_theirs else None)


def account_name(person: Person | None, login: str) -> str:
    """One name per account for the throttle, whichever number or address was typed, and how."""
    contact = people.contact_of(person) if person else people.read_contact(login)
    return contact.text if contact else login.strip().casefold()


def _find(session: Session, login: str) -> Person | None:
    contact = people.read_contact(login)
    return people.find_by_contact(session, contact) if contact else None
