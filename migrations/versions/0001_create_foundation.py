"""Create the job queue, job progress, kept answers, mail outbox and imports."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from procrastinate.schema import SchemaManager
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_jobs()
    _create_files_and_mail()
    _create_imports()


def downgrade() -> None:
    for table in ("import_batches", "outbox_mails", "stored_files"):
        op.drop_table(table)
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


def _create_files_and_mail() -> None:
    op.create_table(
        "stored_files",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("size_bytes", sa.BigInteger, nullable=False),
        sa.Column("media_type", sa.String(100), nullable=False),
        sa.Column("is_public", sa.Boolean, server_default="false", nullable=False),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_stored_files"),
    )
    op.create_table(
        "outbox_mails",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("message_id", sa.String(100), nullable=False),
        sa.Column("recipient", sa.String(320), nullable=False),
        sa.Column("subject", sa.String(300), nullable=False),
        sa.Column("text", sa.Text),
        sa.Column("html", sa.Text),
        sa.Column("sent_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name="pk_outbox_mails"),
        sa.UniqueConstraint("message_id", name="uq_outbox_mails_message_id"),
    )


def _create_imports() -> None:
    op.create_table(
        "import_batches",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("kind", sa.String(60), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("file_name", sa.String(200), nullable=False),
        sa.Column("person_id", sa.BigInteger, nullable=False),
        sa.Column("row_count", sa.Integer, nullable=False),
        sa.Column("rows", postgresql.JSONB, nullable=False),
        sa.Column("findings", postgresql.JSONB, nullable=False),
        sa.Column("references", postgresql.JSONB, nullable=False),
        sa.Column("previewed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True)),
        sa.Column("undone_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name="pk_import_batches"),
        # The full name: op.f keeps the naming convention from adding to it.
        sa.CheckConstraint(
            "state IN ('previewed', 'applied', 'undone')", name=op.f("ck_import_batches_state")
        ),
    )
    op.create_index("ix_import_batches_person_id", "import_batches", ["person_id"])


def _run(sql: str) -> None:
    """Run text as it is: the driver would read a percent sign as a parameter."""
    cursor = op.get_bind().connection.cursor()
    cursor.execute(sql)
    cursor.close()
