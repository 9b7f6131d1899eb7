"""Recording many facts of one transaction at once: two statements however many they are."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from ledger import canonical, merkle

_NONCE_BYTES = 16
_WRITE = text(
    "WITH entry AS (INSERT INTO ledger_entries"
    " (kind, subject, body, nonce, leaf_hash, recorded_at)"
    " SELECT :kind, f.subject, f.body, f.nonce, f.leaf_hash, :now FROM unnest("
    "CAST(:subjects AS text[]), CAST(:bodies AS text[]), CAST(:nonces AS bytea[]),"
    " CAST(:leaves AS bytea[])) AS f(subject, body, nonce, leaf_hash) RETURNING id)"
    " INSERT INTO ledger_waiting SELECT id FROM entry"
)


@dataclass(frozen=True)
class Fact:
    """What is recorded of one subject (a code); no person in the body."""

    subject: str
    body: Mapping[str, Any]


def append_all(session: Session, kind: str, facts: Sequence[Fact], *, now: datetime) -> None:
    """Record facts of one kind, each as an entry of its own. Raises: TypeError for a float."""
    if not facts:
        return
    bodies = [canonical.text(fact.body) for fact in facts]
    nonces = [secrets.token_bytes(_NONCE_BYTES) for _ in facts]
    leaves = [
        merkle.leaf_hash(
            canonical.leaf_input(
                kind=kind, subject=fact.subject, body=body, nonce=nonce, recorded_at=now
            )
        )
        for fact, body, nonce in zip(facts, bodies, nonces, strict=True)
    ]
    session.execute(
        _WRITE,
        {
            "kind": kind,
            "now": now,
            "subjects": [fact.subject for fact in facts],
            "bodies": bodies,
            "nonces": nonces,
            "leaves": leaves,
        },
    )
