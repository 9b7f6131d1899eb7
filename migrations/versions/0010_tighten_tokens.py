"""Remember when a session last proved its owner, and of a token only the day of its last use."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_ZONE = "Asia/Ho_Chi_Minh"


def upgrade() -> None:
    """A session of before has proved nothing lately: its owner is asked once."""
    op.add_column(
        "login_sessions", sa.Column("proved_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.add_column("api_tokens", sa.Column("last_used_on", sa.Date(), nullable=True))
    op.execute(
        sa.text(
            "UPDATE api_tokens SET last_used_on = (last_used_at AT TIME ZONE :zone)::date"
        ).bindparams(zone=_ZONE)
    )
    op.drop_column("api_tokens", "last_used_at")


def downgrade() -> None:
    """The day stays known, as its midnight in Vietnam."""
    op.add_column(
        "api_tokens", sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.execute(
        sa.text(
            "UPDATE api_tokens SET last_used_at = last_used_on::timestamp AT TIME ZONE :zone"
        ).bindparams(zone=_ZONE)
    )
    op.drop_column("api_tokens", "last_used_on")
    op.drop_column("login_sessions", "proved_at")
