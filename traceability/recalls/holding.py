"""Holding first: everything a suspicion reaches stops at once, before anybody decides."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from accounts.permissions import Actor
from foundation import codes, db
from ledger import log
from traceability import ports
from traceability.models import Batch
from traceability.recalls import claimed, happened, reach, repeating, writing
from traceability.recalls.models import Recall
from traceability.recalls.reach import Suspicion

_PREFIX = "TH"
_CODE_LENGTH = 8


@dataclass(frozen=True)
class Wish:
    """What to hold and why; `instructions` and `scope_words` are for the public, once decided."""

    suspicion: Suspicion
    reason: str
    with_descendants: bool = True
    scope_words: str | None = None
    instructions: str | None = None


@dataclass(frozen=True)
class Held:
    """A recall and how much it reached: lots, and what of them was sold.

    `claims`: steps into others' goods that nobody confirmed, followed by the office alone.
    """

    recall: Recall
    batches: int
    sold: ports.Sold
    claims: int


@dataclass(frozen=True)
class _Reached:
    """What a suspicion comes to, locked: the lots it starts from, all it reaches, whose word."""

    wish: Wish
    first: Sequence[int]
    batch_ids: Sequence[int]
    office: bool


def hold(session: Session, actor: Actor, wish: Wish, *, now: datetime) -> Held:
    """Find every lot a suspicion reaches and hold it, in one transaction.

    An organisation's own word reaches goods of others where those say, or an officer does, that
    what is suspected went into them. The office follows every step told, and marks those lots.
    Either way owners and officers are written to of each step that nobody confirmed.

    Raises: Forbidden, NotFound, Invalid("recall.nothing_found"), Conflict("recall.open_already").
    """
    reached = _reach(session, actor, wish)
    # The lots are locked: whoever opened one for them a moment ago has committed it by now.
    repeating.refuse(session, reached.first, wish.with_descendants, with_claims=reached.office)
    return _hold(session, actor, reached, now)


def rehearse(session: Session, actor: Actor, wish: Wish, *, now: datetime) -> Held:
    """Hold for a drill, which undoes it: a recall that runs already does not stand in its way.

    Raises: Forbidden, NotFound, Invalid("recall.nothing_found").
    """
    return _hold(session, actor, _reach(session, actor, wish), now)


def _reach(session: Session, actor: Actor, wish: Wish) -> _Reached:
    wish = replace(wish, suspicion=reach.settled(session, actor, wish.suspicion))
    first = reach.starts(session, actor, wish.suspicion)
    office = reach.watches(session, actor, first)
    batch_ids = locked_reach(session, first, wish.with_descendants, with_claims=office)
    return _Reached(wish, first, batch_ids, office)


def _hold(session: Session, actor: Actor, reached: _Reached, now: datetime) -> Held:
    wish, first, batch_ids = reached.wish, reached.first, reached.batch_ids
    recall = _open(session, actor, wish, first, reached.office, now)
    claims = (
        claimed.urge(session, first, with_claims=reached.office) if wish.with_descendants else 0
    )
    certain = reach.descendants(session, first) if reached.office and claims else batch_ids
    _stop(session, recall, first, batch_ids, certain, actor.person_id, now)
    happened.record_held(session, recall, now=now)
    body = {
        "origin": recall.origin,
        "origin_key": recall.origin_key,
        "batches": len(batch_ids),
        "with_descendants": recall.with_descendants,
    }
    log.append(session, kind="recall.held", subject=recall.code, body=body, now=now)
    return Held(recall, len(batch_ids), ports.sales().sold_of(session, batch_ids), claims)


def place(session: Session, recall: Recall, batch_ids: Sequence[int], *, now: datetime) -> None:
    """Put more lots, locked by the caller, under a recall that runs; what it holds is held."""
    _stop(session, recall, (), batch_ids, batch_ids, None, now)


def cause_of(recall: Recall) -> str:
    """What a recall's holds say they are for."""
    return f"recall:{recall.code}"


