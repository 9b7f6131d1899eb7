"""``nguon ledger`` as a stranger types it: another process, the real database."""

import os
import subprocess
from datetime import datetime
from pathlib import Path

import pytest

from drills import warm
from foundation import db
from ledger import checkpoint, keys
from tests.ledger.factories import record


@pytest.fixture
def environment(own_database: db.Database, tmp_path: Path) -> dict[str, str]:
    url = own_database.primary.url.render_as_string(hide_password=False)
    return {**os.environ, "NGUON_DATABASE_URL": url, "NGUON_DATA_DIR": str(tmp_path)}


def nguon(environment: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    return warm.nguon(*words, env=environment)


def test_a_signed_log_verifies_and_a_tampered_one_is_located(
    own_database: db.Database, environment: dict[str, str], tmp_path: Path, now: datetime
) -> None:
    keys.use(tmp_path, "http://127.0.0.1:8642")
    with db.transaction() as session:
        record(session, 3, now)
        checkpoint.make(session, keys.get(), keys.origin(), now=now)
        record(session, 2, now)
    kept = tmp_path / "kept.txt"

    signed = nguon(environment, "ledger", "checkpoint")
    kept.write_text(signed.stdout)
    with db.transaction() as session:
        record(session, 1, now)
    good = nguon(environment, "ledger", "verify", "--checkpoint", str(kept))
    with own_database.primary.begin() as connection:
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        connection.exec_driver_sql(
            "UPDATE ledger_entries SET subject = 'VN-X' WHERE id ="
            " (SELECT entry_id FROM ledger_leaves WHERE sequence = 3)"
        )
    bad = nguon(environment, "ledger", "verify")

    # Whoever serves on another port signs under it; the command, told none, goes by that.
    assert signed.stdout.splitlines()[:2] == ["127.0.0.1:8642/ledger", "5"], signed.stderr
    assert (good.returncode, good.stdout) == (
        0,
        "ok: 5 entries, 1 waiting for their place (checked: they and their rows hold)\n",
    ), good.stderr
    assert bad.returncode == 1
    assert "ledger.entry_altered sequence=3" in bad.stderr
