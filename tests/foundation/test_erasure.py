"""A file goes when nothing names it any more, never before, whoever keeps it meanwhile."""

from __future__ import annotations

import io
import os
import random
import threading
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import text
from sqlalchemy.orm import Session

from foundation import backup, db, erasure, file_commands, file_jobs, files, retention
from foundation.config import Config
from foundation.models import StoredFile

PAPER = b"%PDF-1.7 a paper"
LATER = timedelta(days=8)


@pytest.fixture(autouse=True)
def store(tmp_path: Path) -> files.Store:
    return files.use(f"file://{tmp_path}/files")


@pytest.fixture
def shelf(own_database: db.Database) -> None:
    """A table of this test's own that holds files by a foreign key."""
    with db.transaction() as session:
        session.execute(
            text(
                "CREATE TABLE held_here"
                " (digest varchar(64) REFERENCES stored_files (digest), by int NOT NULL DEFAULT 0)"
            )
        )


def keep(session: Session, now: datetime, content: bytes = PAPER) -> str:
    return files.keep(session, io.BytesIO(content), now=now).digest


def keep_and_hold(now: datetime, content: bytes = PAPER, by: int = 0) -> str:
    with db.transaction() as session:
        digest = keep(session, now, content)
        session.execute(
            text("INSERT INTO held_here VALUES (:digest, :by)"), {"digest": digest, "by": by}
        )
    return digest


def release(by: int = 0) -> None:
    with db.transaction() as session:
        session.execute(text("DELETE FROM held_here WHERE by = :by"), {"by": by})


def is_there(digest: str) -> bool:
    with db.reading() as session:
        row = session.get(StoredFile, digest)
    assert (row is not None) == (files.store().size_of(digest) is not None)
    return row is not None


def test_the_time_of_grace_is_data_with_its_source(now: datetime) -> None:
    assert retention.time_of("unheld_files", now.date()) == timedelta(days=7)
    assert all(each.source and each.days > 0 for each in retention.retentions())
    with pytest.raises(KeyError):
        retention.time_of("unheard of", now.date())


def test_a_held_file_stays_and_an_unheld_one_goes_after_its_time(
    shelf: None, now: datetime
) -> None:
    digest = keep_and_hold(now)
    assert file_jobs.run(now + LATER).erased == 0

    release()
    assert file_jobs.run(now + LATER).unheld == 1
    assert is_there(digest)
    last = file_jobs.run(now + 2 * LATER)

    assert (last.erased, is_there(digest)) == (1, False)
    again = file_jobs.run(now + 2 * LATER)
    assert (again.unheld, again.erased, again.strays) == (0, 0, 0)


def test_a_file_taken_up_again_starts_its_time_anew(shelf: None, now: datetime) -> None:
    digest = keep_and_hold(now)
    release()
    file_jobs.run(now)

    keep_and_hold(now + LATER)
    assert file_jobs.run(now + LATER).erased == 0
    release()

    assert file_jobs.run(now + LATER).erased == 0
    assert is_there(digest)


def test_a_row_that_names_an_unheld_file_again_saves_it(shelf: None, now: datetime) -> None:
    digest = keep_and_hold(now)
    release()
    file_jobs.run(now)

    with db.transaction() as session:
        session.execute(text("INSERT INTO held_here VALUES (:digest)"), {"digest": digest})

    assert file_jobs.run(now + LATER).erased == 0
    with db.reading() as session:
        assert session.get_one(StoredFile, digest).unheld_at is None


def test_a_row_that_holds_after_the_marking_saves_the_file_too(shelf: None, now: datetime) -> None:
    digest = keep_and_hold(now)
    release()
    file_jobs.run(now)
    with db.transaction() as session:
        session.execute(text("INSERT INTO held_here VALUES (:digest)"), {"digest": digest})

    with db.transaction() as session:
        assert erasure.erase_due(session, now=now + LATER) == 0

    assert is_there(digest)


def test_an_upload_during_the_erasing_waits_and_has_its_content(shelf: None, now: datetime) -> None:
    digest = keep_and_hold(now)
    release()
    file_jobs.run(now)
    uploading = threading.Thread(target=keep_and_hold, args=(now + LATER,))

    with db.transaction() as session:
        assert erasure.erase_due(session, now=now + LATER) == 1
        assert files.store().size_of(digest) is None
        uploading.start()
        uploading.join(0.3)
        assert uploading.is_alive()
    uploading.join(10)

    assert is_there(digest)


def test_erasing_passes_over_what_somebody_is_keeping(shelf: None, now: datetime) -> None:
    digest = keep_and_hold(now)
    release()
    file_jobs.run(now)

    with db.transaction() as uploader:
        keep(uploader, now + LATER)
        assert file_jobs.run(now + LATER).erased == 0
        uploader.execute(text("INSERT INTO held_here VALUES (:digest)"), {"digest": digest})

    assert is_there(digest)
    assert file_jobs.run(now + 2 * LATER).erased == 0


