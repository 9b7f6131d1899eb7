"""Give EPCIS events the tables they are asked by, headers' vocabulary and capture jobs."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

_OWN_KINDS = (
    "event_type IN ('ObjectEvent', 'AggregationEvent', 'TransactionEvent',"
    " 'TransformationEvent', 'AssociationEvent')"
)
_TEXTS = (
    "exception", "device_id", "device_metadata", "raw_data", "data_processing_method",
    "biz_rules", "microorganism", "chemical_substance", "coordinate_reference_system", "uom",
    "component", "string_value", "hex_binary_value", "uri_value", "metadata_device_id",
    "metadata_device_metadata", "metadata_raw_data", "metadata_data_processing_method",
    "metadata_biz_rules",
)  # fmt: skip
_NUMBERS = (
    "value", "min_value", "max_value", "mean_value", "s_dev", "perc_rank", "perc_value",
)  # fmt: skip
_TIMES = ("time", "start_time", "end_time", "metadata_time")


def upgrade() -> None:
    op.drop_constraint("event_type", "epcis_events", type_="check")
    op.alter_column("epcis_events", "event_type", type_=sa.Text)
    op.create_index(
        "ix_epcis_events_transformation_id",
        "epcis_events",
        ["transformation_id"],
        postgresql_where=sa.text("transformation_id IS NOT NULL"),
    )
    _create_words()
    _create_sensors()
    _create_declarations()
    _create_vocabulary()
    _create_captures()


def downgrade() -> None:
    for table in (
        "epcis_captures",
        "epcis_vocabulary_elements",
        "epcis_error_declarations",
        "epcis_event_sensors",
        "epcis_event_words",
    ):
        op.drop_table(table)
    op.drop_index("ix_epcis_events_transformation_id", "epcis_events")
    op.alter_column("epcis_events", "event_type", type_=sa.String(24))
    # Partners' own kinds of events may stand in the table: the check is for rows to come.
    op.execute(
        f"ALTER TABLE epcis_events ADD CONSTRAINT ck_epcis_events_event_type"
        f" CHECK ({_OWN_KINDS}) NOT VALID"
    )


def _event(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("event_id", sa.BigInteger, nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["epcis_events.id"], name=f"fk_{table}_event_id_epcis_events"
        ),
    ]


def _told_by(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("organisation_id", sa.BigInteger, nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=f"fk_{table}_organisation_id_organisations",
        ),
    ]


def _moment(name: str, *, nullable: bool = True) -> sa.Column[datetime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _create_words() -> None:
    op.create_table(
        "epcis_event_words",
        *_event("epcis_event_words"),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("event_id", "kind", "type", "value", name="pk_epcis_event_words"),
    )
    op.create_index(
        "ix_epcis_event_words_kind_value_event_id",
        "epcis_event_words",
        ["kind", "value", "event_id"],
    )


def _create_sensors() -> None:
    op.create_table(
        "epcis_event_sensors",
        *_event("epcis_event_sensors"),
        sa.Column("element", sa.Integer, nullable=False),
        sa.Column("report", sa.Integer, nullable=False),
        sa.Column("type", sa.Text, nullable=False),
        *(sa.Column(name, sa.Text) for name in _TEXTS),
        *(sa.Column(name, sa.Numeric) for name in _NUMBERS),
        *(_moment(name) for name in _TIMES),
        sa.Column("boolean_value", sa.Boolean),
        sa.PrimaryKeyConstraint("event_id", "element", "report", name="pk_epcis_event_sensors"),
    )
    op.create_index(
        "ix_epcis_event_sensors_type_event_id", "epcis_event_sensors", ["type", "event_id"]
    )


def _create_declarations() -> None:
    op.create_table(
        "epcis_error_declarations",
        *_event("epcis_error_declarations"),
        _moment("declared_at", nullable=False),
        sa.Column("reason", sa.Text),
        sa.PrimaryKeyConstraint("event_id", name="pk_epcis_error_declarations"),
    )
    op.create_index(
        "ix_epcis_error_declarations_declared_at", "epcis_error_declarations", ["declared_at"]
    )


def _create_vocabulary() -> None:
    op.create_table(
        "epcis_vocabulary_elements",
        *_told_by("epcis_vocabulary_elements"),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("uri", sa.Text, nullable=False),
        sa.Column("attributes", JSONB, nullable=False),
        sa.Column("children", ARRAY(sa.Text), nullable=False),
        _moment("told_at", nullable=False),
        sa.PrimaryKeyConstraint(
            "organisation_id", "type", "uri", name="pk_epcis_vocabulary_elements"
        ),
    )
    op.create_index("ix_epcis_vocabulary_elements_uri", "epcis_vocabulary_elements", ["uri"])


def _create_captures() -> None:
    op.create_table(
        "epcis_captures",
        sa.Column("id", sa.Uuid, nullable=False),
        *_told_by("epcis_captures"),
        _moment("created_at", nullable=False),
        _moment("finished_at"),
        sa.Column("error_behaviour", sa.String(8), nullable=False),
        sa.Column("event_count", sa.Integer, nullable=False),
        sa.Column("errors", JSONB, nullable=False),
        sa.Column("document", sa.LargeBinary),
        sa.PrimaryKeyConstraint("id", name="pk_epcis_captures"),
        sa.CheckConstraint("error_behaviour IN ('rollback', 'proceed')", name="error_behaviour"),
    )
    op.create_index(
        "ix_epcis_captures_organisation_id_created_at_id",
        "epcis_captures",
        ["organisation_id", "created_at", "id"],
    )
