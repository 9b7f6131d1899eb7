"""Let events be captured for nobody in particular: by whoever runs the house."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

_VOCABULARY = "epcis_vocabulary_elements"


def upgrade() -> None:
    op.execute("ALTER TABLE epcis_events DROP CONSTRAINT IF EXISTS ck_epcis_events_organisation")
    op.drop_constraint("pk_epcis_vocabulary_elements", _VOCABULARY, type_="primary")
    for table in ("epcis_events", "epcis_captures", _VOCABULARY):
        op.alter_column(table, "organisation_id", nullable=True)
    op.add_column(_VOCABULARY, sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False))
    op.create_primary_key("pk_epcis_vocabulary_elements", _VOCABULARY, ["id"])
    op.create_index(
        "uq_epcis_vocabulary_elements_organisation_id_type_uri",
        _VOCABULARY,
        ["organisation_id", "type", "uri"],
        unique=True,
        postgresql_nulls_not_distinct=True,
    )


def downgrade() -> None:
    op.execute("DELETE FROM epcis_vocabulary_elements WHERE organisation_id IS NULL")
    op.execute("DELETE FROM epcis_captures WHERE organisation_id IS NULL")
    op.drop_index("uq_epcis_vocabulary_elements_organisation_id_type_uri", _VOCABULARY)
    op.drop_column(_VOCABULARY, "id")
    for table in ("epcis_captures", _VOCABULARY):
        op.alter_column(table, "organisation_id", nullable=False)
    # Events of nobody stay, as all events do: the check is for rows to come.
    op.execute(
        "ALTER TABLE epcis_events ADD CONSTRAINT ck_epcis_events_organisation"
        " CHECK (organisation_id IS NOT NULL) NOT VALID"
    )
    op.create_primary_key(
        "pk_epcis_vocabulary_elements", _VOCABULARY, ["organisation_id", "type", "uri"]
    )
