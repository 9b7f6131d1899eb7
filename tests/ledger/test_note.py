"""Checkpoints as signed notes: read back, verified, and broken by any change."""

import base64
import hashlib
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from ledger import note

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes_raw()
STATEMENT = note.Statement(
    "nguon.vn/ledger", 42, hashlib.sha256(b"root").digest(), datetime(2026, 11, 21, tzinfo=UTC)
)


def test_a_signed_note_reads_back_and_verifies() -> None:
    signed = note.sign(STATEMENT, KEY)

    assert note.read(signed) == STATEMENT
    assert note.is_signed_by(signed, PUBLIC)
    assert not note.is_signed_by(signed, bytes(32))


@given(st.integers(0, 2_000), st.characters(min_codepoint=33, max_codepoint=126))
def test_any_changed_character_breaks_it(place: int, other: str) -> None:
    signed = note.sign(STATEMENT, KEY)
    place %= len(signed)
    changed = signed[:place] + other + signed[place + 1 :]

    # Base64 has a few spellings of the same bytes; the statement itself is then untouched.
    if note.is_signed_by(changed, PUBLIC):
        assert note.read(changed) == STATEMENT


@given(st.text())
def test_nonsense_is_no_note(text: str) -> None:
    with pytest.raises(ValueError):
        note.read(text)
    assert not note.is_signed_by(text, PUBLIC)


def test_the_verifier_key_names_the_log_and_its_key() -> None:
    name, key_hash, encoded = note.verifier_key("nguon.vn/ledger", PUBLIC).split("+", 2)

    assert name == "nguon.vn/ledger"
    assert len(key_hash) == 8
    assert base64.b64decode(encoded) == b"\x01" + PUBLIC
