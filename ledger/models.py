"""The log's tables. All but the waiting list only grow: UPDATE, DELETE and TRUNCATE are blocked."""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from foundation.db import Base
from ledger import canonical


class LedgerEntry(Base):
    """One recorded fact. `body` is canonical JSON; `leaf_hash` commits to all the rest.

    The nonce keeps outsiders from guessing a short body from its hash.
    """

    __tablename__ = "ledger_entries"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    kind: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(120), index=True)
    body: Mapped[str] = mapped_column(Text)
    nonce: Mapped[bytes] = mapped_column(LargeBinary)
    leaf_hash: Mapped[bytes] = mapped_column(LargeBinary)
    recorded_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    def committed(self) -> bytes:
        """Return the bytes the leaf hash commits to, by what the entry says now."""
        return canonical.leaf_input(
            kind=self.kind,
            subject=self.subject,
            body=self.body,
            nonce=self.nonce,
            recorded_at=self.recorded_at,
        )


class WaitingEntry(Base):
    """An entry committed but not yet given its place in the tree.

    No foreign key: each would cost every writer, and verification compares both sides.
    """

    __tablename__ = "ledger_waiting"

    entry_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)


class Leaf(Base):
    """An entry's place in the tree, counted from 1."""

    __tablename__ = "ledger_leaves"

    sequence: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    entry_id: Mapped[int] = mapped_column(BigInteger, ForeignKey(LedgerEntry.id), unique=True)
    leaf_hash: Mapped[bytes] = mapped_column(LargeBinary)


class TreeNode(Base):
    """The hash of a complete subtree of two leaves or more (levels from 1, positions from 0)."""

    __tablename__ = "ledger_nodes"

    level: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    hash: Mapped[bytes] = mapped_column(LargeBinary)


class Checkpoint(Base):
    """A signed statement of the log's size and root; `note` is what was signed, as published."""

    __tablename__ = "ledger_checkpoints"
    __table_args__ = (
        # The hosts this house had: the first lines, each once.
        Index("ix_ledger_checkpoints_origin", text("split_part(note, chr(10), 1)")),
    )

    size: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    root: Mapped[bytes] = mapped_column(LargeBinary)
    note: Mapped[str] = mapped_column(Text)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class SigningKey(Base):
    """A public key that signs or signed checkpoints; a later one is vouched for by the one before.

    `voucher` is a signed note of the former key that names this one.
    """

    __tablename__ = "ledger_keys"

    public_key: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    since: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    vouched_by: Mapped[bytes | None] = mapped_column(LargeBinary)
    voucher: Mapped[str | None] = mapped_column(Text)


class Witness(Base):
    """Who is sent every checkpoint to keep; with a verifier key it may sign them too."""

    __tablename__ = "ledger_witnesses"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    email: Mapped[str] = mapped_column(String(254))
    name: Mapped[str] = mapped_column(String(200))
    verifier_key: Mapped[str | None] = mapped_column(Text)
    since: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    suspended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    @property
    def state(self) -> str:
        """`active`, `suspended` (nothing is sent nor taken for now) or `withdrawn` (for good)."""
        if self.until is not None:
            return "withdrawn"
        return "active" if self.suspended_at is None else "suspended"

    __table_args__ = (
        Index(
            "uq_ledger_witnesses_email",
            "email",
            unique=True,
            postgresql_where=text("until IS NULL"),
        ),
    )


class Mailing(Base):
    """That a checkpoint was put into the outbox for a witness: once, whoever asks again."""

    __tablename__ = "ledger_mailings"

    size: Mapped[int] = mapped_column(
        BigInteger, ForeignKey(Checkpoint.size), primary_key=True, autoincrement=False
    )
    witness_id: Mapped[int] = mapped_column(
        BigInteger,
        ForeignKey(Witness.id, ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    )
    mailed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Cosignature(Base):
    """A witness's own signature under a checkpoint, as the line it stands on."""

    __tablename__ = "ledger_cosignatures"

    size: Mapped[int] = mapped_column(
        BigInteger, ForeignKey(Checkpoint.size), primary_key=True, autoincrement=False
    )
    key_name: Mapped[str] = mapped_column(String(200), primary_key=True)
    line: Mapped[str] = mapped_column(Text)
    received_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Contradiction(Base):
    """A note that a key of this log signed and that tells another log than ours: a split view.

    Kept as it was signed; nobody but the holder of the key could have made it.
    """

    __tablename__ = "ledger_contradictions"

    size: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    root: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    note: Mapped[str] = mapped_column(Text)
    seen_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Alarm(Base):
    """What a witness brought that tells another log than ours, as it was signed; for the admins.

    `code` says how: see `ledger.alarms`. `witness_id` is None where our own key alone signed it.
    """

    __tablename__ = "ledger_alarms"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    code: Mapped[str] = mapped_column(String(60))
    size: Mapped[int] = mapped_column(BigInteger)
    root: Mapped[bytes] = mapped_column(LargeBinary)
    note: Mapped[str] = mapped_column(Text)
    witness_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey(Witness.id), index=True)
    seen_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    settled_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    __table_args__ = (
        # Of several witnesses shown the same other log, each is kept.
        UniqueConstraint("size", "root", "code", "witness_id", postgresql_nulls_not_distinct=True),
    )
