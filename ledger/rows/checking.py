"""Checking rows: whether every ledgered row still says what the ledger last recorded of it.

One statement a table: the rows on one side, the newest commitment of each key on the other. A row
without a commitment was put in past the application; a commitment without a row tells of one that
was taken out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from foundation.db import Base
from ledger.reading import streamed
from ledger.rows.forms import GROUPS, RowForm, form_of, in_use, quoted
from ledger.rows.selecting import derived_salt

_NEWEST = (
    "SELECT DISTINCT ON (row_key) row_key, entry_id, form, salt, told, kept, person"
    " FROM ledger_rows WHERE table_name = %(table)s"
    " ORDER BY row_key, entry_id DESC, position DESC"
)


@dataclass(frozen=True)
class RowFault:
    """A row that is not as recorded: what of it, and when it was recorded as what.

    `what` is ``unrecorded``, ``missing``, ``form`` or the groups of columns that differ.
    """

    table: str
    key: str
    what: str
    entry_id: int | None = None
    sequence: int | None = None
    recorded_at: datetime | None = None


def faults(session: Session) -> Iterator[RowFault]:
    """Every ledgered row that is not as recorded, table by table."""
    kept = _kept_forms(session)
    for table in sorted(in_use()):
        yield from faults_of(session, in_use()[table], kept.get(table, {}))


def faults_of(
    session: Session, form: RowForm, older: Mapping[str, RowForm] | None = None
) -> Iterator[RowFault]:
    """The rows of one table that are not as recorded."""
    forms = {**(older or {}), form.name: form}
    for key, entry_id, at, sequence, *state in streamed(
        session, _comparison(forms.values()), {"table": form.table}
    ):
        yield RowFault(form.table, key, _what(forms, *state), entry_id, sequence, at)


def _what(
    forms: Mapping[str, RowForm], form: str | None, there: bool, *differing: bool | None
) -> str:
    if form is None or (form == "" and there):
        return "unrecorded"
    if not there:
        return "missing"
    if form not in forms:
        return "form"
    return ", ".join(group for group, differs in zip(GROUPS, differing, strict=True) if differs)


def _comparison(forms: Any) -> str:
    """SQL: the keys whose row and newest commitment differ, and in which groups."""
    known = list(forms)
    current = known[-1]
    names = ", ".join(f"'{form.name}'" for form in known)
    rows = f"SELECT t.*, {current.key_text} AS ledger_key FROM {quoted(current.table)} t"  # noqa: S608 - our own names
    differs = {group: _differs(known, group) for group in GROUPS}
    groups = ", ".join(f"{differs[group]} AS {group}" for group in GROUPS)
    return f"""
        WITH newest AS MATERIALIZED ({_NEWEST}), compared AS (
            SELECT coalesce(r.row_key, t.ledger_key) AS row_key, r.entry_id, r.form,
                t.ledger_key IS NOT NULL AS there, {groups}
            FROM ({rows}) t FULL JOIN newest r ON r.row_key = t.ledger_key
            LEFT JOIN ledger_salts p ON p.table_name = %(table)s AND p.row_key = r.row_key
        )
        SELECT c.row_key, c.entry_id, e.recorded_at, l.sequence, c.form, c.there,
            c.told, c.kept, c.person
        FROM compared c
        LEFT JOIN ledger_entries e ON e.id = c.entry_id
        LEFT JOIN ledger_leaves l ON l.entry_id = c.entry_id
        WHERE c.form IS NULL OR c.there = (c.form = '')
            OR (c.there AND (c.told OR c.kept OR c.person OR c.form NOT IN ({names})))
    """  # noqa: S608 - names of our own tables


def _differs(forms: list[RowForm], group: str) -> str:
    salt = "p.salt" if group == "person" else derived_salt("r.salt", group)
    cases = " ".join(f"WHEN '{form.name}' THEN {form.digest(group, salt)}" for form in forms)
    return f"(CASE r.form {cases} END) IS DISTINCT FROM r.{group}"


def _kept_forms(session: Session) -> dict[str, dict[str, RowForm]]:
    """The forms that commitments may still bear, by table, as far as their columns exist."""
    found: dict[str, dict[str, RowForm]] = {}
    for name, table, columns in streamed(
        session, "SELECT form, table_name, columns FROM ledger_forms", {}
    ):
        known = Base.metadata.tables.get(table)
        groups = json.loads(columns)
        if known is None or any(c not in known.columns for g in GROUPS for c in groups[g]):
            continue
        form = form_of(known, groups)
        if form.name == name:
            found.setdefault(table, {})[name] = form
    return found
