"""Add contacts waiting to be proved, and the count of invitations sent."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add both; every invitation so far has been sent once, when it was made."""
    op.create_table(
        "contact_changes",
        sa.Column("person_id", sa.BigInteger, nullable=False),
        sa.Column("email", sa.String(254)),
        sa.Column("phone", sa.String(16)),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "num_nonnulls(email, phone) = 1", name=op.f("ck_contact_changes_one_contact")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["people.id"],
            name="fk_contact_changes_person_id_people",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("person_id", name="pk_contact_changes"),
    )
    for contact in ("email", "phone"):
        op.create_index(f"ix_invitations_{contact}", "invitations", [contact])
    _create_sendings()
    op.execute(
        "INSERT INTO invitation_sendings (invitation_id, sent_by_id, sent_at)"
        " SELECT id, invited_by_id, created_at FROM invitations ORDER BY id"
    )


def downgrade() -> None:
    """Drop both: a contact that waits is asked for again."""
    for contact in ("email", "phone"):
        op.drop_index(f"ix_invitations_{contact}", "invitations")
    op.drop_table("invitation_sendings")
    op.drop_table("contact_changes")


def _create_sendings() -> None:
    op.create_table(
        "invitation_sendings",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("invitation_id", sa.BigInteger, nullable=False),
        sa.Column("sent_by_id", sa.BigInteger, nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["invitation_id"],
            ["invitations.id"],
            name="fk_invitation_sendings_invitation_id_invitations",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["sent_by_id"],
            ["people.id"],
            name="fk_invitation_sendings_sent_by_id_people",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_invitation_sendings"),
    )
    op.create_index(
        "ix_invitation_sendings_invitation_id", "invitation_sendings", ["invitation_id"]
    )
    op.create_index(
        "ix_invitation_sendings_sent_by_id_sent_at",
        "invitation_sendings",
        ["sent_by_id", "sent_at"],
    )
