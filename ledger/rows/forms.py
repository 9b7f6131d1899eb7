"""Which columns of which tables the ledger commits to, and the texts that are hashed.

PostgreSQL itself writes a row's text and hashes it, for whoever records and whoever checks alike:
a column is told by its type, never by a driver's idea of it. The text is canonical JSON (RFC 8785),
its values are texts or null. The form is described in docs/ledger.md.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from sqlalchemy import Boolean, Date, DateTime, LargeBinary, Numeric, Table
from sqlalchemy.dialects import postgresql
from sqlalchemy.types import TypeEngine

from ledger import canonical

_POSTGRESQL = postgresql.dialect()  # type: ignore[no-untyped-call]
GROUPS = ("told", "kept", "person")


@dataclass(frozen=True)
class RowForm:
    """A table's columns by group: `told` stands on public pages, `person` may be erased."""

    table: str
    key: tuple[str, ...]
    told: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    person: tuple[str, ...] = ()
    key_types: tuple[str, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict, compare=False, hash=False)
    """How each column is written, an SQL expression over the alias ``t``."""

    @cached_property
    def columns(self) -> str:
        """The list of columns by group, as canonical JSON."""
        return canonical.text({group: sorted(getattr(self, group)) for group in GROUPS})

    @cached_property
    def name(self) -> str:
        """The short digest the form is known by."""
        return hashlib.sha256(f"{self.table}\n{self.columns}".encode()).hexdigest()[:16]

    @cached_property
    def key_text(self) -> str:
        """SQL: the row's primary key as a JSON list."""
        parts = " || ',' || ".join(f"to_json(t.{column})::text" for column in map(quoted, self.key))
        return f"('[' || {parts} || ']')"

    def digest(self, group: str, salt: str) -> str:
        """SQL: the digest of one group of columns, salted with the bytea expression *salt*."""
        columns = sorted(getattr(self, group))
        if not columns:
            return "NULL::bytea"
        return f"sha256(convert_to({self.text(group, salt)}, 'UTF8'))"

    def text(self, group: str, salt: str) -> str:
        """SQL: the text that the digest of a group is made of."""
        head = f"""'{{"group":"{group}","key":' || {self.key_text} || ',"salt":"' ||"""
        return (
            f"""{head} encode({salt}, 'hex') || '","table":"{self.table}","values":' || """
            f"{self.values(group)} || '}}'"
        )

    def values(self, group: str) -> str:
        """SQL: a group's columns and values as canonical JSON."""
        members = " || ',' || ".join(
            f"""'"{column}":' || coalesce(to_json({self.texts[column]})::text, 'null')"""
            for column in sorted(getattr(self, group))
        )
        return f"('{{' || {members or chr(39) * 2} || '}}')"


_forms: dict[str, RowForm] = {}


def use(forms: Mapping[str, RowForm]) -> None:
    """Commit to the rows of these tables in this process."""
    _forms.clear()
    _forms.update(forms)


def in_use() -> Mapping[str, RowForm]:
    """The forms by table."""
    return _forms


def form_of(table: Table, groups: Mapping[str, list[str]]) -> RowForm:
    """The form of a table. Raises: KeyError for a column it does not have."""
    texts = {
        name: text_of(f"t.{quoted(name)}", table.columns[name].type)
        for group in GROUPS
        for name in groups.get(group, [])
    }
    return RowForm(
        table=table.name,
        key=tuple(column.name for column in table.primary_key),
        key_types=tuple(column.type.compile(dialect=_POSTGRESQL) for column in table.primary_key),
        texts=texts,
        **{group: tuple(groups.get(group, [])) for group in GROUPS},
    )


def text_of(column: str, kind: TypeEngine[object]) -> str:
    """SQL: a column's value as the text that is committed to; no setting of the server moves it."""
    match kind:
        case DateTime():
            return f"""to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""
        case Date():
            return f"to_char({column}, 'YYYY-MM-DD')"
        case LargeBinary():
            return f"encode(sha256({column}), 'hex')"
        case Numeric() if kind.asdecimal:
            return f"trim_scale({column})::text"
        case Boolean():
            return f"{column}::text"
        case _:
            return f"{column}::text"


def quoted(name: str) -> str:
    """A column's name as SQL takes it, whatever word it is."""
    return f'"{name}"'
