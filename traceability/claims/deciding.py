"""Deciding about claims: the owner confirms or denies, an officer asks, confirms or rejects."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from accounts import permissions
from accounts.permissions import Actor
from foundation.errors import Conflict, Finding, Forbidden, Invalid
from ledger import log
from traceability.claims import listing, notices
from traceability.claims.listing import Claim
from traceability.epcis import declared
from traceability.epcis.models import EpcisEvent
from traceability.lineage.models import StepClaim
from traceability.quality import inheriting, judging_anew
from traceability.recalls import renewing

_WAITING = ("open", "denied")


def confirm(
    session: Session, actor: Actor, claim_id: int, reason: str = "", *, now: datetime
) -> Claim:
    """It is so: the step counts from now on, for holds and recalls that run as well.

    By the owner of the goods, or by an officer, who may also come back to what was rejected.
    Raises: Forbidden, NotFound, Conflict("claim.decided").
    """
    office = is_office(actor, listing.get_claim(session, actor, claim_id))
    also = ("rejected",) if office else ()
    claim = _locked(session, actor, claim_id, office=office, states=(*_WAITING, *also))
    _lock_above(session, claim.row.child_id)
    row = claim.row
    row.state, row.reason = "confirmed", reason.strip() or None
    row.decided_at, row.decided_by_id = now, actor.person_id
    row.decided_as = "office" if office else "owner"
    _settled(session, claim, {"as": row.decided_as}, now)
    inheriting.carry(session, [row.child_id], now=now)
    return claim


def deny(session: Session, actor: Actor, claim_id: int, reason: str, *, now: datetime) -> Claim:
    """It is not so, says the owner of the goods; an officer hears both and decides.

    Raises: Forbidden, NotFound, Conflict("claim.decided"), Invalid without a reason.
    """
    claim = _locked(session, actor, claim_id, office=False)
    if claim.row.state == "denied":
        raise Conflict("claim.decided")
    row = claim.row
    row.state, row.reason = "denied", _required(reason)
    row.denied_at, row.denied_by_id = now, actor.person_id
    session.flush()
    _record(session, claim, "claim.denied", {}, now)
    notices.tell_answer(session, claim)
    return claim


def reject(session: Session, actor: Actor, claim_id: int, reason: str, *, now: datetime) -> Claim:
    """It is not so, an officer found: nothing follows the step, lots held by it are let go.

    Raises: Forbidden, NotFound, Conflict("claim.decided"), Invalid without a reason.
    """
    claim = _locked(session, actor, claim_id, office=True)
    _lock_above(session, claim.row.child_id)
    row = claim.row
    row.state, row.reason = "rejected", _required(reason)
    row.decided_at, row.decided_by_id, row.decided_as = now, actor.person_id, "office"
    _settled(session, claim, {}, now)
    judging_anew.judge(session, [row.child_id], judging_anew.REJECTED, now=now)
    return claim


def take_back(
    session: Session, actor: Actor, claim_id: int, reason: str, *, now: datetime
) -> Claim:
    """Take a confirmation back, by the side that gave it: the claim waits for the office again.

    From now on the step is a mere claim. What it had stopped is let go when the office takes its
    own word back; at the owner's word it stays stopped until an officer has decided, for nobody
    frees suspected goods of theirs by themselves.
    Raises: Forbidden, NotFound, Conflict("claim.not_confirmed"), Invalid without a reason.
    """
    found = listing.get_claim(session, actor, claim_id)
    office = found.row.decided_as == "office" or not may_answer(actor, found)
    claim = _locked(session, actor, claim_id, office=office, states=("confirmed",))
    row = claim.row
    if not is_given_by(actor, claim):
        raise Forbidden("forbidden", action="claim.take_back")
    _lock_above(session, row.child_id)
    said, row.reason = "office" if office else "owner", _required(reason)
    if not office:
        row.denied_at, row.denied_by_id = now, actor.person_id
    row.state = "open" if row.denied_at is None else "denied"
    row.decided_at = row.decided_by_id = row.decided_as = None
    row.taken_back_at, row.taken_back_by_id, row.taken_back_as = now, actor.person_id, said
    session.flush()
    _record(session, claim, "claim.taken_back", {"as": said}, now)
    because = judging_anew.TAKEN_BACK
    renewing.renew(session, [row.child_id], now=now, because=because)
    judging_anew.judge(session, [row.child_id], because, now=now)
    notices.tell_taken_back(session, claim)
    return claim


def is_given_by(actor: Actor, claim: Claim) -> bool:
    """Whether the side somebody decides for confirmed a claim; one's own event is no such word."""
    if claim.row.decided_as == "office":
        return is_office(actor, claim)
    is_own = claim.teller_id == claim.organisation_id
    return claim.row.state == "confirmed" and may_answer(actor, claim) and not is_own


