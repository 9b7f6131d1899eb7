"""People: how they are found by what they type, made and renamed."""

import re
from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from accounts import passwords, phone
from accounts.models import Person
from accounts.permissions import Actor
from foundation.errors import Conflict, Invalid, NotFound
from foundation.vietnamese import fold

_EMAIL = re.compile(r"[^@\s<>\"',;:\\]{1,64}@[^@\s<>\"',;:\\]+\.[^@\s<>\"',;:\\.]{2,}")


@dataclass(frozen=True)
class Contact:
    """How somebody is reached: exactly one of the two."""

    email: str | None = None
    phone: str | None = None

    @property
    def text(self) -> str:
        return self.email or self.phone or ""

    @property
    def masked(self) -> str:
        """Recognisable to its owner only."""
        if self.phone:
            return phone.masked(self.phone)
        name, _, host = (self.email or "").partition("@")
        return f"{name[:1]}•••@{host}"


def read_email(typed: str) -> str | None:
    """An e-mail address in its kept form (lower case), or None when it is none."""
    text = typed.strip().lower()
    if len(text) > 254 or not text.isprintable() or not _EMAIL.fullmatch(text):
        return None
    return text if parseaddr(text)[1] == text else None


def read_contact(typed: str) -> Contact | None:
    """A telephone number or e-mail address as typed into one field."""
    if "@" in typed:
        email = read_email(typed)
        return Contact(email=email) if email else None
    number = phone.normalise(typed)
    return Contact(phone=number) if number else None


def contact_of(person: Person) -> Contact:
    """Where messages to ``person`` go; the telephone first, which more people have at hand."""
    return Contact(phone=person.phone) if person.phone else Contact(email=person.email)


def contacts_of(person: Person) -> list[Contact]:
    """Every number and address of ``person``."""
    found = [Contact(phone=person.phone), Contact(email=person.email)]
    return [contact for contact in found if contact.text]


def find_by_contact(session: Session, contact: Contact) -> Person | None:
    """Who signs in with this number or address."""
    column, value = (
        (Person.phone, contact.phone) if contact.phone else (Person.email, contact.email)
    )
    return session.scalar(select(Person).where(column == value))


def get_person(session: Session, person_id: int) -> Person:
    """A person by id; raises NotFound."""
    person = session.get(Person, person_id)
    if person is None:
        raise NotFound
    return person


@dataclass(frozen=True)
class NewPerson:
    """What is needed to make an account; without a password it waits for its first entry."""

    name: str
    email: str | None = None
    phone: str | None = None
    password: str | None = None
    locale: str = "vi"


def create(session: Session, new: NewPerson, *, now: datetime) -> Person:
    """Make an account. Doors to it (invitation, command line) have asked for permission.

    Raises: Invalid for a weak password, Conflict when the number or address is taken.
    """
    for contact in (Contact(email=new.email), Contact(phone=new.phone)):
        if contact.text and find_by_contact(session, contact) is not None:
            raise Conflict("person.contact_taken")
    person = Person(
        name=new.name,
        name_key=fold(new.name),
        email=new.email,
        phone=new.phone,
        locale=new.locale,
        created_at=now,
    )
    session.add(person)
    if new.password is not None:
        put_password(person, new.password, now=now)
    try:
        with session.begin_nested():
            session.flush()
    except IntegrityError:
        # Somebody else took the contact between the look and the writing.
        raise Conflict("person.contact_taken") from None
    return person


def put_password(person: Person, password: str, *, now: datetime) -> None:
    """Give ``person`` a new password; raises Invalid when it is too weak."""
    own_words = (person.name, person.email or "", phone.spoken(person.phone or ""))
    found = passwords.findings(password, own_words=own_words)
    if found:
        raise Invalid(found)
    person.password_hash = passwords.hashed(password)
    person.password_changed_at = now


def rename(session: Session, actor: Actor, name: str, locale: str) -> Person:
    """Change one's own name and language."""
    person = get_person(session, own_id(actor))
    person.name = name
    person.name_key = fold(name)
    person.locale = locale
    return person


def own_id(actor: Actor) -> int:
    """Whose account it is; raises NotFound for the public and the system."""
    if actor.person_id is None:
        raise NotFound
    return actor.person_id
