"""The commitments' tables. Rows and forms only grow; the salts of persons are erasable."""

from sqlalchemy import BigInteger, Index, Integer, LargeBinary, String, Text, desc
from sqlalchemy.orm import Mapped, mapped_column

from foundation.db import Base


class RecordedRow(Base):
    """What one row of a table said when the transaction of an entry ended.

    `told`, `kept` and `person` are the digests of its groups of columns (docs/ledger.md); all three
    are empty once the row was removed. `salt` hides what stands in the first two. No foreign key to
    the entry: it would cost every writer, and verification compares both sides.
    """

    __tablename__ = "ledger_rows"

    entry_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    table_name: Mapped[str] = mapped_column(String(63))
    row_key: Mapped[str] = mapped_column(Text)
    form: Mapped[str] = mapped_column(String(16))
    salt: Mapped[bytes | None] = mapped_column(LargeBinary)
    told: Mapped[bytes | None] = mapped_column(LargeBinary)
    kept: Mapped[bytes | None] = mapped_column(LargeBinary)
    person: Mapped[bytes | None] = mapped_column(LargeBinary)

    __table_args__ = (
        Index("ix_ledger_rows_newest", "table_name", "row_key", desc("entry_id"), desc("position")),
    )


class RowForm(Base):
    """Which columns of a table stand in which group; known by the digest of that list."""

    __tablename__ = "ledger_forms"

    form: Mapped[str] = mapped_column(String(16), primary_key=True)
    table_name: Mapped[str] = mapped_column(String(63))
    columns: Mapped[str] = mapped_column(Text)


class PersonSalt(Base):
    """What opens the digest of a row's personal columns; erased with them, it opens nothing."""

    __tablename__ = "ledger_salts"

    table_name: Mapped[str] = mapped_column(String(63), primary_key=True)
    row_key: Mapped[str] = mapped_column(Text, primary_key=True)
    salt: Mapped[bytes] = mapped_column(LargeBinary)
