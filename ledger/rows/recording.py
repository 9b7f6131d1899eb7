"""Recording rows: whatever a transaction wrote into ledgered tables gets one entry as it ends.

One entry whatever the number of rows: it holds the Merkle root of their commitments. Both share
the transaction of the change, its door having read the clock once more where no fact told the time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from foundation import clock
from ledger import canonical, log, merkle
from ledger.rows.forms import RowForm, in_use, quoted

KIND = "rows.recorded"
_SUBJECT = "rows"
_TOUCHED = "ledger_touched"
_AT_ONCE = 5_000
"""So many rows of one entry are digested and written in one statement."""

Key = tuple[Any, ...]

_AT_ONCE_SQL = """
WITH said(table_name, row_key, form, salt, told, kept, person, person_salt) AS MATERIALIZED (
    {selections}
), listed AS MATERIALIZED (
    SELECT *, (row_number() OVER (ORDER BY table_name, row_key) - 1)::int AS position,
        sha256('\\x00'::bytea || convert_to('{{"form":"' || form || '","kept":'
            || coalesce('"' || encode(kept, 'hex') || '"', 'null') || ',"key":' || row_key
            || ',"person":' || coalesce('"' || encode(person, 'hex') || '"', 'null')
            || ',"table":"' || table_name || '","told":'
            || coalesce('"' || encode(told, 'hex') || '"', 'null') || '}}', 'UTF8')) AS leaf
    FROM said
), entry AS (
    INSERT INTO ledger_entries (kind, subject, body, nonce, leaf_hash, recorded_at)
    SELECT '{kind}', 'rows', body, nonce, sha256('\\x00'::bytea || convert_to(
        '{{"body":' || to_json(body)::text || ',"kind":"{kind}","nonce":"' || encode(nonce, 'hex')
            || '","recorded_at":"' || %(told_now)s::text || '","subject":"rows"}}', 'UTF8')),
        %(now)s::timestamptz
    FROM (
        SELECT '{{"root":"' || encode(ledger_root(array_agg(leaf ORDER BY position)), 'hex')
            || '","rows":' || count(*) || '}}' AS body, uuid_send(gen_random_uuid()) AS nonce
        FROM listed HAVING count(*) > 0 OFFSET 0
    ) written
    RETURNING id
), waiting AS (
    INSERT INTO ledger_waiting SELECT id FROM entry
), salted AS (
    INSERT INTO ledger_salts SELECT table_name, row_key, person_salt FROM listed
    WHERE person_salt IS NOT NULL
    ON CONFLICT (table_name, row_key) DO UPDATE SET salt = excluded.salt
)
INSERT INTO ledger_rows
    (entry_id, position, table_name, row_key, form, salt, told, kept, person)
SELECT entry.id, position, table_name, row_key, form, salt, told, kept, person
FROM entry CROSS JOIN listed
RETURNING table_name, row_key
"""
"""One statement: what rows say, their entry, its place in the queue, the list, the salts."""


@dataclass(frozen=True)
class Commitment:
    """What an entry commits to of one row; without digests once the row was removed."""

    table: str
    key: str
    form: str = ""
    salt: bytes | None = None
    told: bytes | None = None
    kept: bytes | None = None
    person: bytes | None = None
    person_salt: bytes | None = None

    def leaf(self) -> bytes:
        """The row's leaf in its entry's tree."""
        return row_leaf(self.table, self.key, self.form, self.told, self.kept, self.person)


def row_leaf(
    table: str,
    key: str,
    form: str,
    told: bytes | None,
    kept: bytes | None,
    person: bytes | None,
) -> bytes:
    """Hash a row's commitment: canonical JSON of what is said here, digests in hexadecimal."""
    digests = ("null" if part is None else f'"{part.hex()}"' for part in (kept, person, told))
    parts = dict(zip(("kept", "person", "told"), digests, strict=True))
    return merkle.leaf_hash(
        f'{{"form":"{form}","kept":{parts["kept"]},"key":{key},"person":{parts["person"]},'
        f'"table":"{table}","told":{parts["told"]}}}'.encode()
    )


def touch(session: Session, table: str, keys: Iterable[Key]) -> None:
    """Record these rows, by their primary keys, when the transaction ends."""
    if table in in_use():
        session.info.setdefault(_TOUCHED, {}).setdefault(table, set()).update(keys)


def forget(session: Session) -> None:
    """Nothing that was touched is to be recorded: the transaction was undone."""
    session.info.pop(_TOUCHED, None)


def settle(session: Session) -> None:
    """Record the rows written so far; the end of a transaction does it by itself."""
    session.flush()
    touched: dict[str, set[Key]] | None = session.info.pop(_TOUCHED, None)
    if not touched:
        return
    now = log.moment(session) or clock.now()
    if sum(map(len, touched.values())) > _AT_ONCE:
        append(session, digested(session, touched), now=now)
        return
    recorded = _record_at_once(session, touched, now)
    missed = {(table, canonical.text(key)) for table, keys in touched.items() for key in keys}
    gone = _known(session, list(missed - recorded))
    append(session, [Commitment(*place) for place in gone], now=now)


def _record_at_once(
    session: Session, touched: Mapping[str, set[Key]], now: datetime
) -> set[tuple[str, str]]:
    """Digest rows, write their entry and its list in one round trip; answers which were there."""
    selections, values = _selections(touched)
    statement = _AT_ONCE_SQL.format(selections=" UNION ALL ".join(selections), kind=KIND)
    values |= {"now": now, "told_now": canonical.instant(now)}
    return {(row[0], row[1]) for row in session.connection().exec_driver_sql(statement, values)}


