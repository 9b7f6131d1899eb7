"""Consent: per purpose, provable (wording, time, channel), and withdrawn as easily as given.

Source: Law 91/2025/QH15; a technology team that enters a household's data records the
household's consent before the first entry.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from accounts import permissions
from accounts.models import Consent, Organisation
from accounts.permissions import Actor
from foundation.errors import NotFound, Refused

PURPOSES = ("traceability", "publish_contact", "entered_by_team", "statistics")
CHANNELS = ("web", "paper", "telephone", "in_person")


@dataclass(frozen=True)
class Given:
    """What was agreed to: the purpose, the version of the wording shown, and the channel."""

    purpose: str
    text_version: str
    channel: str


def give(session: Session, actor: Actor, given: Given, *, now: datetime) -> Consent:
    """Record one's own consent."""
    if actor.person_id is None:
        raise NotFound
    return _put(session, actor, given, now=now, person_id=actor.person_id)


def record_for_household(
    session: Session, actor: Actor, household: Organisation, given: Given, *, now: datetime
) -> Consent:
    """Record a household's consent (its manager, or a technology team of its territory)."""
    permissions.require(actor, "consent.record", household)
    return _put(session, actor, given, now=now, organisation_id=household.id)


def withdraw(session: Session, actor: Actor, consent_id: int, *, now: datetime) -> Consent:
    """Take a consent back, from now on; raises NotFound for anybody else's."""
    row = session.get(Consent, consent_id, with_for_update=True)
    if row is None:
        raise NotFound
    if row.organisation_id is not None:
        household = session.get_one(Organisation, row.organisation_id)
        permissions.require(actor, "consent.record", household)
    elif row.person_id != actor.person_id:
        raise NotFound
    if row.withdrawn_at is None:
        row.withdrawn_at = now
        row.withdrawn_by_id = actor.person_id
    return row


def require_from_household(session: Session, household: Organisation, purpose: str) -> None:
    """Raises Refused("consent.missing") unless the household agreed and has not withdrawn."""
    if not _is_given(session, Consent.organisation_id == household.id, purpose):
        raise Refused("consent.missing", household=household.name)


def is_given_by_person(session: Session, person_id: int, purpose: str) -> bool:
    """Whether a person agrees to a purpose at present."""
    return _is_given(session, Consent.person_id == person_id, purpose)


def list_visible(session: Session, actor: Actor) -> list[tuple[Consent, str | None]]:
    """One's own consents and those of one's organisations (with their name), newest first."""
    mine = Consent.person_id == actor.person_id
    ours = Consent.organisation_id.in_(actor.organisation_ids("manager"))
    statement = (
        select(Consent, Organisation.name)
        .outerjoin(Organisation, Organisation.id == Consent.organisation_id)
        .where(mine | ours)
        .order_by(Consent.id.desc())
    )
    return [(row, name) for row, name in session.execute(statement)]


def _is_given(session: Session, whose: ColumnElement[bool], purpose: str) -> bool:
    found = session.scalar(
        select(Consent.id)
        .where(whose, Consent.purpose == purpose, Consent.withdrawn_at.is_(None))
        .limit(1)
    )
    return found is not None


def _put(session: Session, actor: Actor, given: Given, *, now: datetime, **whose: int) -> Consent:
    row = Consent(
        purpose=given.purpose,
        text_version=given.text_version,
        channel=given.channel,
        given_at=now,
        recorded_by_id=actor.person_id,
        **whose,
    )
    session.add(row)
    session.flush()
    return row
