"""Create batches, their events, label jobs, serials and scans."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_batches()
    _create_batch_areas()
    _create_batch_events()
    _create_label_jobs()
    _create_serials()
    _create_scans()


def downgrade() -> None:
    for table in (
        "scan_journals",
        "scans",
        "serials",
        "label_jobs",
        "batch_events",
        "batch_areas",
        "batches",
    ):
        op.drop_table(table)


def _create_batches() -> None:
    op.create_table(
        "batches",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("code", sa.String(16), nullable=False),
        sa.Column("lot", sa.String(20), nullable=False),
        sa.Column("product_id", sa.BigInteger, nullable=False),
        sa.Column("organisation_id", sa.BigInteger, nullable=False),
        sa.Column("commune_code", sa.String(8), nullable=False),
        sa.Column("province_code", sa.String(8), nullable=False),
        sa.Column("quantity", sa.Numeric(18, 3), nullable=False),
        sa.Column("unit", sa.String(3), nullable=False),
        sa.Column("produced_on", sa.Date, nullable=False),
        sa.Column("harvested_on", sa.Date, nullable=False),
        sa.Column("expires_on", sa.Date),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True)),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_batches"),
        sa.UniqueConstraint("code", name="uq_batches_code"),
        sa.UniqueConstraint("product_id", "lot", name="uq_batches_product_id_lot"),
        _foreign("batches", "product_id", "products"),
        _foreign("batches", "organisation_id", "organisations"),
        sa.CheckConstraint("state IN ('draft', 'released', 'held', 'closed')", name="state"),
        sa.CheckConstraint("quantity > 0", name="quantity"),
        sa.CheckConstraint("harvested_on <= produced_on", name="harvested_before_produced"),
    )
    _index("batches", "organisation_id", "id")
    _index("batches", "product_id", "expires_on", "id")
    _index("batches", "lot")
    _index("batches", "province_code", "commune_code")


def _create_batch_areas() -> None:
    op.create_table(
        "batch_areas",
        sa.Column("batch_id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("area_id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("batch_id", "area_id", name="pk_batch_areas"),
        _foreign("batch_areas", "batch_id", "batches"),
        _foreign("batch_areas", "area_id", "growing_areas"),
    )
    _index("batch_areas", "area_id")


def _create_batch_events() -> None:
    op.create_table(
        "batch_events",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("event_id", sa.Uuid, nullable=False),
        sa.Column("batch_id", sa.BigInteger, nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("action", sa.String(8), nullable=False),
        sa.Column("biz_step", sa.String(40), nullable=False),
        sa.Column("disposition", sa.String(40)),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("details", JSONB, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_batch_events"),
        sa.UniqueConstraint("event_id", name="uq_batch_events_event_id"),
        _foreign("batch_events", "batch_id", "batches"),
    )
    _index("batch_events", "batch_id", "happened_at")
    # The function came with the ledger: what happened is corrected by a new event, never edited.
    op.execute(
        "CREATE TRIGGER batch_events_only_grow BEFORE UPDATE OR DELETE OR TRUNCATE"
        " ON batch_events FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def _create_label_jobs() -> None:
    op.create_table(
        "label_jobs",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("batch_id", sa.BigInteger, nullable=False),
        sa.Column("organisation_id", sa.BigInteger, nullable=False),
        sa.Column("commune_code", sa.String(8), nullable=False),
        sa.Column("province_code", sa.String(8), nullable=False),
        sa.Column("layout", sa.String(40), nullable=False),
        sa.Column("label_count", sa.Integer, nullable=False),
        sa.Column("start_place", sa.Integer, nullable=False),
        sa.Column("language", sa.String(5), nullable=False),
        sa.Column("first_serial", sa.Integer),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("queue_id", sa.BigInteger),
        sa.Column("file_digest", sa.String(64)),
        sa.Column("ordered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name="pk_label_jobs"),
        _foreign("label_jobs", "batch_id", "batches"),
        _foreign("label_jobs", "organisation_id", "organisations"),
        sa.CheckConstraint("label_count > 0", name="label_count"),
        sa.CheckConstraint("start_place > 0", name="start_place"),
    )
    for column in ("batch_id", "organisation_id", "queue_id"):
        _index("label_jobs", column)


def _create_serials() -> None:
    op.create_table(
        "serials",
        sa.Column("batch_id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("code", sa.String(15), nullable=False),
        sa.Column("state", sa.String(10), server_default="printed", nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("batch_id", "number", name="pk_serials"),
        sa.UniqueConstraint("code", name="uq_serials_code"),
        _foreign("serials", "batch_id", "batches"),
        sa.CheckConstraint("state IN ('printed', 'activated', 'sold', 'void')", name="state"),
    )


def _create_scans() -> None:
    op.create_table(
        "scans",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("scanned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("batch_id", sa.BigInteger, nullable=False),
        sa.Column("serial_number", sa.Integer),
        sa.Column("device", sa.String(10), nullable=False),
        sa.Column("language", sa.String(5), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_scans"),
        _foreign("scans", "batch_id", "batches"),
    )
    _index("scans", "batch_id", "serial_number", "scanned_at")
    _index("scans", "scanned_at")
    op.create_table(
        "scan_journals",
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("imported_bytes", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_scan_journals"),
    )


def _foreign(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=f"fk_{table}_{column}_{target}")


def _index(table: str, *columns: str) -> None:
    op.create_index(f"ix_{table}_{'_'.join(columns)}", table, list(columns))
