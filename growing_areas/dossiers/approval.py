"""Approval: an officer gives an area its code, holds it up, lets it go on, or ends it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from accounts import audit, permissions, verification
from accounts.permissions import Actor
from foundation.errors import Finding, Invalid, Refused
from growing_areas import areas, overlap
from growing_areas.dossiers import codes, lifecycle
from growing_areas.dossiers.codes import OfficialCode
from growing_areas.models import GrowingArea


@dataclass(frozen=True)
class Decision:
    """An officer's approval: a code issued elsewhere, why an overlap may stand."""

    official: OfficialCode | None = None
    overlap_reason: str = ""


_PLAIN = Decision()


def approve(
    session: Session, actor: Actor, area_id: int, decision: Decision = _PLAIN, *, now: datetime
) -> GrowingArea:
    """Approve an inspected area and give it its code.

    Raises: NotFound, Forbidden; Conflict("area.wrong_status"); Refused("area.overlaps") whose
    findings name each neighbour, unless the officer says why it may stand;
    Refused("organisation.unverified").
    """
    # One approval at a time: two new neighbours could otherwise both pass.
    codes.lock_register(session)
    area = areas.load_area(session, area_id, lock=True)
    permissions.require(actor, "area.approve", area)
    lifecycle.check(area, "approve")
    verification.require_verified(session, area.organisation_id)
    _refuse_overlaps(session, actor, area, decision.overlap_reason, now=now)
    if decision.official is None:
        issued = codes.issue(session, actor, area, now=now)
    else:
        issued = codes.record_official(session, actor, area, decision.official, now=now)
    area.approved_at = now
    facts = {"code": issued.code, "kind": issued.kind, "area_m2": round(area.version.area_m2)}
    lifecycle.take(
        session, actor, area, "approve", now=now, reason=decision.overlap_reason, facts=facts
    )
    session.flush()
    return area


def send_back(
    session: Session, actor: Actor, area_id: int, reason: str, *, now: datetime
) -> GrowingArea:
    """Return a dossier to its cooperative, saying what to mend."""
    return _step(session, actor, area_id, "send_back", "area.inspect", reason, now=now)


def suspend(
    session: Session, actor: Actor, area_id: int, reason: str, *, now: datetime
) -> GrowingArea:
    """Hold an area up: its code stays, but no new batch may come from it."""
    return _step(session, actor, area_id, "suspend", "area.approve", reason, now=now)


def restore(
    session: Session, actor: Actor, area_id: int, reason: str, *, now: datetime
) -> GrowingArea:
    """Let a suspended area go on."""
    return _step(session, actor, area_id, "restore", "area.approve", reason, now=now)


def revoke(
    session: Session, actor: Actor, area_id: int, reason: str, *, now: datetime
) -> GrowingArea:
    """End an area for good; its code is never given to another."""
    return _step(session, actor, area_id, "revoke", "area.approve", reason, now=now)


def _step(
    session: Session,
    actor: Actor,
    area_id: int,
    action: str,
    permission: str,
    reason: str,
    *,
    now: datetime,
) -> GrowingArea:
    area = areas.load_area(session, area_id, lock=True)
    permissions.require(actor, permission, area)
    lifecycle.check(area, action)
    if lifecycle.STEPS[action].needs_reason and not reason.strip():
        raise Invalid([Finding("area.reason_needed", {}, "reason")])
    lifecycle.take(session, actor, area, action, now=now, reason=reason.strip())
    session.flush()
    return area


def _refuse_overlaps(
    session: Session, actor: Actor, area: GrowingArea, reason: str, *, now: datetime
) -> None:
    outline = areas.outline_of(area.version)
    found = overlap.find(
        session, outline, organisation_id=area.organisation_id, plot_id=area.plot_id
    )
    held = [each for each in found if each.holds_ground]
    if not held:
        return
    if not reason.strip():
        raise Refused("area.overlaps_refused", [each.finding("error") for each in held])
    audit.record(
        session,
        actor,
        "area.overlap_accepted",
        lifecycle.subject_of(area),
        reason.strip(),
        now=now,
        details={"others": [each.label for each in held]},
    )
