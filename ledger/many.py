"""Recording many facts of one transaction at once: one statement however many they are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from ledger import log, writing


@dataclass(frozen=True)
class Fact:
    """What is recorded of one subject (a code); no person in the body."""

    subject: str
    body: Mapping[str, Any]


def append_all(session: Session, kind: str, facts: Sequence[Fact], *, now: datetime) -> None:
    """Record facts of one kind, each as an entry of its own. Raises: TypeError for a float."""
    if facts:
        log.keep(session, [writing.entry_of(kind, each.subject, each.body, now) for each in facts])
