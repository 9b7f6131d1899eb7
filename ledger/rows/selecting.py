"""Selecting the commitments of rows: what they say now, told and hashed by the server itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy.orm import Session

from foundation import db
from ledger.rows.commitments import Commitment, Key
from ledger.rows.forms import RowForm, in_use, quoted


def selections(touched: Mapping[str, Iterable[Key]]) -> tuple[list[str], dict[str, Any]]:
    """SQL and its values: the commitments of rows, a selection a table."""
    parts: list[str] = []
    values: dict[str, Any] = {}
    for number, (table, keys) in enumerate(sorted(touched.items())):
        form, listed = in_use()[table], list(keys)
        parts.append(_selection(form, number, is_one=len(listed) == 1))
        for place in range(len(form.key)):
            given = [key[place] for key in listed]
            values[f"k{number}_{place}"] = given[0] if len(given) == 1 else _listed(given)
    return parts, values


def _listed(given: list[Any]) -> Any:
    """Keys as the driver is to send them; numbers already written out, of which there are many."""
    return db.integers(given) if given and type(given[0]) is int else given


def _selection(form: RowForm, number: int, *, is_one: bool) -> str:
    """SQL: the commitments of the rows of one table with some keys."""
    columns = dict.fromkeys((*form.key, *form.told, *form.kept, *form.person))
    selected = ", ".join(f"s.{quoted(name)}" for name in columns)
    wanted = _wanted_one(form, number) if is_one else _wanted_several(form, number)
    return (
        f"SELECT '{form.table}', {form.key_text}, '{form.name}', t.ledger_salt,"  # noqa: S608 - names of our own tables
        f" {form.digest('told', _derived('told'))}, {form.digest('kept', _derived('kept'))},"
        f" {form.digest('person', 't.person_salt')}, t.person_salt"
        f" FROM (SELECT {selected}, uuid_send(gen_random_uuid()) AS ledger_salt,"
        f" {_person_salt(form)} AS person_salt FROM {quoted(form.table)} s WHERE {wanted}"
        " OFFSET 0) t"
    )


@cache
def returned(form: RowForm) -> str:
    """SQL for RETURNING: the commitment to each row written, as its parts in bytes.

    The very texts that are hashed by `selections`, so that nothing need be selected afterwards.
    """
    columns = dict.fromkeys((*form.key, *form.told, *form.kept, *form.person))
    written = ", ".join(f"{quoted(form.table)}.{quoted(name)}" for name in columns)
    return (
        f"(SELECT ARRAY[convert_to({form.key_text}, 'UTF8'), t.ledger_salt,"  # noqa: S608 - names of our own tables
        f" {form.digest('told', _derived('told'))}, {form.digest('kept', _derived('kept'))},"
        f" {form.digest('person', 't.person_salt')}, t.person_salt]"
        f" FROM (SELECT {written}, uuid_send(gen_random_uuid()) AS ledger_salt,"
        f" {_person_salt(form)} AS person_salt OFFSET 0) t)"
    )


def said_of(form: RowForm, parts: Sequence[bytes | None]) -> Commitment:
    """The commitment that a statement returned."""
    place, salt, told, kept, person, person_salt = parts
    key = bytes(place or b"").decode()
    return Commitment(form.table, key, form.name, salt, told, kept, person, person_salt)


def _wanted_one(form: RowForm, number: int) -> str:
    """SQL: one key. Said so, its plan is kept; with a list the server plans each time anew."""
    return " AND ".join(
        f"s.{quoted(name)} = %(k{number}_{place})s::{kind}"
        for place, (name, kind) in enumerate(zip(form.key, form.key_types, strict=True))
    )


def _wanted_several(form: RowForm, number: int) -> str:
    if len(form.key) == 1:
        return f"s.{quoted(form.key[0])} = ANY(%(k{number}_0)s::{form.key_types[0]}[])"
    names = ", ".join(f"s.{quoted(name)}" for name in form.key)
    lists = ", ".join(
        f"%(k{number}_{place})s::{kind}[]" for place, kind in enumerate(form.key_types)
    )
    return f"({names}) IN (SELECT * FROM unnest({lists}))"  # noqa: S608 - our own names


def _derived(group: str) -> str:
    return derived_salt("t.ledger_salt", group)


def derived_salt(salt: str, group: str) -> str:
    """SQL: a group's own salt, so that opening one group opens no other."""
    return f"sha256({salt} || '{group}'::bytea)"


def _person_salt(form: RowForm) -> str:
    return "uuid_send(gen_random_uuid())" if form.person else "NULL::bytea"


def known(session: Session, places: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Of rows that are not there, those that the ledger believes to be there."""
    if not places:
        return []
    found = session.connection().exec_driver_sql(
        "SELECT p.t, p.k FROM unnest(%(tables)s::text[], %(keys)s::text[]) AS p(t, k)"
        " CROSS JOIN LATERAL (SELECT r.form FROM ledger_rows r"
        " WHERE r.table_name = p.t AND r.row_key = p.k"
        " ORDER BY r.entry_id DESC, r.position DESC LIMIT 1) newest WHERE newest.form <> ''",
        {"tables": [table for table, _ in places], "keys": [key for _, key in places]},
    )
    return [(table, key) for table, key in found]
