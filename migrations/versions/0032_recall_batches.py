"""Recall batches: the decision, the lots it reaches, what came back, and who was told."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_recalls()
    _create_batches()
    _create_effects()
    _create_told()
    _create_notices()


def downgrade() -> None:
    op.execute("UPDATE batches SET state = 'held' WHERE state = 'recalled'")
    for table in (
        "recall_notices",
        "recall_told",
        "recall_effects",
        "recall_batches",
        "recalls",
    ):
        op.drop_table(table)


def _create_recalls() -> None:
    op.create_table(
        "recalls",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("code", sa.String(16), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("origin", sa.String(14), nullable=False),
        sa.Column("origin_key", sa.String(200), nullable=False),
        sa.Column("harvested_from", sa.Date),
        sa.Column("harvested_to", sa.Date),
        sa.Column("with_descendants", sa.Boolean, nullable=False),
        sa.Column("organisation_id", sa.BigInteger),
        sa.Column("commune_code", sa.String(8)),
        sa.Column("province_code", sa.String(8)),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("scope_words", sa.Text),
        sa.Column("instructions", sa.Text),
        sa.Column("ended_because", sa.Text),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("held_by_id", sa.BigInteger),
        sa.Column("recalled_at", sa.DateTime(timezone=True)),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name="pk_recalls"),
        sa.UniqueConstraint("code", name="uq_recalls_code"),
        _to("recalls", "organisation_id", "organisations"),
        _to("recalls", "held_by_id", "people", ondelete="SET NULL"),
        sa.CheckConstraint("state IN ('held', 'recalled', 'lifted', 'closed')", name="state"),
        sa.CheckConstraint(
            "origin IN ('batch', 'area', 'material', 'supplier_lot')", name="origin"
        ),
    )
    _index("recalls", "state", "id")
    _index("recalls", "organisation_id")


def _create_batches() -> None:
    op.create_table(
        "recall_batches",
        _own("recall_id"),
        _own("batch_id"),
        sa.Column("organisation_id", sa.BigInteger, nullable=False),
        sa.Column("commune_code", sa.String(8), nullable=False),
        sa.Column("province_code", sa.String(8), nullable=False),
        sa.Column("is_origin", sa.Boolean, nullable=False),
        sa.Column("state_before", sa.String(10), nullable=False),
        sa.PrimaryKeyConstraint("recall_id", "batch_id", name="pk_recall_batches"),
        _to("recall_batches", "recall_id", "recalls"),
        _to("recall_batches", "batch_id", "batches"),
        _to("recall_batches", "organisation_id", "organisations"),
    )
    _index("recall_batches", "batch_id")
    _index("recall_batches", "organisation_id", "recall_id")


def _create_effects() -> None:
    op.create_table(
        "recall_effects",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("recall_id", sa.BigInteger, nullable=False),
        sa.Column("batch_id", sa.BigInteger, nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("amount", sa.Numeric(18, 3), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("noted_by_id", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name="pk_recall_effects"),
        _to("recall_effects", "recall_id", "recalls"),
        _to("recall_effects", "batch_id", "batches"),
        sa.CheckConstraint("kind IN ('found', 'returned', 'destroyed')", name="kind"),
        sa.CheckConstraint("amount <> 0", name="amount"),
    )
    _index("recall_effects", "recall_id", "batch_id")
    op.execute(
        "CREATE TRIGGER recall_effects_only_grow BEFORE UPDATE OR DELETE OR TRUNCATE"
        " ON recall_effects FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def _create_told() -> None:
    op.create_table(
        "recall_told",
        _own("recall_id"),
        _own("person_id"),
        sa.Column("stage", sa.String(10), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("recall_id", "person_id", "stage", name="pk_recall_told"),
        _to("recall_told", "recall_id", "recalls"),
        _to("recall_told", "person_id", "people", ondelete="CASCADE"),
    )


def _create_notices() -> None:
    op.create_table(
        "recall_notices",
        _own("recall_id"),
        _own("group_id"),
        sa.Column("way", sa.String(8), nullable=False),
        sa.Column("mail_id", sa.BigInteger),
        sa.Column("job_id", sa.BigInteger),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("recall_id", "group_id", name="pk_recall_notices"),
        _to("recall_notices", "recall_id", "recalls"),
        _to("recall_notices", "group_id", "order_groups"),
        sa.CheckConstraint("way IN ('mail', 'message', 'other', 'none')", name="way"),
    )
    _index("recall_notices", "group_id")


def _own(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, autoincrement=False, nullable=False)


def _to(
    table: str, column: str, target: str, ondelete: str | None = None
) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{target}.id"], name=f"fk_{table}_{column}_{target}", ondelete=ondelete
    )


def _index(table: str, *columns: str) -> None:
    op.create_index(f"ix_{table}_{'_'.join(columns)}", table, list(columns))
