"""Tell listeners which stories no longer hold, the moment a fact commits (`nguon_story`).

A message names subjects: batches (b), products (p), organisations (o), growing areas (a), each with
its number, or * where one statement changed very many.
"""

from __future__ import annotations

from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None

_SUBJECTS = (
    ("batches", "b", "id"),
    ("batch_holds", "b", "batch_id"),
    ("recall_batches", "b", "batch_id"),
    ("products", "p", "id"),
    ("product_gtins", "p", "product_id"),
    ("product_photos", "p", "product_id"),
    ("star_certificates", "p", "product_id"),
    ("offers", "p", "product_id"),
    ("organisations", "o", "id"),
    ("growing_areas", "a", "id"),
    ("growing_area_editions", "a", "area_id"),
    ("diary_entries", "a", "area_id"),
)
_EVENTS = {
    "insert": ("NEW TABLE AS after", "SELECT {column} AS subject FROM after"),
    "delete": ("OLD TABLE AS before", "SELECT {column} AS subject FROM before"),
    # A row that moved from one subject to another speaks of both.
    "update": (
        "OLD TABLE AS before NEW TABLE AS after",
        "SELECT {column} AS subject FROM before UNION SELECT {column} FROM after",
    ),
}
# 400 subjects of twenty characters stay below the 8,000 bytes a message may have.
_FUNCTION = """
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    told text;
BEGIN
    SELECT CASE WHEN count(*) > 400 THEN '*' ELSE string_agg('{letter}' || subject, ',') END
        INTO told FROM (SELECT DISTINCT subject FROM ({changed}) c WHERE subject IS NOT NULL) d;
    IF told IS NOT NULL THEN
        PERFORM pg_notify('nguon_story', told);
    END IF;
    RETURN NULL;
END $$
"""


def upgrade() -> None:
    """One function and trigger for each table and kind of change: their plans are kept."""
    for table, letter, column in _SUBJECTS:
        for event, (tables, changed) in _EVENTS.items():
            name = f"tell_story_of_{table}_{event}"
            op.execute(
                _FUNCTION.format(name=name, letter=letter, changed=changed.format(column=column))
            )
            op.execute(
                f"CREATE TRIGGER {name} AFTER {event.upper()} ON {table} REFERENCING {tables}"
                f" FOR EACH STATEMENT EXECUTE FUNCTION {name}()"
            )


def downgrade() -> None:
    """Say nothing any more."""
    for table, _letter, _column in _SUBJECTS:
        for event in _EVENTS:
            name = f"tell_story_of_{table}_{event}"
            op.execute(f"DROP TRIGGER {name} ON {table}")
            op.execute(f"DROP FUNCTION {name}()")
