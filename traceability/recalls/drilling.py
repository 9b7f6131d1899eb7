"""A recall drill: the whole hold, done for real in a transaction that is then undone."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from accounts.permissions import Actor
from traceability.recalls import holding
from traceability.recalls.holding import Wish


@dataclass(frozen=True)
class Drilled:
    """What a recall would reach, and how long finding and holding all of it took.

    `claims`: steps into others' goods it meets that nobody confirmed.
    """

    batches: int
    orders: int
    buyers: int
    unsent: int
    claims: int
    milliseconds: int


def drill(session: Session, actor: Actor, wish: Wish, *, now: datetime) -> Drilled:
    """Hold everything a suspicion reaches, measure it, and undo it: nothing is changed.

    Lots are locked for that moment, as in earnest. Raises what `holding.rehearse` raises.
    """
    began = time.perf_counter()
    attempt = session.begin_nested()
    try:
        held = holding.rehearse(session, actor, wish, now=now)
        # Reached or not, the database has done all the work by now.
        session.flush()
        took = time.perf_counter() - began
        sold = held.sold
        return Drilled(
            held.batches, sold.orders, sold.buyers, sold.unsent, held.claims, round(took * 1000)
        )
    finally:
        attempt.rollback()
        session.expire_all()
