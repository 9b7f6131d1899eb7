"""Commit to rows: what each ledgered row said, the forms of saying it, salts, keys, witnesses."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

_APPEND_ONLY = ("ledger_rows", "ledger_forms", "ledger_keys", "ledger_cosignatures")


# The root of RFC 9162 (2.1.1): neighbours are joined level by level, who has none goes up alone.
_ROOT = """
CREATE FUNCTION ledger_root(leaves bytea[]) RETURNS bytea LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    level bytea[] := leaves;
    above bytea[];
    place int;
BEGIN
    WHILE cardinality(level) > 1 LOOP
        above := '{}';
        place := 1;
        WHILE place < cardinality(level) LOOP
            above := array_append(
                above, sha256('\\x01'::bytea || level[place] || level[place + 1]));
            place := place + 2;
        END LOOP;
        IF place = cardinality(level) THEN
            above := array_append(above, level[place]);
        END IF;
        level := above;
    END LOOP;
    RETURN level[1];
END $$
"""


def upgrade() -> None:
    _create_rows()
    _create_keys()
    _create_witnessing()
    op.execute(_ROOT)
    for table in _APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_only_grow BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def downgrade() -> None:
    op.execute("DROP FUNCTION ledger_root(bytea[])")
    for table in ("ledger_cosignatures", "ledger_mailings", "ledger_witnesses", "ledger_keys"):
        op.drop_table(table)
    for table in ("ledger_salts", "ledger_forms", "ledger_rows"):
        op.drop_table(table)


def _create_rows() -> None:
    op.create_table(
        "ledger_rows",
        sa.Column("entry_id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("table_name", sa.String(63), nullable=False),
        sa.Column("row_key", sa.Text, nullable=False),
        sa.Column("form", sa.String(16), nullable=False),
        sa.Column("salt", sa.LargeBinary),
        sa.Column("told", sa.LargeBinary),
        sa.Column("kept", sa.LargeBinary),
        sa.Column("person", sa.LargeBinary),
        sa.PrimaryKeyConstraint("entry_id", "position", name="pk_ledger_rows"),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["ledger_entries.id"], name="fk_ledger_rows_entry_id_ledger_entries"
        ),
    )
    op.create_index(
        "ix_ledger_rows_newest",
        "ledger_rows",
        ["table_name", "row_key", sa.text("entry_id DESC"), sa.text("position DESC")],
    )
    op.create_table(
        "ledger_forms",
        sa.Column("form", sa.String(16), nullable=False),
        sa.Column("table_name", sa.String(63), nullable=False),
        sa.Column("columns", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("form", name="pk_ledger_forms"),
    )
    op.create_table(
        "ledger_salts",
        sa.Column("table_name", sa.String(63), nullable=False),
        sa.Column("row_key", sa.Text, nullable=False),
        sa.Column("salt", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("table_name", "row_key", name="pk_ledger_salts"),
    )


def _create_keys() -> None:
    op.create_table(
        "ledger_keys",
        sa.Column("public_key", sa.LargeBinary, nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("vouched_by", sa.LargeBinary),
        sa.Column("voucher", sa.Text),
        sa.PrimaryKeyConstraint("public_key", name="pk_ledger_keys"),
    )
    op.create_table(
        "ledger_witnesses",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("verifier_key", sa.Text),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name="pk_ledger_witnesses"),
    )
    op.create_index(
        "uq_ledger_witnesses_email",
        "ledger_witnesses",
        ["email"],
        unique=True,
        postgresql_where=sa.text("until IS NULL"),
    )


def _create_witnessing() -> None:
    op.create_table(
        "ledger_mailings",
        sa.Column("size", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("witness_id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("mailed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("size", "witness_id", name="pk_ledger_mailings"),
        sa.ForeignKeyConstraint(
            ["size"], ["ledger_checkpoints.size"], name="fk_ledger_mailings_size_ledger_checkpoints"
        ),
        sa.ForeignKeyConstraint(
            ["witness_id"],
            ["ledger_witnesses.id"],
            name="fk_ledger_mailings_witness_id_ledger_witnesses",
            ondelete="CASCADE",
        ),
    )
    op.create_table(
        "ledger_cosignatures",
        sa.Column("size", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("key_name", sa.String(200), nullable=False),
        sa.Column("line", sa.Text, nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("size", "key_name", name="pk_ledger_cosignatures"),
        sa.ForeignKeyConstraint(
            ["size"],
            ["ledger_checkpoints.size"],
            name="fk_ledger_cosignatures_size_ledger_checkpoints",
        ),
    )
