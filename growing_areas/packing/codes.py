"""Codes of packing houses: our own made once, an authority's kept letter by letter.

Our own serials run without gaps or doubles within a commune: whoever issues holds the register's
lock until the end of the transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, or_, select, text
from sqlalchemy.orm import Session

from accounts.permissions import Actor
from foundation import clock
from foundation.errors import Conflict, Finding, Invalid
from growing_areas.packing import rules
from growing_areas.packing.models import PackingCode, PackingHouse

_REGISTER_LOCK = 5_050_013


@dataclass(frozen=True)
class OfficialCode:
    """A code some authority issued, as its decision prints it.

    ``in_normal_form``: the officer agreed to file a code printed without its hyphen
    ("VNDTPH-0001") under its normal form; what was printed is kept beside it.
    """

    printed: str
    decision_number: str
    agency: str
    decided_on: date
    in_normal_form: bool = False


def issue(session: Session, actor: Actor, house: PackingHouse, *, now: datetime) -> PackingCode:
    """Give a house the next of our own codes in its commune."""
    _lock_register(session)
    template = rules.own_template(clock.business_day(now))
    newest = session.scalar(
        select(func.max(PackingCode.serial)).where(
            PackingCode.template == template.key, PackingCode.commune_code == house.commune_code
        )
    )
    serial = (newest or 0) + 1
    issued = PackingCode(
        code=template.pattern.format(commune=house.commune_code, serial=serial),
        house_id=house.id,
        kind="internal",
        template=template.key,
        commune_code=house.commune_code,
        serial=serial,
        issued_at=now,
        issued_by_id=actor.person_id,
    )
    return _store(session, house, issued)


def record_official(
    session: Session, actor: Actor, house: PackingHouse, official: OfficialCode, *, now: datetime
) -> PackingCode:
    """Write down a code issued elsewhere, with its decision.

    Raises: Invalid("packing.code_without_hyphen") offering the normal form,
    Invalid("packing.code_grammar"), Invalid("packing.decided_in_future");
    Conflict("packing.code_taken").
    """
    _lock_register(session)
    today = clock.business_day(now)
    code = _filed_under(official, today)
    if official.decided_on > today:
        found = Finding("packing.decided_in_future", {"on": official.decided_on}, "decided_on")
        raise Invalid([found])
    taken = select(PackingCode.code).where(
        or_(PackingCode.code == code, PackingCode.as_printed == official.printed)
    )
    if session.scalar(taken.limit(1)) is not None:
        raise Conflict("packing.code_taken", house_code=code)
    issued = PackingCode(
        code=code,
        house_id=house.id,
        kind="official",
        as_printed=official.printed,
        decision_number=official.decision_number,
        agency=official.agency,
        decided_on=official.decided_on,
        issued_at=now,
        issued_by_id=actor.person_id,
    )
    return _store(session, house, issued)


def _filed_under(official: OfficialCode, today: date) -> str:
    grammar = rules.official_grammar(today)
    if grammar is None or grammar.grammar.fullmatch(official.printed):
        return official.printed
    normal = rules.normal_form(official.printed, today)
    params = {"code": official.printed}
    if normal is None:
        raise Invalid([Finding("packing.code_grammar", params, "official_code")])
    if not official.in_normal_form:
        offer = {**params, "normal": normal}
        raise Invalid([Finding("packing.code_without_hyphen", offer, "official_code")])
    return normal


def _lock_register(session: Session) -> None:
    session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _REGISTER_LOCK})


def _store(session: Session, house: PackingHouse, issued: PackingCode) -> PackingCode:
    session.add(issued)
    house.code = issued.code
    return issued
