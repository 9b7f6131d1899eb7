"""``nguon indicators`` as an officer types it."""

import csv
import os
import subprocess
from pathlib import Path

from drills import warm
from foundation import db


def test_facts_are_built_and_a_plan_is_exported(own_database: db.Database, tmp_path: Path) -> None:
    url = own_database.primary.url.render_as_string(hide_password=False)
    environment = {**os.environ, "NGUON_DATABASE_URL": url, "NGUON_DATA_DIR": str(tmp_path)}

    def nguon(*words: str) -> subprocess.CompletedProcess[str]:
        return warm.nguon("indicators", *words, env=environment)

    built = nguon("rebuild", "--from", "2026-11-01", "--to", "2026-11-03")
    target = tmp_path / "ve-giang.csv"
    exported = nguon(
        "export", "ve-giang", "--period", "2026-11", "--format", "csv", "-o", str(target)
    )
    refused = nguon("export", "hue", "--period", "2026", "-o", str(tmp_path / "x.xlsx"))
    nowhere = nguon("export", "ve-giang", "--period", "2026", "-o", str(tmp_path / "no" / "x.xlsx"))
    wrong = nguon("export", "ve-giang", "--period", "11/2026", "-o", str(tmp_path / "x.xlsx"))

    assert (built.returncode, built.stdout) == (0, "2026-11-01 – 2026-11-03: 0 facts\n")
    rows = list(csv.DictReader(target.read_text("utf-8-sig").splitlines()))[1:]
    assert f"{len(rows)} rows" in exported.stdout
    areas = next(row for row in rows if row["indicator"] == "ops.areas_coded")
    assert (areas["value"], areas["through"]) == ("0.0000", "2026-11-03")
    assert (refused.returncode, wrong.returncode) == (1, 1)
    assert (nowhere.returncode, nowhere.stderr.count("\n")) == (1, 1)
    assert str(tmp_path / "no" / "x.xlsx") in nowhere.stderr
    assert not (tmp_path / "x.xlsx").exists()
