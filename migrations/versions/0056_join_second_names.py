"""Let what is drawn from events be drawn anew, and find the hosts this house signed under."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None

_DRAWN = ("epcis_event_things", "trace_edges")


def upgrade() -> None:
    op.create_index(
        "ix_ledger_checkpoints_origin",
        "ledger_checkpoints",
        [sa.text("split_part(note, chr(10), 1)")],
    )
    # Only removed, to be written once more in the same transaction, and only by who says so first.
    op.execute(
        """
        CREATE FUNCTION refuse_change_but_drawing() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'DELETE' AND current_setting('nguon.drawing_anew', true) = 'on' THEN
                RETURN NULL;
            END IF;
            RAISE EXCEPTION 'rows of % are never changed or removed', TG_TABLE_NAME
                USING ERRCODE = 'restrict_violation';
        END $$
        """
    )
    _guard("refuse_change_but_drawing")


def downgrade() -> None:
    _guard("refuse_change")
    op.execute("DROP FUNCTION refuse_change_but_drawing()")
    op.drop_index("ix_ledger_checkpoints_origin", "ledger_checkpoints")


def _guard(function: str) -> None:
    for table in _DRAWN:
        op.execute(f"DROP TRIGGER {table}_only_grow ON {table}")
        op.execute(
            f"CREATE TRIGGER {table}_only_grow BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            f" FOR EACH STATEMENT EXECUTE FUNCTION {function}()"
        )
