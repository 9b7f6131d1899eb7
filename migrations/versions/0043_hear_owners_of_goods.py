"""Hear the owners of goods: claims into them, notices as announced, keys that lacked an index."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

_WHEN = sa.DateTime(timezone=True)
_PLAIN = (
    ("cart_lines", ("offer_id",)),
    ("recall_effects", ("batch_id",)),
    ("recall_told", ("person_id",)),
    ("recalls", ("material_id",)),
    ("recalls", ("purchase_id",)),
    ("trace_nodes", ("organisation_id",)),
    ("batches", ("organisation_id", "opened_at")),
)
_SHARED = ("product_id", "batch_id")
_BY_LOT = "ix_batch_purchases_supplier_lot"


def upgrade() -> None:
    _create_claims()
    _create_notice_lots()
    op.add_column("recalls", sa.Column("purchase_id", sa.BigInteger))
    op.create_foreign_key(
        "fk_recalls_purchase_id_batch_purchases",
        *("recalls", "batch_purchases"),
        *(["purchase_id"], ["id"]),
    )
    # Recalls of before followed every step there was.
    _add_flag("recalls", "follows_claims", "true")
    _add_flag("recall_batches", "by_claim", "false")
    for table, columns in _PLAIN:
        op.create_index(_index(table, columns), table, list(columns))
    for column in _SHARED:
        op.create_index(
            _index("chain_shares", (column,)),
            "chain_shares",
            [column],
            postgresql_where=sa.text(f"{column} IS NOT NULL"),
        )
    op.drop_index(_BY_LOT, "batch_purchases")
    op.create_index(_BY_LOT, "batch_purchases", [sa.text("upper(supplier_lot)")])
    _note_claims()
    _list_announced()
    _keep_notices()


def downgrade() -> None:
    op.execute("DROP TRIGGER recalls_keep_notice ON recalls")
    op.execute("DROP FUNCTION refuse_other_notice()")
    op.drop_index(_BY_LOT, "batch_purchases")
    op.create_index(_BY_LOT, "batch_purchases", ["supplier_lot"])
    for column in _SHARED:
        op.drop_index(_index("chain_shares", (column,)), "chain_shares")
    for table, columns in _PLAIN:
        op.drop_index(_index(table, columns), table)
    op.drop_column("recall_batches", "by_claim")
    op.drop_column("recalls", "follows_claims")
    op.drop_column("recalls", "purchase_id")
    op.drop_table("recall_notice_lots")
    op.drop_table("step_claims")


def _index(table: str, columns: tuple[str, ...]) -> str:
    return f"ix_{table}_{'_'.join(columns)}"


def _add_flag(table: str, name: str, value: str) -> None:
    op.add_column(table, sa.Column(name, sa.Boolean, nullable=False, server_default=sa.text(value)))
    op.alter_column(table, name, server_default=None)


def _create_claims() -> None:
    op.create_table(
        "step_claims",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("event_id", sa.BigInteger, sa.ForeignKey("epcis_events.id"), nullable=False),
        sa.Column("child_id", sa.BigInteger, sa.ForeignKey("trace_nodes.id"), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("claimed_at", _WHEN, nullable=False),
        sa.Column("written_at", _WHEN),
        sa.Column("asked_at", _WHEN),
        sa.Column("asked_by_id", sa.BigInteger),
        sa.Column("denied_at", _WHEN),
        sa.Column("denied_by_id", sa.BigInteger),
        sa.Column("decided_at", _WHEN),
        sa.Column("decided_by_id", sa.BigInteger),
        sa.Column("decided_as", sa.String(6)),
        sa.Column("reason", sa.Text),
        sa.CheckConstraint("state IN ('open', 'denied', 'confirmed', 'rejected')", name="state"),
        sa.CheckConstraint("decided_as IN ('owner', 'office')", name="decided_as"),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (state IN ('open', 'denied'))"
            " AND (decided_at IS NULL) = (decided_as IS NULL)",
            name="decided",
        ),
        sa.UniqueConstraint("event_id", "child_id", name="uq_step_claims_event_id_child_id"),
    )
    op.create_index("ix_step_claims_child_id", "step_claims", ["child_id"])
    op.create_index("ix_step_claims_state_id", "step_claims", ["state", "id"])
    op.create_index(
        "ix_step_claims_untold",
        "step_claims",
        ["id"],
        postgresql_where=sa.text("written_at IS NULL"),
    )


def _create_notice_lots() -> None:
    table = "recall_notice_lots"
    op.create_table(
        table,
        sa.Column("recall_id", sa.BigInteger, sa.ForeignKey("recalls.id"), nullable=False),
        sa.Column("batch_id", sa.BigInteger, sa.ForeignKey("batches.id"), nullable=False),
        sa.Column(
            "organisation_id", sa.BigInteger, sa.ForeignKey("organisations.id"), nullable=False
        ),
        sa.Column("commune_code", sa.String(8), nullable=False),
        sa.Column("product", sa.String(200), nullable=False),
        sa.Column("gtin", sa.String(14)),
        sa.Column("lot", sa.String(20), nullable=False),
        sa.Column("listed_at", _WHEN, nullable=False),
        sa.Column("left_at", _WHEN),
        sa.PrimaryKeyConstraint("recall_id", "batch_id", name=f"pk_{table}"),
    )
    for column in ("batch_id", "organisation_id"):
        op.create_index(f"ix_{table}_{column}", table, [column])


def _note_claims() -> None:
    """What others told of somebody's goods so far; owner and office are written to of it now."""
    op.execute(
        "INSERT INTO step_claims (event_id, child_id, state, claimed_at)"
        " SELECT DISTINCT v.id, c.id, 'open', v.record_time FROM trace_edges e"
        " JOIN epcis_events v ON v.id = e.event_id JOIN trace_nodes c ON c.id = e.child_id"
        " WHERE v.organisation_id IS NOT NULL"
        " AND v.organisation_id IS DISTINCT FROM c.organisation_id"
    )


def _list_announced() -> None:
    """Notices of before: their lots as they stand today, listed when they were announced."""
    op.execute(
        "INSERT INTO recall_notice_lots (recall_id, batch_id, organisation_id, commune_code,"
        " product, gtin, lot, listed_at)"
        " SELECT m.recall_id, m.batch_id, m.organisation_id, m.commune_code, p.name, p.gtin,"
        " b.lot, greatest(r.recalled_at, b.opened_at) FROM recall_batches m"
        " JOIN recalls r ON r.id = m.recall_id"
        " JOIN batches b ON b.id = m.batch_id JOIN products p ON p.id = b.product_id"
        " WHERE r.recalled_at IS NOT NULL"
    )


def _keep_notices() -> None:
    op.execute(
        "CREATE FUNCTION refuse_other_notice() RETURNS trigger LANGUAGE plpgsql AS $$"
        " BEGIN RAISE EXCEPTION 'what a recall announced is never changed'; END $$"
    )
    op.execute(
        "CREATE TRIGGER recalls_keep_notice BEFORE UPDATE OF reason, instructions, scope_words,"
        " recalled_at ON recalls FOR EACH ROW WHEN (OLD.recalled_at IS NOT NULL AND"
        " (OLD.reason, OLD.instructions, OLD.scope_words, OLD.recalled_at) IS DISTINCT FROM"
        " (NEW.reason, NEW.instructions, NEW.scope_words, NEW.recalled_at))"
        " EXECUTE FUNCTION refuse_other_notice()"
    )
