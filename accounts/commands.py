"""``nguon user create``, ``nguon token create``: the first accounts, made beside the machine."""

from __future__ import annotations

import sys

import click

from accounts import actors, grants, members, organisations, people, recovery, tokens
from accounts.models import GRANT_ROLES, MEMBER_ROLES, Person
from accounts.people import Contact, NewPerson
from accounts.permissions import SYSTEM
from foundation import clock, db
from foundation.console import connected
from foundation.errors import Finding, Invalid, NotFound

_ROLES = (*GRANT_ROLES, *MEMBER_ROLES, "buyer")


@click.group("user")
def user() -> None:
    """People who sign in."""


@user.command("create")
@click.option("--email", help="E-mail address to sign in with.")
@click.option("--phone", help="Telephone number to sign in with.")
@click.option("--name", required=True, help="The person's name.")
@click.option("--role", type=click.Choice(_ROLES), help="A role to hold.")
@click.option("--organisation", metavar="CODE", help="Where a manager, staff or seller works.")
@click.option(
    "--scope", metavar="UNIT", help="Commune or province of an official; the country by default."
)
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def create_user(
    email: str | None,
    phone: str | None,
    name: str,
    role: str | None,
    organisation: str | None,
    scope: str | None,
    password_stdin: bool,
) -> None:
    """Create an account; prints a set-up code good for a day unless a password is given.

    The code is entered at /recover together with the e-mail address or number.
    """
    _check_role(role, organisation)
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else None
    new = NewPerson(name, _email(email), _phone(phone), password)
    if new.email is None and new.phone is None:
        raise click.UsageError("--email or --phone is needed")
    now = clock.now()
    with connected(), db.transaction() as session:
        person = people.create(session, new, now=now)
        if organisation is not None:
            found = organisations.get_organisation(session, organisation)
            members.add(session, found.id, person.id, role or "manager", now=now)
        elif role in GRANT_ROLES:
            unit = None if role == "admin" else scope or ""
            grants.put(session, SYSTEM, person.id, role, unit, now=now)
        code = recovery.setup_code(session, person, now=now) if password is None else None
    if code is not None:
        click.echo(code)


def _check_role(role: str | None, organisation: str | None) -> None:
    if role in MEMBER_ROLES and organisation is None:
        raise click.UsageError(f"--role {role} needs --organisation")
    if organisation is not None and role is not None and role not in MEMBER_ROLES:
        raise click.UsageError(f"--role {role} is not held in an organisation")


@click.group("token")
def token() -> None:
    """API tokens."""


@token.command("create")
@click.option("--email", help="Whose token, by e-mail address.")
@click.option("--phone", help="Whose token, by telephone number.")
@click.option("--name", default="nguon token create", help="What to call it.")
def create_token(email: str | None, phone: str | None, name: str) -> None:
    """Create an API token for somebody and print it, alone."""
    contact = Contact(email=_email(email), phone=None if email else _phone(phone))
    if not contact.text:
        raise click.UsageError("--email or --phone is needed")
    now = clock.now()
    with connected(), db.transaction() as session:
        person: Person | None = people.find_by_contact(session, contact)
        actor = actors.find_actor(session, person.id) if person is not None else None
        if actor is None:
            raise NotFound("person.not_found")
        created = tokens.create(session, actor, name[:80], now=now)
    click.echo(created.plain)


def _email(typed: str | None) -> str | None:
    return _read(typed, "email")


def _phone(typed: str | None) -> str | None:
    return _read(typed, "phone")


def _read(typed: str | None, kind: str) -> str | None:
    """A contact of one kind in its kept form; raises Invalid."""
    if typed is None:
        return None
    contact = people.read_contact(typed)
    value: str | None = getattr(contact, kind) if contact is not None else None
    if value is None:
        raise Invalid([Finding("person.bad_contact", {}, kind)])
    return value


commands = [user, token]