def append(
    session: Session, rows: Sequence[Commitment], *, now: datetime, kind: str = KIND
) -> None:
    """Write one entry that commits to these rows."""
    if not rows:
        return
    root = merkle.root([row.leaf() for row in rows])
    entry = log.append(
        session, kind=kind, subject=_SUBJECT, body={"root": root.hex(), "rows": len(rows)}, now=now
    )
    for start in range(0, len(rows), _AT_ONCE):
        _write(session, entry.id, start, rows[start : start + _AT_ONCE])


def digested(session: Session, touched: Mapping[str, Iterable[Key]]) -> list[Commitment]:
    """Return what the rows say now, in the order of table and key."""
    selections, values = _selections(touched)
    found = [
        Commitment(*row)
        for row in session.connection().exec_driver_sql(" UNION ALL ".join(selections), values)
    ]
    there = {(row.table, row.key) for row in found}
    missed = {(table, canonical.text(key)) for table, keys in touched.items() for key in keys}
    found += [Commitment(*place) for place in _known(session, list(missed - there))]
    return sorted(found, key=lambda row: (row.table, row.key))


def _selections(touched: Mapping[str, Iterable[Key]]) -> tuple[list[str], dict[str, Any]]:
    """SQL and its values: the commitments of rows, a selection a table."""
    selections: list[str] = []
    values: dict[str, Any] = {}
    for number, (table, keys) in enumerate(sorted(touched.items())):
        form, listed = in_use()[table], list(keys)
        selections.append(_selection(form, number, len(form.key)))
        for place in range(len(form.key)):
            values[f"k{number}_{place}"] = [key[place] for key in listed]
    return selections, values


def _selection(form: RowForm, number: int, width: int) -> str:
    """SQL: the commitments of the rows of one table with some keys."""
    if width == 1:
        wanted = f"s.{quoted(form.key[0])} = ANY(%(k{number}_0)s::{form.key_types[0]}[])"
    else:
        names = ", ".join(f"s.{quoted(name)}" for name in form.key)
        lists = ", ".join(
            f"%(k{number}_{place})s::{kind}[]" for place, kind in enumerate(form.key_types)
        )
        wanted = f"({names}) IN (SELECT * FROM unnest({lists}))"  # noqa: S608 - our own names
    columns = dict.fromkeys((*form.key, *form.told, *form.kept, *form.person))
    selected = ", ".join(f"s.{quoted(name)}" for name in columns)
    return (
        f"SELECT '{form.table}', {form.key_text}, '{form.name}', t.ledger_salt,"  # noqa: S608 - names of our own tables
        f" {form.digest('told', _derived('told'))}, {form.digest('kept', _derived('kept'))},"
        f" {form.digest('person', 't.person_salt')}, t.person_salt"
        f" FROM (SELECT {selected}, uuid_send(gen_random_uuid()) AS ledger_salt,"
        f" {_person_salt(form)} AS person_salt FROM {quoted(form.table)} s WHERE {wanted}"
        " OFFSET 0) t"
    )


def _derived(group: str) -> str:
    return derived_salt("t.ledger_salt", group)


def derived_salt(salt: str, group: str) -> str:
    """SQL: a group's own salt, so that opening one group opens no other."""
    return f"sha256({salt} || '{group}'::bytea)"


def _person_salt(form: RowForm) -> str:
    return "uuid_send(gen_random_uuid())" if form.person else "NULL::bytea"


def _known(session: Session, places: list[tuple[str, str]]) -> list[tuple[str, str]]:
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


def _write(session: Session, entry_id: int, start: int, rows: Sequence[Commitment]) -> None:
    """Write commitments, and the salts of persons: new ones replace those of what was before."""
    session.connection().exec_driver_sql(
        "WITH r AS (SELECT * FROM unnest(%(positions)s::int[], %(tables)s::text[],"
        " %(keys)s::text[], %(forms)s::text[], %(salts)s::bytea[], %(told)s::bytea[],"
        " %(kept)s::bytea[], %(person)s::bytea[], %(person_salts)s::bytea[])"
        " AS r(position, table_name, row_key, form, salt, told, kept, person, person_salt)),"
        " salted AS (INSERT INTO ledger_salts SELECT table_name, row_key, person_salt FROM r"
        " WHERE person_salt IS NOT NULL"
        " ON CONFLICT (table_name, row_key) DO UPDATE SET salt = excluded.salt),"
        " erased AS (DELETE FROM ledger_salts s USING r WHERE r.form = ''"
        " AND s.table_name = r.table_name AND s.row_key = r.row_key)"
        " INSERT INTO ledger_rows SELECT %(entry)s, position, table_name, row_key, form, salt,"
        " told, kept, person FROM r",
        {
            "entry": entry_id,
            "positions": list(range(start, start + len(rows))),
            "tables": [row.table for row in rows],
            "keys": [row.key for row in rows],
            "forms": [row.form for row in rows],
            "salts": [row.salt for row in rows],
            "told": [row.told for row in rows],
            "kept": [row.kept for row in rows],
            "person": [row.person for row in rows],
            "person_salts": [row.person_salt for row in rows],
        },
    )
