"""The diary is asked for the lines a page shows, however many others have theirs."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from accounts.permissions import SYSTEM
from growing_areas import diary
from growing_areas.diary import Work
from growing_areas.fieldbook import book, chain, repeats
from growing_areas.fieldbook.book import BookQuery
from growing_areas.models import GrowingArea
from growing_areas.parcels import parcels
from growing_areas.parcels.parcels import ParcelTold
from tests.growing_areas.factories import make_approved_area, make_organisation

_OTHERS = 5_000
_LINES = (
    "SET LOCAL session_replication_role = replica",
    f"""INSERT INTO diary_entries (area_id, organisation_id, activity, done_on, void, recorded_at)
    SELECT 1000000 + n % 50, 1000000 + n % 50, 'weeding', current_date - n % 900, false, now()
    FROM generate_series(1, {_OTHERS}) n""",
    "SET LOCAL session_replication_role = origin",
    "ANALYZE diary_entries, diary_entry_parcels, growing_areas, growing_parcels",
)


@pytest.fixture
def area(session: Session, now: datetime) -> GrowingArea:
    return make_approved_area(session, now, make_organisation(session, now))


def _read_lines(session: Session, ask: Any) -> int:
    """How many lines of the diary are gone through for what a call asks of it."""
    asked: list[tuple[str, Any]] = []

    def note(_conn: Any, _cursor: Any, sql: str, given: Any, *_rest: Any) -> None:
        asked.append((sql, given))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        ask()
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    # A table so short is quicker read whole: forbidden to, the database shows what else it has.
    session.execute(text("SET LOCAL enable_seqscan = off"))
    connection = session.connection()
    plans = [
        "\n".join(row[0] for row in connection.exec_driver_sql(f"EXPLAIN (ANALYZE) {sql}", given))
        for sql, given in asked
        if "FROM diary_entries" in sql
    ]
    assert plans
    return sum(map(_gone_through, plans))


def _gone_through(plan: str) -> int:
    """Lines that a plan's nodes over the diary gave or threw away."""
    total = 0.0
    for node in re.split(r"->|InitPlan|SubPlan", plan):
        if " on diary_entries" in node or "on ix_diary" in node or "on pk_diary" in node:
            found = re.search(r"rows=([\d.]+) loops=(\d+)", node)
            lost = re.search(r"Rows Removed by Filter: (\d+)", node)
            loops = int(found[2]) if found else 0
            total += (float(found[1]) if found else 0) * loops
            total += int(lost[1]) * loops if lost else 0
    return round(total)


@pytest.mark.untouched
def test_a_line_its_area_and_its_parcel_are_found_without_all_others(
    session: Session, now: datetime, area: GrowingArea
) -> None:
    told = ParcelTold(area_ha=Decimal("0.1"))
    piece = parcels.add(session, SYSTEM, area.id, told, now=now)
    work = Work("weeding", date(2026, 11, 1))
    line = diary.record(session, SYSTEM, area.id, work, now=now)
    for statement in _LINES:
        session.execute(text(statement))

    asks = {
        "chain": lambda: chain.of_entry(session, line.entry),
        "repeats": lambda: repeats.last_works(session, SYSTEM, [area.id]),
        "parcel": lambda: book.list_lines(session, SYSTEM, BookQuery(parcel=piece.parcel.id)),
    }
    read = {name: _read_lines(session, ask) for name, ask in asks.items()}

    assert max(read.values()) < 100, read