def ask(session: Session, actor: Actor, claim_id: int, words: str = "", *, now: datetime) -> Claim:
    """Ask the owner again, in the officer's words.

    Raises: Forbidden, NotFound, Conflict("claim.decided").
    """
    claim = _locked(session, actor, claim_id, office=True)
    claim.row.asked_at, claim.row.asked_by_id = now, actor.person_id
    session.flush()
    notices.ask(session, claim, words.strip())
    return claim


def is_office(actor: Actor, claim: Claim) -> bool:
    """Whether somebody decides about a claim for the office."""
    return permissions.may(actor, "claim.decide", claim)


def may_answer(actor: Actor, claim: Claim) -> bool:
    """Whether somebody answers a claim as the owner of the goods."""
    return permissions.may(actor, "claim.answer", claim)


def _locked(
    session: Session,
    actor: Actor,
    claim_id: int,
    *,
    office: bool,
    states: tuple[str, ...] = _WAITING,
) -> Claim:
    found = listing.get_claim(session, actor, claim_id)
    if not (is_office(actor, found) if office else may_answer(actor, found)):
        raise Forbidden("forbidden", action="claim.decide" if office else "claim.answer")
    fresh = select(StepClaim).where(StepClaim.id == found.row.id).with_for_update()
    session.scalars(fresh.execution_options(populate_existing=True)).one()
    wrong = select(EpcisEvent.id).where(EpcisEvent.id == found.row.event_id, declared.is_wrong())
    if found.row.state not in states or session.scalar(wrong) is not None:
        raise Conflict("claim.not_confirmed" if states == ("confirmed",) else "claim.decided")
    return found


def _settled(session: Session, claim: Claim, told: Mapping[str, str], now: datetime) -> None:
    session.flush()
    _record(session, claim, f"claim.{claim.row.state}", told, now)
    renewing.renew(session, [claim.row.child_id], now=now)
    notices.tell_decision(session, claim)


def _record(
    session: Session, claim: Claim, kind: str, told: Mapping[str, str], now: datetime
) -> None:
    body = {"goods": claim.goods.uri, **told}
    log.append(session, kind=kind, subject=claim.event_id, body=body, now=now)


def _required(reason: str) -> str:
    if not reason.strip():
        raise Invalid([Finding("input.required", {}, "reason")])
    return reason.strip()


def _lock_above(session: Session, child_id: int) -> None:
    """The lots that may have gone in, held: a recall that finds them now waits, or was before."""
    session.execute(_NEAREST, {"child": child_id})


_NEAREST = text(
    """
WITH RECURSIVE above (id) AS (
    SELECT parent_id FROM trace_edges WHERE child_id = :child
    UNION
    SELECT e.parent_id FROM above a
    JOIN trace_nodes n ON n.id = a.id AND n.batch_id IS NULL
    JOIN trace_edges e ON e.child_id = a.id
)
SELECT FROM batches WHERE id IN (
    SELECT n.batch_id FROM above a JOIN trace_nodes n ON n.id = a.id WHERE n.batch_id IS NOT NULL
) ORDER BY id FOR NO KEY UPDATE"""
)
