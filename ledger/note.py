"""Signed notes: how a checkpoint is written, signed and read by other people's tools. PURE.

Shapes: C2SP "signed-note" and "tlog-checkpoint" (Ed25519). The text is the log's origin, the
number of entries, the root in base64 and, as an extension line, when it was made.
"""

import base64
import binascii
import hashlib
from dataclasses import dataclass
from datetime import datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from ledger import canonical

_ED25519 = b"\x01"
_SIGNATURE_MARK = "— "
_KEY_BYTES = 32


@dataclass(frozen=True)
class Statement:
    """What a checkpoint says: this log had so many entries with this root."""

    origin: str
    size: int
    root: bytes
    made_at: datetime

    def text(self) -> str:
        """Return the signed lines."""
        root = base64.b64encode(self.root).decode()
        made_at = canonical.instant(self.made_at)
        return f"{self.origin}\n{self.size}\n{root}\nmade_at {made_at}\n"


def sign(statement: Statement, key: Ed25519PrivateKey) -> str:
    """Return the whole note: the statement, an empty line, the signature."""
    text = statement.text()
    public = key.public_key().public_bytes_raw()
    marked = base64.b64encode(_key_hash(statement.origin, public) + key.sign(text.encode()))
    return f"{text}\n{_SIGNATURE_MARK}{statement.origin} {marked.decode()}\n"


def read(note: str) -> Statement:
    """Read a note's statement without judging its signature. Raises: ValueError."""
    text, _, _ = note.partition("\n\n")
    lines = text.split("\n")
    if len(lines) != 4 or not lines[3].startswith("made_at ") or not lines[1].isdecimal():
        raise ValueError("not a checkpoint")
    try:
        root = base64.b64decode(lines[2], validate=True)
    except binascii.Error as error:
        raise ValueError("not a checkpoint") from error
    made_at = datetime.fromisoformat(lines[3].removeprefix("made_at "))
    statement = Statement(lines[0], int(lines[1]), root, made_at)
    if made_at.tzinfo is None or statement.text() != text + "\n":
        raise ValueError("not a checkpoint")
    return statement


def is_signed_by(note: str, public_key: bytes) -> bool:
    """Say whether the note bears a valid signature of this Ed25519 key."""
    text, gap, signatures = note.partition("\n\n")
    if not gap or len(public_key) != _KEY_BYTES:
        return False
    origin = text.split("\n", 1)[0]
    prefix = f"{_SIGNATURE_MARK}{origin} "
    key = Ed25519PublicKey.from_public_bytes(public_key)
    for line in signatures.splitlines():
        try:
            marked = base64.b64decode(line.removeprefix(prefix), validate=True)
            if line.startswith(prefix) and marked[:4] == _key_hash(origin, public_key):
                key.verify(marked[4:], f"{text}\n".encode())
                return True
        except (binascii.Error, InvalidSignature, ValueError):
            continue
    return False


def verifier_key(origin: str, public_key: bytes) -> str:
    """Write the public key the way note verifiers take it: name, key hash, key."""
    encoded = base64.b64encode(_ED25519 + public_key).decode()
    return f"{origin}+{_key_hash(origin, public_key).hex()}+{encoded}"


def _key_hash(origin: str, public_key: bytes) -> bytes:
    return hashlib.sha256(origin.encode() + b"\n" + _ED25519 + public_key).digest()[:4]
