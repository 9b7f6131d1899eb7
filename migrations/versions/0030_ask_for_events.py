"""Keep named queries, subscriptions and shared chains; order events for telling; index them."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

# What events are asked by, with the time that they are told in order of.
_ASKED_BY = ("event_type", "biz_step", "disposition", "read_point", "biz_location")


def upgrade() -> None:
    _create_shares()
    _create_queries()
    _create_subscriptions()
    _create_order()
    op.create_table(
        "epcis_ended_page_tokens",
        sa.Column("token_hash", sa.LargeBinary, nullable=False),
        _moment("expires_at"),
        sa.PrimaryKeyConstraint("token_hash", name="pk_epcis_ended_page_tokens"),
    )
    op.create_index(
        "ix_epcis_ended_page_tokens_expires_at", "epcis_ended_page_tokens", ["expires_at"]
    )
    for column in _ASKED_BY:
        op.create_index(
            f"ix_epcis_events_{column}_event_time",
            "epcis_events",
            [column, "event_time", "id"],
            postgresql_where=sa.text(f"{column} IS NOT NULL"),
        )
    op.create_index("ix_epcis_events_record_time_id", "epcis_events", ["record_time", "id"])
    op.create_index(
        "ix_epcis_events_organisation_id_event_time",
        "epcis_events",
        ["organisation_id", "event_time", "id"],
    )
    op.create_index(
        "ix_epcis_events_declared",
        "epcis_events",
        ["event_id"],
        postgresql_where=sa.text("is_error_declaration"),
    )
    # Patterns look for addresses that begin alike, whatever the database's language sorts by.
    op.create_index(
        "ix_trace_nodes_uri_prefix",
        "trace_nodes",
        ["uri"],
        postgresql_ops={"uri": "text_pattern_ops"},
    )


def downgrade() -> None:
    op.drop_index("ix_trace_nodes_uri_prefix", "trace_nodes")
    for name in (
        "declared",
        "organisation_id_event_time",
        "record_time_id",
        *(f"{column}_event_time" for column in _ASKED_BY),
    ):
        op.drop_index(f"ix_epcis_events_{name}", "epcis_events")
    op.execute("DROP TRIGGER epcis_events_wait ON epcis_events")
    op.execute("DROP FUNCTION note_waiting_events")
    for table in (
        "epcis_ended_page_tokens",
        "epcis_event_places",
        "epcis_waiting_events",
        "epcis_subscriptions",
        "epcis_named_queries",
        "chain_shares",
    ):
        op.drop_table(table)


def _create_shares() -> None:
    op.create_table(
        "chain_shares",
        _id(),
        sa.Column("organisation_id", sa.BigInteger, nullable=False),
        sa.Column("partner_id", sa.BigInteger, nullable=False),
        sa.Column("product_id", sa.BigInteger),
        sa.Column("batch_id", sa.BigInteger),
        sa.Column("since", sa.Date),
        sa.Column("until", sa.Date),
        _moment("made_at"),
        sa.Column("made_by_id", sa.BigInteger),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("ended_by_id", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name="pk_chain_shares"),
        _to("chain_shares", "organisation_id", "organisations"),
        _to("chain_shares", "partner_id", "organisations"),
        _to("chain_shares", "product_id", "products"),
        _to("chain_shares", "batch_id", "batches"),
        _to("chain_shares", "made_by_id", "people", "SET NULL"),
        _to("chain_shares", "ended_by_id", "people", "SET NULL"),
        sa.CheckConstraint("organisation_id <> partner_id", name="partner"),
        sa.CheckConstraint("product_id IS NULL OR batch_id IS NULL", name="one_scope"),
        sa.CheckConstraint("since <= until", name="days"),
    )
    op.create_index("ix_chain_shares_organisation_id_id", "chain_shares", ["organisation_id", "id"])
    op.create_index(
        "ix_chain_shares_partner_id",
        "chain_shares",
        ["partner_id"],
        postgresql_where=sa.text("ended_at IS NULL"),
    )


def _create_queries() -> None:
    op.create_table(
        "epcis_named_queries",
        _id(),
        sa.Column("person_id", sa.BigInteger, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("query", JSONB, nullable=False),
        _moment("created_at"),
        sa.PrimaryKeyConstraint("id", name="pk_epcis_named_queries"),
        _to("epcis_named_queries", "person_id", "people", "CASCADE"),
        sa.UniqueConstraint("person_id", "name", name="uq_epcis_named_queries_person_id_name"),
    )


def _create_subscriptions() -> None:
    op.create_table(
        "epcis_subscriptions",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("query_id", sa.BigInteger, nullable=False),
        sa.Column("dest", sa.Text, nullable=False),
        sa.Column("token_sealed", sa.LargeBinary),
        sa.Column("schedule", JSONB),
        sa.Column("is_stream", sa.Boolean, nullable=False),
        sa.Column("report_if_empty", sa.Boolean, nullable=False),
        sa.Column("epc_format", sa.String(30), nullable=False),
        sa.Column("initial_record_time", sa.DateTime(timezone=True)),
        _moment("min_record_time"),
        _moment("created_at"),
        sa.Column("last_notified_at", sa.DateTime(timezone=True)),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.Column("reaching", sa.BigInteger),
        sa.Column("due_at", sa.DateTime(timezone=True)),
        sa.Column("batch_size", sa.Integer, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("last_error", sa.String(60)),
        sa.PrimaryKeyConstraint("id", name="pk_epcis_subscriptions"),
        _to("epcis_subscriptions", "query_id", "epcis_named_queries", "CASCADE"),
        sa.CheckConstraint("(schedule IS NULL) = is_stream", name="schedule_or_stream"),
    )
    op.create_index("ix_epcis_subscriptions_query_id", "epcis_subscriptions", ["query_id"])
    op.create_index(
        "ix_epcis_subscriptions_due_at",
        "epcis_subscriptions",
        ["due_at"],
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )


def _create_order() -> None:
    """Events wait from their own transaction on, and get a place once it has committed."""
    op.create_table(
        "epcis_event_places",
        sa.Column("place", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("event_id", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("place", name="pk_epcis_event_places"),
        _to("epcis_event_places", "event_id", "epcis_events"),
    )
    op.create_table("epcis_waiting_events", sa.Column("event_id", sa.BigInteger, nullable=False))
    op.execute(
        "INSERT INTO epcis_event_places (place, event_id)"
        " SELECT row_number() OVER (ORDER BY id), id FROM epcis_events"
    )
    op.execute(
        "CREATE FUNCTION note_waiting_events() RETURNS trigger LANGUAGE plpgsql AS $$"
        " BEGIN INSERT INTO epcis_waiting_events SELECT id FROM new_events; RETURN NULL; END $$"
    )
    op.execute(
        "CREATE TRIGGER epcis_events_wait AFTER INSERT ON epcis_events"
        " REFERENCING NEW TABLE AS new_events"
        " FOR EACH STATEMENT EXECUTE FUNCTION note_waiting_events()"
    )


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False)


def _moment(name: str) -> sa.Column[datetime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)


def _to(
    table: str, column: str, target: str, on_delete: str | None = None
) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column],
        [f"{target}.id"],
        name=f"fk_{table}_{column}_{target}",
        ondelete=on_delete,
    )
