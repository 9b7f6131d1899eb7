"""Statements that write thousands of rows at once, and tell the ledger which ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import TextClause
from sqlalchemy.orm import Session

from ledger.rows import recording


def write(session: Session, table: str, statement: TextClause, given: Mapping[str, Any]) -> None:
    """Execute a statement that returns the primary keys of the rows of a table it wrote.

    Words in SQL say nothing to a session about the rows they write; the ledger is told here.
    """
    recording.touch(session, table, [tuple(row) for row in session.execute(statement, given)])
