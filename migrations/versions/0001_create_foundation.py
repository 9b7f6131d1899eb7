"""Create the job queue, job progress, kept answers, mail outbox and imports."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from procrastinate.schema import SchemaManager

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_jobs()


def downgrade() -> None:
    _drop_jobs()


def _create_jobs() -> None:
    # Procrastinate's own schema, as its locked version brings it; when that version changes, a
    # later migration runs its upgrade script (docs/adr/0003).
    _run(SchemaManager.get_schema())
    op.create_table(
        "job_progress",
        sa.Column("job_id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("done", sa.BigInteger, server_default="0", nullable=False),
        sa.Column("total", sa.BigInteger, server_default="0", nullable=False),
        sa.Column("error", sa.Text),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("job_id", name="pk_job_progress"),
    )
    op.create_table(
        "idempotent_answer",
        sa.Column("caller", sa.String(64), nullable=False),
        sa.Column("key", sa.String(255), nullable=False),
        sa.Column("request_hash", sa.String(64), nullable=False),
        sa.Column("status", sa.Integer, nullable=False),
        sa.Column("headers", sa.Text, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("caller", "key", name="pk_idempotent_answer"),
    )
    op.create_index("ix_idempotent_answer_created_at", "idempotent_answer", ["created_at"])


def _drop_jobs() -> None:
    op.drop_table("idempotent_answer")
    op.drop_table("job_progress")
    _run(
        "DROP TABLE procrastinate_events, procrastinate_periodic_defers, procrastinate_jobs,"
        " procrastinate_workers CASCADE"
    )
    _run(
        """
        DO $$
        DECLARE found record;
        BEGIN
            FOR found IN
                SELECT oid::regprocedure AS name FROM pg_proc
                WHERE proname LIKE 'procrastinate%' AND pronamespace = 'public'::regnamespace
            LOOP
                EXECUTE 'DROP FUNCTION ' || found.name || ' CASCADE';
            END LOOP;
        END $$
        """
    )
    _run(
        "DROP TYPE procrastinate_job_status, procrastinate_job_event_type,"
        " procrastinate_job_to_defer_v1"
    )


def _run(sql: str) -> None:
    """Run text as it is: the driver would read a percent sign as a parameter."""
    cursor = op.get_bind().connection.cursor()
    cursor.execute(sql)
    cursor.close()
