"""Organisations: anybody signed in may enter one, an officer of its place vouches for it.

Who enters one becomes its manager. An officer in whose territory it lies, or an admin, checks
the papers and verifies it; an admin's own entry counts as checked. Until then it prepares
everything but answers to nobody outside: see ``verification``.
"""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, or_, select, true
from sqlalchemy.orm import Session

from accounts import audit, particulars, permissions, verification
from accounts.models import Membership, Organisation
from accounts.particulars import OrganisationDetails as OrganisationDetails
from accounts.permissions import Actor
from foundation import codes, paging
from foundation.errors import NotFound, Refused
from foundation.paging import Page
from foundation.vietnamese import fold
from ledger import log

CODE_LENGTH = 8

_SLUG = re.compile(r"[a-z0-9-]{1,120}")
_CHANCE = secrets.SystemRandom()


@dataclass(frozen=True)
class OrganisationQuery:
    """The filters of a list of organisations."""

    q: str | None = None
    kind: str | None = None
    status: str | None = None
    commune_code: str | None = None
    province_code: str | None = None
    cursor: str | None = None
    size: int = paging.DEFAULT_SIZE


def create(
    session: Session,
    actor: Actor,
    details: OrganisationDetails,
    *,
    now: datetime,
    chance: codes.Chooser = _CHANCE,
) -> Organisation:
    """Enter an organisation; its enterer becomes manager, an admin vouches for it by entering.

    Raises: Unauthenticated, Invalid (unknown commune, impossible tax code).
    """
    permissions.require(actor, "organisation.create")
    organisation = _enter(session, actor, details, now=now, chance=chance)
    if actor.has_role("admin"):
        verification.vouch(session, actor, organisation, now=now)
    elif actor.person_id is not None:
        session.add(
            Membership(
                organisation_id=organisation.id,
                person_id=actor.person_id,
                role="manager",
                joined_at=now,
            )
        )
    session.flush()
    return organisation


def enter_verified(
    session: Session,
    actor: Actor,
    details: OrganisationDetails,
    *,
    now: datetime,
    chance: codes.Chooser = _CHANCE,
) -> Organisation:
    """Enter an organisation from an office's own register; the officer vouches for it thereby.

    Raises: Forbidden outside the officer's territory, Invalid, Conflict (tax code taken).
    """
    permissions.require(actor, "organisation.verify")
    organisation = _enter(session, actor, details, now=now, chance=chance)
    permissions.require(actor, "organisation.verify", organisation)
    verification.vouch(session, actor, organisation, now=now)
    return organisation


def enter_for_another(
    session: Session,
    actor: Actor,
    details: OrganisationDetails,
    *,
    now: datetime,
    chance: codes.Chooser = _CHANCE,
) -> Organisation:
    """Enter an organisation nobody vouches for yet, without a role in it for its enterer.

    The caller has asked for permission (see ``households``).
    """
    return _enter(session, actor, details, now=now, chance=chance)


def _enter(
    session: Session,
    actor: Actor,
    details: OrganisationDetails,
    *,
    now: datetime,
    chance: codes.Chooser,
) -> Organisation:
    organisation = Organisation(
        code=codes.new_code(CODE_LENGTH, chance),
        kind=details.kind,
        status="unverified",
        created_at=now,
        created_by_id=actor.person_id,
    )
    particulars.fill(organisation, details, particulars.check(session, details, now=now))
    organisation.slug = particulars.free_slug(session, details.name, organisation.code)
    session.add(organisation)
    particulars.refuse_taken_numbers(session, organisation)
    session.flush()
    body = {"kind": organisation.kind, "commune_code": organisation.commune_code}
    log.append(session, kind="organisation.created", subject=organisation.code, body=body, now=now)
    return organisation


