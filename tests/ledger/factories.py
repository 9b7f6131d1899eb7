"""Recorded facts for tests."""

from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.orm import Session

from ledger import checkpoint, log
from ledger.models import Checkpoint

ORIGIN = "test.invalid/ledger"


def record(session: Session, count: int, now: datetime) -> None:
    """Record some facts."""
    for number in range(count):
        log.append(session, kind="test.noted", subject=f"VN-{number}", body={"n": number}, now=now)


def sign(session: Session, key: Ed25519PrivateKey, now: datetime) -> Checkpoint:
    """Make a checkpoint of the log as it stands."""
    return checkpoint.make(session, key, ORIGIN, now=now)
