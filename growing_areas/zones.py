"""Zones: which VN-2000 grid a commune's land papers are most likely drawn in.

Land papers keep the central meridian of the province as it was before 1 July 2025; the crosswalk
tells which province that was, also where a new commune was made from communes of two provinces.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Organisation
from accounts.permissions import Actor
from foundation.errors import Finding, Invalid
from growing_areas import reference_systems
from growing_areas.reference_systems import ReferenceSystem
from territory import crosswalk, picking, units
from territory.validity import TWO_LEVELS_FROM


def of_commune(session: Session, typed: str | None, on: date) -> list[ReferenceSystem]:
    """The zones of a commune's former province or provinces; none for what is no commune."""
    with suppress(Invalid):
        if typed:
            unit = picking.resolve(session, typed, on)
            old = [each.unit for each in crosswalk.predecessors(session, unit)]
            return _of_provinces(session, [each.province_code for each in old or [unit]])
    return []


def of_own(session: Session, actor: Actor, on: date) -> list[ReferenceSystem]:
    """The zones of the communes an actor's organisations lie in."""
    communes = session.scalars(
        select(Organisation.commune_code)
        .where(Organisation.id.in_(actor.organisation_ids("manager", "staff")))
        .order_by(Organisation.id)
        .limit(_MOST_COMMUNES)
    )
    found = [zone for code in dict.fromkeys(communes) for zone in of_commune(session, code, on)]
    return list(dict.fromkeys(found))


_MOST_COMMUNES = 5


def fitting(zones: Iterable[ReferenceSystem], findings: Iterable[Finding]) -> str | None:
    """The system to choose for a person whose numbers turned out to be metres of a map's grid."""
    if any(finding.code == "area.looks_projected" for finding in findings):
        return next((zone.code for zone in zones), None)
    return None


def _of_provinces(session: Session, codes: Iterable[str]) -> list[ReferenceSystem]:
    last_day = TWO_LEVELS_FROM - timedelta(days=1)
    found = []
    for code in dict.fromkeys(codes):
        province = units.find_unit(session, code, last_day)
        zone = reference_systems.find_for_province(province.name) if province else None
        if zone is not None and zone not in found:
            found.append(zone)
    return found
