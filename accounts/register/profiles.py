"""Profiles of cooperatives: read, kept up to date, confirmed once a year."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from accounts import audit, organisations, permissions
from accounts.models import Organisation
from accounts.permissions import Actor
from accounts.register import completeness
from accounts.register.completeness import Completeness
from accounts.register.models import CooperativeConfirmation, CooperativeProfile
from foundation import clock
from foundation.errors import Conflict, Finding, Invalid, Refused
from ledger import log


@dataclass(frozen=True)
class ProfileAnswers:
    """What is known of a cooperative; None is "not known", which zero is not."""

    registration_number: str | None = None
    registered_on: date | None = None
    representative_title: str | None = None
    members: int | None = None
    women_members: int | None = None
    member_households: int | None = None
    members_summary: str | None = None
    land_ha: Decimal | None = None
    capital_vnd: int | None = None
    products: str | None = None
    services: str | None = None
    certificates: str | None = None
    activity: str = "active"


@dataclass(frozen=True)
class RegisterRow:
    """A cooperative with its profile, this year's confirmation and the score."""

    organisation: Organisation
    profile: CooperativeProfile | None
    confirmed_at: datetime | None
    completeness: Completeness


def get_row(session: Session, actor: Actor, code: str, *, now: datetime) -> RegisterRow:
    """One cooperative's entry; raises NotFound, Refused for other kinds of organisation."""
    organisation = organisations.read(session, actor, code)
    _require_cooperative(organisation)
    return rows_of(session, [organisation], now=now)[0]


def save(
    session: Session, actor: Actor, code: str, answers: ProfileAnswers, *, now: datetime
) -> CooperativeProfile:
    """Keep the answers; its managers and officers of its place may.

    Raises: Invalid when the women members outnumber all, or the day of registration is to come.
    """
    organisation = organisations.get_organisation(session, code)
    permissions.require(actor, "cooperative.edit", organisation)
    _require_cooperative(organisation)
    findings = check(answers, today=clock.business_day(now))
    if findings:
        raise Invalid(findings)
    audit.override(session, actor, "cooperative.edited", organisation, now=now)
    return put(session, actor, organisation, answers, now=now)


def put(
    session: Session,
    actor: Actor,
    organisation: Organisation,
    answers: ProfileAnswers,
    *,
    now: datetime,
) -> CooperativeProfile:
    """Write checked answers (an import has checked them too)."""
    profile = session.get(CooperativeProfile, organisation.id)
    if profile is None:
        profile = CooperativeProfile(organisation_id=organisation.id)
        session.add(profile)
    for name, value in asdict(answers).items():
        setattr(profile, name, value)
    profile.updated_at = now
    profile.updated_by_id = actor.person_id
    session.flush()
    return profile


def check(answers: ProfileAnswers, *, today: date) -> list[Finding]:
    """What cannot be true."""
    found = []
    if answers.members is not None:
        for name in ("women_members", "member_households"):
            part = getattr(answers, name)
            if part is not None and part > answers.members:
                params = {"members": answers.members}
                found.append(Finding("cooperative.more_than_members", params, name))
    if answers.registered_on is not None and answers.registered_on > today:
        found.append(Finding("cooperative.registered_in_future", {}, "registered_on"))
    return found


def confirm(session: Session, actor: Actor, code: str, *, now: datetime) -> None:
    """A manager's word that the profile is right this year; the figures are kept as they stand.

    Raises: Refused("cooperative.empty") without a profile, Conflict when already confirmed.
    """
    organisation = organisations.get_organisation(session, code)
    permissions.require(actor, "cooperative.confirm", organisation)
    _require_cooperative(organisation)
    profile = session.get(CooperativeProfile, organisation.id)
    if profile is None:
        raise Refused("cooperative.empty")
    year = clock.business_day(now).year
    made = session.scalar(
        insert(CooperativeConfirmation)
        .values(
            organisation_id=organisation.id,
            year=year,
            confirmed_at=now,
            confirmed_by_id=actor.person_id,
            figures=_figures(profile),
        )
        .on_conflict_do_nothing()
        .returning(CooperativeConfirmation.id)
    )
    if made is None:
        raise Conflict("cooperative.already_confirmed", year=year)
    body = {"year": year}
    log.append(session, kind="cooperative.confirmed", subject=organisation.code, body=body, now=now)


def rows_of(session: Session, found: Sequence[Organisation], *, now: datetime) -> list[RegisterRow]:
    """The register's entries of several cooperatives, in their order (two statements)."""
    ids = [organisation.id for organisation in found]
    profiles = {
        row.organisation_id: row
        for row in session.scalars(
            select(CooperativeProfile).where(CooperativeProfile.organisation_id.in_(ids))
        )
    }
    year = clock.business_day(now).year
    confirmed = {
        row.organisation_id: row.confirmed_at
        for row in session.scalars(
            select(CooperativeConfirmation).where(
                CooperativeConfirmation.organisation_id.in_(ids),
                CooperativeConfirmation.year == year,
            )
        )
    }
    return [
        RegisterRow(
            organisation,
            profiles.get(organisation.id),
            confirmed.get(organisation.id),
            completeness.score(
                _answers(organisation, profiles.get(organisation.id)),
                confirmed_this_year=organisation.id in confirmed,
            ),
        )
        for organisation in found
    ]


def _answers(organisation: Organisation, profile: CooperativeProfile | None) -> dict[str, object]:
    own: dict[str, object] = {
        "representative": organisation.representative,
        "tax_code": organisation.tax_code,
    }
    if profile is not None:
        own |= {name: getattr(profile, name) for name in completeness.QUESTIONS if name not in own}
    return own


def _figures(profile: CooperativeProfile) -> dict[str, Any]:
    return {
        "members": profile.members,
        "women_members": profile.women_members,
        "member_households": profile.member_households,
        "land_ha": None if profile.land_ha is None else str(profile.land_ha),
        "capital_vnd": profile.capital_vnd,
        "activity": profile.activity,
    }


def _require_cooperative(organisation: Organisation) -> None:
    if organisation.kind != "cooperative":
        raise Refused("cooperative.only")
