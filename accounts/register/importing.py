"""An office's own register coming in: new cooperatives entered and vouched for, known ones updated.

A row is a known cooperative when it carries its code, or the tax code of a verified one. Undoing
puts the old answers back and removes what was entered, unless somebody has built on it since.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from accounts import audit, organisations, permissions, tax_codes
from accounts.models import Membership, Organisation
from accounts.organisations import OrganisationDetails
from accounts.permissions import Actor
from accounts.register import profiles
from accounts.register.models import CooperativeProfile
from accounts.register.profiles import ProfileAnswers
from accounts.register.table import COLUMNS, RegisterLine, answers_of
from foundation import clock, codes
from foundation.errors import Conflict, Finding, Invalid
from foundation.imports import Kind, Line
from ledger import log
from territory import picking
from territory.models import Unit


@dataclass(frozen=True)
class _Place:
    commune_code: str
    province_code: str


def check(session: Session, actor: Actor, lines: Sequence[Line]) -> list[Finding]:
    """What the schema cannot know: places, tax codes, territory, cooperatives already there."""
    permissions.require(actor, "cooperative.list")
    today = clock.today()
    communes = _Communes(session, today)
    known = _Known(session, lines)
    found: list[Finding] = []
    for line in lines:
        unit = communes.find(line, found)
        if unit is not None:
            place = _Place(unit.code, unit.province_code)
            if not permissions.may(actor, "cooperative.edit", place):
                found.append(line.finding("cooperative.outside_territory", "commune_code"))
        found += known.check(line, actor)
        found += [
            line.finding(finding.code, finding.field, **finding.params)
            for finding in profiles.check(answers_of(line.values), today=today)
        ]
    return found


def apply(session: Session, actor: Actor, lines: Sequence[Line], now: datetime) -> list[str]:
    """Enter or update every row; each reference tells how to take it back."""
    known = _Known(session, lines)
    references = [_apply_line(session, actor, known.find(line), line, now) for line in lines]
    details = {"rows": len(lines)}
    audit.record(session, actor, "cooperative.imported", "register", now=now, details=details)
    return references


def undo(session: Session, actor: Actor, references: Sequence[str], now: datetime) -> None:
    """Take an import back, last row first; raises Conflict when somebody has built on it."""
    for reference in reversed(references):
        told: dict[str, Any] = json.loads(reference)
        organisation = organisations.get_organisation(session, told["code"], lock=True)
        permissions.require(actor, "cooperative.edit", organisation)
        profile = session.get(CooperativeProfile, organisation.id)
        if profile is None or profile.updated_at.isoformat() != told["at"]:
            raise Conflict("cooperative.changed_since", organisation=organisation.name)
        if told["created"]:
            _remove(session, organisation, now=now)
        elif told["before"] is None:
            session.delete(profile)
        else:
            profiles.put(session, actor, organisation, _read_back(told["before"]), now=now)
    session.flush()


KIND: Kind[Actor] = Kind(
    code="accounts.cooperatives",
    title="Hồ sơ hợp tác xã",
    columns=COLUMNS,
    schema=RegisterLine,
    check=check,
    apply=apply,
    undo=undo,
)


def _apply_line(
    session: Session, actor: Actor, organisation: Organisation | None, line: Line, now: datetime
) -> str:
    values = line.values
    created = organisation is None
    if organisation is None:
        details = OrganisationDetails(
            values["name"],
            "cooperative",
            values["commune_code"],
            values.get("tax_code"),
            representative=values.get("representative"),
        )
        organisation = organisations.enter_verified(session, actor, details, now=now)
    permissions.require(actor, "cooperative.edit", organisation)
    profile = session.get(CooperativeProfile, organisation.id)
    before = None if profile is None else _kept(profile)
    profiles.put(session, actor, organisation, answers_of(values), now=now)
    return json.dumps(
        {
            "code": organisation.code,
            "created": created,
            "before": before,
            "at": now.isoformat(),
        }
    )


class _Communes:
    """Communes by what the sheet calls them, each looked up once."""

    def __init__(self, session: Session, today: date) -> None:
        self._session, self._today = session, today
        self._found: dict[str, Unit | Finding] = {}

    def find(self, line: Line, findings: list[Finding]) -> Unit | None:
        typed = line.values["commune_code"]
        if typed not in self._found:
            try:
                self._found[typed] = picking.resolve(self._session, typed, self._today)
            except Invalid as error:
                self._found[typed] = error.findings[0]
        found = self._found[typed]
        if isinstance(found, Finding):
            params = {key: value for key, value in found.params.items() if key != "options"}
            findings.append(line.finding(found.code, "commune_code", **params))
            return None
        return found


class _Known:
    """Cooperatives the sheet may mean: by code, or by the tax code of a verified one."""

    def __init__(self, session: Session, lines: Sequence[Line]) -> None:
        typed = {codes.normalise(line.values.get("code", "")) for line in lines}
        taxes = {_tax(line) for line in lines} - {None}
        rows = session.scalars(
            select(Organisation).where(
                Organisation.code.in_(typed)
                | (Organisation.tax_code.in_(taxes) & (Organisation.status == "verified"))
            )
        ).all()
        self._by_code = {row.code: row for row in rows}
        self._by_tax = {row.tax_code: row for row in rows if row.is_verified and row.tax_code}
        self._seen: set[str] = set()

    def find(self, line: Line) -> Organisation | None:
        if line.values.get("code"):
            return self._by_code.get(codes.normalise(line.values["code"]))
        return self._by_tax.get(_tax(line) or "")

    def check(self, line: Line, actor: Actor) -> list[Finding]:
        found = []
        organisation = self.find(line)
        if line.values.get("code") and organisation is None:
            found.append(line.finding("cooperative.no_such_code", "code"))
        if line.values.get("tax_code") and _tax(line) is None:
            found.append(line.finding("organisation.bad_tax_code", "tax_code"))
        if organisation is not None and organisation.kind != "cooperative":
            found.append(line.finding("cooperative.only", "code"))
        elif organisation is not None and not permissions.may(
            actor, "cooperative.edit", organisation
        ):
            found.append(line.finding("cooperative.outside_territory", "code"))
        one = organisation.code if organisation is not None else _tax(line)
        if one is not None and one in self._seen:
            found.append(line.finding("cooperative.twice", "name"))
        if one is not None:
            self._seen.add(one)
        return found


def _tax(line: Line) -> str | None:
    return tax_codes.normalise(line.values.get("tax_code", ""))


def _remove(session: Session, organisation: Organisation, *, now: datetime) -> None:
    taken = session.scalar(
        select(Membership.id).where(Membership.organisation_id == organisation.id).limit(1)
    )
    if taken is not None:
        raise Conflict("cooperative.changed_since", organisation=organisation.name)
    code, name = organisation.code, organisation.name
    try:
        with session.begin_nested():
            session.delete(organisation)
    except IntegrityError:
        raise Conflict("cooperative.changed_since", organisation=name) from None
    log.append(session, kind="organisation.removed", subject=code, body={}, now=now)


def _kept(profile: CooperativeProfile) -> dict[str, Any]:
    answers = {name: getattr(profile, name) for name in asdict(ProfileAnswers())}
    return {
        name: str(value) if isinstance(value, (date, Decimal)) else value
        for name, value in answers.items()
    }


def _read_back(kept: dict[str, Any]) -> ProfileAnswers:
    answers = dict(kept)
    if answers["registered_on"] is not None:
        answers["registered_on"] = date.fromisoformat(answers["registered_on"])
    if answers["land_ha"] is not None:
        answers["land_ha"] = Decimal(answers["land_ha"])
    return ProfileAnswers(**answers)
