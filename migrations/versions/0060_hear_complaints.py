"""Hear complaints: what consumers tell of goods, apart from it what is theirs, and the answers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0060"
down_revision = "0059"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    _complaints()
    op.create_table(
        "complaint_senders",
        sa.Column("complaint_id", sa.BigInteger, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("typed_code", sa.String(200), nullable=False),
        sa.Column("bought_at", sa.String(200)),
        sa.Column("code", sa.LargeBinary, nullable=False),
        sa.Column("contact", sa.LargeBinary),
        sa.Column("contact_shown", sa.Boolean, nullable=False),
        sa.Column("agreed_to", sa.String(12)),
        sa.PrimaryKeyConstraint("complaint_id", name="pk_complaint_senders"),
        _key("complaint_senders", "complaint_id", "complaints.id"),
    )
    op.create_table(
        "complaint_photos",
        sa.Column("complaint_id", sa.BigInteger, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("card_digest", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("complaint_id", "number", name="pk_complaint_photos"),
        _key("complaint_photos", "complaint_id", "complaints.id"),
        _key("complaint_photos", "digest", "stored_files.digest"),
        _key("complaint_photos", "card_digest", "stored_files.digest"),
    )
    op.create_index("ix_complaint_photos_digest", "complaint_photos", ["digest"])
    op.create_index("ix_complaint_photos_card_digest", "complaint_photos", ["card_digest"])
    op.create_table(
        "complaint_remarks",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("complaint_id", sa.BigInteger, nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("side", sa.String(12), nullable=False),
        sa.Column("person_id", sa.BigInteger),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("said_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_complaint_remarks"),
        _key("complaint_remarks", "complaint_id", "complaints.id"),
        _key("complaint_remarks", "person_id", "people.id"),
        sa.CheckConstraint(
            "kind IN ('more', 'reply', 'note', 'refer', 'close')", name="ck_complaint_remarks_kind"
        ),
        sa.CheckConstraint(
            "side IN ('consumer', 'organisation', 'office')", name="ck_complaint_remarks_side"
        ),
    )
    op.create_index(
        "ix_complaint_remarks_complaint_id_id", "complaint_remarks", ["complaint_id", "id"]
    )
    op.create_index("ix_complaint_remarks_person_id", "complaint_remarks", ["person_id"])


def _complaints() -> None:
    op.create_table(
        "complaints",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("key_hash", sa.LargeBinary, nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("batch_id", sa.BigInteger),
        sa.Column("serial_number", sa.Integer),
        sa.Column("organisation_id", sa.BigInteger),
        sa.Column("commune_code", sa.String(8)),
        sa.Column("province_code", sa.String(8)),
        sa.Column("bought_in", sa.String(8)),
        sa.Column("language", sa.String(5), nullable=False),
        sa.Column("filed_at", _TIME, nullable=False),
        sa.Column("seen_at", _TIME),
        sa.Column("answered_at", _TIME),
        sa.Column("referred_to", sa.String(120)),
        sa.Column("referred_at", _TIME),
        sa.Column("closed_at", _TIME),
        sa.Column("office_since", _TIME),
        sa.Column("written_at", _TIME),
        sa.Column("office_written_at", _TIME),
        sa.Column("erased_at", _TIME),
        sa.PrimaryKeyConstraint("id", name="pk_complaints"),
        sa.UniqueConstraint("key_hash", name="uq_complaints_key_hash"),
        _key("complaints", "batch_id", "batches.id"),
        _key("complaints", "organisation_id", "organisations.id"),
        sa.CheckConstraint(
            "kind IN ('quality', 'safety', 'copy', 'label', 'other')", name="ck_complaints_kind"
        ),
        sa.CheckConstraint(
            "state IN ('new', 'seen', 'answered', 'referred', 'closed')",
            name="ck_complaints_state",
        ),
        sa.CheckConstraint(
            "(batch_id IS NULL) = (organisation_id IS NULL)", name="ck_complaints_whose"
        ),
        sa.CheckConstraint(
            "serial_number IS NULL OR batch_id IS NOT NULL", name="ck_complaints_serial"
        ),
    )
    for columns in (
        ["organisation_id", "id"],
        ["batch_id"],
        ["province_code", "commune_code", "id"],
    ):
        op.create_index(f"ix_complaints_{'_'.join(columns)}", "complaints", columns)
    for name, column, where in (
        ("waiting", "filed_at", "state IN ('new', 'seen', 'referred')"),
        ("unwritten", "id", "written_at IS NULL OR office_written_at IS NULL"),
    ):
        op.create_index(
            f"ix_complaints_{name}", "complaints", [column], postgresql_where=sa.text(where)
        )


def downgrade() -> None:
    for table in ("complaint_remarks", "complaint_photos", "complaint_senders", "complaints"):
        op.drop_table(table)


def _key(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    there = target.split(".")[0]
    return sa.ForeignKeyConstraint([column], [target], name=f"fk_{table}_{column}_{there}")
