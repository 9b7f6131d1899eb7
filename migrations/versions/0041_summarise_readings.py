"""Draw hours and days of readings, keep every limit, answer alarms, let devices in by keys."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

_WATCH = ("outside_since", "outside_count", "outside_worst", "outside_above", "calm_since")
_TOLD = ("told_begin_at", "told_end_at", "reminded_at")
_PATIENCE = ("begin_minutes", "begin_readings", "margin", "end_minutes")
_ONLY_GROW = ("sensor_limits", "product_limits", "sensor_day_records")


def upgrade() -> None:
    op.add_column("sensors", _instant("outside_since"))
    op.add_column(
        "sensors", sa.Column("outside_count", sa.Integer, server_default="0", nullable=False)
    )
    op.add_column("sensors", sa.Column("outside_worst", sa.Numeric(9, 3)))
    op.add_column("sensors", sa.Column("outside_above", sa.Boolean))
    op.add_column("sensors", _instant("calm_since"))
    # A sensor whose batch is over stands nowhere until somebody puts it somewhere.
    op.drop_constraint("place", "sensors", type_="check")
    op.create_check_constraint("place", "sensors", "num_nonnulls(area_id, batch_id, room) <= 1")
    op.drop_constraint("place", "sensor_stays", type_="check")
    op.create_check_constraint(
        "place", "sensor_stays", "num_nonnulls(area_id, batch_id, room) <= 1"
    )
    _change_alarms()
    _create_limits()
    _create_summaries()
    _create_devices()
    for table in _ONLY_GROW:
        op.execute(
            f"CREATE TRIGGER {table}_only_grow BEFORE UPDATE OR DELETE OR TRUNCATE"
            f" ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def downgrade() -> None:
    for table in _ONLY_GROW:
        op.execute(f"DROP TRIGGER {table}_only_grow ON {table}")
    for table in (
        "sensor_dead_letters",
        "sensor_tokens",
        "sensor_day_records",
        "sensor_days",
        "sensor_hours",
        "sensor_limits",
        "sensor_alarm_answers",
    ):
        op.drop_table(table)
    op.drop_index("ix_sensor_alarms_untold", "sensor_alarms")
    for column in _TOLD:
        op.drop_column("sensor_alarms", column)
    for column in _WATCH:
        op.drop_column("sensors", column)
    for table in ("sensors", "sensor_stays"):
        nowhere = "num_nonnulls(area_id, batch_id, room) = 0"
        op.execute(f"UPDATE {table} SET room = '–' WHERE {nowhere}")  # noqa: S608
        op.drop_constraint("place", table, type_="check")
        op.create_check_constraint("place", table, "num_nonnulls(area_id, batch_id, room) = 1")
    _overwrite_limits()


def _change_alarms() -> None:
    for column in _TOLD:
        op.add_column("sensor_alarms", _instant(column))
    # Letters about these have left.
    op.execute("UPDATE sensor_alarms SET told_begin_at = began_at, told_end_at = ended_at")
    op.create_index(
        "ix_sensor_alarms_untold",
        "sensor_alarms",
        ["id"],
        postgresql_where=sa.text("told_begin_at IS NULL OR told_end_at IS NULL"),
    )
    op.create_table(
        "sensor_alarm_answers",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("alarm_id", sa.BigInteger, nullable=False),
        sa.Column("person_id", sa.BigInteger),
        _instant("answered_at", nullable=False),
        sa.Column("done", sa.String(500), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sensor_alarm_answers"),
        _to("sensor_alarm_answers", "alarm_id", "sensor_alarms"),
        _to("sensor_alarm_answers", "person_id", "people", ondelete="SET NULL"),
    )
    _index("sensor_alarm_answers", "alarm_id")
    _index("sensor_alarm_answers", "person_id")


def _create_limits() -> None:
    op.create_table(
        "sensor_limits",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("sensor_id", sa.BigInteger, nullable=False),
        _instant("valid_from", nullable=False),
        sa.Column("low", sa.Numeric(9, 3)),
        sa.Column("high", sa.Numeric(9, 3)),
        *_patience(),
        sa.PrimaryKeyConstraint("id", name="pk_sensor_limits"),
        _to("sensor_limits", "sensor_id", "sensors"),
        sa.CheckConstraint("low < high", name="limits"),
    )
    _index("sensor_limits", "sensor_id", "valid_from")
    op.execute(
        "INSERT INTO sensor_limits (sensor_id, valid_from, low, high)"
        " SELECT id, registered_at, low, high FROM sensors ORDER BY id"
    )
    op.drop_constraint("pk_product_limits", "product_limits")
    op.add_column("product_limits", sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False))
    op.create_primary_key("pk_product_limits", "product_limits", ["id"])
    for column in _patience():
        op.add_column("product_limits", column)
    _index("product_limits", "product_id", "measures", "valid_from")


def _overwrite_limits() -> None:
    """Of what was said of a day only the last."""
    op.execute(
        "DELETE FROM product_limits o USING product_limits n WHERE o.product_id = n.product_id"
        " AND o.measures = n.measures AND o.valid_from = n.valid_from AND o.id < n.id"
    )
    op.drop_index("ix_product_limits_product_id_measures_valid_from", "product_limits")
    op.drop_constraint("pk_product_limits", "product_limits")
    for column in ("id", *_PATIENCE):
        op.drop_column("product_limits", column)
    op.create_primary_key(
        "pk_product_limits", "product_limits", ["product_id", "measures", "valid_from"]
    )


def _create_summaries() -> None:
    hour = _instant("hour", nullable=False)
    for table, column in (("sensor_hours", hour), ("sensor_days", _day())):
        op.create_table(
            table,
            sa.Column("sensor_id", sa.BigInteger, autoincrement=False, nullable=False),
            column,
            _instant("stay_began_at", nullable=False),
            *_summary(),
            sa.Column("total", sa.Numeric(20, 3), nullable=False),
            _instant("first_at", nullable=False),
            _instant("last_at", nullable=False),
            sa.PrimaryKeyConstraint("sensor_id", column.name, "stay_began_at", name=f"pk_{table}"),
            _to(table, "sensor_id", "sensors"),
        )
    op.create_table(
        "sensor_day_records",
        sa.Column("sensor_id", sa.BigInteger, autoincrement=False, nullable=False),
        _instant("stay_began_at", nullable=False),
        _day(),
        sa.Column("edition", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("batch_id", sa.BigInteger, nullable=False),
        sa.Column("measures", sa.String(12), nullable=False),
        *_summary(),
        sa.Column("mean", sa.Numeric(9, 3), nullable=False),
        sa.Column("low", sa.Numeric(9, 3)),
        sa.Column("high", sa.Numeric(9, 3)),
        _instant("recorded_at", nullable=False),
        sa.PrimaryKeyConstraint(
            *("sensor_id", "stay_began_at", "day", "edition"), name="pk_sensor_day_records"
        ),
        _to("sensor_day_records", "sensor_id", "sensors"),
        _to("sensor_day_records", "batch_id", "batches"),
        sa.CheckConstraint("measures IN ('temperature', 'humidity')", name="measures"),
    )
    _index("sensor_day_records", "batch_id", "day")


def _create_devices() -> None:
    op.create_table(
        "sensor_tokens",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger, nullable=False),
        sa.Column("sensor_id", sa.BigInteger),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("prefix", sa.String(12), nullable=False),
        sa.Column("token_hash", sa.LargeBinary, nullable=False),
        _instant("created_at", nullable=False),
        sa.Column("created_by_id", sa.BigInteger),
        sa.Column("last_used_on", sa.Date),
        _instant("revoked_at"),
        sa.PrimaryKeyConstraint("id", name="pk_sensor_tokens"),
        sa.UniqueConstraint("token_hash", name="uq_sensor_tokens_token_hash"),
        _to("sensor_tokens", "organisation_id", "organisations"),
        _to("sensor_tokens", "sensor_id", "sensors"),
        _to("sensor_tokens", "created_by_id", "people", ondelete="SET NULL"),
    )
    for column in ("organisation_id", "sensor_id", "created_by_id"):
        _index("sensor_tokens", column)
    op.create_table(
        "sensor_dead_letters",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("topic", sa.LargeBinary, nullable=False),
        sa.Column("payload", sa.LargeBinary, nullable=False),
        sa.Column("reason", sa.String(80), nullable=False),
        _instant("arrived_at", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sensor_dead_letters"),
    )


def _patience() -> list[sa.Column[Any]]:
    return [
        sa.Column(name, sa.Numeric(9, 3) if name == "margin" else sa.Integer) for name in _PATIENCE
    ]


def _summary() -> list[sa.Column[Any]]:
    return [
        sa.Column("readings", sa.Integer, nullable=False),
        sa.Column("lowest", sa.Numeric(9, 3), nullable=False),
        sa.Column("highest", sa.Numeric(9, 3), nullable=False),
        sa.Column("outside_s", sa.Numeric(14, 6), nullable=False),
    ]


def _instant(name: str, *, nullable: bool = True) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _day() -> sa.Column[Any]:
    return sa.Column("day", sa.Date, nullable=False)


def _index(table: str, *columns: str) -> None:
    op.create_index(f"ix_{table}_{'_'.join(columns)}", table, list(columns))


def _to(
    table: str, column: str, target: str, *, ondelete: str | None = None
) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_{column}_{target}"
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=name, ondelete=ondelete)
