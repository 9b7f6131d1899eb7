"""What events are found by is drawn anew from their documents: whatever was altered is named."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Column, select, text
from sqlalchemy.orm import Session

from foundation import config
from foundation.db import Base
from ledger import checkpoint, keys
from tests.traceability.epcis import told
from tests.traceability.epcis.querying.callers import make_caller
from tests.traceability.factories import grow, make_batch
from traceability.epcis import recorded
from traceability.epcis.models import EpcisEvent, EventThing
from traceability.epcis.querying import order
from traceability.lineage import recorded as lineage_recorded
from traceability.lineage.models import TraceNode

DRAWN = (
    "epcis_event_things",
    "trace_edges",
    "epcis_event_words",
    "epcis_event_sensors",
    "epcis_error_declarations",
    "trace_nodes",
)
# A batch's place may be older than the batch: a partner spoke of it first.
_BEYOND = {("trace_nodes", "created_at")}
_AS_EVER = text("SET LOCAL session_replication_role = origin")
_OTHERS = {
    "DATETIME": "coalesce({c}, '2026-01-01') + interval '1 microsecond'",
    "BOOLEAN": "NOT coalesce({c}, false)",
    "BIG_INTEGER": "coalesce({c}, 0) + 1000000",
    "INTEGER": "coalesce({c}, 0) + 77",
    "NUMERIC": "coalesce({c}, 0) + 0.001",
}


def _found(session: Session) -> list[str]:
    session.expire_all()
    checks = (*lineage_recorded.check_rows(session), *recorded.check_rows(session))
    return [each.explanation for each in checks]


@pytest.fixture
def graph(session: Session, client: FlaskClient, now: Any) -> Session:
    """Events of partners of every kind, one declared wrong, and a batch of ours."""
    caller = make_caller(session, client)
    declared = {"declarationTime": "2026-11-21T00:00:00Z", "reason": "did_not_occur"}
    wrong = told.event(eventID="urn:uuid:77777777-7777-4777-8777-777777777777")
    documents = [told.event(kind) for kind in told.FULL]
    item = told.plain(epcList=["https://id.gs1.org/01/08930001000018/10/L1/21/5"])
    told_all = told.document(*documents, {**wrong, "errorDeclaration": declared}, item)
    assert caller.post("/epcis/capture", told_all).status_code == 202
    make_batch(session, grow(session, now), now)
    assert _found(session) == []
    session.execute(text("SET LOCAL session_replication_role = replica"))
    for table in DRAWN:
        for name in session.scalars(
            text(
                "SELECT conname FROM pg_constraint WHERE contype = 'c'"
                " AND conrelid = CAST(:table AS regclass)"
            ),
            {"table": table},
        ).all():
            session.execute(text(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"'))
    return session


def _other(column: Column[Any]) -> str:
    kind = column.type.__visit_name__.upper()
    return _OTHERS.get(kind, "coalesce({c}, '') || 'x'").format(c=f'"{column.name}"')


@pytest.mark.parametrize("table", DRAWN)
def test_any_altered_column_removed_or_added_row_is_named(graph: Session, table: str) -> None:
    for column in Base.metadata.tables[table].columns:
        if (table, column.name) in _BEYOND:
            continue
        for end in ("min", "max"):
            change = f'"{column.name}" = {_other(column)}'
            row = f"ctid = (SELECT {end}(ctid) FROM {table})"
            assert _after(graph, table, f"UPDATE {table} SET {change} WHERE {row}"), column.name
    assert _after(graph, table, f"DELETE FROM {table} WHERE ctid = (SELECT min(ctid) FROM {table})")
    assert _after(graph, table, f"DELETE FROM {table}")
    columns = Base.metadata.tables[table].columns
    names = ", ".join(f'"{column.name}"' for column in columns)
    taken = ", ".join(
        _other(column) if column.primary_key or column.unique else f'"{column.name}"'
        for column in columns
    )
    added = f"INSERT INTO {table} ({names}) OVERRIDING SYSTEM VALUE SELECT {taken} FROM {table}"
    assert _after(graph, table, f"{added} LIMIT 1")


def test_two_steps_that_changed_places_are_named(graph: Session) -> None:
    swapped = (
        "UPDATE trace_edges e SET quantity = o.quantity, happened_at = o.happened_at,"
        " child_id = o.child_id FROM trace_edges o WHERE e.ctid = (SELECT min(ctid) FROM"
        " trace_edges) AND o.ctid = (SELECT max(ctid) FROM trace_edges)"
    )

    assert _after(graph, "trace_edges", swapped)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE epcis_event_places SET place = place + 1"
        " WHERE place = (SELECT max(place) FROM epcis_event_places)",
        "DELETE FROM epcis_event_places WHERE place = 2",
        "UPDATE epcis_event_places SET event_id = (SELECT min(event_id) FROM epcis_event_places)"
        " WHERE place = 2",
        "INSERT INTO epcis_event_places (place, event_id) VALUES (1000, 1000000)",
        "INSERT INTO epcis_waiting_events SELECT max(event_id) FROM epcis_event_places",
        "INSERT INTO epcis_waiting_events VALUES (1000000)",
    ],
)
def test_every_event_has_one_place_in_the_order_of_telling(graph: Session, change: str) -> None:
    order.place_waiting(graph)
    assert _found(graph) == []

    assert _after(graph, "epcis_event_places", change)


def test_an_event_of_before_the_graph_is_no_fault(graph: Session) -> None:
    graph.execute(_AS_EVER)
    node = graph.scalar(select(TraceNode).where(TraceNode.uri.startswith("/t/")).limit(1))
    assert node is not None
    event_id = "urn:uuid:88888888-8888-4888-8888-888888888888"
    document = {
        "type": "ObjectEvent",
        "eventID": event_id,
        "eventTime": "2026-01-02T03:04:05.000Z",
        "eventTimeZoneOffset": "+07:00",
        "recordTime": "2026-01-02T03:04:05.000Z",
        "action": "ADD",
        "bizStep": "commissioning",
        "quantityList": [{"epcClass": node.uri, "quantity": 1200.0, "uom": "KGM"}],
    }
    at = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    event = EpcisEvent(
        event_id=event_id, event_type="ObjectEvent", action="ADD", biz_step="commissioning",
        event_time=at, time_zone="+07:00", record_time=at, document=document,
    )  # fmt: skip
    graph.add(event)
    graph.flush()
    graph.add(
        EventThing(
            event_id=event.id,
            role="object",
            node_id=node.id,
            is_class=True,
            quantity=1200,
            unit="KGM",
        )
    )
    graph.flush()

    assert _found(graph) == []


def test_goods_named_by_an_address_this_house_had_are_its_own_still(
    graph: Session, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, now: Any
) -> None:
    graph.execute(_AS_EVER)
    batch = make_batch(graph, grow(graph, now), now)
    named = f"{config.current().base_url}/t/{batch.code}"
    caller = make_caller(graph, client)
    event = told.plain(quantityList=[{"epcClass": named, "quantity": 1, "uom": "KGM"}])
    assert caller.post("/epcis/capture", told.document(event)).status_code == 202
    monkeypatch.setattr(config, "_current", replace(config.current(), base_url="https://new.vn"))
    without = _found(graph)
    keys.use(tmp_path, named.partition("/t/")[0])
    checkpoint.make(graph, keys.get(), keys.origin(), now=now)

    assert any("epcis_event_things" in each for each in without)
    assert _found(graph) == []


def test_steps_are_read_as_whoever_told_them_tells() -> None:
    document = {
        "type": "AggregationEvent", "eventID": "urn:uuid:1", "action": "OBSERVE",
        "eventTime": "2026-01-02T00:00:00.000Z", "eventTimeZoneOffset": "+07:00",
        "parentID": "https://id.gs1.org/00/089300010000000017",
        "childEPCs": ["https://id.gs1.org/01/08930001000018/10/L1/21/5"],
    }  # fmt: skip
    own = {**document, "parentID": "/00/089300010000000017"}
    at = datetime(2026, 1, 2, tzinfo=UTC)

    assert recorded._is_own(own)
    assert not recorded._is_own(document)
    assert not recorded._is_own({**own, "@context": []})
    assert recorded.derived(own, at, str)["trace_edges"] == set()


def _after(session: Session, table: str, statement: str) -> bool:
    """Whether the table is named after a change, which is undone.

    A place that is no longer the one rows refer to is named by those rows.
    """
    with session.begin_nested() as undone:
        assert session.connection().exec_driver_sql(statement).rowcount, statement
        found = _found(session)
        undone.rollback()
    return any(table in each or table == "trace_nodes" for each in found)
