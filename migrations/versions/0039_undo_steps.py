"""Let steps be undone: voided batches and units, movements back; a batch's country."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

_KINDS = "'split', 'merge', 'process', 'pack', 'ship', 'receive', 'waste', 'stocktake', 'return'"
_UNITS = "'packed', 'shipped', 'received', 'unpacked'"


def upgrade() -> None:
    op.add_column("batches", sa.Column("voided_at", sa.DateTime(timezone=True)))
    op.add_column("batches", sa.Column("market", sa.String(2)))
    _check("batch_movements", "kind", f"{_KINDS}, 'undo'")
    _check("logistic_units", "state", f"{_UNITS}, 'void'")
    # The number on a crate that was never packed may be given to the crate that was.
    op.drop_constraint("uq_logistic_units_sscc", "logistic_units", type_="unique")
    op.create_index(
        "uq_logistic_units_sscc",
        "logistic_units",
        ["sscc"],
        unique=True,
        postgresql_where=sa.text("state <> 'void'"),
    )


def downgrade() -> None:
    op.drop_index("uq_logistic_units_sscc", table_name="logistic_units")
    # What was undone reads as what the older programs know: taken out, and come back.
    op.execute(
        "UPDATE logistic_units u SET sscc = NULL WHERE state = 'void' AND EXISTS"
        " (SELECT FROM logistic_units o WHERE o.sscc = u.sscc AND o.id <> u.id"
        " AND (o.state <> 'void' OR o.id > u.id))"
    )
    op.execute("UPDATE logistic_units SET state = 'unpacked' WHERE state = 'void'")
    op.create_unique_constraint("uq_logistic_units_sscc", "logistic_units", ["sscc"])
    op.execute("ALTER TABLE batch_movements DISABLE TRIGGER batch_movements_only_grow")
    op.execute("UPDATE batch_movements SET kind = 'return' WHERE kind = 'undo'")
    op.execute("ALTER TABLE batch_movements ENABLE TRIGGER batch_movements_only_grow")
    _check("logistic_units", "state", _UNITS)
    _check("batch_movements", "kind", _KINDS)
    op.drop_column("batches", "market")
    op.drop_column("batches", "voided_at")


def _check(table: str, column: str, words: str) -> None:
    op.drop_constraint(column, table, type_="check")
    op.create_check_constraint(column, table, f"{column} IN ({words})")
