"""Every table is ledgered or says why not, every column of a ledgered one stands in a group.

The list is app/data/ledgered_tables.yaml; docs/ledger.md tells how to choose.
"""

from __future__ import annotations

import ast
import re

from sqlalchemy import Connection, inspect, text

from app import ledgered, rooms
from foundation.db import Base
from ledger.rows.forms import GROUPS
from tests.house import tree

CLASSES = ledgered.classes()
# What procrastinate and alembic keep, and the monthly parts of scans and readings.
_NOT_OURS = (
    "procrastinate",
    "alembic_version",
    "scans_",
    "sensor_readings_p",
    "sensor_readings_default",
)


def test_every_table_is_ledgered_or_says_why_not(connection: Connection) -> None:
    tables = {
        name for name in inspect(connection).get_table_names() if not name.startswith(_NOT_OURS)
    }

    assert tables == {*CLASSES["ledgered"], *CLASSES["unledgered"]}
    assert not set(CLASSES["ledgered"]) & set(CLASSES["unledgered"])
    assert all(len(reason) > 10 for reason in CLASSES["unledgered"].values())


def test_every_column_stands_in_one_group() -> None:
    rooms.load(rooms.MODELS)
    for table, groups in CLASSES["ledgered"].items():
        listed = [column for group in groups.values() for column in group]
        key = [column.name for column in Base.metadata.tables[table].primary_key]

        assert len(listed) == len(set(listed)), table
        assert set(groups) <= {*GROUPS, "left_out"}, table
        assert {*listed, *key} == set(Base.metadata.tables[table].columns.keys()), table


def test_every_session_is_a_watched_one() -> None:
    """A plain one would execute statements that nobody notices."""
    plain = [
        path.name
        for path in tree.python_files(tests=True)
        if re.search(r"[sS]ession\(", path.read_text("utf-8"))
        for call in tree.calls(path)
        if isinstance(call.func, ast.Name) and call.func.id in ("Session", "scoped_session")
    ]

    assert plain == []


def test_the_server_keeps_what_it_is_given(connection: Connection) -> None:
    """What is recorded of a row is what was put in, or what the statement returned."""
    before_rows_go_in = "(t.tgtype & 7) = 7"
    changing = connection.scalars(
        text(
            "SELECT t.tgrelid::regclass::text FROM pg_trigger t"
            f" WHERE NOT t.tgisinternal AND {before_rows_go_in}"
            " UNION ALL SELECT table_name::text FROM information_schema.columns"
            " WHERE table_schema = 'public' AND is_generated = 'ALWAYS'"
        )
    ).all()

    assert not set(changing) & set(CLASSES["ledgered"])
