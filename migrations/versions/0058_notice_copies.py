"""Remember what was seen of serials, and what of it somebody should look at."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "serial_sightings",
        sa.Column("batch_id", sa.BigInteger, nullable=False),
        sa.Column("serial_number", sa.Integer, nullable=False),
        sa.Column("scans", sa.Integer, nullable=False),
        sa.Column("days", sa.Integer, nullable=False),
        sa.Column("first_at", _MOMENT, nullable=False),
        sa.Column("last_at", _MOMENT, nullable=False),
        sa.Column("places", JSONB, nullable=False),
        sa.Column("leaps", sa.SmallInteger, nullable=False),
        sa.Column("leap", JSONB, nullable=True),
        sa.PrimaryKeyConstraint("batch_id", "serial_number", name="pk_serial_sightings"),
    )
    op.create_index("ix_serial_sightings_last_at", "serial_sightings", ["last_at"])
    op.create_table(
        "copy_marks",
        sa.Column("name", sa.String(20), nullable=False),
        sa.Column("scan_id", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_copy_marks"),
    )
    _create_suspicions()
    # What was found of a serial, where its scan page looks anyway.
    op.add_column("serial_scans", sa.Column("standing", sa.String(9), nullable=True))


def downgrade() -> None:
    op.drop_column("serial_scans", "standing")
    op.drop_table("copy_suspicions")
    op.drop_table("copy_marks")
    op.drop_table("serial_sightings")


def _create_suspicions() -> None:
    op.create_table(
        "copy_suspicions",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("batch_id", sa.BigInteger, nullable=False),
        sa.Column("serial_number", sa.Integer, nullable=False),
        sa.Column("organisation_id", sa.BigInteger, nullable=False),
        sa.Column("commune_code", sa.String(8), nullable=False),
        sa.Column("province_code", sa.String(8), nullable=False),
        sa.Column("score", sa.Integer, nullable=False),
        sa.Column("reasons", JSONB, nullable=False),
        sa.Column("scans", sa.Integer, nullable=False),
        sa.Column("state", sa.String(9), nullable=False),
        sa.Column("noticed_at", _MOMENT, nullable=False),
        sa.Column("changed_at", _MOMENT, nullable=False),
        sa.Column("written_at", _MOMENT, nullable=True),
        sa.Column("decided_at", _MOMENT, nullable=True),
        sa.Column("decided_by_id", sa.BigInteger, nullable=True),
        sa.Column("decided_as", sa.String(6), nullable=True),
        sa.Column("decided_score", sa.Integer, nullable=True),
        sa.Column("because", sa.Text, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_copy_suspicions"),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["batches.id"], name="fk_copy_suspicions_batch_id_batches"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name="fk_copy_suspicions_organisation_id_organisations",
        ),
        sa.CheckConstraint(
            "state IN ('open', 'explained', 'confirmed')", name="ck_copy_suspicions_state"
        ),
        sa.CheckConstraint(
            "(state = 'open') = (decided_at IS NULL)", name="ck_copy_suspicions_decided"
        ),
        sa.CheckConstraint(
            "decided_as IN ('owner', 'office')", name="ck_copy_suspicions_decided_as"
        ),
    )
    for columns, unique in (
        (["batch_id", "serial_number"], True),
        (["organisation_id", "state", "id"], False),
        (["state", "id"], False),
    ):
        name = f"{'uq' if unique else 'ix'}_copy_suspicions_{'_'.join(columns)}"
        op.create_index(name, "copy_suspicions", columns, unique=unique)
