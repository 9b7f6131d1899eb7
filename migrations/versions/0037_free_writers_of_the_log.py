"""Free writers of the log from what verification does anyway; let more facts only be added to.

Every entry paid for two foreign keys into a table that is never deleted from; verification compares
both sides of each. What a transaction records is written by one function of the database; the root
of a list of rows is made by the program.
"""

from __future__ import annotations

from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

_KEYS = ("ledger_waiting", "ledger_rows")
_ONLY_GROW = (
    "batch_areas",
    "batch_parcels",
    "epcis_error_declarations",
    "epcis_event_sensors",
    "epcis_event_words",
    "growing_area_codes",
    "hold_decisions",
    "laboratory_readings",
    "order_lines",
    "star_certificates",
)

# Entries of six values each, then the last one's list of rows of eight: in one call, with plans
# that outlive the driver's prepared statements.
_RECORD = """
CREATE FUNCTION ledger_record(entries bytea[], rows bytea[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    e bytea[] := entries;
    r bytea[] := rows;
    entry bigint;
BEGIN
    FOR n IN 0 .. cardinality(e) / 6 - 1 LOOP
        INSERT INTO ledger_entries (kind, subject, body, nonce, leaf_hash, recorded_at)
        VALUES (convert_from(e[6 * n + 1], 'UTF8'), convert_from(e[6 * n + 2], 'UTF8'),
            convert_from(e[6 * n + 3], 'UTF8'), e[6 * n + 4], e[6 * n + 5],
            convert_from(e[6 * n + 6], 'UTF8')::timestamptz)
        RETURNING id INTO entry;
        INSERT INTO ledger_waiting (entry_id) VALUES (entry);
    END LOOP;
    FOR n IN 0 .. cardinality(r) / 8 - 1 LOOP
        INSERT INTO ledger_rows
            (entry_id, position, table_name, row_key, form, salt, told, kept, person)
        VALUES (entry, n, convert_from(r[8 * n + 1], 'UTF8'), convert_from(r[8 * n + 2], 'UTF8'),
            convert_from(r[8 * n + 3], 'UTF8'), r[8 * n + 4], r[8 * n + 5], r[8 * n + 6],
            r[8 * n + 7]);
        IF r[8 * n + 8] IS NOT NULL THEN
            INSERT INTO ledger_salts (table_name, row_key, salt)
            VALUES (convert_from(r[8 * n + 1], 'UTF8'), convert_from(r[8 * n + 2], 'UTF8'),
                r[8 * n + 8])
            ON CONFLICT (table_name, row_key) DO UPDATE SET salt = excluded.salt;
        ELSIF length(r[8 * n + 3]) = 0 THEN
            DELETE FROM ledger_salts WHERE table_name = convert_from(r[8 * n + 1], 'UTF8')
                AND row_key = convert_from(r[8 * n + 2], 'UTF8');
        END IF;
    END LOOP;
END $$
"""

# The root of RFC 9162 (2.1.1): neighbours are joined level by level, who has none goes up alone.
_ROOT = """
CREATE FUNCTION ledger_root(leaves bytea[]) RETURNS bytea LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    level bytea[] := leaves;
    above bytea[];
    place int;
BEGIN
    WHILE cardinality(level) > 1 LOOP
        above := '{}';
        place := 1;
        WHILE place < cardinality(level) LOOP
            above := array_append(
                above, sha256('\\x01'::bytea || level[place] || level[place + 1]));
            place := place + 2;
        END LOOP;
        IF place = cardinality(level) THEN
            above := array_append(above, level[place]);
        END IF;
        level := above;
    END LOOP;
    RETURN level[1];
END $$
"""


def upgrade() -> None:
    """Drop the keys and the function, block changes of facts that have none."""
    for table in _KEYS:
        op.drop_constraint(f"fk_{table}_entry_id_ledger_entries", table, type_="foreignkey")
    op.execute("DROP FUNCTION ledger_root(bytea[])")
    op.execute(_RECORD)
    for table in _ONLY_GROW:
        op.execute(
            f"CREATE TRIGGER {table}_only_grow BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def downgrade() -> None:
    """Take the blocks away, put the function and the keys back."""
    for table in _ONLY_GROW:
        op.execute(f"DROP TRIGGER {table}_only_grow ON {table}")
    op.execute("DROP FUNCTION ledger_record(bytea[], bytea[])")
    op.execute(_ROOT)
    for table in _KEYS:
        op.create_foreign_key(
            f"fk_{table}_entry_id_ledger_entries", table, "ledger_entries", ["entry_id"], ["id"]
        )
