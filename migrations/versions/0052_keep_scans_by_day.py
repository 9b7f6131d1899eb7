"""Keep scans in parts by Vietnamese day, with a province, and count them as they come in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None

_DAYS = """
DO $$
DECLARE
    day date;
    starts timestamptz;
BEGIN
    FOR day IN SELECT DISTINCT (scanned_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date FROM scans_before
    LOOP
        starts := day::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh';
        EXECUTE format('CREATE TABLE %I PARTITION OF scans FOR VALUES FROM (%L) TO (%L)',
            'scans_p' || to_char(day, 'YYYYMMDD'), starts, starts + interval '1 day');
    END LOOP;
END $$
"""
_COUNTED = (
    "INSERT INTO serial_scans (batch_id, serial_number, scans, first_at, last_at)"
    " SELECT batch_id, serial_number, count(*), min(scanned_at), max(scanned_at) FROM scans"
    " WHERE serial_number IS NOT NULL GROUP BY batch_id, serial_number",
    "INSERT INTO scan_tallies (day, batch_id, place, device, scans)"
    " SELECT (scanned_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date, batch_id, '', device, count(*)"
    " FROM scans GROUP BY 1, batch_id, device",
)


def upgrade() -> None:
    """Move what there is into its days and count it."""
    op.execute("ALTER TABLE scans RENAME TO scans_before")
    op.execute("ALTER TABLE scans_before RENAME CONSTRAINT pk_scans TO pk_scans_before")
    # An identity over parts is known from PostgreSQL 17 on only.
    op.execute("CREATE SEQUENCE scans_number_seq AS bigint")
    op.create_table(
        "scans",
        sa.Column(
            "id", sa.BigInteger, server_default=sa.text("nextval('scans_number_seq')"),
            autoincrement=False, nullable=False,
        ),
        sa.Column("scanned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("batch_id", sa.BigInteger, nullable=False),
        sa.Column("serial_number", sa.Integer),
        sa.Column("device", sa.String(10), nullable=False),
        sa.Column("language", sa.String(5), nullable=False),
        sa.Column("place", sa.String(8)),
        sa.PrimaryKeyConstraint("id", "scanned_at", name="pk_scans"),
        postgresql_partition_by="RANGE (scanned_at)",
    )  # fmt: skip
    op.execute("ALTER SEQUENCE scans_number_seq OWNED BY scans.id")
    op.execute("CREATE TABLE scans_default PARTITION OF scans DEFAULT")
    op.execute(_DAYS)
    op.execute(
        "INSERT INTO scans (scanned_at, batch_id, serial_number, device, language)"
        " SELECT scanned_at, batch_id, serial_number, device, language FROM scans_before"
        " ORDER BY id"
    )
    op.drop_table("scans_before")
    op.create_index("ix_scans_batch_id_scanned_at", "scans", ["batch_id", "scanned_at"])
    op.create_table(
        "serial_scans",
        sa.Column("batch_id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("serial_number", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("scans", sa.Integer, nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("batch_id", "serial_number", name="pk_serial_scans"),
    )
    op.create_table(
        "scan_tallies",
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("batch_id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("place", sa.String(8), nullable=False),
        sa.Column("device", sa.String(10), nullable=False),
        sa.Column("scans", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("day", "batch_id", "place", "device", name="pk_scan_tallies"),
    )
    op.create_index("ix_scan_tallies_batch_id_day", "scan_tallies", ["batch_id", "day"])
    for statement in _COUNTED:
        op.execute(statement)


def downgrade() -> None:
    """One table again; provinces are lost, and what was dropped with its day stays so."""
    op.drop_table("scan_tallies")
    op.drop_table("serial_scans")
    op.execute("ALTER TABLE scans RENAME TO scans_by_day")
    op.execute("ALTER TABLE scans_by_day RENAME CONSTRAINT pk_scans TO pk_scans_by_day")
    op.create_table(
        "scans",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("scanned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("batch_id", sa.BigInteger, nullable=False),
        sa.Column("serial_number", sa.Integer),
        sa.Column("device", sa.String(10), nullable=False),
        sa.Column("language", sa.String(5), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_scans"),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name="fk_scans_batch_id_batches"),
    )
    op.execute(
        "INSERT INTO scans (scanned_at, batch_id, serial_number, device, language)"
        " SELECT scanned_at, batch_id, serial_number, device, language FROM scans_by_day"
        " ORDER BY id"
    )
    op.drop_table("scans_by_day")
    op.create_index(
        "ix_scans_batch_id_serial_number_scanned_at",
        "scans",
        ["batch_id", "serial_number", "scanned_at"],
    )
    op.create_index("ix_scans_scanned_at", "scans", ["scanned_at"])
