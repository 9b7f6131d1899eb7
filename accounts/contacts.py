"""One's own e-mail address and telephone number: changed, added, taken off.

Whoever holds a contact can recover the account, so the change asks for password and second
factor anew, the new contact proves itself by a code before it counts, and the old one is told.
Whether somebody else has the wished contact is told to its owner only.
"""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from accounts import (
    alerts,
    audit,
    messages,
    one_time_codes,
    passwords,
    people,
    second_factor,
    throttle,
)
from accounts.access_models import ContactChange
from accounts.models import Person
from accounts.people import Contact
from accounts.permissions import Actor
from accounts.throttle import Caller
from foundation import config
from foundation.errors import Conflict, Finding, Invalid, NotFound, Refused
from foundation.i18n import _, speaking

KINDS = ("email", "phone")


@dataclass(frozen=True)
class Proof:
    """Who asks: the password, and a code where the second factor is on."""

    password: str = field(repr=False)
    code: str = field(default="", repr=False)


def ask(
    session: Session, actor: Actor, wished: Contact, proof: Proof, try_id: int, *, now: datetime
) -> ContactChange:
    """Take a wished contact down and send it a code; the account stays as it is until then.

    ``try_id`` is the try counted by ``sign_in.begin_own``. Raises: Invalid for a wrong password
    or code or one's own present contact, TooMany past five codes an hour,
    Refused("contact.phone_unreachable") where no messages reach telephones.
    """
    person = _proved(session, actor, proof, try_id, now=now)
    if wished in people.contacts_of(person):
        raise Invalid([Finding("contact.same", {}, "contact")])
    if wished.phone and config.current().production and not messages.can_reach_phones():
        raise Refused("contact.phone_unreachable")
    code = one_time_codes.issue_for_person(session, person.id, one_time_codes.CONTACT, now=now)
    session.execute(delete(ContactChange).where(ContactChange.person_id == person.id))
    change = ContactChange(
        person_id=person.id,
        email=wished.email,
        phone=wished.phone,
        asked_at=now,
        expires_at=now + one_time_codes.LIFE,
    )
    session.add(change)
    session.flush()
    owner = people.find_by_contact(session, wished)
    if owner is not None:
        alerts.tell_wanted(session, owner, wished)
    else:
        _send_code(session, person, wished, code)
    return change


def find_asked(session: Session, actor: Actor, *, now: datetime) -> Contact | None:
    """The contact that is waiting for its code."""
    change = session.get(ContactChange, actor.person_id) if actor.person_id else None
    if change is None or change.expires_at <= now:
        return None
    return Contact(email=change.email, phone=change.phone)


def begin_confirm(
    session: Session, actor: Actor, caller: Caller, *, now: datetime
) -> tuple[int, int | None]:
    """Count a try at the code (a transaction of its own), for ``confirm``.

    Counted at the wished contact: many accounts together get no more guesses at it than one.
    Raises: NotFound("contact.not_asked"), TooMany.
    """
    wished = find_asked(session, actor, now=now)
    if wished is None or actor.person_id is None:
        raise NotFound("contact.not_asked")
    strangers = Caller(caller.address)
    try_id = throttle.take_try(session, "contact", f"contact:{wished.text}", strangers, now=now)
    purpose = one_time_codes.CONTACT
    return try_id, one_time_codes.take_person_try(session, actor.person_id, purpose, now=now)


def confirm(
    session: Session, actor: Actor, code: str, tries: tuple[int, int | None], *, now: datetime
) -> Person:
    """Put the proved contact in place of the old one, which is told; audited.

    Codes sent to the old one open nothing any more. Raises: NotFound, Invalid("code.wrong"),
    Conflict when somebody else has taken the contact meanwhile.
    """
    person = _locked(session, actor)
    wished = find_asked(session, actor, now=now)
    try_id, code_id = tries
    one_time_codes.redeem(session, code_id, code, now=now)
    if wished is None:
        raise NotFound("contact.not_asked")
    throttle.mark_right(session, try_id)
    kind = "email" if wished.email else "phone"
    old = _one(person, kind)
    _put(session, person, kind, wished.text)
    session.execute(delete(ContactChange).where(ContactChange.person_id == person.id))
    one_time_codes.end_for_person(session, person.id, now=now)
    _record(session, actor, person, f"person.{kind}_changed", now=now)
    alerts.tell(session, person, f"contact.{kind}", now=now, also=old)
    return person


def remove(
    session: Session, actor: Actor, kind: str, proof: Proof, try_id: int, *, now: datetime
) -> Person:
    """Take one's address or number off the account; the other must be there to sign in with.

    Raises: Invalid for a wrong password or code, Refused("contact.last"), NotFound.
    """
    person = _proved(session, actor, proof, try_id, now=now)
    old = _one(person, kind)
    if old is None:
        raise NotFound
    if len(people.contacts_of(person)) < 2:
        raise Refused("contact.last")
    _put(session, person, kind, None)
    one_time_codes.end_for_person(session, person.id, now=now)
    _record(session, actor, person, f"person.{kind}_removed", now=now)
    alerts.tell(session, person, f"contact.{kind}_removed", now=now, also=old)
    return person


def forget_before(session: Session, before: datetime) -> int:
    """Delete wishes nobody proved; returns how many."""
    statement = delete(ContactChange).where(ContactChange.expires_at < before)
    return len(session.scalars(statement.returning(ContactChange.person_id)).all())


def _proved(session: Session, actor: Actor, proof: Proof, try_id: int, *, now: datetime) -> Person:
    """The actor's own locked row, once password and second factor were right."""
    person = _locked(session, actor)
    if not passwords.matches(person.password_hash, proof.password):
        raise Invalid([Finding("password.old_wrong", {}, "password")])
    if person.has_second_factor and not second_factor.accepts(session, person, proof.code, now=now):
        raise Invalid([Finding("second_factor.wrong", {}, "code")])
    throttle.mark_right(session, try_id)
    return person


def _locked(session: Session, actor: Actor) -> Person:
    if actor.person_id is None:
        raise NotFound
    return session.get_one(Person, actor.person_id, with_for_update=True)


def _one(person: Person, kind: str) -> Contact | None:
    if kind == "email":
        return Contact(email=person.email) if person.email else None
    return Contact(phone=person.phone) if person.phone else None


def _put(session: Session, person: Person, kind: str, value: str | None) -> None:
    try:
        with session.begin_nested():
            setattr(person, kind, value)
            session.flush()
    except IntegrityError:
        raise Conflict("person.contact_taken") from None


def _record(session: Session, actor: Actor, person: Person, act: str, *, now: datetime) -> None:
    audit.record(session, actor, act, f"person:{person.id}", now=now)


def _send_code(session: Session, person: Person, to: Contact, code: str) -> None:
    with speaking(person.locale):
        text = _(
            "Mã Nguồn: %(code)s, để gắn số hoặc địa chỉ này vào tài khoản của bạn. Mã dùng được"
            " trong 10 phút. Không xin mã này? Đừng đưa cho ai.",
            code=code,
        )
        messages.send(session, to, _("Mã xác nhận của Nguồn"), text)
