"""Tell listeners of decisions on steps, steps declared wrong, and papers of areas (`nguon_story`).

What a story follows changed without a word: a partner's step confirmed or taken back, an event
struck out. Each is told of the batches it is about; what is made of them rests on them.
"""

from __future__ import annotations

from alembic import op

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None

_SUBJECTS = {
    "step_claims": (
        "b",
        "SELECT n.batch_id AS subject FROM {rows} r JOIN trace_nodes n ON n.id = r.child_id",
    ),
    "epcis_error_declarations": (
        "b",
        # By what the event named when it was told: a declaration's own things may come after it.
        "SELECT n.batch_id AS subject FROM {rows} r"
        " JOIN epcis_events d ON d.id = r.event_id"
        " JOIN epcis_events o ON o.event_id = d.event_id AND NOT o.is_error_declaration"
        " JOIN epcis_event_things t ON t.event_id = o.id"
        " JOIN trace_nodes n ON n.id = t.node_id",
    ),
    "growing_area_certificates": ("a", "SELECT r.area_id AS subject FROM {rows} r"),
}
_EVENTS = {
    "insert": ("NEW TABLE AS after", ("after",)),
    "delete": ("OLD TABLE AS before", ("before",)),
    "update": ("OLD TABLE AS before NEW TABLE AS after", ("before", "after")),
}
# As in 0049: 400 subjects stay below the 8,000 bytes a message may have.
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
    """One function and trigger for each table and kind of change, as for the others."""
    for table, (letter, subjects) in _SUBJECTS.items():
        for event, (tables, sides) in _EVENTS.items():
            name = f"tell_story_of_{table}_{event}"
            changed = " UNION ".join(subjects.format(rows=side) for side in sides)
            op.execute(_FUNCTION.format(name=name, letter=letter, changed=changed))
            op.execute(
                f"CREATE TRIGGER {name} AFTER {event.upper()} ON {table} REFERENCING {tables}"
                f" FOR EACH STATEMENT EXECUTE FUNCTION {name}()"
            )


def downgrade() -> None:
    """Say nothing of these any more."""
    for table in _SUBJECTS:
        for event in _EVENTS:
            name = f"tell_story_of_{table}_{event}"
            op.execute(f"DROP TRIGGER {name} ON {table}")
            op.execute(f"DROP FUNCTION {name}()")
