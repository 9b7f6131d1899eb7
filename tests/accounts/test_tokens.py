"""API tokens."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, event, select
from sqlalchemy.orm import Session

from accounts import tokens
from accounts.access_models import ApiToken
from accounts.permissions import ANONYMOUS
from foundation import clock
from foundation.errors import NotFound, Refused, Unauthenticated
from tests.accounts.factories import actor_of, make_member, make_organisation, make_person


def test_a_token_stands_for_its_owner_with_all_their_roles(session: Session, now: datetime) -> None:
    organisation = make_organisation(session, now)
    manager = make_member(session, organisation, now)

    created = tokens.create(session, manager, "Máy tính của hợp tác xã", now=now)

    assert created.plain.startswith("ngu_")
    assert tokens.authenticate(created.plain, now) == manager


def test_a_token_is_recognised_in_one_statement_after_the_days_first(
    session: Session, connection: Connection, now: datetime
) -> None:
    organisation = make_organisation(session, now)
    created = tokens.create(session, make_member(session, organisation, now), "x", now=now)
    tokens.authenticate(created.plain, now)
    session.flush()
    asked: list[str] = []
    event.listen(connection, "before_cursor_execute", lambda *told: asked.append(told[2]))

    tokens.authenticate(created.plain, now)

    assert len(asked) == 1
    session.expire_all()
    assert session.scalars(select(ApiToken.last_used_on)).one() == clock.business_day(now)


def test_a_token_is_kept_as_a_hash_only(session: Session, now: datetime) -> None:
    created = tokens.create(session, actor_of(session, make_person(session, now)), "x", now=now)

    row = session.scalars(select(ApiToken)).one()
    assert created.plain.encode() not in row.token_hash
    assert row.prefix == created.plain[:10]
    assert created.plain not in repr(created)


def test_a_revoked_or_expired_token_opens_nothing(session: Session, now: datetime) -> None:
    actor = actor_of(session, make_person(session, now))
    revoked = tokens.create(session, actor, "cũ", now=now)
    dated = tokens.create(session, actor, "có hạn", now=now, expires_at=now + timedelta(days=1))

    tokens.revoke(session, actor, revoked.id, now=now)
    session.flush()

    assert tokens.authenticate(revoked.plain, now) is None
    assert tokens.authenticate(dated.plain, now) == actor
    assert tokens.authenticate(dated.plain, now + timedelta(days=1)) is None


@pytest.mark.parametrize("bearer", ["", "ngu_", "ngu_" + "x" * 43, "x" * 47, "ngu_" + "é" * 43])
def test_what_is_not_a_token_of_ours_is_nobody(
    session: Session, now: datetime, bearer: str
) -> None:
    assert tokens.authenticate(bearer, now) is None


def test_a_shut_out_owners_token_opens_nothing(session: Session, now: datetime) -> None:
    person = make_person(session, now)
    created = tokens.create(session, actor_of(session, person), "x", now=now)
    person.disabled_at = now
    session.flush()

    assert tokens.authenticate(created.plain, now) is None


def test_nobody_revokes_anothers_token(session: Session, now: datetime) -> None:
    owner, stranger = (actor_of(session, make_person(session, now)) for _ in range(2))
    created = tokens.create(session, owner, "x", now=now)

    with pytest.raises(NotFound):
        tokens.revoke(session, stranger, created.id, now=now)
    assert [row.id for row in tokens.list_tokens(session, stranger, now=now)] == []


def test_the_public_gets_no_token_and_fifty_are_enough(session: Session, now: datetime) -> None:
    actor = actor_of(session, make_person(session, now))
    for number in range(50):
        tokens.create(session, actor, str(number), now=now)

    with pytest.raises(Refused, match=r"token\.too_many"):
        tokens.create(session, actor, "x", now=now)
    with pytest.raises(Unauthenticated):
        tokens.create(session, ANONYMOUS, "x", now=now)
