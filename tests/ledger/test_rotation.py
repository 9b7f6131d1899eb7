"""Changing the log's key: what was signed stays good, what comes after needs the new key."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from foundation.errors import Conflict
from ledger import checkpoint, keys, note, rotation, sequencing, verification
from ledger.models import Checkpoint, SigningKey
from tests.ledger.factories import record, sign


@pytest.fixture
def rotated(session: Session, tmp_path: Path, now: datetime) -> tuple[bytes, Checkpoint]:
    """A log signed by a first key, which was then changed; that key's bytes and its checkpoint."""
    keys.use(tmp_path, "http://test.invalid")
    record(session, 3, now)
    old = sign(session, keys.get(), now)
    rotation.begin(session, now=now + timedelta(hours=1))
    session.flush()
    rotation.finish(session)
    return old.public_key, old


def test_old_checkpoints_stay_good_and_new_ones_bear_the_new_key(
    session: Session, rotated: tuple[bytes, Checkpoint], now: datetime
) -> None:
    old_key, old = rotated

    new = sign(session, keys.get(), now + timedelta(hours=2))

    assert new.public_key != old_key
    assert note.is_signed_by(new.note, new.public_key)
    assert not note.is_signed_by(new.note, old_key)
    assert note.is_signed_by(old.note, old_key)
    assert verification.verify(session) is None
    assert verification.verify(session, outside=old.note) is None
    assert verification.verify(session, outside=new.note) is None


def test_both_keys_vouch_for_the_change(
    session: Session, rotated: tuple[bytes, Checkpoint], now: datetime
) -> None:
    newest, first = rotation.list_keys(session)

    assert newest.voucher is not None
    for signer in (first.public_key, newest.public_key):
        assert note.is_signed_by(newest.voucher, signer, "test.invalid/ledger")
    assert [term.until for term in rotation.terms(session)] == [None, newest.since]


def test_a_retired_key_signs_no_more(
    session: Session, tmp_path: Path, rotated: tuple[bytes, Checkpoint], now: datetime
) -> None:
    keys.use(tmp_path / "elsewhere", "http://test.invalid")
    stolen = keys.get()
    keys.use(tmp_path, "http://test.invalid")
    public = stolen.public_key().public_bytes_raw()
    session.add(SigningKey(public_key=public, since=now - timedelta(days=1)))
    record(session, 1, now)

    with pytest.raises(Conflict, match=r"ledger\.key_retired"):
        checkpoint.make(session, stolen, keys.origin(), now=now)


def test_a_note_of_a_retired_key_from_after_its_time_is_refused(
    session: Session, tmp_path: Path, now: datetime
) -> None:
    keys.use(tmp_path, "http://test.invalid")
    record(session, 3, now)
    stolen = keys.get()
    kept = sign(session, stolen, now)
    rotation.begin(session, now=now + timedelta(hours=1))
    session.flush()
    rotation.finish(session)
    sign(session, keys.get(), now + timedelta(hours=2))
    # The thief signs the true root, but later than the key was in office.
    said = note.Statement(keys.origin(), kept.size, kept.root, now + timedelta(days=1))

    bad = verification.verify(session, outside=note.sign(said, stolen))

    assert bad is not None
    assert bad.code == "ledger.checkpoint_retired_key"
    assert verification.verify(session) is None


def test_a_checkpoint_in_the_log_by_a_retired_key_is_located(
    session: Session, tmp_path: Path, now: datetime
) -> None:
    keys.use(tmp_path, "http://test.invalid")
    record(session, 3, now)
    stolen = keys.get()
    sign(session, stolen, now)
    rotation.begin(session, now=now + timedelta(hours=1))
    session.flush()
    rotation.finish(session)
    size = sequencing.sequence(session) + 3
    frontier = sequencing.current_frontier(session)
    # Backdated: only its place in the log tells that the key had been replaced.
    said = note.Statement(keys.origin(), size, frontier.root(), now.replace(microsecond=0))
    session.add(
        Checkpoint(
            size=size,
            root=said.root,
            note=note.sign(said, stolen),
            public_key=stolen.public_key().public_bytes_raw(),
            made_at=said.made_at,
        )
    )
    session.flush()

    bad = verification.verify(session)

    assert bad is not None
    assert (bad.code, bad.sequence) == ("ledger.checkpoint_retired_key", size)


def test_a_clock_set_back_after_the_change_raises_no_alarm(
    session: Session, rotated: tuple[bytes, Checkpoint], now: datetime
) -> None:
    record(session, 2, now)

    made = sign(session, keys.get(), now - timedelta(hours=48))

    assert verification.verify(session) is None
    assert verification.verify(session, outside=made.note) is None


def test_who_is_interrupted_between_commit_and_taking_the_key_finishes_later(
    session: Session, tmp_path: Path, now: datetime
) -> None:
    keys.use(tmp_path, "http://test.invalid")
    record(session, 1, now)
    sign(session, keys.get(), now)
    made = rotation.begin(session, now=now)
    session.flush()
    assert keys.get().public_key().public_bytes_raw() != made.public_key

    rotation.finish(session)
    rotation.finish(session)

    assert keys.get().public_key().public_bytes_raw() == made.public_key
    assert keys.find_next() is None
