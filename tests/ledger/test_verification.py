"""Every alteration of every column of every row is detected and located."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import text
from sqlalchemy.orm import Session

from foundation.errors import NotFound
from ledger import checkpoint, keys, log, merkle, ports, proofs, sequencing, verification, writing
from tests.ledger.factories import ORIGIN, record, sign


@pytest.fixture
def key(tmp_path: Path) -> Ed25519PrivateKey:
    keys.use(tmp_path, "http://test.invalid")
    return keys.get()


@pytest.fixture
def log_of_thirteen(session: Session, key: Ed25519PrivateKey, now: datetime) -> Session:
    """Seven entries under a first checkpoint, five more under a second, one still waiting."""
    record(session, 7, now)
    sign(session, key, now)
    record(session, 5, now)
    sign(session, key, now)
    record(session, 1, now)
    writing.write_entries(session)
    return session


def tamper(session: Session, statement: str) -> None:
    """Alter as the database's owner can: triggers and foreign keys put aside."""
    session.flush()
    session.execute(text("SET LOCAL session_replication_role = replica"))
    changed = session.connection().exec_driver_sql(statement)
    assert changed.rowcount
    session.execute(text("SET LOCAL session_replication_role = origin"))


def entry_at(sequence: int) -> str:
    return f"id = (SELECT entry_id FROM ledger_leaves WHERE sequence = {sequence})"


def test_an_empty_log_has_nothing_to_sign(
    session: Session, key: Ed25519PrivateKey, now: datetime
) -> None:
    with pytest.raises(NotFound) as refused:
        sign(session, key, now)

    assert refused.value.code == "ledger.empty"


def test_an_untouched_log_is_good(log_of_thirteen: Session) -> None:
    assert verification.verify(log_of_thirteen) is None


@pytest.mark.parametrize("sequence", [1, 7, 8, 12])
@pytest.mark.parametrize(
    "change",
    [
        "kind = 'area.revoked'",
        "subject = 'VN-X'",
        "body = '{\"n\":99}'",
        "nonce = '\\x00'",
        "leaf_hash = '\\x00'",
        "recorded_at = recorded_at + interval '1 microsecond'",
        "id = id + 1000000",
    ],
)
def test_each_altered_column_of_an_entry_is_located(
    log_of_thirteen: Session, sequence: int, change: str
) -> None:
    tamper(log_of_thirteen, f"UPDATE ledger_entries SET {change} WHERE {entry_at(sequence)}")

    bad = verification.verify(log_of_thirteen)
    assert bad is not None
    assert bad.sequence == sequence


@pytest.mark.parametrize(
    ("statement", "sequence"),
    [
        ("DELETE FROM ledger_leaves WHERE sequence = 4", 4),
        ("DELETE FROM ledger_leaves WHERE sequence = 12", 12),
        ("UPDATE ledger_leaves SET sequence = 99 WHERE sequence = 4", 4),
        ("UPDATE ledger_leaves SET leaf_hash = '\\x00' WHERE sequence = 4", 4),
        ("UPDATE ledger_leaves SET entry_id = 0 WHERE sequence = 4", 4),
        ("DELETE FROM ledger_entries WHERE " + entry_at(5), 5),
        ("UPDATE ledger_nodes SET hash = '\\x00' WHERE level = 1 AND position = 1", 4),
        ("DELETE FROM ledger_nodes WHERE level = 1 AND position = 1", 4),
        ("UPDATE ledger_nodes SET position = 77 WHERE level = 1 AND position = 1", 4),
        ("UPDATE ledger_nodes SET level = 9 WHERE level = 1 AND position = 1", 4),
        ("INSERT INTO ledger_nodes VALUES (20, 0, '\\x00')", 12),
        ("UPDATE ledger_checkpoints SET root = '\\x00' WHERE size = 7", 7),
        ("UPDATE ledger_checkpoints SET size = 8 WHERE size = 7", 8),
        ("UPDATE ledger_checkpoints SET note = replace(note, 'test', 'rest') WHERE size = 7", 7),
        ("UPDATE ledger_checkpoints SET note = 'x' WHERE size = 7", 7),
        ("UPDATE ledger_checkpoints SET public_key = '\\x00' WHERE size = 7", 7),
        ("UPDATE ledger_checkpoints SET made_at = made_at + interval '1 second' WHERE size = 7", 7),
    ],
)
def test_each_alteration_of_the_tree_is_located(
    log_of_thirteen: Session, statement: str, sequence: int
) -> None:
    tamper(log_of_thirteen, statement)

    bad = verification.verify(log_of_thirteen)
    assert bad is not None
    assert bad.sequence == sequence


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("DELETE FROM ledger_waiting", "ledger.entry_unplaced"),
        (
            "DELETE FROM ledger_entries WHERE id = (SELECT entry_id FROM ledger_waiting)",
            "ledger.waiting_altered",
        ),
        (
            "INSERT INTO ledger_waiting SELECT entry_id FROM ledger_leaves WHERE sequence = 3",
            "ledger.waiting_altered",
        ),
        (
            "UPDATE ledger_entries SET subject = 'VN-X'"
            " WHERE id = (SELECT entry_id FROM ledger_waiting)",
            "ledger.entry_altered",
        ),
    ],
)
def test_a_waiting_entry_is_watched_too(
    log_of_thirteen: Session, statement: str, code: str
) -> None:
    tamper(log_of_thirteen, statement)

    bad = verification.verify(log_of_thirteen)
    assert bad is not None
    assert (bad.code, bad.sequence) == (code, None)


