"""Recording many facts of one transaction at once: two statements however many they are."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from ledger import canonical, merkle

_NONCE_BYTES = 16
# Arrays go as bytes (%b): in their written form every quotation mark is escaped one by one.
_WRITE = (
    "WITH entry AS (INSERT INTO ledger_entries"
    " (kind, subject, body, nonce, leaf_hash, recorded_at)"
    " SELECT %(kind)s, f.subject, f.body, f.nonce, f.leaf_hash, %(now)s::timestamptz FROM unnest("
    "%(subjects)b::text[], %(bodies)b::text[], %(nonces)b::bytea[],"
    " %(leaves)b::bytea[]) AS f(subject, body, nonce, leaf_hash) RETURNING id)"
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
    session.connection().exec_driver_sql(
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
