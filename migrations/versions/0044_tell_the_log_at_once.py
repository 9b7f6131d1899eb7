"""Write what nearly every transaction records, one fact and its rows, with the fewest steps.

`ledger_record` stays for what has another shape. Here values have types of their own, so that none
is converted, and what is always there is written without a loop.
"""

from __future__ import annotations

from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

# A fact (or none), the list of rows, the first of its rows; the rest eight values each as in
# `ledger_record`.
_TELL = """
CREATE FUNCTION ledger_tell(
    kind text, subject text, body text, nonce bytea, leaf bytea, at timestamptz,
    list_body text, list_nonce bytea, list_leaf bytea,
    table_name text, row_key text, form text, salt bytea, told bytea, kept bytea, person bytea,
    person_salt bytea, more bytea[]
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    fact bigint;
    list bigint;
BEGIN
    IF kind IS NULL THEN
        list := nextval('ledger_entries_id_seq');
        INSERT INTO ledger_entries (id, kind, subject, body, nonce, leaf_hash, recorded_at)
        VALUES (list, 'rows.recorded', 'rows', list_body, list_nonce, list_leaf, at);
        INSERT INTO ledger_waiting (entry_id) VALUES (list);
    ELSE
        fact := nextval('ledger_entries_id_seq');
        list := nextval('ledger_entries_id_seq');
        INSERT INTO ledger_entries (id, kind, subject, body, nonce, leaf_hash, recorded_at)
        VALUES (fact, ledger_tell.kind, ledger_tell.subject, ledger_tell.body,
                ledger_tell.nonce, leaf, at),
            (list, 'rows.recorded', 'rows', list_body, list_nonce, list_leaf, at);
        INSERT INTO ledger_waiting (entry_id) VALUES (fact), (list);
    END IF;
    INSERT INTO ledger_rows
        (entry_id, position, table_name, row_key, form, salt, told, kept, person)
    VALUES (list, 0, ledger_tell.table_name, ledger_tell.row_key, ledger_tell.form,
        ledger_tell.salt, ledger_tell.told, ledger_tell.kept, ledger_tell.person);
    IF person_salt IS NOT NULL THEN
        INSERT INTO ledger_salts (table_name, row_key, salt)
        VALUES (ledger_tell.table_name, ledger_tell.row_key, person_salt)
        ON CONFLICT ON CONSTRAINT pk_ledger_salts DO UPDATE SET salt = excluded.salt;
    ELSIF form = '' THEN
        DELETE FROM ledger_salts s WHERE s.table_name = ledger_tell.table_name
            AND s.row_key = ledger_tell.row_key;
    END IF;
    IF more IS NOT NULL THEN
        PERFORM ledger_tell_more(list, more);
    END IF;
END $$
"""
_MORE = """
CREATE FUNCTION ledger_tell_more(list bigint, r bytea[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    t text;
    k text;
    f text;
BEGIN
    FOR n IN 0 .. cardinality(r) / 8 - 1 LOOP
        t := convert_from(r[8 * n + 1], 'UTF8');
        k := convert_from(r[8 * n + 2], 'UTF8');
        f := convert_from(r[8 * n + 3], 'UTF8');
        INSERT INTO ledger_rows
            (entry_id, position, table_name, row_key, form, salt, told, kept, person)
        VALUES (list, n + 1, t, k, f, r[8 * n + 4], r[8 * n + 5], r[8 * n + 6], r[8 * n + 7]);
        IF r[8 * n + 8] IS NOT NULL THEN
            INSERT INTO ledger_salts (table_name, row_key, salt) VALUES (t, k, r[8 * n + 8])
            ON CONFLICT (table_name, row_key) DO UPDATE SET salt = excluded.salt;
        ELSIF f = '' THEN
            DELETE FROM ledger_salts WHERE table_name = t AND row_key = k;
        END IF;
    END LOOP;
END $$
"""
_ARGUMENTS = (
    "text, text, text, bytea, bytea, timestamptz, text, bytea, bytea,"
    " text, text, text, bytea, bytea, bytea, bytea, bytea, bytea[]"
)


def upgrade() -> None:
    """Make the functions."""
    op.execute(_MORE)
    op.execute(_TELL)


def downgrade() -> None:
    """Take them away."""
    op.execute(f"DROP FUNCTION ledger_tell({_ARGUMENTS})")
    op.execute("DROP FUNCTION ledger_tell_more(bigint, bytea[])")
