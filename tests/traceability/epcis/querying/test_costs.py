"""Lists of what events speak of go as far as a page needs, however much their reader may see."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from accounts.permissions import Actor
from tests.accounts.factories import make_member, make_official
from tests.growing_areas.factories import make_organisation
from traceability.epcis.querying import names
from traceability.epcis.querying.names import NamePage
from traceability.epcis.querying.reading import Asked

_EVENTS = 3_000
# Every event tells of two new things and of one that all of them tell of.
_TOLD = (
    "SET LOCAL session_replication_role = replica",
    f"""INSERT INTO epcis_events (id, event_id, event_type, event_time, time_zone, record_time,
        is_error_declaration, organisation_id, document)
    SELECT 1000000 + n, 'urn:many:' || n, 'ObjectEvent', now(), '+07:00', now(), false, :owner,
        '{{}}' FROM generate_series(1, {_EVENTS}) n""",
    f"""INSERT INTO trace_nodes (id, uri, created_at)
    SELECT 1000000 + n, 'urn:thing:' || lpad((9 * n % {2 * _EVENTS + 1})::text, 5, '0'), now()
    FROM generate_series(0, {2 * _EVENTS}) n""",
    f"""INSERT INTO epcis_event_things (event_id, role, node_id, is_class)
    SELECT 1000000 + n, 'object', 1000000 + t, false
    FROM generate_series(1, {_EVENTS}) n, unnest(ARRAY[0, 2 * n - 1, 2 * n]) t""",
    "SET LOCAL session_replication_role = origin",
    "ANALYZE epcis_events, trace_nodes, epcis_event_things",
)


@pytest.fixture
def readers(session: Session, now: datetime) -> dict[str, Actor]:
    organisation = make_organisation(session, now)
    for statement in _TOLD:
        given = {"owner": organisation.id} if ":owner" in statement else {}
        session.execute(text(statement), given)
    return {
        "officer": make_official(session, now, role="officer", scope=organisation.province_code),
        "member": make_member(session, organisation, now),
        "admin": make_official(session, now, role="admin"),
    }


def _read_rows(session: Session, statement: str, given: Any) -> int:
    """How many rows of events and their things a statement goes through."""
    plan = session.connection().exec_driver_sql(f"EXPLAIN (ANALYZE) {statement}", given)
    lines = [row[0] for row in plan if re.search(r" on (epcis_events|epcis_event_things)", row[0])]
    counts = [re.search(r"rows=([\d.]+) loops=(\d+)", line) for line in lines]
    return round(sum(float(found[1]) * int(found[2]) for found in counts if found))


@pytest.mark.untouched
def test_a_page_of_things_reads_no_more_events_than_it_lists(
    session: Session, now: datetime, readers: dict[str, Actor]
) -> None:
    for actor in readers.values():
        asked: list[tuple[str, Any]] = []

        def note(_c: Any, _k: Any, sql: str, given: Any, *_r: Any, into: Any = asked) -> None:
            into.append((sql, given))

        event.listen(Engine, "before_cursor_execute", note)
        try:
            page = names.find_names(session, actor, "epcs", Asked(30), now=now)
        finally:
            event.remove(Engine, "before_cursor_execute", note)

        assert len(page.names) == 30
        assert sum(_read_rows(session, *each) for each in asked if "DISTINCT" in each[0]) < 1_000


def test_each_thing_is_listed_once_over_all_pages(
    session: Session, now: datetime, readers: dict[str, Actor]
) -> None:
    for actor in readers.values():
        found: list[str] = []
        page = NamePage((), None)
        while not found or page.next is not None:
            token = page.next.text if page.next else None
            page = names.find_names(session, actor, "epcs", Asked(1_000, token), now=now)
            found += page.names

        assert len(found) == len(set(found)) == 2 * _EVENTS + 1
