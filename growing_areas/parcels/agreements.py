"""Agreements on paper: the scan or photo of a household's signed agreement or authority.

Personal data of the household: only managers of its cooperative and the officer of its territory
open it, every look from outside is audited, and it is never part of a decision's record: taken
off, its file is erased after the time of grace (`foundation.erasure`).
Source: Law 91/2025/QH15 (consent that can be shown; withdrawal).
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from accounts import audit, permissions
from accounts.permissions import Actor
from foundation import clock, files
from foundation.errors import Finding, Invalid, NotFound
from foundation.models import StoredFile
from growing_areas import areas
from growing_areas.dossiers import papers, uploads
from growing_areas.dossiers.uploads import Judged
from growing_areas.parcels import households
from growing_areas.parcels.models import PlotHousehold

READ = "household.paper"
"""The permission to open a household's agreement."""


def attach(
    session: Session,
    actor: Actor,
    area_id: int,
    household_id: int,
    judged: Judged,
    agreed_on: date | None = None,
    *,
    now: datetime,
) -> PlotHousehold:
    """Keep a household's agreement in place of the one before, which is let go.

    The day of the agreement stands with the household, or is told here: who had not agreed yet
    has agreed on paper. Raises: NotFound, Forbidden, Refused("consent.missing"),
    Refused("area.ended"); Invalid("household.agreement_undated"),
    Invalid("household.agreed_in_future").
    """
    area = papers.writable(session, actor, area_id)
    row = households.get_household(session, area, household_id)
    day = agreed_on or row.agreed_on
    if day is None:
        raise Invalid([Finding("household.agreement_undated", {}, "agreed_on")])
    if day > clock.business_day(now):
        raise Invalid([Finding("household.agreed_in_future", {"on": day}, "agreed_on")])
    row.agreed_on, row.agreed_how = day, row.agreed_how or "paper"
    row.agreement_hash = uploads.keep_paper(session, judged, now=now)
    session.flush()
    return row


def remove(session: Session, actor: Actor, area_id: int, household_id: int) -> PlotHousehold:
    """Take a household's agreement off; that it agreed, and when, stays written.

    Raises: NotFound("file.not_found") where there is none, Forbidden, Refused as `attach`.
    """
    area = papers.writable(session, actor, area_id)
    row = households.get_household(session, area, household_id)
    if row.agreement_hash is None:
        raise NotFound("file.not_found")
    row.agreement_hash = None
    session.flush()
    return row


def read(
    session: Session, actor: Actor, area_id: int, household_id: int, *, now: datetime
) -> StoredFile:
    """A household's agreement; a look from outside the cooperative is audited.

    Raises: NotFound, Forbidden.
    """
    area = areas.get_area(session, actor, area_id)
    permissions.require(actor, READ, area)
    row = households.get_household(session, area, household_id)
    if row.agreement_hash is None:
        raise NotFound("file.not_found")
    if area.organisation_id not in actor.organisation_ids():
        subject = f"area:{area.id}/household:{row.id}"
        audit.record(session, actor, "household.agreement_read", subject, now=now)
    return files.get_file(session, row.agreement_hash)
