"""The migrated database that tests copy, kept between runs: made anew when its makings change.

With ``CI=true`` nothing is kept: a new machine migrates from nothing.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from pathlib import Path

from foundation import database_programs, db, schema
from territory import units

ROOT = Path(__file__).resolve().parents[1]
_MADE_OF = ("migrations/**/*.py", "territory/**/*.py", "territory/data/*", "foundation/*.py")


def fill(url: str) -> None:
    """Bring an empty database to the newest migration, with the country's units in it."""
    kept = ROOT / "var/tests" / f"{_digest()}.dump"
    if kept.exists():
        with tempfile.TemporaryDirectory() as place:
            database_programs.restore(url, Path(shutil.copy(kept, place)))
        return
    database = db.connect(url, pool_size=2)
    schema.upgrade(database.primary)
    with db.transaction() as session:
        units.load_bundled(session)
    database.dispose()
    db.use(None)
    if os.environ.get("CI") != "true":
        _keep(url, kept)


def _digest() -> str:
    found = hashlib.sha256()
    for path in sorted({path for each in _MADE_OF for path in ROOT.glob(each) if path.is_file()}):
        found.update(f"{path.relative_to(ROOT)} {path.stat().st_size}\n".encode())
        found.update(path.read_bytes())
    return found.hexdigest()[:24]


def _keep(url: str, kept: Path) -> None:
    kept.parent.mkdir(parents=True, exist_ok=True)
    for older in kept.parent.iterdir():
        older.unlink(missing_ok=True)
    draft = kept.with_name(f"{kept.name}.{os.getpid()}")
    database_programs.dump(url, draft)
    draft.replace(kept)