def test_uploads_and_erasures_of_one_content_never_lose_it(shelf: None, now: datetime) -> None:
    """Four uploaders and an eraser without any grace: who commits a holder finds the content."""
    lost: list[str] = []
    stop = threading.Event()

    def upload(seed: int) -> None:
        dice = random.Random(seed)
        for _ in range(12):
            digest = keep_and_hold(now, bytes([dice.randrange(2)]) * 10, by=seed)
            if files.store().size_of(digest) is None:
                lost.append(digest)
            release(by=seed)

    def erase() -> None:
        while not stop.is_set():
            file_jobs.run(now)
            file_jobs.run(now + LATER)

    threads = [threading.Thread(target=upload, args=(seed,)) for seed in range(4)]
    eraser = threading.Thread(target=erase)
    for thread in (*threads, eraser):
        thread.start()
    for thread in threads:
        thread.join()
    stop.set()
    eraser.join()

    assert lost == []
    file_jobs.run(now + LATER)
    file_jobs.run(now + 2 * LATER)
    assert list(files.store().digests()) == []


def test_contents_of_undone_uploads_are_swept(
    shelf: None, now: datetime, store: files.Store
) -> None:
    def fall() -> None:
        with db.transaction() as session:
            keep(session, now)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fall()
    held = keep_and_hold(now, b"another")
    assert len(list(store.digests())) == 2

    assert file_jobs.run(now).strays == 1
    assert list(store.digests()) == [held]


def test_a_content_still_being_kept_is_no_stray(shelf: None, now: datetime) -> None:
    with db.transaction() as uploader:
        digest = keep(uploader, now)
        sweeping = threading.Thread(target=file_jobs.run, args=(now,))
        sweeping.start()
        sweeping.join(0.3)
        uploader.execute(text("INSERT INTO held_here VALUES (:digest)"), {"digest": digest})
    sweeping.join(10)

    assert is_there(digest)


def test_nothing_is_erased_while_a_backup_is_written(
    own_database: db.Database, shelf: None, now: datetime
) -> None:
    digest = keep_and_hold(now)
    release()
    file_jobs.run(now)

    with own_database.glances.connect() as connection, erasure.held_off(connection):
        postponed = file_jobs.run(now + LATER)
    done = file_jobs.run(now + LATER)

    assert (postponed.erased, postponed.postponed) == (0, True)
    assert (done.erased, done.postponed, is_there(digest)) == (1, False, False)


def test_a_restore_before_an_erasure_brings_rows_and_contents_alike(
    own_database: db.Database, shelf: None, now: datetime, test_config: Config, tmp_path: Path
) -> None:
    digest = keep_and_hold(now)
    config, target = replace(test_config, data_dir=tmp_path), tmp_path / "b.tar"
    url = own_database.primary.url.render_as_string(hide_password=False)
    backup.make(url, config, target, now=now, shown=lambda done, total: None)
    release()
    file_jobs.run(now)
    file_jobs.run(now + LATER)
    later = keep_and_hold(now + LATER, b"after the backup")

    backup.restore(url, config, target, shown=lambda done, total: None)

    with db.reading() as session:
        assert erasure.explained(session) is None
    assert is_there(digest)
    assert file_jobs.run(now + LATER).strays == 1
    assert files.store().size_of(later) is None


def test_a_content_that_is_gone_or_cut_is_named(shelf: None, now: datetime) -> None:
    whole, cut = keep_and_hold(now), keep_and_hold(now, b"to be cut")
    files.store().path(cut).write_bytes(b"to be")

    with db.reading() as session:
        assert list(erasure.missing(session)) == [cut]
        assert cut in (erasure.explained(session) or "")
        assert whole not in (erasure.explained(session) or "")


def test_a_database_without_foreign_keys_erases_nothing(shelf: None, now: datetime) -> None:
    keep_and_hold(now)
    with db.transaction() as session:
        session.execute(text("ALTER TABLE stored_files DROP CONSTRAINT pk_stored_files CASCADE"))

    with pytest.raises(RuntimeError):
        file_jobs.run(now + LATER)


def test_half_read_uploads_of_dead_processes_go_after_a_day(store: files.Store) -> None:
    store.put(io.BytesIO(PAPER))
    for name, age_s in (("old", 100_000), ("young", 10)):
        path = store.root / f".incoming-{name}"
        path.touch()
        then = path.stat().st_mtime - age_s
        os.utime(path, (then, then))

    assert store.forget_incoming() == 1
    assert (store.root / ".incoming-young").exists()


def test_commands_are_named_and_helped() -> None:
    answer = CliRunner().invoke(file_commands.group, ["--help"])

    assert answer.exit_code == 0
    assert all(name in answer.output for name in ("count", "check", "erase"))
