"""Each reason why a batch may not be sold stands by itself."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from accounts.permissions import SYSTEM
from foundation.errors import Conflict
from tests.traceability.factories import grow, make_batch
from traceability import releasing
from traceability.quality import holds


def test_one_cause_holds_a_batch_once(session: Session, now: datetime) -> None:
    batch = make_batch(session, grow(session, now), now)

    first = holds.place(session, batch, "laboratory", "laboratory:1", {}, now=now, by=None)
    again = holds.place(session, batch, "laboratory", "laboratory:1", {}, now=now, by=None)
    other = holds.place(session, batch, "pre_harvest", "diary:7", {"days": 5}, now=now, by=None)

    assert (first, again, other) == (True, False, True)
    assert batch.state == "held"
    found = holds.open_holds(session, [batch.id])[batch.id]
    assert [hold.cause for hold in found] == ["laboratory:1", "diary:7"]


def test_a_batch_is_not_released_while_one_reason_stands(session: Session, now: datetime) -> None:
    batch = make_batch(session, grow(session, now), now)
    releasing.hold(session, SYSTEM, batch.code, now=now)
    holds.place(session, batch, "laboratory", "laboratory:1", {}, now=now, by=None)

    with pytest.raises(Conflict) as refused:
        releasing.release(session, SYSTEM, batch.code, now=now)
    assert refused.value.code == "batch.on_hold"

    for hold in holds.open_holds(session, [batch.id])[batch.id]:
        holds.lift(session, hold, "tested again", now=now, by=None)
    assert releasing.release(session, SYSTEM, batch.code, now=now).state == "released"


def test_a_cause_that_was_lifted_can_hold_again(session: Session, now: datetime) -> None:
    batch = make_batch(session, grow(session, now), now)
    holds.place(session, batch, "laboratory", "laboratory:1", {}, now=now, by=None)
    (hold,) = holds.open_holds(session, [batch.id])[batch.id]
    holds.lift(session, hold, "a wrong file", now=now, by=None)

    assert holds.place(session, batch, "laboratory", "laboratory:1", {}, now=now, by=None)
    assert len(holds.open_holds(session, [batch.id])[batch.id]) == 1
