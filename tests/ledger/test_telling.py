"""A row told by the program and by PostgreSQL is told in the very same words."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    Numeric,
    String,
    Table,
    Text,
    Uuid,
    insert,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

from ledger.rows.forms import form_of
from ledger.rows.telling import teller_of

_HANOI = timezone(timedelta(hours=7))
_TRICKY = 'Bưởi "Năm Roi"\\ \t\n\r\b\f\x01\x1f\x7f/ 🍊 e\u0301 \u2028'

CERTAIN: list[tuple[TypeEngine[Any], list[Any]]] = [
    (Text(), ["", " ", _TRICKY, None]),
    (String(40), ["x" * 40, "đ" * 40, None]),
    (BigInteger(), [0, -1, 2**63 - 1, None]),
    (Integer(), [7, None]),
    (Boolean(), [True, False, None]),
    (Date(), [date(1, 1, 1), date(999, 12, 31), date(2026, 11, 22), None]),
    (
        DateTime(timezone=True),
        [
            datetime(2026, 11, 22, tzinfo=UTC),
            datetime(2026, 11, 22, 3, 4, 5, 60, tzinfo=_HANOI),
            datetime(1, 1, 2, tzinfo=UTC),
            None,
        ],
    ),
    (
        Numeric(18, 3),
        [Decimal(each) for each in ("0", "-0", "-0.000", "1.500", "100", "1E+2", "-2.125", "0.001")]
        + [None],
    ),
    (Numeric(), [Decimal("1E-20"), Decimal("12345678901234567890.10"), Decimal("0E+3"), None]),
    (
        Float(),
        [105.8342, 21.0, -0.0001, 999999999999999.9, 123456789.125, 1 / 3, 0.1 + 0.2, None],
    ),
    (LargeBinary(), [b"", b"\x00\xff", None]),
    (Uuid(), [UUID("0197f5a6-1111-7abc-8def-001122334455"), None]),
    (
        JSONB(none_as_null=True),
        [
            [],
            {},
            "x",
            True,
            None,
            [0.1, -2.0, 21.5, 1 / 3, 999999999999999.9, 0.0001, 2**80],
            ["b", "a", None, 12, {"longer": [1], "đ": _TRICKY, "b": {}, "ab": False}],
        ],
    ),
]
CERTAIN.append(
    # Kept letter by letter: in the order it was told, with the escapes of the driver.
    (JSON(), [{"b": [1.0, 0.1, 1e22], "a": None, "đ": _TRICKY}, [], "x", True, 2**80])
)
UNCERTAIN: list[tuple[TypeEngine[Any], Any]] = [
    (String(3), "ab  "),
    (Numeric(18, 3), Decimal("1.00049")),
    (Numeric(18, 3), 1),
    (Float(), 1e22),
    (Float(), 1e-7),
    (JSONB(none_as_null=True), {"x": 1e-7}),
    (JSONB(none_as_null=True), {"x": Decimal("0.1")}),
    (JSONB(), None),
    (JSON(), None),
    (DateTime(timezone=True), datetime(2026, 11, 22)),  # noqa: DTZ001 - that is the point
    (Date(), datetime(2026, 11, 22, tzinfo=UTC)),
]


def _table(kind: TypeEngine[Any]) -> Table:
    key = Column("id", BigInteger, primary_key=True, autoincrement=False)
    return Table("told_things", MetaData(), key, Column("said", kind), prefixes=["TEMPORARY"])


@pytest.mark.parametrize(("kind", "values"), CERTAIN, ids=lambda each: type(each).__name__)
def test_both_tell_a_value_alike(
    session: Session, kind: TypeEngine[Any], values: list[Any]
) -> None:
    table = _table(kind)
    form = form_of(table, {"kept": ["said"]})
    table.create(session.connection())
    for number, value in enumerate(values):
        session.execute(insert(table).values(id=number, said=value))

    tell = teller_of(table, form, {"id": "id", "said": "said"})
    written = f"SELECT {form.text('kept', chr(39) + chr(39) + '::bytea')} FROM told_things t"
    rows = session.connection().exec_driver_sql(f"{written} ORDER BY id").scalars().all()
    for number, value in enumerate(values):
        told = tell({"id": number, "said": value})
        assert told is not None, value
        assert told.salt is not None
        salt = hashlib.sha256(told.salt + b"kept").hexdigest()
        server = rows[number].replace('"salt":""', f'"salt":"{salt}"')
        assert hashlib.sha256(server.encode()).digest() == told.kept, (value, server)


@pytest.mark.parametrize(("kind", "value"), UNCERTAIN)
def test_what_the_server_might_write_otherwise_is_left_to_it(
    kind: TypeEngine[Any], value: Any
) -> None:
    table = _table(kind)
    tell = teller_of(table, form_of(table, {"kept": ["said"]}), {"id": "id", "said": "said"})

    assert tell({"id": 1, "said": value}) is None


def test_what_nobody_set_is_nothing_unless_somebody_else_sets_it() -> None:
    def tells(column: Column[Any]) -> bool:
        key = Column("id", BigInteger, primary_key=True, autoincrement=False)
        table = Table("told_things", MetaData(), key, column)
        form = form_of(table, {"kept": ["said"]})
        return teller_of(table, form, {"id": "id", "said": "said"})({"id": 1}) is not None

    assert tells(Column("said", Text))
    assert not tells(Column("said", Text, nullable=False))
    assert not tells(Column("said", Text, server_default="x"))
    assert not tells(Column("said", Text, default="x"))
    assert not tells(Column("said", JSONB))


def test_persons_have_a_salt_of_their_own(session: Session) -> None:
    table = _table(Text())
    form = form_of(table, {"person": ["said"]})
    table.create(session.connection())
    session.execute(insert(table).values(id=1, said="Lê Văn Tám"))

    told = teller_of(table, form, {"id": "id", "said": "said"})({"id": 1, "said": "Lê Văn Tám"})

    assert told is not None
    assert told.person_salt is not None
    assert (told.told, told.kept) == (None, None)
    digest = form.digest("person", f"'\\x{told.person_salt.hex()}'::bytea")
    found = session.execute(text(f"SELECT {digest} FROM told_things t")).scalar_one()
    assert bytes(found) == told.person
