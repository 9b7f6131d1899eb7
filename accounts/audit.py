"""Who overrode a rule or looked at personal data, and why."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import permissions
from accounts.models import AuditEntry, Organisation
from accounts.permissions import Actor
from foundation import paging
from foundation.paging import Page


def record(
    session: Session,
    actor: Actor,
    action: str,
    subject: str,
    reason: str = "",
    *,
    now: datetime,
    details: Mapping[str, Any] | None = None,
) -> AuditEntry:
    """Write down an override or a look; ``subject`` and ``details`` hold codes, never contacts."""
    entry = AuditEntry(
        happened_at=now,
        person_id=actor.person_id,
        action=action,
        subject=subject,
        reason=reason,
        details=dict(details or {}),
    )
    session.add(entry)
    return entry


def override(
    session: Session, actor: Actor, action: str, organisation: Organisation, *, now: datetime
) -> None:
    """Write down what an official did in an organisation's place; nothing for its own members."""
    if organisation.id not in actor.organisation_ids() and not actor.system:
        record(session, actor, action, organisation.code, now=now)


def list_entries(session: Session, actor: Actor, *, cursor: str | None = None) -> Page[AuditEntry]:
    """The newest entries first, for admins."""
    permissions.require(actor, "person.manage")
    statement = select(AuditEntry)
    key = (AuditEntry.happened_at, AuditEntry.id)
    return paging.fetch(session, statement, key, cursor=cursor, descending=True)
