"""One row per batch says how much there is, and never lets more go than there is."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.traceability.factories import grow, make_batch
from traceability.handling import states, stock
from traceability.handling.models import BatchStock


@pytest.fixture
def batch_id(session: Session, now: datetime) -> int:
    return make_batch(session, grow(session, now), now, quantity=Decimal(10)).id


def left(session: Session, batch_id: int) -> Decimal:
    return stock.free_of(session, [batch_id])[batch_id]


def test_what_is_used_or_promised_is_no_longer_free(session: Session, batch_id: int) -> None:
    assert stock.use(session, batch_id, Decimal("2.5"))
    assert stock.take(session, batch_id, Decimal(4))

    assert left(session, batch_id) == Decimal("3.5")
    assert not stock.use(session, batch_id, Decimal("3.501"))
    assert not stock.take(session, batch_id, Decimal("3.501"))
    assert left(session, batch_id) == Decimal("3.5")


def test_no_more_comes_back_than_was_promised(session: Session, batch_id: int) -> None:
    assert stock.take(session, batch_id, Decimal(4))

    assert not stock.give_back(session, batch_id, Decimal(5))
    assert stock.give_back(session, batch_id, Decimal(4))

    assert left(session, batch_id) == Decimal(10)


def test_what_counting_found_is_there(session: Session, batch_id: int) -> None:
    assert stock.add_found(session, batch_id, Decimal("0.5"))

    row = stock.lock(session, [batch_id])[batch_id]
    assert (row.made, left(session, batch_id)) == (Decimal("10.5"), Decimal("10.5"))


def test_the_database_itself_refuses_to_promise_what_is_not_there(
    session: Session, batch_id: int
) -> None:
    row = session.get_one(BatchStock, batch_id)
    row.used, row.taken = Decimal(6), Decimal(5)
    with pytest.raises(IntegrityError, match="enough"), session.begin_nested():
        session.flush()


def test_what_is_free_is_offered_however_old_and_the_first_to_expire_first(
    session: Session, now: datetime
) -> None:
    grown = grow(session, now)
    old, empty, held, later = (
        make_batch(session, grown, now, expires_on=date(2027, 1, day)) for day in (5, 1, 2, 3)
    )
    other = make_batch(session, grow(session, now), now)
    stock.use(session, empty.id, empty.quantity)
    held.state = "held"
    session.flush()

    found = stock.in_store(
        session, grown.organisation.id, states.allowing("merge"), product_id=None, most=2
    )

    assert [each.batch.id for each in found] == [later.id, old.id]
    assert other.id not in {each.batch.id for each in found}
    assert found[0].free == later.quantity
