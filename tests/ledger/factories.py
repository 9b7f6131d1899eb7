"""Recorded facts for tests."""

from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.orm import Session

from ledger import checkpoint, log
from ledger.models import Checkpoint, LedgerEntry

ORIGIN = "test.invalid/ledger"


def record(session: Session, count: int, now: datetime) -> list[LedgerEntry]:
    """Record some facts."""
    return [
        log.append(session, kind="test.noted", subject=f"VN-{number}", body={"n": number}, now=now)
        for number in range(count)
    ]


def sign(session: Session, key: Ed25519PrivateKey, now: datetime) -> Checkpoint:
    """Make a checkpoint of the log as it stands."""
    return checkpoint.make(session, key, ORIGIN, now=now)
