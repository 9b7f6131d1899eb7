"""Signed notes: how a checkpoint is written, signed and read by other people's tools. PURE.

Shapes: C2SP "signed-note", "tlog-checkpoint" and "tlog-cosignature" (Ed25519). The text is the
log's origin, the number of entries and the root in base64, nothing else. Two lines sign it: one
the text alone, one the text together with the moment. Checkpoints before November 2026 bear one
signature and told the moment in an extension line of the text; they stay readable.
"""

import base64
import binascii
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from ledger import canonical

_ED25519 = b"\x01"
_TIMED = b"\x04"
_SIGNATURE_MARK = "— "
_KEY_BYTES = 32
_ID_BYTES = 4
_TIME_BYTES = 8
_ROOT_BYTES = 32
_SIGNATURE_BYTES = 64
_MOST_LINES = 100
_LAST_SECOND = 1 << 36
_EXTENSION = "made_at "


@dataclass(frozen=True)
class Statement:
    """What a checkpoint says: this log had so many entries with this root."""

    origin: str
    size: int
    root: bytes
    made_at: datetime

    def text(self) -> str:
        """Return the signed lines."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


@dataclass(frozen=True)
class SignatureLine:
    """One line under a note: who signed (a key's name and id), and the signature's bytes."""

    name: str
    key_id: bytes
    signature: bytes


def sign(statement: Statement, key: Ed25519PrivateKey) -> str:
    """Return the whole note: the statement, an empty line, both signatures."""
    text = statement.text()
    return f"{text}\n{signed_line(text, statement.origin, key)}" + cosigned_line(
        text, statement.origin, key, statement.made_at
    )


def signed_line(text: str, name: str, key: Ed25519PrivateKey) -> str:
    """Return the line that signs a text alone."""
    public = key.public_key().public_bytes_raw()
    return _line(name, _key_id(name, _ED25519, public) + key.sign(text.encode()))


def cosigned_line(text: str, name: str, key: Ed25519PrivateKey, at: datetime) -> str:
    """Return the line that signs a text as seen at a moment, in whole seconds."""
    public = key.public_key().public_bytes_raw()
    seconds = int(at.timestamp())
    signature = key.sign(_timed_text(text, seconds))
    stamp = seconds.to_bytes(_TIME_BYTES, "big")
    return _line(name, _key_id(name, _TIMED, public) + stamp + signature)


def split(note: str) -> tuple[str, list[SignatureLine]]:
    """Part a note into its signed text and its signature lines, as C2SP "signed-note" has it.

    The text ends where the last empty line stands; below it nothing but signature lines may stand.
    Raises: ValueError for control characters, text without bytes, a missing end of line, a line
    that is no signature.
    """
    text, gap, below = note.rpartition("\n\n")
    lines = below.split("\n")
    if not gap or not text or lines.pop() or not 0 < len(lines) <= _MOST_LINES:
        raise ValueError("not a signed note")
    if any(sign < " " and sign != "\n" for sign in note) or not _has_bytes(note):
        raise ValueError("not a signed note")
    return f"{text}\n", [_signature_line(line) for line in lines]


def _has_bytes(note: str) -> bool:
    try:
        note.encode()
    except UnicodeEncodeError:
        return False
    return True


def _signature_line(line: str) -> SignatureLine:
    name, space, encoded = line.removeprefix(_SIGNATURE_MARK).partition(" ")
    if not line.startswith(_SIGNATURE_MARK) or not space or not is_name(name):
        raise ValueError("not a signed note")
    try:
        marked = base64.b64decode(encoded, validate=True)
    except binascii.Error as error:
        raise ValueError("not a signed note") from error
    if len(marked) <= _ID_BYTES or base64.b64encode(marked).decode() != encoded:
        raise ValueError("not a signed note")
    return SignatureLine(name, marked[:_ID_BYTES], marked[_ID_BYTES:])


def is_name(name: str) -> bool:
    """Whether a key may bear this name: no spaces, no plus sign."""
    return bool(name) and "+" not in name and not any(sign.isspace() for sign in name)


def read_tree(note: str) -> tuple[str, int, bytes]:
    """Read which log a note speaks of, how many entries, which root. Raises: ValueError."""
    lines = split(note)[0].split("\n")[:-1]
    if not 3 <= len(lines) <= 4 or not is_name(lines[0]):
        raise ValueError("not a checkpoint")
    return lines[0], _size(lines[1]), _root(lines[2])


def read(note: str) -> Statement:
    """Read a note's statement without judging its signatures. Raises: ValueError."""
    text, signed = split(note)
    _, size, root = read_tree(note)
    lines = text.split("\n")[:-1]
    made_at = _extension(lines[3]) if len(lines) == 4 else _stamped(lines[0], signed)
    return Statement(lines[0], size, root, made_at)


def _size(line: str) -> int:
    if not (line.isascii() and line.isdecimal()) or line != str(int(line)):
        raise ValueError("not a checkpoint")
    return int(line)


def _root(line: str) -> bytes:
    try:
        root = base64.b64decode(line, validate=True)
    except binascii.Error as error:
        raise ValueError("not a checkpoint") from error
    if len(root) != _ROOT_BYTES or base64.b64encode(root).decode() != line:
        raise ValueError("not a checkpoint")
    return root


def _extension(line: str) -> datetime:
    made_at = datetime.fromisoformat(line.removeprefix(_EXTENSION))
    # Only UTC is written, so nothing has to be converted.
    if made_at.tzinfo != UTC or f"{_EXTENSION}{canonical.instant(made_at)}" != line:
        raise ValueError("not a checkpoint")
    return made_at


def _stamped(origin: str, signed: list[SignatureLine]) -> datetime:
    for line in signed:
        if line.name == origin and len(line.signature) == _TIME_BYTES + _SIGNATURE_BYTES:
            seconds = int.from_bytes(line.signature[:_TIME_BYTES], "big")
            if seconds < _LAST_SECOND:
                return datetime.fromtimestamp(seconds, UTC)
    raise ValueError("not a checkpoint")


def signatures(note: str) -> list[SignatureLine]:
    """Return the signature lines; none where it is no signed note."""
    try:
        return split(note)[1]
    except ValueError:
        return []


def is_signed_by(note: str, public_key: bytes, name: str | None = None) -> bool:
    """Say whether the note bears a valid signature of this key, the log's own unless named.

    Where the moment stands under it and not in it, the signature over the moment must be valid too.
    Of several lines of one key the first counts.
    """
    try:
        text, signed = split(note)
    except ValueError:
        return False
    signer = name if name is not None else text.split("\n", 1)[0]
    line = _line_of(signed, signer, _ED25519, public_key)
    if line is None or not _is_valid(public_key, line.signature, text.encode()):
        return False
    needs_time = name is None and text.count("\n") == 3
    return not needs_time or signed_at(note, signer, public_key) is not None


def signed_at(note: str, name: str, public_key: bytes) -> datetime | None:
    """Return the moment at which a key signed the note, or None without a valid signature."""
    try:
        text, signed = split(note)
    except ValueError:
        return None
    line = _line_of(signed, name, _TIMED, public_key)
    if line is None:
        return None
    seconds = int.from_bytes(line.signature[:_TIME_BYTES], "big")
    stamped = _timed_text(text, seconds)
    if seconds >= _LAST_SECOND or not _is_valid(public_key, line.signature[_TIME_BYTES:], stamped):
        return None
    return datetime.fromtimestamp(seconds, UTC)


def bears(note: str, name: str, public_key: bytes) -> bool:
    """Say whether a line under the note claims to be of this key, valid or not."""
    signed = signatures(note)
    return any(_line_of(signed, name, kind, public_key) for kind in (_ED25519, _TIMED))


def _line_of(
    signed: list[SignatureLine], name: str, kind: bytes, public_key: bytes
) -> SignatureLine | None:
    key_id = _key_id(name, kind, public_key)
    return next((line for line in signed if (line.name, line.key_id) == (name, key_id)), None)


def verifier_key(origin: str, public_key: bytes) -> str:
    """Write the public key the way note verifiers take it: name, key hash, key."""
    return _written_key(origin, _ED25519, public_key)


def cosigner_key(name: str, public_key: bytes) -> str:
    """Write the public key of signatures with a moment the way note verifiers take it."""
    return _written_key(name, _TIMED, public_key)


def read_verifier_key(written: str) -> tuple[str, bytes]:
    """Return the name and the bytes of a key of either kind. Raises: ValueError."""
    parts = written.strip().split("+", 2)
    if len(parts) != 3 or not is_name(parts[0]):
        raise ValueError("not a verifier key")
    try:
        marked = base64.b64decode(parts[2], validate=True)
    except binascii.Error as error:
        raise ValueError("not a verifier key") from error
    kind, public = marked[:1], marked[1:]
    if kind not in (_ED25519, _TIMED) or len(public) != _KEY_BYTES:
        raise ValueError("not a verifier key")
    if _key_id(parts[0], kind, public).hex() != parts[1]:
        raise ValueError("not a verifier key")
    return parts[0], public


def _written_key(name: str, kind: bytes, public_key: bytes) -> str:
    encoded = base64.b64encode(kind + public_key).decode()
    return f"{name}+{_key_id(name, kind, public_key).hex()}+{encoded}"


def _is_valid(public_key: bytes, signature: bytes, text: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, text)
    except (InvalidSignature, ValueError):
        return False
    return True


def _timed_text(text: str, seconds: int) -> bytes:
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()


def _line(name: str, marked: bytes) -> str:
    return f"{_SIGNATURE_MARK}{name} {base64.b64encode(marked).decode()}\n"


def _key_id(name: str, kind: bytes, public_key: bytes) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + kind + public_key).digest()[:_ID_BYTES]
