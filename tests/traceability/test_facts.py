"""What indicators read of batches: whether the diaries behind them tell a whole season."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session

from accounts.permissions import SYSTEM
from growing_areas import diary
from growing_areas.diary import Work
from growing_areas.models import GrowingArea
from tests.growing_areas.factories import field, make_approved_area
from tests.traceability import factories
from tests.traceability.factories import PRODUCED, Grown, grow, make_batch
from traceability import facts

_FAR = date(2026, 1, 1)


@contextmanager
def asked(session: Session) -> Iterator[list[str]]:
    """The statements put to the database meanwhile."""
    found: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        found.append(statement)

    engine = session.connection().engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)


def write_whole_season(session: Session, area: GrowingArea, until: date, now: datetime) -> None:
    for activity, on in (("fertilising", until - timedelta(days=60)), ("harvest", until)):
        diary.record(session, SYSTEM, area.id, Work(activity, on), now=now)


def test_a_batch_is_complete_when_the_diaries_of_all_its_areas_are(
    session: Session, now: datetime
) -> None:
    grown = grow(session, now)
    second = make_approved_area(session, now, grown.organisation, geometry=field(lat=0.2))
    codes = (grown.area_code, str(second.code))
    batch = make_batch(session, grown, now, growing_areas=codes)
    write_whole_season(session, grown.area, PRODUCED, now)

    (half,) = facts.batches_with_diary(session, _FAR, PRODUCED)
    write_whole_season(session, second, PRODUCED, now)
    (whole,) = facts.batches_with_diary(session, _FAR, PRODUCED)

    assert (half.code, half.is_complete) == (batch.code, False)
    assert (whole.code, whole.is_complete) == (batch.code, True)


def test_what_was_done_after_the_harvest_or_long_before_is_not_of_its_season(
    session: Session, now: datetime
) -> None:
    grown = grow(session, now)
    make_batch(session, grown, now)
    for on in (PRODUCED + timedelta(days=1), PRODUCED - timedelta(days=366)):
        write_whole_season(session, grown.area, on, now)

    (found,) = facts.batches_with_diary(session, _FAR, PRODUCED)

    assert not found.is_complete


def test_a_spraying_without_its_interval_leaves_a_season_incomplete(
    session: Session, now: datetime
) -> None:
    grown = grow(session, now)
    make_batch(session, grown, now)
    write_whole_season(session, grown.area, PRODUCED, now)
    factories.spray(session, grown, PRODUCED - timedelta(days=300), None, now=now)

    (found,) = facts.batches_with_diary(session, _FAR, PRODUCED)

    assert not found.is_complete


def test_more_batches_harvest_days_and_areas_ask_no_more_queries(
    session: Session, now: datetime
) -> None:
    first = grow(session, now)
    make_batch(session, first, now)
    session.expunge_all()
    with asked(session) as few:
        facts.batches_with_diary(session, _FAR, PRODUCED)

    grown: list[Grown] = [grow(session, now) for _ in range(3)]
    for number, each in enumerate(grown):
        for days in range(3):
            day = PRODUCED - timedelta(days=10 * number + days)
            make_batch(session, each, now, produced_on=day, lot=f"L{days}")
    session.expunge_all()
    with asked(session) as many:
        found = facts.batches_with_diary(session, _FAR, PRODUCED)

    assert len(found) == 10
    assert len(many) == len(few)


def test_no_batch_at_all_is_no_fault(session: Session) -> None:
    assert facts.batches_with_diary(session, _FAR, PRODUCED) == []
