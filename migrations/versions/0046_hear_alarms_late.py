"""Judge readings that come late: alarms say since when they are sure, and what overtook them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

_INSTANTS = ("sure_at", "over_at", "heard_at", "revised_at", "overtaken_at")
_FILTERED = {"revised": "revised_at", "joined_id": "joined_id"}


def upgrade() -> None:
    for name in _INSTANTS:
        op.add_column("sensor_alarms", sa.Column(name, sa.DateTime(timezone=True)))
    op.add_column("sensor_alarms", sa.Column("joined_id", sa.BigInteger))
    op.create_foreign_key(
        "fk_sensor_alarms_joined_id_sensor_alarms",
        "sensor_alarms",
        "sensor_alarms",
        ["joined_id"],
        ["id"],
    )
    op.create_index(
        "ix_sensor_alarms_revised",
        "sensor_alarms",
        ["id"],
        postgresql_where=sa.text("revised_at IS NOT NULL"),
    )
    op.create_index(
        "ix_sensor_alarms_joined_id",
        "sensor_alarms",
        ["joined_id"],
        postgresql_where=sa.text("joined_id IS NOT NULL"),
    )


def downgrade() -> None:
    for name in ("joined_id", *_INSTANTS[::-1]):
        op.drop_column("sensor_alarms", name)