def edit(
    session: Session, actor: Actor, code: str, details: OrganisationDetails, *, now: datetime
) -> Organisation:
    """Change what is known of an organisation.

    A verified one keeps kind, place and tax code: what somebody vouched for stays as it was
    vouched for, until an officer takes the word back. Raises: Refused("organisation.locked").
    """
    organisation = get_organisation(session, code)
    permissions.require(actor, "organisation.edit", organisation)
    checked = particulars.check(session, details, now=now)
    if organisation.is_verified and not actor.has_role("admin"):
        kept = (
            organisation.kind,
            organisation.commune_code,
            particulars.read_tax_code(organisation),
        )
        if kept != (details.kind, checked.commune.code, checked.tax_code):
            raise Refused("organisation.locked")
    organisation.kind = details.kind
    particulars.fill(organisation, details, checked)
    particulars.refuse_taken_numbers(session, organisation)
    audit.override(session, actor, "organisation.edited", organisation, now=now)
    session.flush()
    return organisation


def find_organisation(session: Session, code: str) -> Organisation | None:
    """By its code, however it was typed."""
    return verification.find_by_code(session, code)


def get_organisation(session: Session, code: str, *, lock: bool = False) -> Organisation:
    """By its code; raises NotFound. With ``lock`` nobody else changes it meanwhile."""
    return verification.get_by_code(session, code, lock=lock)


def read(session: Session, actor: Actor, code: str) -> Organisation:
    """An organisation for those entitled to its inside; raises NotFound for all others."""
    organisation = get_organisation(session, code)
    permissions.require(actor, "organisation.read", organisation)
    return organisation


def get_by_slug(session: Session, slug: str) -> Organisation:
    """What the public page shows; raises NotFound for those nobody vouches for."""
    if not _SLUG.fullmatch(slug):
        raise NotFound("organisation.not_found")
    found = session.scalar(select(Organisation).where(Organisation.slug == slug))
    if found is None or not found.is_verified:
        raise NotFound("organisation.not_found")
    return found


def get_public(session: Session, code: str) -> Organisation:
    """An organisation somebody vouches for, by its code; raises NotFound for all others."""
    found = find_organisation(session, code)
    if found is None or not found.is_verified:
        raise NotFound("organisation.not_found")
    return found


def find_by_gln(session: Session, gln: str) -> Organisation | None:
    """The organisation of a location number that somebody vouches for, or None."""
    found = session.scalar(select(Organisation).where(Organisation.gln == gln))
    return found if found is not None and found.is_verified else None


def list_own(session: Session, actor: Actor) -> list[Organisation]:
    """Those the actor works in, by name."""
    own = Organisation.id.in_(actor.organisation_ids())
    return list(session.scalars(select(Organisation).where(own).order_by(Organisation.sort_key)))


def list_organisations(
    session: Session, actor: Actor, query: OrganisationQuery
) -> Page[Organisation]:
    """Those the actor may see: their own, those in their territory, or all; by name."""
    key = (Organisation.sort_key, Organisation.id)
    return paging.fetch(session, selection(actor, query), key, cursor=query.cursor, size=query.size)


def selection(actor: Actor, query: OrganisationQuery) -> Select[Organisation]:
    """The organisations of a list, unordered (exports read the same ones)."""
    statement = select(Organisation).where(_visible(actor))
    if query.q:
        typed = codes.normalise(query.q)
        statement = statement.where(
            or_(
                Organisation.name_key.contains(fold(query.q), autoescape=True),
                Organisation.code == typed,
                Organisation.tax_code == query.q.strip(),
            )
        )
    for column, value in (
        (Organisation.kind, query.kind),
        (Organisation.status, query.status),
        (Organisation.commune_code, query.commune_code),
        (Organisation.province_code, query.province_code),
    ):
        if value:
            statement = statement.where(column == value)
    return statement


def _visible(actor: Actor) -> ColumnElement[bool]:
    scopes = actor.scopes("officer", "inspector")
    if actor.system or actor.has_role("admin") or "" in scopes:
        return true()
    return or_(
        Organisation.id.in_(actor.organisation_ids()),
        Organisation.commune_code.in_(scopes),
        Organisation.province_code.in_(scopes),
    )
