"""Follow items by ranges: what was done to which labels, by whom and why; lines that paste them.

The state of a serial was a column of its row; it becomes what the acts on its range come to.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None

_STATES = "'printed', 'activated', 'sold', 'returned', 'void'"
# Neighbouring numbers of one state, as one range each.
_RUNS = """
SELECT batch_id, state, min(number), max(number), '[]', min(issued_at)
FROM (SELECT batch_id, number, state, issued_at, number - row_number() OVER
             (PARTITION BY batch_id, state ORDER BY number) AS run FROM serials) numbered
GROUP BY batch_id, state, run
"""


def upgrade() -> None:
    _make_handouts()
    _make_acts()
    op.create_table(
        "item_spans",
        sa.Column("batch_id", sa.BigInteger, sa.ForeignKey("batches.id"), primary_key=True),
        sa.Column("first", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("last", sa.Integer, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("act_id", sa.BigInteger, sa.ForeignKey("item_acts.id"), nullable=False),
        sa.CheckConstraint(f"state IN ({_STATES})", name="state"),
        sa.CheckConstraint("first > 0 AND first <= last", name="range"),
    )
    op.create_index(op.f("ix_item_spans_act_id"), "item_spans", ["act_id"])
    op.execute("INSERT INTO item_acts (batch_id, state, first, last, before, acted_at) " + _RUNS)
    op.execute(
        "INSERT INTO item_spans (batch_id, first, last, state, act_id)"
        " SELECT batch_id, first, last, state, id FROM item_acts"
    )
    op.execute(
        "CREATE TRIGGER item_acts_only_grow BEFORE UPDATE OR DELETE OR TRUNCATE"
        " ON item_acts FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    op.drop_constraint(op.f("ck_serials_state"), "serials")
    op.drop_column("serials", "state")


def downgrade() -> None:
    op.add_column(
        "serials", sa.Column("state", sa.String(10), nullable=False, server_default="printed")
    )
    op.execute(
        "UPDATE serials SET state = CASE s.state WHEN 'returned' THEN 'activated' ELSE s.state END"
        " FROM item_spans s WHERE s.batch_id = serials.batch_id"
        " AND serials.number BETWEEN s.first AND s.last AND s.state <> 'printed'"
    )
    op.create_check_constraint(
        op.f("ck_serials_state"), "serials", "state IN ('printed', 'activated', 'sold', 'void')"
    )
    for table in ("item_spans", "item_acts", "item_handouts"):
        op.drop_table(table)


def _make_handouts() -> None:
    op.create_table(
        "item_handouts",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("batch_id", sa.BigInteger, sa.ForeignKey("batches.id"), nullable=False),
        sa.Column(
            "organisation_id", sa.BigInteger, sa.ForeignKey("organisations.id"), nullable=False
        ),
        sa.Column("commune_code", sa.String(8), nullable=False),
        sa.Column("province_code", sa.String(8), nullable=False),
        sa.Column("line", sa.String(60), nullable=False),
        sa.Column("first", sa.Integer, nullable=False),
        sa.Column("last", sa.Integer, nullable=False),
        sa.Column("handed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handed_by_id", sa.BigInteger),
        sa.Column("used", sa.Integer),
        sa.Column("left_over", sa.String(4)),
        sa.Column("settled_at", sa.DateTime(timezone=True)),
        sa.Column("settled_by_id", sa.BigInteger),
        sa.CheckConstraint("first > 0 AND first <= last", name="range"),
        sa.CheckConstraint("used BETWEEN 0 AND last - first + 1", name="used"),
        sa.CheckConstraint("left_over IN ('kept', 'void')", name="left_over"),
        sa.CheckConstraint(
            "(settled_at IS NULL) = (used IS NULL) AND (used IS NULL) = (left_over IS NULL)",
            name="settled",
        ),
    )
    for columns in (("batch_id", "first"), ("organisation_id", "id")):
        name = f"ix_item_handouts_{'_'.join(columns)}"
        op.create_index(op.f(name), "item_handouts", list(columns))


def _make_acts() -> None:
    op.create_table(
        "item_acts",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("batch_id", sa.BigInteger, sa.ForeignKey("batches.id"), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("first", sa.Integer, nullable=False),
        sa.Column("last", sa.Integer, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("before", sa.JSON, nullable=False),
        sa.Column("label_job_id", sa.BigInteger, sa.ForeignKey("label_jobs.id")),
        sa.Column("handout_id", sa.BigInteger, sa.ForeignKey("item_handouts.id")),
        sa.Column("event_id", sa.BigInteger, sa.ForeignKey("epcis_events.id")),
        sa.Column("undoes_id", sa.BigInteger, sa.ForeignKey("item_acts.id"), unique=True),
        sa.Column("acted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("acted_by_id", sa.BigInteger),
        sa.CheckConstraint(f"state IN ({_STATES}, 'undone')", name="state"),
        sa.CheckConstraint("(state = 'undone') = (undoes_id IS NOT NULL)", name="undoes"),
        sa.CheckConstraint("first > 0 AND first <= last", name="range"),
    )
    op.create_index(op.f("ix_item_acts_batch_id_id"), "item_acts", ["batch_id", "id"])
    for column in ("label_job_id", "handout_id", "event_id"):
        op.create_index(op.f(f"ix_item_acts_{column}"), "item_acts", [column])
