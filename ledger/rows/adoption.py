"""Adopting rows: what was there before rows were recorded, and what a migration changed.

A migration writes past the application, so its rows are recorded anew afterwards, under a kind of
their own that says so. Rows that were wrong before it are left as they are: still found, still
named. ADR 0014.
"""

from __future__ import annotations

import json
from datetime import datetime

from sqlalchemy import Engine, MetaData, Table, inspect, text
from sqlalchemy.orm import Session

from foundation.watching import WatchedSession
from ledger.rows import checking, recording
from ledger.rows.forms import GROUPS, RowForm, form_of, in_use

KIND = "rows.adopted"
_AT_ONCE = 5_000
Place = tuple[str, str]


def survey(engine: Engine) -> frozenset[Place]:
    """Return the rows that are not as recorded, before a migration moves anything."""
    with WatchedSession(engine) as session:
        if not inspect(session.connection()).has_table("ledger_forms"):
            return frozenset()
        found = [
            (fault.table, fault.key)
            for forms in _stored_forms(session).values()
            for fault in checking.faults_of(session, forms[-1], {f.name: f for f in forms})
        ]
        return frozenset(found)


def adopt(session: Session, *, leave: frozenset[Place] = frozenset(), now: datetime) -> int:
    """Record every row as it is now, but those to leave; answers how many were not yet."""
    # One at a time, or each would adopt the same rows.
    session.execute(text("LOCK TABLE ledger_forms IN SHARE ROW EXCLUSIVE MODE"))
    _keep_forms(session)
    adopted = 0
    for table, form in sorted(in_use().items()):
        keys = [
            tuple(json.loads(fault.key))
            for fault in checking.faults_of(session, form)
            if (table, fault.key) not in leave
        ]
        for start in range(0, len(keys), _AT_ONCE):
            rows = recording.digested(session, {table: keys[start : start + _AT_ONCE]})
            recording.append(session, rows, now=now, kind=KIND)
        adopted += len(keys)
    return adopted


def _keep_forms(session: Session) -> None:
    """Write down how rows are told, for whoever reads them when the program says it otherwise."""
    session.execute(
        text(
            "INSERT INTO ledger_forms (form, table_name, columns)"
            " VALUES (:form, :table, :columns) ON CONFLICT DO NOTHING"
        ),
        [
            {"form": form.name, "table": form.table, "columns": form.columns}
            for form in in_use().values()
        ],
    )


def _stored_forms(session: Session) -> dict[str, list[RowForm]]:
    """The forms written down, for the tables as they are in the database."""
    reflected = MetaData()
    known = set(inspect(session.connection()).get_table_names())
    rows = session.execute(text("SELECT table_name, columns FROM ledger_forms")).all()
    found: dict[str, list[RowForm]] = {}
    for table, columns in rows:
        if table not in known:
            continue
        described = Table(table, reflected, autoload_with=session.connection())
        groups = json.loads(columns)
        if all(name in described.columns for group in GROUPS for name in groups[group]):
            found.setdefault(table, []).append(form_of(described, groups))
    return found
