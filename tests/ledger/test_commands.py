"""``nguon ledger`` as a stranger types it: another process, the real database."""

import os
import subprocess
from datetime import datetime
from pathlib import Path

import pytest

from drills import warm
from foundation import db
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
    with db.transaction() as session:
        record(session, 5, now)
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

    assert signed.stdout.splitlines()[1:2] == ["5"], signed.stderr
    assert (good.returncode, good.stdout) == (
        0,
        "ok: 5 entries, 1 waiting for their place (checked: they and their rows hold)\n",
    ), good.stderr
    assert bad.returncode == 1
    assert "ledger.entry_altered sequence=3" in bad.stderr