def test_two_entries_that_changed_places_are_noticed(log_of_thirteen: Session) -> None:
    for old, new in ((2, 99), (3, 2), (99, 3)):
        tamper(log_of_thirteen, f"UPDATE ledger_leaves SET sequence = {new} WHERE sequence = {old}")

    bad = verification.verify(log_of_thirteen)
    assert bad is not None
    assert bad.sequence == 2


def test_a_log_rewritten_from_the_beginning_contradicts_the_checkpoint_kept_outside(
    session: Session, key: Ed25519PrivateKey, now: datetime
) -> None:
    record(session, 6, now)
    kept = sign(session, key, now).note
    for table in ("checkpoints", "nodes", "leaves", "entries"):
        tamper(session, f"DELETE FROM ledger_{table}")
    session.expunge_all()
    log.append(session, kind="test.noted", subject="VN-forged", body={}, now=now)
    record(session, 5, now)
    sign(session, key, now)

    assert verification.verify(session) is None
    bad = verification.verify(session, outside=kept)
    assert bad is not None
    assert bad.code == "ledger.root_differs"


def test_a_rewritten_log_signed_by_another_key_is_noticed(
    session: Session, key: Ed25519PrivateKey, now: datetime
) -> None:
    record(session, 3, now)
    checkpoint.make(session, Ed25519PrivateKey.generate(), ORIGIN, now=now)

    bad = verification.verify(session)
    assert bad is not None
    assert bad.code == "ledger.checkpoint_foreign_key"


def test_a_truncated_log_contradicts_its_checkpoint(log_of_thirteen: Session) -> None:
    for statement in (
        "DELETE FROM ledger_nodes WHERE (position + 1) << level > 10",
        "DELETE FROM ledger_entries WHERE id IN"
        " (SELECT entry_id FROM ledger_leaves WHERE sequence > 10)",
        "DELETE FROM ledger_leaves WHERE sequence > 10",
    ):
        tamper(log_of_thirteen, statement)

    bad = verification.verify(log_of_thirteen)
    assert bad is not None
    assert (bad.code, bad.sequence) == ("ledger.entry_missing", 11)


def test_a_rooms_row_that_differs_is_named(
    session: Session, key: Ed25519PrivateKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    def check(session: Session) -> Iterator[ports.RowMismatch]:
        yield ports.RowMismatch("growing_areas", "VN-1", "area_ha")

    monkeypatch.setattr(ports, "_row_checks", {"growing_areas": check})

    bad = verification.verify(session)
    assert bad is not None
    assert (bad.code, bad.detail) == ("ledger.row_differs", "growing_areas VN-1: area_ha")


def test_proofs_from_the_database_verify(log_of_thirteen: Session) -> None:
    for sequence in range(1, 13):
        proof = proofs.prove_inclusion(log_of_thirteen, sequence)
        assert merkle.verify_inclusion(
            proof.leaf_hash, sequence - 1, 12, proof.path, proof.checkpoint.root
        )
    grown = proofs.prove_consistency(log_of_thirteen, 7, 12)
    assert merkle.verify_consistency(7, 12, grown.first.root, grown.second.root, grown.path)


def test_a_checkpoint_is_made_once_for_one_size(
    session: Session, key: Ed25519PrivateKey, now: datetime
) -> None:
    record(session, 2, now)

    assert sign(session, key, now) is sign(session, key, now)
    assert sequencing.size_of(session) == 2


def test_the_key_is_made_once_and_readable_by_its_owner_alone(tmp_path: Path) -> None:
    keys.use(tmp_path, "http://test.invalid")

    assert keys.find() is None
    assert keys.get().private_bytes_raw() == keys.get().private_bytes_raw()
    assert (tmp_path / "ledger-key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["ledger-key"]
