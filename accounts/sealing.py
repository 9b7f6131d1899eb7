"""Keys made from the installation's secret: what may be read back, and what only compared.

``seal`` encrypts (AES-256-GCM) what must be read again: authenticator secrets, a household's
tax number. ``keyed_hash`` is for what is only ever compared: one-time codes, which are too
short for a plain hash, and addresses and typed account names, which are nobody's to read.
"""

import hashlib
import hmac
import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from foundation import config

_NONCE_BYTES = 12


class Unreadable(Exception):
    """Sealed under another secret, for another purpose, or altered since."""


def seal(purpose: str, plain: str) -> bytes:
    """Encrypt ``plain``; it opens only for the same ``purpose``."""
    nonce = os.urandom(_NONCE_BYTES)
    cipher = AESGCM(_key(config.current().secret_key, "seal"))
    return nonce + cipher.encrypt(nonce, plain.encode(), purpose.encode())


def unseal(purpose: str, sealed: bytes) -> str:
    """What was sealed for ``purpose``; raises Unreadable."""
    cipher = AESGCM(_key(config.current().secret_key, "seal"))
    nonce, body = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
    try:
        return cipher.decrypt(nonce, body, purpose.encode()).decode()
    except InvalidTag:
        raise Unreadable(purpose) from None


def keyed_hash(purpose: str, text: str) -> bytes:
    """A hash nobody without the secret can search through."""
    key = _key(config.current().secret_key, "hash")
    return hmac.digest(key, f"{purpose}\0{text}".encode(), hashlib.sha256)


def token_hash(token: str) -> bytes:
    """The kept form of a long random token: it has nothing to guess, so a plain hash does."""
    return hashlib.sha256(token.encode()).digest()


@lru_cache(maxsize=8)
def _key(secret: str, use: str) -> bytes:
    derivation = HKDF(hashes.SHA256(), 32, salt=None, info=f"nguon accounts {use}".encode())
    return derivation.derive(secret.encode())
