"""Approval: an officer gives an area its code, holds it up, lets it go on, renews or ends it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from accounts import permissions, verification
from accounts.permissions import Actor
from growing_areas import areas
from growing_areas.dossiers import (
    amendment_rows,
    codes,
    deadlines,
    editions,
    lifecycle,
    overrides,
    renewal,
)
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
    overrides.refuse_overlaps(session, actor, area, area.version, decision.overlap_reason, now=now)
    if decision.official is None:
        issued = codes.issue(session, actor, area, now=now)
    else:
        issued = codes.record_official(session, actor, area, decision.official, now=now)
    area.approved_at = now
    deadlines.start_terms(area, deadlines.day_of(now))
    facts = {"code": issued.code, "kind": issued.kind, "area_m2": round(area.version.area_m2)}
    lifecycle.take(
        session, actor, area, "approve", now=now, reason=decision.overlap_reason, facts=facts
    )
    session.flush()
    editions.begin(session, area, now=now)
    return area


def renew(
    session: Session,
    actor: Actor,
    area_id: int,
    reason: str = "",
    *,
    overlap_reason: str = "",
    now: datetime,
) -> GrowingArea:
    """Let a code run for another term; an expired area comes back with its old code.

    Raises: NotFound, Forbidden; Conflict("area.wrong_status"), Conflict("area.dossier_incomplete")
    listing the pieces, Conflict("area.visit_needed") without a passed visit in this
    term, Conflict("area.renewed_already"); Refused("area.overlaps_refused") for an expired area
    whose ground was given away.
    """
    codes.lock_register(session)
    area = areas.load_area(session, area_id, lock=True)
    permissions.require(actor, "area.approve", area)
    lifecycle.check(area, "renew")
    renewal.require_ready(session, area, now=now)
    if area.status == "expired":
        overrides.refuse_overlaps(session, actor, area, area.version, overlap_reason, now=now)
    day = deadlines.day_of(now)
    renewal.refuse_twice(area, day)
    area.valid_until = renewal.next_end(area, day)
    facts = {"valid_until": area.valid_until}
    text = "\n".join(part for part in (reason.strip(), overlap_reason.strip()) if part)
    lifecycle.take(session, actor, area, "renew", now=now, reason=text, facts=facts)
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
    """Return a dossier to its cooperative, saying what to mend."""
    return _step(session, actor, area_id, "send_back", reason, causes, now=now)


def suspend(
    session: Session,
    actor: Actor,
    area_id: int,
    reason: str,
    *,
    causes: Sequence[str] = (),
    now: datetime,
) -> GrowingArea:
    """Hold an area up: its code stays, but no new batch may come from it."""
    return _step(session, actor, area_id, "suspend", reason, causes, now=now)


def restore(
    session: Session, actor: Actor, area_id: int, reason: str, *, now: datetime
) -> GrowingArea:
    """Let a suspended area go on."""
    return _step(session, actor, area_id, "restore", reason, (), now=now)


def revoke(
    session: Session,
    actor: Actor,
    area_id: int,
    reason: str,
    *,
    causes: Sequence[str] = (),
    now: datetime,
) -> GrowingArea:
    """End an area for good; its code is never given to another."""
    area = _step(session, actor, area_id, "revoke", reason, causes, now=now)
    amendment_rows.close_open(session, area, now=now)
    return area


def _step(
    session: Session,
    actor: Actor,
    area_id: int,
    action: str,
    reason: str,
    causes: Sequence[str],
    *,
    now: datetime,
) -> GrowingArea:
    area = areas.load_area(session, area_id, lock=True)
    permissions.require(actor, lifecycle.STEPS[action].permission, area)
    lifecycle.check(area, action)
    lifecycle.check_reason(action, reason.strip(), causes, now=now)
    lifecycle.take(
        session, actor, area, action, now=now, reason=reason.strip(), causes=causes,
        facts={"causes": list(causes)} if causes else None,
    )  # fmt: skip
    session.flush()
    return area
