"""Deciding about suspicions: somebody looked, and there is an explanation, or labels were copied.

Scan pages follow at once: of an explained code they say again what they say of any, of a copied
one to look closely. They never say that goods are fake: one of them is not.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import permissions
from accounts.permissions import Actor
from foundation.errors import Conflict, Finding, Invalid
from ledger import log
from traceability.copies import listing, noticing
from traceability.copies.models import CopySuspicion


def explain(
    session: Session, actor: Actor, suspicion_id: int, because: str, *, now: datetime
) -> CopySuspicion:
    """It was looked at and is explained: a specimen on a shelf, a photo shown to many.

    It is asked anew only when much more is seen. Raises: NotFound, Forbidden,
    Conflict("suspicion.decided"), Invalid without a reason.
    """
    return _decide(session, actor, suspicion_id, "explained", because, now)


def confirm(
    session: Session, actor: Actor, suspicion_id: int, because: str, *, now: datetime
) -> CopySuspicion:
    """It was looked at: its labels were copied. Raises: as ``explain``."""
    return _decide(session, actor, suspicion_id, "confirmed", because, now)


def reopen(session: Session, actor: Actor, suspicion_id: int, *, now: datetime) -> CopySuspicion:
    """Take a decision back: it waits for a look again. An officer's is taken back by the office.

    Raises: NotFound, Forbidden, Conflict("suspicion.not_decided", "suspicion.decided_by_office").
    """
    row = _locked(session, actor, suspicion_id)
    if row.state == "open":
        raise Conflict("suspicion.not_decided")
    if not may_reopen(actor, row):
        raise Conflict("suspicion.decided_by_office")
    row.state, row.because = "open", None
    row.decided_at = row.decided_by_id = row.decided_as = None
    _follow(session, row, "copy.reopened", now)
    return row


def may_decide(actor: Actor, row: CopySuspicion) -> bool:
    """Whether somebody may say what became of it."""
    return permissions.may(actor, "copy.decide", row)


def may_reopen(actor: Actor, row: CopySuspicion) -> bool:
    """Whether somebody may take the decision on it back."""
    return may_decide(actor, row) and (row.decided_as == "owner" or _is_office(actor, row))


def _decide(
    session: Session, actor: Actor, suspicion_id: int, state: str, because: str, now: datetime
) -> CopySuspicion:
    row = _locked(session, actor, suspicion_id)
    if row.state != "open":
        raise Conflict("suspicion.decided")
    if not because.strip():
        raise Invalid([Finding("input.required", {}, "because")])
    row.state, row.because, row.decided_score = state, because.strip(), row.score
    row.decided_at, row.decided_by_id = now, actor.person_id
    row.decided_as = "office" if _is_office(actor, row) else "owner"
    _follow(session, row, f"copy.{state}", now)
    return row


def _locked(session: Session, actor: Actor, suspicion_id: int) -> CopySuspicion:
    row = listing.get(session, actor, suspicion_id)
    permissions.require(actor, "copy.decide", row)
    noticing.lock_counts(session)
    fresh = listing.whole(select(CopySuspicion)).where(CopySuspicion.id == row.id)
    fresh = fresh.with_for_update(of=CopySuspicion)
    return session.scalars(fresh.execution_options(populate_existing=True)).one()


def _follow(session: Session, row: CopySuspicion, kind: str, now: datetime) -> None:
    row.changed_at = now
    body = {"number": row.serial_number, "scans": row.scans}
    log.append(session, kind=kind, subject=row.batch.code, body=body, now=now)
    noticing.show(session, [row])


def _is_office(actor: Actor, row: CopySuspicion) -> bool:
    is_over = any(permissions.covers(scope, row) for scope in actor.scopes("officer"))
    return actor.system or actor.has_role("admin") or is_over
