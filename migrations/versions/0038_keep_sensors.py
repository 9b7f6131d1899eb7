"""Keep sensors and where they stood, readings by month, alarms, limits of products."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_sensors()
    op.create_table(
        "sensor_readings",
        sa.Column("sensor_id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("measured_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sequence", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("value", sa.Numeric(9, 3), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("sensor_id", "measured_at", "sequence", name="pk_sensor_readings"),
        _to("sensor_readings", "sensor_id", "sensors"),
        postgresql_partition_by="RANGE (measured_at)",
    )
    # What no month was made for in time is kept all the same.
    op.execute("CREATE TABLE sensor_readings_default PARTITION OF sensor_readings DEFAULT")
    _create_alarms()
    _create_stays()
    _create_product_limits()
    op.create_table(
        "dropped_readings",
        sa.Column("month", sa.Date, nullable=False),
        sa.Column("readings", sa.BigInteger, nullable=False),
        sa.Column("dropped_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("month", name="pk_dropped_readings"),
    )


def downgrade() -> None:
    for table in (
        "dropped_readings",
        "product_limits",
        "sensor_stays",
        "sensor_alarms",
        "sensor_readings",
        "sensors",
    ):
        op.drop_table(table)


def _create_sensors() -> None:
    op.create_table(
        "sensors",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("code", sa.String(16), nullable=False),
        sa.Column("organisation_id", sa.BigInteger, nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("measures", sa.String(12), nullable=False),
        sa.Column("area_id", sa.BigInteger),
        sa.Column("batch_id", sa.BigInteger),
        sa.Column("room", sa.String(80)),
        sa.Column("low", sa.Numeric(9, 3)),
        sa.Column("high", sa.Numeric(9, 3)),
        sa.Column("is_public", sa.Boolean, server_default=sa.false(), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True)),
        sa.Column("last_at", sa.DateTime(timezone=True)),
        sa.Column("last_value", sa.Numeric(9, 3)),
        sa.Column("refused", sa.Integer, server_default="0", nullable=False),
        sa.Column("refused_at", sa.DateTime(timezone=True)),
        sa.Column("refused_because", sa.String(20)),
        sa.PrimaryKeyConstraint("id", name="pk_sensors"),
        sa.UniqueConstraint("code", name="uq_sensors_code"),
        _to("sensors", "organisation_id", "organisations"),
        _to("sensors", "area_id", "growing_areas"),
        _to("sensors", "batch_id", "batches"),
        sa.CheckConstraint("measures IN ('temperature', 'humidity')", name="measures"),
        sa.CheckConstraint("low < high", name="limits"),
        sa.CheckConstraint("num_nonnulls(area_id, batch_id, room) = 1", name="place"),
    )
    for columns in (["organisation_id", "id"], ["area_id"], ["batch_id"]):
        op.create_index(f"ix_sensors_{'_'.join(columns)}", "sensors", columns)


def _create_alarms() -> None:
    op.create_table(
        "sensor_alarms",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("sensor_id", sa.BigInteger, nullable=False),
        sa.Column("is_above", sa.Boolean, nullable=False),
        sa.Column("limit", sa.Numeric(9, 3), nullable=False),
        sa.Column("worst", sa.Numeric(9, 3), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name="pk_sensor_alarms"),
        _to("sensor_alarms", "sensor_id", "sensors"),
        sa.CheckConstraint("ended_at >= began_at", name="ended_after_began"),
    )
    op.create_index(
        "uq_sensor_alarms_lasting",
        "sensor_alarms",
        ["sensor_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(
        "ix_sensor_alarms_sensor_id_began_at", "sensor_alarms", ["sensor_id", "began_at"]
    )


def _create_stays() -> None:
    op.create_table(
        "sensor_stays",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("sensor_id", sa.BigInteger, nullable=False),
        sa.Column("area_id", sa.BigInteger),
        sa.Column("batch_id", sa.BigInteger),
        sa.Column("room", sa.String(80)),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sensor_stays"),
        _to("sensor_stays", "sensor_id", "sensors"),
        _to("sensor_stays", "area_id", "growing_areas"),
        _to("sensor_stays", "batch_id", "batches"),
        sa.CheckConstraint("num_nonnulls(area_id, batch_id, room) = 1", name="place"),
        sa.CheckConstraint("ended_at >= began_at", name="ended_after_began"),
    )
    for columns in (["sensor_id", "ended_at"], ["area_id"], ["batch_id"]):
        op.create_index(f"ix_sensor_stays_{'_'.join(columns)}", "sensor_stays", columns)


def _create_product_limits() -> None:
    op.create_table(
        "product_limits",
        sa.Column("product_id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("measures", sa.String(12), nullable=False),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("low", sa.Numeric(9, 3)),
        sa.Column("high", sa.Numeric(9, 3)),
        sa.Column("source", sa.String(200)),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("product_id", "measures", "valid_from", name="pk_product_limits"),
        _to("product_limits", "product_id", "products"),
        sa.CheckConstraint("measures IN ('temperature', 'humidity')", name="measures"),
        sa.CheckConstraint("low < high", name="limits"),
    )


def _to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=f"fk_{table}_{column}_{target}")
