"""Rosters: how many there are in all, by an office's dated list. Ratios are divided by them only.

A roster stands for a plan's whole place (its unit of the old order, or its commune) or for one
commune. The newest list up to a day counts; older ones stay, so past figures stay as they were.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from accounts import permissions
from accounts.permissions import Actor
from foundation import clock
from foundation.errors import Finding, Invalid
from foundation.paging import Page, fetch
from indicators import plans
from indicators.models import RosterCount
from indicators.registers import entering
from ledger import log
from territory import units


@dataclass(frozen=True)
class UnitChoice:
    """What a roster may stand for."""

    code: str
    province_code: str
    commune_code: str | None


def record(session: Session, actor: Actor, entry: dict[str, Any], *, now: datetime) -> RosterCount:
    """Enter a dated total (a loaded `RosterSchema`). Raises: Invalid, Forbidden."""
    unit = _unit(session, entry["unit_code"], entry["as_of"])
    permissions.require(actor, "indicator.report", unit)
    if entry["as_of"] > clock.business_day(now):
        raise Invalid([Finding("register.in_future", {}, "as_of")])
    roster = RosterCount(
        kind=entry["kind"],
        unit_code=unit.code,
        province_code=unit.province_code,
        as_of=entry["as_of"],
        total=entry["total"],
        source=entry["source"],
        entered_by=entering.person_of(actor),
        entered_at=now,
    )
    session.add(roster)
    session.flush()
    body = {"kind": roster.kind, "as_of": roster.as_of, "total": roster.total}
    log.append(session, kind="roster.recorded", subject=unit.code, body=body, now=now)
    return roster


def dated(
    session: Session, kinds: Collection[str], unit_codes: Collection[str]
) -> list[RosterCount]:
    """Return every roster of some kinds and units, oldest first."""
    statement = (
        select(RosterCount)
        .where(RosterCount.kind.in_(kinds), RosterCount.unit_code.in_(unit_codes))
        .order_by(RosterCount.as_of, RosterCount.id)
    )
    return list(session.scalars(statement))


def newest_of(rosters: Sequence[RosterCount], kind: str, until: date) -> dict[str, int]:
    """Return the total of each unit's newest roster up to a day, from those oldest first."""
    return {
        roster.unit_code: roster.total
        for roster in rosters
        if roster.kind == kind and roster.as_of <= until
    }


def list_entered(
    session: Session, actor: Actor, *, kind: str | None = None, cursor: str | None = None
) -> Page[RosterCount]:
    """Return the rosters of an officer's territory, newest first. Raises: Forbidden."""
    statement = selection(actor, kind)
    return fetch(session, statement, (RosterCount.id,), cursor=cursor, descending=True)


def selection(actor: Actor, kind: str | None = None) -> Select[Any]:
    """The rosters of an officer's territory, or those of one kind. Raises: Forbidden."""
    permissions.require(actor, "indicator.report")
    statement = select(RosterCount)
    scopes = entering.scopes(actor)
    if "" not in scopes:
        statement = statement.where(
            RosterCount.province_code.in_(scopes) | RosterCount.unit_code.in_(scopes)
        )
    return statement.where(RosterCount.kind == kind) if kind else statement


def _unit(session: Session, code: str, on: date) -> UnitChoice:
    for plan in plans.plans().values():
        if plan.place_code == code:
            commune = code if plan.commune_codes else None
            return UnitChoice(code, plan.province_code, commune)
    unit = units.find_unit(session, code, on)
    if unit is None or unit.level != "commune":
        known = [plan.place_code for plan in plans.plans().values()]
        params = {"unit": code, "places": known}
        raise Invalid([Finding("register.no_such_unit", params, "unit_code")])
    return UnitChoice(code, unit.province_code, code)
