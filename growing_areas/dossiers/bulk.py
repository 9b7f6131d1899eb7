"""Bulk approval: many dossiers at once, each approved or refused on its own, never half."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts import permissions
from accounts.permissions import Actor
from foundation import db
from foundation.errors import Finding, NguonError
from growing_areas import areas
from growing_areas.dossiers import approval
from growing_areas.models import GrowingArea

MOST = 100
"""So many at once: each takes the register's lock, and the officer waits for the answers."""


@dataclass(frozen=True)
class Candidate:
    """A dossier about to be approved with others, and what is already known to stop it.

    ``obstacle`` is "overlap", "unverified" or "not_yours"; None where nothing is known.
    """

    area: GrowingArea
    obstacle: str | None


@dataclass(frozen=True)
class Outcome:
    """What became of one dossier: its code, or why it was not approved."""

    area_id: int
    name: str
    code: str | None
    refusal: tuple[Finding, ...] = ()


def candidates(actor: Actor, found: Sequence[GrowingArea]) -> list[Candidate]:
    """Dossiers with what is known to stop each; the approval itself looks again."""
    return [Candidate(area, _obstacle(actor, area)) for area in found]


def _obstacle(actor: Actor, area: GrowingArea) -> str | None:
    if not permissions.may(actor, "area.approve", area):
        return "not_yours"
    if not area.organisation.is_verified:
        return "unverified"
    return "overlap" if area.overlap_count else None


def approve_each(actor: Actor, area_ids: Sequence[int], *, now: datetime) -> list[Outcome]:
    """Approve dossiers one by one, each in a transaction of its own, in id order.

    Nothing is overridden in bulk: a dossier that needs a reason is refused and named.
    """
    return [_approve(actor, area_id, now) for area_id in sorted(set(area_ids))[:MOST]]


def _approve(actor: Actor, area_id: int, now: datetime) -> Outcome:
    try:
        with db.transaction() as session:
            area = approval.approve(session, actor, area_id, now=now)
            return Outcome(area_id, area.name, area.code)
    except NguonError as error:
        refusal = error.findings or (Finding(error.code, error.params),)
        return Outcome(area_id, _name_of(actor, area_id), None, tuple(refusal))


def _name_of(actor: Actor, area_id: int) -> str:
    """What the officer knows a refused dossier by; nothing of a dossier not theirs to see."""
    try:
        with db.reading() as session:
            return areas.get_area(session, actor, area_id).name
    except NguonError:
        return ""
