"""What is backed up comes back whole, or nothing is touched."""

import io
import tarfile
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from foundation import backup, db, files
from foundation.config import Config
from foundation.errors import Conflict, Refused
from ledger import keys, verification
from tests.ledger.factories import record


@pytest.fixture
def config(test_config: Config, tmp_path: Path) -> Config:
    files.use(f"file://{tmp_path}/files")
    keys.use(tmp_path, "http://test.invalid")
    (tmp_path / "secret-key").write_text("before")
    return replace(test_config, data_dir=tmp_path)


def url_of(database: db.Database) -> str:
    return database.primary.url.render_as_string(hide_password=False)


def entries(database: db.Database) -> int:
    with database.primary.connect() as connection:
        return int(connection.execute(text("SELECT count(*) FROM ledger_entries")).scalar_one())


def unseen(done: int, total: int) -> None:
    """Watch no progress."""


def test_rows_files_and_keys_come_back(
    own_database: db.Database, config: Config, tmp_path: Path, now: datetime
) -> None:
    with db.transaction() as session:
        record(session, 5, now)
        kept = files.keep(session, io.BytesIO(b"%PDF-paper"), now=now)
    url, target = url_of(own_database), tmp_path / "b.tar"
    made = backup.make(url, config, target, now=now, shown=unseen)
    with db.transaction() as session:
        record(session, 3, now)
    files.store().path(kept.digest).unlink()
    (tmp_path / "secret-key").write_text("after")

    found = backup.restore(url, config, target, shown=unseen)

    assert found == made
    assert entries(own_database) == 5
    assert files.store().open(kept.digest).read() == b"%PDF-paper"
    assert (tmp_path / "secret-key").read_text() == "before"
    assert (tmp_path / "secret-key").stat().st_mode & 0o777 == 0o600
    with db.reading() as session:
        assert verification.verify(session) is None
        assert backup.holds_data(session)


def test_a_backup_replaces_no_older_one(
    own_database: db.Database, config: Config, tmp_path: Path, now: datetime
) -> None:
    (tmp_path / "b.tar").touch()

    with pytest.raises(Conflict):
        backup.make(url_of(own_database), config, tmp_path / "b.tar", now=now, shown=unseen)


@pytest.mark.parametrize("kept_bytes", [0, 100, 2_000, -1_500])
def test_a_cut_backup_touches_nothing(
    own_database: db.Database, config: Config, tmp_path: Path, now: datetime, kept_bytes: int
) -> None:
    target = tmp_path / "b.tar"
    backup.make(url_of(own_database), config, target, now=now, shown=unseen)
    with db.transaction() as session:
        record(session, 3, now)
    # A tar ends in empty blocks; the cut goes well into what it holds.
    end = target.stat().st_size - 12_000 if kept_bytes < 0 else kept_bytes
    target.write_bytes(target.read_bytes()[:end])

    with pytest.raises(Refused) as caught:
        backup.restore(url_of(own_database), config, target, shown=unseen)

    assert caught.value.code == "backup.unreadable"
    assert entries(own_database) == 3


def test_a_damaged_file_is_named(
    own_database: db.Database, config: Config, tmp_path: Path, now: datetime
) -> None:
    kept = files.store().put(io.BytesIO(b"%PDF-paper"))
    target = tmp_path / "b.tar"
    backup.make(url_of(own_database), config, target, now=now, shown=unseen)
    target.write_bytes(target.read_bytes().replace(b"%PDF-paper", b"%PDF-forged"[:10]))

    with pytest.raises(Refused) as caught:
        backup.restore(url_of(own_database), config, target, shown=unseen)

    assert (caught.value.code, caught.value.params) == (
        "backup.file_damaged",
        {"digest": kept.digest},
    )


def test_a_foreign_archive_writes_nowhere(
    own_database: db.Database, config: Config, tmp_path: Path
) -> None:
    target = tmp_path / "b.tar"
    with tarfile.open(target, "w") as tar:
        for name in ("../../escaped", "/escaped", "keys/../../escaped"):
            part = tarfile.TarInfo(name)
            part.size = 1
            tar.addfile(part, io.BytesIO(b"x"))

    with pytest.raises(Refused):
        backup.restore(url_of(own_database), config, target, shown=unseen)

    assert list(tmp_path.parent.rglob("escaped")) == []
