"""The log's signing key: made once, kept under the data folder, readable by its owner alone."""

import os
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

_NAME = "ledger-key"
_NEXT = "ledger-key.next"
_folder: Path | None = None
_origin = "nguon.invalid/ledger"


def use(data_dir: Path, base_url: str) -> None:
    """Keep this process's signing key under *data_dir*; the log is named after *base_url*."""
    global _folder, _origin
    _folder = data_dir
    _origin = f"{urlsplit(base_url).netloc}/ledger"


def take_name(origin: str) -> None:
    """Sign under this name, for a process that no setting told where the house is served."""
    global _origin
    _origin = origin


def folder() -> Path:
    """Return where this process's signing key lies."""
    return _path().parent


def origin() -> str:
    """Return the log's name, the first line of every checkpoint."""
    return _origin


def find() -> Ed25519PrivateKey | None:
    """Return the signing key, or None when this machine has none yet."""
    return _read(_path())


def find_next() -> Ed25519PrivateKey | None:
    """Return the key that is about to take the signing key's place, if any."""
    return _read(_path().with_name(_NEXT))


def make_next() -> Ed25519PrivateKey:
    """Make the key that will take the signing key's place; one left behind is used again."""
    path = _path().with_name(_NEXT)
    _make(path)
    made = _read(path)
    if made is None:
        raise RuntimeError("the next ledger key vanished while it was being made")
    return made


def take_next() -> None:
    """Put the next key in the signing key's place; the old private key is gone with it."""
    _path().with_name(_NEXT).replace(_path())


def _read(path: Path) -> Ed25519PrivateKey | None:
    try:
        return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(path.read_text().strip()))
    except FileNotFoundError:
        return None


def get() -> Ed25519PrivateKey:
    """Return the signing key, making it the first time."""
    found = find()
    if found is None:
        _make(_path())
        found = find()
    if found is None:
        raise RuntimeError("the ledger key vanished while it was being made")
    return found


def _path() -> Path:
    if _folder is None:
        raise RuntimeError("ledger.keys.use() was not called")
    return _folder / _NAME


def _make(path: Path) -> None:
    """Write a new key completely, then give it its name; whoever comes second keeps the first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    incoming = path.with_name(f"{path.name}.{os.getpid()}")
    handle = os.open(incoming, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(Ed25519PrivateKey.generate().private_bytes_raw().hex())
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(incoming, path)
    except FileExistsError:
        return
    finally:
        incoming.unlink()
