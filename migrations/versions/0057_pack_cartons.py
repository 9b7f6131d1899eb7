"""Keep keys of serials by number; cartons by run, on pallets, with the items in them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None

_STATES = "state IN ('packed', 'loaded', 'shipped', 'received', 'unpacked', 'void')"
_STATES_BEFORE = "state IN ('packed', 'shipped', 'received', 'unpacked', 'void')"
_ITEMS = "(first_item IS NULL) = (last_item IS NULL) AND first_item <= last_item"


def upgrade() -> None:
    op.create_table(
        "serial_keys",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("fingerprint", sa.String(16), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_serial_keys")),
    )
    op.add_column("label_jobs", sa.Column("serial_key", sa.SmallInteger()))
    # All that was printed so far was drawn with the first key.
    op.execute("UPDATE label_jobs SET serial_key = 1 WHERE first_serial IS NOT NULL")
    op.add_column("logistic_units", sa.Column("parent_id", sa.BigInteger()))
    op.add_column("logistic_units", sa.Column("run", sa.String(16)))
    op.create_foreign_key(
        op.f("fk_logistic_units_parent_id_logistic_units"),
        "logistic_units",
        "logistic_units",
        ["parent_id"],
        ["id"],
    )
    op.create_index(op.f("ix_logistic_units_parent_id"), "logistic_units", ["parent_id"])
    op.create_index(op.f("ix_logistic_units_run"), "logistic_units", ["run"])
    _restate(_STATES)
    op.create_check_constraint(
        op.f("ck_logistic_units_loaded_on_something"),
        "logistic_units",
        "state <> 'loaded' OR parent_id IS NOT NULL",
    )
    for name in ("first_item", "last_item"):
        op.add_column("logistic_unit_contents", sa.Column(name, sa.Integer()))
    op.create_check_constraint(
        op.f("ck_logistic_unit_contents_items"), "logistic_unit_contents", _ITEMS
    )


def downgrade() -> None:
    op.drop_constraint(op.f("ck_logistic_unit_contents_items"), "logistic_unit_contents")
    for name in ("last_item", "first_item"):
        op.drop_column("logistic_unit_contents", name)
    op.drop_constraint(op.f("ck_logistic_units_loaded_on_something"), "logistic_units")
    op.execute("UPDATE logistic_units SET state = 'packed' WHERE state = 'loaded'")
    _restate(_STATES_BEFORE)
    op.drop_index(op.f("ix_logistic_units_run"), "logistic_units")
    op.drop_index(op.f("ix_logistic_units_parent_id"), "logistic_units")
    op.drop_constraint(
        op.f("fk_logistic_units_parent_id_logistic_units"), "logistic_units", type_="foreignkey"
    )
    op.drop_column("logistic_units", "run")
    op.drop_column("logistic_units", "parent_id")
    op.drop_column("label_jobs", "serial_key")
    op.drop_table("serial_keys")


def _restate(states: str) -> None:
    op.drop_constraint(op.f("ck_logistic_units_state"), "logistic_units", type_="check")
    op.create_check_constraint(op.f("ck_logistic_units_state"), "logistic_units", states)
