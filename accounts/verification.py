"""Vouching for organisations: an officer of their place, or an admin, has seen their papers.

An unverified organisation may prepare everything (members, areas in draft, diary, products,
batches) but face no outsider: ``UNVERIFIED_MAY_NOT``; rooms above ask ``require_verified``.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import audit, particulars, permissions, ports
from accounts.models import Organisation
from accounts.permissions import Actor
from foundation import codes
from foundation.errors import Conflict, NotFound, Refused
from ledger import log

UNVERIFIED_MAY_NOT = ("area.approve", "label.issue", "offer.publish")


def verify(
    session: Session, actor: Actor, code: str, reason: str, *, now: datetime
) -> Organisation:
    """Vouch for an organisation after seeing its papers; ``reason`` says which.

    Raises: Forbidden outside the officer's territory or for one's own organisation,
    Conflict("organisation.tax_code_taken") when another verified one has the tax code.
    """
    organisation = get_by_code(session, code, lock=True)
    permissions.require(actor, "organisation.verify", organisation)
    if organisation.id in actor.organisation_ids() and not actor.has_role("admin"):
        raise Refused("organisation.own")
    if organisation.is_verified:
        raise Conflict("organisation.already_verified")
    vouch(session, actor, organisation, now=now)
    audit.record(session, actor, "organisation.verified", organisation.code, reason, now=now)
    return organisation


def suspend(
    session: Session, actor: Actor, code: str, reason: str, *, now: datetime
) -> Organisation:
    """Take the word back: the organisation may prepare, but not face outsiders."""
    organisation = get_by_code(session, code, lock=True)
    permissions.require(actor, "organisation.verify", organisation)
    if organisation.status == "suspended":
        raise Conflict("organisation.already_suspended")
    organisation.status = "suspended"
    _record(session, "organisation.suspended", organisation, now=now)
    audit.record(session, actor, "organisation.suspended", organisation.code, reason, now=now)
    return organisation


def confirm_prefix(
    session: Session, actor: Actor, code: str, reason: str, *, now: datetime
) -> Organisation:
    """Confirm that GS1 gave the organisation its prefix; ``reason`` says which paper was seen.

    Raises: Forbidden outside the officer's territory, Refused("organisation.own") for one's own,
    Refused("organisation.no_prefix"), Conflict("organisation.prefix_confirmed").
    """
    organisation = get_by_code(session, code, lock=True)
    permissions.require(actor, "organisation.verify", organisation)
    if organisation.id in actor.organisation_ids() and not actor.has_role("admin"):
        raise Refused("organisation.own")
    if organisation.gs1_prefix is None:
        raise Refused("organisation.no_prefix")
    if organisation.gs1_prefix_confirmed_at is not None:
        raise Conflict("organisation.prefix_confirmed")
    organisation.gs1_prefix_confirmed_at = now
    organisation.gs1_prefix_confirmed_by_id = actor.person_id
    subject, body = organisation.code, {"prefix": organisation.gs1_prefix}
    log.append(session, kind="organisation.prefix_confirmed", subject=subject, body=body, now=now)
    audit.record(session, actor, "organisation.prefix_confirmed", subject, reason, now=now)
    for told in ports.prefix_confirmed:
        told(session, organisation)
    return organisation


def require_verified(session: Session, organisation_id: int) -> None:
    """Raises Refused("organisation.unverified") unless somebody vouches for the organisation."""
    organisation = session.get_one(Organisation, organisation_id)
    if not organisation.is_verified:
        raise Refused("organisation.unverified", organisation=organisation.name)


def vouch(session: Session, actor: Actor, organisation: Organisation, *, now: datetime) -> None:
    """Mark as verified; raises Conflict when another verified one has the tax code."""
    if organisation.tax_code is not None:
        other = session.scalar(
            select(Organisation.code).where(
                Organisation.tax_code == organisation.tax_code,
                Organisation.status == "verified",
                Organisation.id != organisation.id,
            )
        )
        if other is not None:
            raise Conflict("organisation.tax_code_taken", other=other)
    organisation.status = "verified"
    organisation.verified_at = now
    organisation.verified_by_id = actor.person_id
    _record(session, "organisation.verified", organisation, now=now)


def find_by_code(session: Session, typed: str, *, lock: bool = False) -> Organisation | None:
    """The organisation of a code, however it was typed."""
    code = codes.normalise(typed)
    if not codes.is_valid(code):
        return None
    statement = select(Organisation).where(Organisation.code == code)
    return session.scalar(statement.with_for_update() if lock else statement)


def get_by_code(session: Session, typed: str, *, lock: bool = False) -> Organisation:
    """The organisation of a code; raises NotFound. With ``lock`` nobody changes it meanwhile."""
    found = find_by_code(session, typed, lock=lock)
    if found is None:
        raise NotFound("organisation.not_found")
    return found


def _record(session: Session, kind: str, organisation: Organisation, *, now: datetime) -> None:
    log.append(session, kind=kind, subject=organisation.code, body={}, now=now)


def see_tax_code(
    session: Session, actor: Actor, code: str, reason: str, *, now: datetime
) -> str | None:
    """A household's personal tax number, for the officer who checks it; the look is audited."""
    organisation = get_by_code(session, code, lock=True)
    permissions.require(actor, "organisation.verify", organisation)
    subject = organisation.code
    audit.record(session, actor, "organisation.tax_code_seen", subject, reason, now=now)
    return particulars.read_tax_code(organisation)
