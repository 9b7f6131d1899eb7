"""Amendments: an area in force is drawn or described anew; the old holds until the new is approved.

Crop, market and commune stay what the code says they are: another crop or market is another
registration. The code stays, every edition stays readable.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import partial

from sqlalchemy.orm import Session

from accounts import audit, permissions, verification
from accounts.permissions import Actor
from foundation import config
from foundation.errors import Conflict, Finding, Invalid
from foundation.i18n import _, number
from foundation.vietnamese import fold
from growing_areas import areas, outlines, proposals, recipients
from growing_areas.dossiers import amendment_rows, codes, editions, lifecycle, overrides
from growing_areas.dossiers.models import Amendment
from growing_areas.models import GrowingArea
from growing_areas.parcels import strays
from growing_areas.parcels.strays import Stray
from growing_areas.proposals import Checked, Proposal
from growing_areas.recorded import outline_digest

_MOST_NAMED = 20


@dataclass(frozen=True)
class Change:
    """What is to be different; what is None stays as it is. ``geometry`` is GeoJSON."""

    reason: str
    geometry: object = None
    name: str | None = None
    variety: str | None = None
    planting_year: int | None = None
    expected_yield_kg: Decimal | None = None
    origin: str = "api"


@dataclass(frozen=True)
class Proposed:
    """The area with its amendment under review, and what was found about the new outline."""

    area: GrowingArea
    amendment: Amendment
    findings: tuple[Finding, ...]


def check(session: Session, area: GrowingArea, change: Change, *, now: datetime) -> Checked:
    """Everything to be said about a change before it is handed in; raises Invalid."""
    proposal = Proposal(
        name=change.name or area.name,
        crop=area.crop_code,
        commune_code=area.commune_code,
        market=area.market,
        geometry=change.geometry,
        origin=change.origin,
    )
    return proposals.check(
        session, area.organisation_id, proposal, plot_id=area.plot_id, now=now,
        standing=area.version,
    )  # fmt: skip


def propose(
    session: Session, actor: Actor, area_id: int, change: Change, *, now: datetime
) -> Proposed:
    """Hand in a change to an area in force.

    Raises: NotFound, Forbidden; Conflict("area.wrong_status"), Conflict("amendment.open");
    Invalid with every finding, Invalid("amendment.nothing_changed").
    """
    area = areas.load_area(session, area_id, lock=True)
    permissions.require(actor, "area.submit", area)
    lifecycle.check(area, "amend_propose")
    lifecycle.check_reason("amend_propose", change.reason.strip(), (), now=now)
    if amendment_rows.find_open(session, area.id) is not None:
        raise Conflict("amendment.open")
    checked = check(session, area, change, now=now)
    version = area.version
    if change.geometry is not None and checked.outline_wkb != area.version.geometry:
        version = outlines.store(session, actor, area.plot_id, checked, change.origin, now=now)
    amendment = _row(area, change)
    amendment.version, amendment.version_id = version, version.id
    if version is area.version and not _says_otherwise(area, amendment):
        raise Invalid([Finding("amendment.nothing_changed", {})])
    amendment.status = "submitted" if amendment.moves_outline else "inspected"
    amendment.proposed_at = amendment.status_changed_at = now
    amendment.proposed_by_id = actor.person_id
    session.add(amendment)
    session.flush()
    facts = {"amendment": amendment.id, "proposed": outline_digest(version)}
    lifecycle.take(
        session, actor, area, "amend_propose", now=now, reason=change.reason.strip(), facts=facts
    )
    audit.override(session, actor, "area.amend", area.organisation, now=now)
    session.flush()
    return Proposed(area, amendment, checked.findings)


def withdraw(session: Session, actor: Actor, area_id: int, *, now: datetime) -> GrowingArea:
    """Take a proposed change back. Raises: NotFound, Forbidden, Conflict("amendment.none_open")."""
    area, amendment = _open(session, actor, area_id, "amend_withdraw")
    _settle(amendment, "withdrawn", now)
    facts = {"amendment": amendment.id}
    lifecycle.take(session, actor, area, "amend_withdraw", now=now, facts=facts)
    session.flush()
    return area


def send_back(
    session: Session,
    actor: Actor,
    area_id: int,
    reason: str,
    *,
    causes: Sequence[str] = (),
    now: datetime,
) -> GrowingArea:
    """Return a change to its cooperative, saying what to mend; the area stays as it is.

    Raises: NotFound, Forbidden, Invalid, Conflict("amendment.none_open").
    """
    area, amendment = _open(session, actor, area_id, "amend_return")
    lifecycle.check_reason("amend_return", reason.strip(), causes, now=now)
    _settle(amendment, "returned", now)
    amendment.decision, amendment.causes = reason.strip(), list(causes)
    lifecycle.take(
        session, actor, area, "amend_return", now=now, reason=reason.strip(), causes=causes,
        facts={"amendment": amendment.id, "causes": list(causes)},
    )  # fmt: skip
    session.flush()
    return area


def approve(
    session: Session, actor: Actor, area_id: int, overlap_reason: str = "", *, now: datetime
) -> GrowingArea:
    """Let an inspected change hold from now on; the code stays, the old edition stays readable.

    Raises: NotFound, Forbidden; Conflict("amendment.none_open"), Conflict("amendment.not_visited")
    while a new outline was not passed in the field; Refused("area.overlaps_refused");
    Refused("organisation.unverified").
    """
    codes.lock_register(session)
    area, amendment = _open(session, actor, area_id, "amend_approve")
    if amendment.status != "inspected":
        raise Conflict("amendment.not_visited")
    verification.require_verified(session, area.organisation_id)
    if amendment.moves_outline:
        overrides.refuse_overlaps(session, actor, area, amendment.version, overlap_reason, now=now)
    _settle(amendment, "approved", now)
    area.version, area.version_id = amendment.version, amendment.version_id
    area.name, area.name_key = amendment.name, fold(amendment.name)
    area.variety = amendment.variety
    area.planting_year = amendment.planting_year
    area.expected_yield_kg = amendment.expected_yield_kg
    session.flush()
    edition = editions.begin(session, area, amendment_id=amendment.id, now=now)
    facts = {
        "amendment": amendment.id,
        "edition": edition.number,
        "area_m2": round(area.version.area_m2),
    }
    lifecycle.take(
        session, actor, area, "amend_approve", now=now, reason=overlap_reason.strip(), facts=facts
    )
    session.flush()
    _tell_of_strays(session, area)
    return area


def _tell_of_strays(session: Session, area: GrowingArea) -> None:
    """Tell the cooperative which parcels its new outline left outside, if any."""
    outside = strays.of_area(session, area)
    if not outside:
        return
    people = recipients.managers_of(session, [area.organisation_id])
    recipients.tell(
        session, people.get(area.organisation_id, ()), partial(_stray_words, area, outside)
    )


def _stray_words(area: GrowingArea, outside: Sequence[Stray]) -> tuple[str, str]:
    subject = _("Thửa nằm ngoài ranh giới mới: %(area)s", area=area.name)
    told = [
        _("%(label)s: %(m2)s\u00a0m² nằm ngoài", label=stray.label, m2=number(stray.outside_m2))
        for stray in outside[:_MOST_NAMED]
    ]
    link = f"{config.current().base_url}/workspace/areas/{area.id}/parcels"
    text = _(
        "Ranh giới mới của vùng %(area)s đã được duyệt. Số thửa nằm ngoài: %(count)s.\n"
        "Xin cắt theo ranh giới, vẽ lại hoặc bỏ các thửa ấy tại: %(link)s",
        area=area.name, count=len(outside), link=link,
    )  # fmt: skip
    return subject, "\n".join([text, "", *told])


def _open(
    session: Session, actor: Actor, area_id: int, action: str
) -> tuple[GrowingArea, Amendment]:
    """The area, locked, and its amendment under review."""
    area = areas.load_area(session, area_id, lock=True)
    permissions.require(actor, lifecycle.STEPS[action].permission, area)
    lifecycle.check(area, action)
    amendment = amendment_rows.find_open(session, area.id)
    if amendment is None:
        raise Conflict("amendment.none_open")
    return area, amendment


def _row(area: GrowingArea, change: Change) -> Amendment:
    def either(new: object, old: object) -> object:
        return old if new is None else new

    return Amendment(
        area_id=area.id,
        based_on_id=area.version.id,
        name=change.name or area.name,
        variety=either(change.variety, area.variety),
        planting_year=either(change.planting_year, area.planting_year),
        expected_yield_kg=either(change.expected_yield_kg, area.expected_yield_kg),
        reason=change.reason.strip(),
        decision="",
        causes=[],
    )


def _says_otherwise(area: GrowingArea, amendment: Amendment) -> bool:
    names = ("name", "variety", "planting_year", "expected_yield_kg")
    return any(getattr(area, name) != getattr(amendment, name) for name in names)


def _settle(amendment: Amendment, status: str, now: datetime) -> None:
    amendment.status = status
    amendment.status_changed_at = now
