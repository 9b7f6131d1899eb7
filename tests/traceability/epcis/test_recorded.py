"""What events are found by is drawn anew from their documents: whatever was altered is named."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Column, text
from sqlalchemy.orm import Session

from foundation.db import Base
from tests.traceability.epcis import told
from tests.traceability.epcis.querying.callers import make_caller
from tests.traceability.factories import grow, make_batch
from traceability.epcis import recorded
from traceability.lineage import recorded as lineage_recorded

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


def _after(session: Session, table: str, statement: str) -> bool:
    """Whether the table is named after a change, which is undone.

    A place that is no longer the one rows refer to is named by those rows.
    """
    with session.begin_nested() as undone:
        assert session.connection().exec_driver_sql(statement).rowcount, statement
        found = _found(session)
        undone.rollback()
    return any(table in each or table == "trace_nodes" for each in found)
