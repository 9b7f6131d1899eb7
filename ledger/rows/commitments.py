"""What an entry commits to of a row: its place and the digests of its groups of columns. PURE."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ledger import merkle

Key = tuple[Any, ...]
"""A row's primary key."""


@dataclass(frozen=True, slots=True)
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

    @property
    def place(self) -> tuple[str, str]:
        """The order of an entry's list of rows."""
        return self.table, self.key


def row_leaf(
    table: str,
    key: str,
    form: str,
    told: bytes | None,
    kept: bytes | None,
    person: bytes | None,
) -> bytes:
    """Hash a row's commitment: canonical JSON of what is said here, digests in hexadecimal."""
    return merkle.leaf_hash(
        f'{{"form":"{form}","kept":{_hex(kept)},"key":{key},"person":{_hex(person)},'
        f'"table":"{table}","told":{_hex(told)}}}'.encode()
    )


def list_body(leaves: Sequence[bytes]) -> str:
    """The body of an entry that commits to rows of these leaves: canonical JSON."""
    return f'{{"root":"{merkle.root(leaves).hex()}","rows":{len(leaves)}}}'


def _hex(digest: bytes | None) -> str:
    return "null" if digest is None else f'"{digest.hex()}"'
