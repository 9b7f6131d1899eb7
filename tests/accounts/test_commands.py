"""``nguon user create`` and ``nguon token create``."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from click.testing import CliRunner
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import commands, people, tokens
from accounts.models import Person, RoleGrant
from accounts.people import Contact
from foundation import clock
from foundation.errors import Conflict, Invalid, NotFound
from tests.accounts.factories import PASSWORD, actor_of, make_organisation, make_person


@pytest.fixture(autouse=True)
def _at_hand(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def connected() -> Iterator[None]:
        yield

    monkeypatch.setattr(commands, "connected", connected)


def run(*words: str, stdin: str | None = None) -> str:
    result = CliRunner().invoke(
        commands.user if words[0] == "user" else commands.token, words[1:], input=stdin
    )
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return f"{result.exit_code} {result.stdout}"


def found(session: Session, email: str) -> Person:
    person = people.find_by_contact(session, Contact(email=email))
    assert person is not None
    return person


def test_a_user_is_made_with_a_code_to_set_the_password(session: Session) -> None:
    said = run("user", "create", "--email", "An@ViDu.vn", "--name", "Lê An")

    assert said.startswith("0 ")
    assert said[2:].strip().isdigit()
    assert found(session, "an@vidu.vn").password_hash is None


def test_an_admin_is_made_with_a_password_from_standard_input(session: Session) -> None:
    said = run(
        "user", "create", "--email", "an@vidu.vn", "--name", "Lê An", "--role", "admin",
        "--phone", "0912 345 678", "--password-stdin", stdin=PASSWORD + "\n",
    )  # fmt: skip

    assert said == "0 "
    person = found(session, "an@vidu.vn")
    assert person.phone == "+84912345678"
    assert person.password_hash is not None
    assert actor_of(session, person).has_role("admin")


def test_an_officer_gets_a_territory(session: Session) -> None:
    run("user", "create", "--email", "a@vidu.vn", "--name", "A", "--role", "officer",
        "--scope", "51")  # fmt: skip
    run("user", "create", "--email", "b@vidu.vn", "--name", "B", "--role", "officer")

    scopes = session.scalars(select(RoleGrant.scope_unit_code).order_by(RoleGrant.id)).all()
    assert scopes == ["51", ""]


def test_a_seller_works_in_an_organisation(session: Session) -> None:
    organisation = make_organisation(session, clock.now())
    session.commit()

    run("user", "create", "--email", "a@vidu.vn", "--name", "A", "--role", "seller",
        "--organisation", organisation.code)  # fmt: skip

    actor = actor_of(session, found(session, "a@vidu.vn"))
    assert actor.organisation_ids("seller") == (organisation.id,)


@pytest.mark.parametrize(
    "words",
    [
        ("--email", "a@vidu.vn", "--name", "A", "--role", "seller"),
        ("--email", "a@vidu.vn", "--name", "A", "--role", "admin", "--organisation", "X"),
        ("--email", "a@vidu.vn", "--name", "A", "--role", "king"),
        ("--name", "A"),
        ("--email", "a@vidu.vn"),
    ],
)
def test_a_wrong_call_ends_with_two(session: Session, words: tuple[str, ...]) -> None:
    assert run("user", "create", *words).startswith("2 ")


def test_what_cannot_be_is_refused(session: Session) -> None:
    make_person(session, clock.now(), email="co@vidu.vn")
    session.commit()

    with pytest.raises(Conflict):
        run("user", "create", "--email", "co@vidu.vn", "--name", "A")
    with pytest.raises(Invalid):
        run("user", "create", "--email", "khong-phai", "--name", "A")
    with pytest.raises(NotFound):
        run("user", "create", "--email", "a@vidu.vn", "--name", "A", "--organisation", "KHONGCO2")


def test_a_token_is_printed_alone(session: Session) -> None:
    person = make_person(session, clock.now(), email="co@vidu.vn")
    session.commit()

    said = run("token", "create", "--email", "co@vidu.vn")

    actor = tokens.authenticate(said[2:].strip(), clock.now())
    assert actor is not None
    assert actor.person_id == person.id
    with pytest.raises(NotFound):
        run("token", "create", "--email", "ai@vidu.vn")
