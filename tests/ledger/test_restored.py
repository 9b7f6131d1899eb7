"""A backup restored and gone on with, and a clock that was put back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import text
from sqlalchemy.orm import Session

from foundation import backup, db, files
from foundation.config import Config
from ledger import keys, verification
from tests.conftest import copied_database
from tests.ledger.factories import record, sign


@pytest.fixture
def key(tmp_path: Path) -> Ed25519PrivateKey:
    keys.use(tmp_path, "http://test.invalid")
    return keys.get()


def put_back_to(session: Session, size: int) -> None:
    """The database as a dump of an earlier day has it."""
    session.execute(text("SET LOCAL session_replication_role = replica"))
    session.execute(
        text(
            "DELETE FROM ledger_entries WHERE id IN"
            " (SELECT entry_id FROM ledger_leaves WHERE sequence > :size)"
        ),
        {"size": size},
    )
    for condition in (
        "leaves WHERE sequence > :size",
        "nodes WHERE (position + 1) << level > :size",
        "checkpoints WHERE size > :size",
    ):
        session.execute(text(f"DELETE FROM ledger_{condition}"), {"size": size})
    session.execute(text("SET LOCAL session_replication_role = origin"))
    session.expunge_all()


@pytest.mark.parametrize(
    ("since", "code", "sequence"),
    [(0, "entry_missing", 6), (2, "entry_missing", 8), (9, "root_differs", 9)],
)
def test_a_restored_backup_that_went_on_contradicts_the_checkpoint_a_witness_holds(
    session: Session,
    key: Ed25519PrivateKey,
    now: datetime,
    since: int,
    code: str,
    sequence: int,
) -> None:
    record(session, 5, now)
    early = sign(session, key, now).note
    record(session, 4, now)
    held = sign(session, key, now).note
    put_back_to(session, 5)
    record(session, since, now + timedelta(hours=1))
    if since:
        sign(session, key, now + timedelta(hours=1))

    # By itself the house is as it was on the day of the dump, and sound.
    assert verification.verify(session) is None
    assert verification.verify(session, outside=early) is None
    bad = verification.verify(session, outside=held)
    assert bad is not None
    assert (bad.code, bad.sequence) == (f"ledger.{code}", sequence)


def test_a_dump_of_an_earlier_hour_is_told_by_the_checkpoint_that_was_kept(
    own_database: db.Database,
    server_url: str,
    template: str,
    test_config: Config,
    tmp_path: Path,
    now: datetime,
) -> None:
    """Dumped, gone on with, signed; the dump put into a new database, which goes on as well."""
    files.use(f"file://{tmp_path}/files")
    keys.use(tmp_path, "http://test.invalid")
    config, target = replace(test_config, data_dir=tmp_path), tmp_path / "a.tar"
    with db.transaction() as session:
        record(session, 5, now)
        early = sign(session, keys.get(), now).note
    backup.make(_url(own_database), config, target, now=now, shown=lambda *_: None)
    with db.transaction() as session:
        record(session, 4, now)
        held = sign(session, keys.get(), now).note

    with copied_database(server_url, template) as url:
        backup.restore(url, config, target, shown=lambda *_: None)
        restored = db.connect(url)
        found = [_judged(each) for each in (None, early, held)]
        later = now + timedelta(hours=1)
        with db.transaction() as session:
            record(session, 4, later)
            sign(session, keys.get(), later)
        found += [_judged(each) for each in (None, early, held)]
        restored.dispose()

    assert found == [
        None, None, ("ledger.entry_missing", 6),
        None, None, ("ledger.root_differs", 9),
    ]  # fmt: skip


def _url(database: db.Database) -> str:
    return database.primary.url.render_as_string(hide_password=False)


def _judged(outside: str | None) -> tuple[str, int | None] | None:
    with db.reading() as session:
        bad = verification.verify(session, outside)
    return None if bad is None else (bad.code, bad.sequence)


def test_a_clock_put_back_breaks_nothing(
    session: Session, key: Ed25519PrivateKey, now: datetime
) -> None:
    record(session, 3, now)
    first = sign(session, key, now).note
    record(session, 3, now - timedelta(days=400))
    second = sign(session, key, now - timedelta(days=400)).note
    record(session, 1, now + timedelta(days=1))

    assert verification.verify(session) is None
    assert verification.verify(session, outside=first) is None
    assert verification.verify(session, outside=second) is None
