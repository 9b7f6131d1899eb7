"""A spraying is written while a batch is opened, released or split: either order ends held."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from decimal import Decimal
from threading import Barrier

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.permissions import SYSTEM
from foundation import db
from foundation.errors import NguonError
from growing_areas import diary
from growing_areas.diary import Work
from tests.traceability.factories import PRODUCED, Grown, grow, make_batch, new_batch
from traceability import opening, releasing
from traceability.handling import parting
from traceability.handling.parting import Part, Split
from traceability.models import Batch
from traceability.quality import early

pytestmark = pytest.mark.usefixtures("own_database")


def _spray_then_settle(grown: Grown, start: Barrier, now: datetime) -> None:
    """The diary's transaction commits, then the job it deferred runs, as in a worker."""
    work = Work(
        "spraying", PRODUCED - timedelta(days=1), product_name="Abamec", pre_harvest_days=14
    )
    start.wait()
    with db.transaction() as session:
        entry_id = diary.record(session, SYSTEM, grown.area.id, work, now=now).entry.id
    with db.transaction() as session:
        early.settle_entry(session, entry_id, now=now)


def _meanwhile(act: Callable[[Session], object], start: Barrier) -> None:
    start.wait()
    try:
        with db.transaction() as session:
            act(session)
    except NguonError:
        pass


@pytest.mark.parametrize("what", ["open", "release", "split"])
def test_either_order_ends_held(now: datetime, what: str) -> None:
    with db.transaction() as session:
        grown = grow(session, now)
        batch = (
            make_batch(session, grown, now)
            if what == "split"
            else opening.open_batch(session, SYSTEM, new_batch(grown), now=now)
        )
    code, start = batch.code, Barrier(2)
    acts: dict[str, Callable[[Session], object]] = {
        "open": lambda s: opening.open_batch(s, SYSTEM, new_batch(grown), now=now),
        "release": lambda s: releasing.release(s, SYSTEM, code, now=now),
        "split": lambda s: parting.split(s, SYSTEM, Split(code, (Part(Decimal(5)),)), now=now),
    }
    with ThreadPoolExecutor(2) as pool:
        spraying = pool.submit(_spray_then_settle, grown, start, now)
        pool.submit(_meanwhile, acts[what], start).result()
        spraying.result()

    with db.reading() as session:
        states = set(session.scalars(select(Batch.state)))
    assert states == {"held"}