def locked_reach(
    session: Session, first: Sequence[int], with_descendants: bool, *, with_claims: bool
) -> list[int]:
    """All lots reached, with their stock, held against others until the transaction ends.

    Whoever makes a lot of another takes from its stock first: once all we know are locked, one
    more walk finds what was made while we waited, and in the end nothing new.
    """

    def walk() -> list[int]:
        # From the beginning each time: from thousands of lots it is planned as a whole scan.
        return reach.descendants(session, first, with_claims=with_claims)

    known: list[int] = []
    found = walk() if with_descendants else sorted(first)
    while found != known:
        known, ids = found, db.integers(found)
        session.execute(_LOCK_BATCHES, {"ids": ids})
        session.execute(_LOCK_STOCKS, {"ids": ids})
        found = walk() if with_descendants else known
    return known


_LOCK_BATCHES = text(
    "SELECT FROM batches WHERE id = ANY(CAST(:ids AS bigint[])) ORDER BY id FOR NO KEY UPDATE"
)
_LOCK_STOCKS = text(
    "SELECT FROM batch_stocks WHERE batch_id = ANY(CAST(:ids AS bigint[]))"
    " ORDER BY batch_id FOR UPDATE"
)
_LIST = text(
    """
INSERT INTO recall_batches
    (recall_id, batch_id, organisation_id, commune_code, province_code, is_origin, by_claim,
     state_before)
SELECT :recall_id, b.id, b.organisation_id, b.commune_code, b.province_code,
       b.id = ANY(CAST(:first AS bigint[])), b.id = ANY(CAST(:claimed AS bigint[])), b.state
FROM batches b WHERE b.id = ANY(CAST(:ids AS bigint[]))
RETURNING recall_id, batch_id"""
)
# The lots are locked: nobody puts one of them under the same hold meanwhile. With ON CONFLICT the
# server would write each row on approval and approve it afterwards, a quarter slower.
_PLACE = text(
    """
INSERT INTO batch_holds (batch_id, reason, cause, details, placed_at, placed_by_id)
SELECT id, 'recall', CAST(:cause AS text), '{}', :now, :by
FROM unnest(CAST(:ids AS bigint[])) id
WHERE id NOT IN (
    SELECT batch_id FROM batch_holds WHERE cause = CAST(:cause AS text) AND lifted_at IS NULL)
RETURNING id"""
)
_STOP = text(
    """
UPDATE batches SET changed_at = :now,
    state = CASE WHEN state IN ('open', 'released', 'closed') AND voided_at IS NULL
        THEN 'held' ELSE state END
WHERE id = ANY(CAST(:ids AS bigint[]))
RETURNING id"""
)


def _open(
    session: Session,
    actor: Actor,
    wish: Wish,
    first: Sequence[int],
    follows_claims: bool,
    now: datetime,
) -> Recall:
    owners, communes, provinces = (
        set(session.scalars(select(column).where(Batch.id.in_(first)).distinct()))
        for column in (Batch.organisation_id, Batch.commune_code, Batch.province_code)
    )
    recall = Recall(
        code=_PREFIX + codes.new_code(_CODE_LENGTH, secrets.SystemRandom()),
        state="held",
        origin=wish.suspicion.origin,
        origin_key=wish.suspicion.key,
        material_id=wish.suspicion.material_id,
        purchase_id=wish.suspicion.purchase_id,
        harvested_from=wish.suspicion.harvested_from,
        harvested_to=wish.suspicion.harvested_to,
        with_descendants=wish.with_descendants,
        follows_claims=follows_claims,
        organisation_id=owners.pop() if len(owners) == 1 else None,
        commune_code=communes.pop() if len(communes) == 1 else None,
        province_code=provinces.pop() if len(provinces) == 1 else None,
        reason=wish.reason,
        scope_words=wish.scope_words,
        instructions=wish.instructions,
        held_at=now,
        held_by_id=actor.person_id,
    )
    session.add(recall)
    session.flush()
    return recall


def _stop(
    session: Session,
    recall: Recall,
    first: Sequence[int],
    batch_ids: Sequence[int],
    certain: Sequence[int],
    by: int | None,
    now: datetime,
) -> None:
    given = {
        "recall_id": recall.id,
        "first": db.integers(first),
        "ids": db.integers(batch_ids),
        "claimed": db.integers({*batch_ids} - {*certain}),
        "cause": cause_of(recall),
        "by": by,
        "now": now,
    }
    writing.write(session, "recall_batches", _LIST, given)
    # Nobody has anything left to decide about a recall that did its work.
    if recall.state != "closed":
        writing.write(session, "batch_holds", _PLACE, given)
    writing.write(session, "batches", _STOP, given)
    # The statements above went past the session: what it holds of batches is read anew.
    session.expire_all()
