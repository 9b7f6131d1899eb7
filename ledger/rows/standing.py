"""How a few named rows stand to the ledger now: asked for one batch's page, not for the house.

`nguon ledger verify` asks it of every row (`checking`); here only of those with given keys, through
their primary keys.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy.orm import Session

from ledger.rows.commitments import Key
from ledger.rows.forms import GROUPS, RowForm, in_use, quoted
from ledger.rows.selecting import derived_salt

State = Literal["proved", "waiting", "altered", "missing", "unrecorded"]


@dataclass(frozen=True)
class RowStanding:
    """A row: `proved` under a checkpoint, `waiting` for one, or not as it was recorded."""

    table: str
    key: str
    state: State

    @property
    def is_wrong(self) -> bool:
        """Whether the row is not what was recorded of it."""
        return self.state not in ("proved", "waiting")


def stand(session: Session, wanted: Mapping[str, Iterable[Key]], size: int) -> list[RowStanding]:
    """Compare rows with the newest thing recorded of each; `size` is what a checkpoint covers."""
    session.flush()
    found = []
    for table, keys in sorted(wanted.items()):
        listed = list(keys)
        if not listed or table not in in_use():
            continue
        statement, values = _statement(in_use()[table], listed)
        rows = session.connection().exec_driver_sql(statement, values | {"table": table})
        found += [RowStanding(table, key, _state(size, *state)) for key, *state in rows]
    return found


def key_text(key: Key) -> str:
    """A primary key as the ledger writes it: a JSON list."""
    return json.dumps(list(key), separators=(",", ":"), ensure_ascii=False)


def picked(form: RowForm, keys: Sequence[Key]) -> tuple[str, dict[str, Any]]:
    """SQL and its values: the rows ``t`` of a table with some keys, by their index."""
    values = {f"k{place}": [key[place] for key in keys] for place in range(len(form.key))}
    lists = [f"%(k{place})s::{kind}[]" for place, kind in enumerate(form.key_types)]
    if len(form.key) == 1:
        return f"t.{quoted(form.key[0])} = ANY({lists[0]})", values
    names = ", ".join(f"t.{quoted(name)}" for name in form.key)
    return f"({names}) IN (SELECT * FROM unnest({', '.join(lists)}))", values  # noqa: S608 - our own names


def _statement(form: RowForm, keys: Sequence[Key]) -> tuple[str, dict[str, Any]]:
    condition, values = picked(form, keys)
    differs = ", ".join(
        f"({form.digest(group, _salt(group))}) IS DISTINCT FROM r.{group}" for group in GROUPS
    )
    statement = f"""
        SELECT k.key, r.form, t.ledger_key IS NOT NULL, ARRAY[{differs}], l.sequence
        FROM unnest(%(texts)s::text[]) AS k(key)
        LEFT JOIN LATERAL (
            SELECT * FROM ledger_rows
            WHERE table_name = %(table)s AND row_key = k.key
            ORDER BY entry_id DESC, position DESC LIMIT 1
        ) r ON true
        LEFT JOIN (
            SELECT t.*, {form.key_text} AS ledger_key FROM {quoted(form.table)} t WHERE {condition}
        ) t ON t.ledger_key = k.key
        LEFT JOIN ledger_salts p ON p.table_name = %(table)s AND p.row_key = k.key
        LEFT JOIN ledger_leaves l ON l.entry_id = r.entry_id
    """  # noqa: S608 - names of our own tables
    return statement, {**values, "texts": [key_text(key) for key in keys]}


def _salt(group: str) -> str:
    return "p.salt" if group == "person" else derived_salt("r.salt", group)


def _state(
    size: int, form: str | None, there: bool, differs: list[bool], sequence: int | None
) -> State:
    if form is None or (form == "" and there):
        return "unrecorded"
    if not there:
        return "proved" if form == "" else "missing"
    if any(differs):
        return "altered"
    return "proved" if sequence is not None and sequence <= size else "waiting"
