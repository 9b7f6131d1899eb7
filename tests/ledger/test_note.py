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


def test_a_key_id_is_what_c2sp_says() -> None:
    """SHA-256 of the name, a line feed, the type and the key; its first four bytes."""
    (plain, timed) = note.signatures(note.sign(STATEMENT, KEY))

    for line, kind in ((plain, b"\x01"), (timed, b"\x04")):
        digest = hashlib.sha256(b"nguon.vn/ledger\n" + kind + PUBLIC).digest()
        assert line.key_id == digest[:4]
    written = note.cosigner_key("nguon.vn/ledger", PUBLIC)
    assert note.read_verifier_key(written) == ("nguon.vn/ledger", PUBLIC)


def test_a_signature_is_over_the_text_alone_or_over_its_moment_and_the_text() -> None:
    signed = note.sign(STATEMENT, KEY)
    text = signed.partition("\n\n")[0] + "\n"
    plain, timed = note.signatures(signed)

    KEY.public_key().verify(plain.signature, text.encode())
    seconds = int.from_bytes(timed.signature[:8], "big")
    assert seconds == int(STATEMENT.made_at.timestamp())
    stamped = f"cosignature/v1\ntime {seconds}\n{text}".encode()
    KEY.public_key().verify(timed.signature[8:], stamped)


def hostile() -> dict[str, str]:
    signed = note.sign(STATEMENT, KEY)
    text, below = signed.split("\n\n")
    root = text.split("\n")[2]
    return {
        "a hyphen for the em dash": signed.replace("\u2014", "-"),
        "an en dash for the em dash": signed.replace("\u2014", "\u2013"),
        "no space behind the dash": signed.replace("\u2014 ", "\u2014"),
        "two spaces behind the name": signed.replace("ledger ", "ledger  "),
        "windows line ends": signed.replace("\n", "\r\n"),
        "no line end at the end": signed.rstrip("\n"),
        "a line without signature between": f"{text}\n\nfree words\n{below}",
        "a second empty line": f"{text}\n\n\n{below}",
        "an empty line in the text": f"{text}\n\nmore\n\n{below}",
        "words behind the signatures": f"{signed}words\n",
        "a control character": signed.replace("42", "42\x00"),
        "a byte order mark": f"\ufeff{signed}",
        "a lone surrogate": signed.replace("nguon", "nguo\ud800"),
        "no empty line": f"{text}\n{below}",
        "no signature at all": f"{text}\n\n",
        "a size with a nought before it": signed.replace("\n42\n", "\n042\n"),
        "a size with a sign": signed.replace("\n42\n", "\n+42\n"),
        "a size in other figures": signed.replace("\n42\n", "\n\u0664\u0662\n"),
        "a root cut short": signed.replace(root, root[4:]),
        "a root with other padding": signed.replace(root, root.rstrip("=") + "==="),
        "a name with a plus": signed.replace("nguon.vn/ledger", "nguon.vn+ledger"),
        "a hundred lines more": signed + below.split("\n")[0].join(["", "\n"]) * 100,
        "a moment before there was time": (
            f"{text}\nmade_at 0001-01-01T00:00:00.000000+14:00\n\n{below}"
        ),
    }


@pytest.mark.parametrize("name", hostile())
def test_a_hostile_note_is_refused(name: str) -> None:
    given_note = hostile()[name]

    with pytest.raises(ValueError):
        note.read(given_note)
    assert not note.is_signed_by(given_note, PUBLIC)


def test_a_strangers_line_beside_ours_does_no_harm_but_a_wrong_one_of_ours_does() -> None:
    signed = note.sign(STATEMENT, KEY)
    text = signed.partition("\n\n")[0] + "\n"
    stranger = Ed25519PrivateKey.generate()
    wrong = note.signed_line("another text\n", STATEMENT.origin, KEY)
    below = signed.partition("\n\n")[2]

    assert note.is_signed_by(signed + note.signed_line(text, "stranger", stranger), PUBLIC)
    assert not note.is_signed_by(f"{text}\n{wrong}{below}", PUBLIC)
