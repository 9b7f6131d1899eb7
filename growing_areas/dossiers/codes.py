"""Codes: issued once, stored verbatim, never made anew.

Serials run without gaps or doubles within a template and a commune: whoever issues holds the
register's lock until the end of the transaction.
Source: QĐ 3156/QĐ-BNN-TT, 19/8/2022; the templates are data (data/codes.csv).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from accounts.permissions import Actor
from foundation import clock
from foundation.errors import Conflict, Finding, Invalid
from growing_areas import kinds, rules
from growing_areas.models import GrowingArea, GrowingAreaCode

_REGISTER_LOCK = 5_050_001


@dataclass(frozen=True)
class OfficialCode:
    """A code some authority issued, and the decision that says so."""

    code: str
    decision_number: str
    agency: str
    decided_on: date


def lock_register(session: Session) -> None:
    """One approval at a time: two new neighbours could otherwise both pass, or share a serial."""
    session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _REGISTER_LOCK})


def find_of(session: Session, area_id: int) -> GrowingAreaCode | None:
    """The code of an area with the decision it came by."""
    return session.scalar(select(GrowingAreaCode).where(GrowingAreaCode.area_id == area_id))


def issue(session: Session, actor: Actor, area: GrowingArea, *, now: datetime) -> GrowingAreaCode:
    """Give an area the next code of its commune, by the template in force today."""
    lock_register(session)
    today = clock.business_day(now)
    template = rules.code_template(area.market, today, kinds.of_crop(area.crop_code))
    newest = session.scalar(
        select(func.max(GrowingAreaCode.serial)).where(
            GrowingAreaCode.template == template.key,
            GrowingAreaCode.commune_code == area.commune_code,
        )
    )
    serial = (newest or 0) + 1
    code = template.pattern.format(
        province=area.province_code, commune=area.commune_code, serial=serial, yy=today.year % 100
    )
    issued = GrowingAreaCode(
        code=code,
        area_id=area.id,
        kind=template.kind,
        template=template.key,
        commune_code=area.commune_code,
        serial=serial,
        issued_at=now,
        issued_by_id=actor.person_id,
    )
    return _store(session, area, issued)


def record_official(
    session: Session, actor: Actor, area: GrowingArea, official: OfficialCode, *, now: datetime
) -> GrowingAreaCode:
    """Write down a code issued elsewhere, letter by letter, with its decision.

    Raises: Invalid("area.code_grammar") where the market's grammar is known and not met;
    Conflict("area.code_taken").
    """
    lock_register(session)
    today = clock.business_day(now)
    grammar = rules.official_grammar(area.market, today, kinds.of_crop(area.crop_code))
    if grammar is not None and not grammar.grammar.fullmatch(official.code):
        params = {"code": official.code, "market": area.market}
        raise Invalid([Finding("area.code_grammar", params, "official_code")])
    if session.get(GrowingAreaCode, official.code) is not None:
        raise Conflict("area.code_taken", area_code=official.code)
    issued = GrowingAreaCode(
        code=official.code,
        area_id=area.id,
        kind="official",
        decision_number=official.decision_number,
        agency=official.agency,
        decided_on=official.decided_on,
        issued_at=now,
        issued_by_id=actor.person_id,
    )
    return _store(session, area, issued)


def _store(session: Session, area: GrowingArea, issued: GrowingAreaCode) -> GrowingAreaCode:
    session.add(issued)
    area.code = issued.code
    return issued
