"""Keep what each witness signed: of several that signed the same other root, the first was kept."""

from __future__ import annotations

from alembic import op

revision = "0063"
down_revision = "0062"
branch_labels = None
depends_on = None

_COLUMNS = ["size", "root", "code", "witness_id"]


def upgrade() -> None:
    """One alarm of a kind for each size, root and signer; our own key alone is a signer too."""
    op.drop_constraint("uq_ledger_alarms_size_root_code", "ledger_alarms", type_="unique")
    op.create_unique_constraint(
        "uq_ledger_alarms_size_root_code_witness_id",
        "ledger_alarms",
        _COLUMNS,
        postgresql_nulls_not_distinct=True,
    )


def downgrade() -> None:
    """Give the key its former name; narrowed, it could not hold what was kept meanwhile."""
    op.drop_constraint(
        "uq_ledger_alarms_size_root_code_witness_id", "ledger_alarms", type_="unique"
    )
    op.create_unique_constraint(
        "uq_ledger_alarms_size_root_code",
        "ledger_alarms",
        _COLUMNS,
        postgresql_nulls_not_distinct=True,
    )
