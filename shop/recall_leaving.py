"""Lots that left a recall: buyers who were told of them hear that it no longer holds.

A buyer is written to once of each lot, however many checkouts. Should a lot come back under the
recall, whoever was told that it had left is told of the recall again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from foundation import db
from shop import recall_letters
from shop.recall_buyers import by_buyer
from shop.recall_letters import LeftLot
from shop.recall_models import RecallNotice
from traceability.ports import RecallTold

_AT_ONCE = 50
# What was told before the lot left, of orders there were by then.
_LEFT = text(
    """
SELECT n.group_id, a.batch_id, o.code, o.state, l.product_name, b.lot, b.state
FROM recall_notices n
JOIN orders o ON o.group_id = n.group_id AND o.placed_at <= n.told_at
JOIN order_lines l ON l.order_id = o.id
JOIN lot_allocations a ON a.line_id = l.id
JOIN recall_notice_lots w ON w.recall_id = n.recall_id AND w.batch_id = a.batch_id
    AND w.left_at >= n.told_at
JOIN batches b ON b.id = a.batch_id
WHERE n.recall_id = :recall_id AND n.stage = 'recalled' AND o.state <> 'refused'
ORDER BY o.id, a.batch_id"""
)
_TOLD = text(
    """
SELECT g.id, g.person_id, coalesce(lower(b.email), b.phone), coalesce(l.batch_ids, '{}')
FROM recall_notices n
JOIN order_groups g ON g.id = n.group_id
LEFT JOIN order_buyers b ON b.group_id = g.id
LEFT JOIN recall_notices l ON l.recall_id = n.recall_id AND l.group_id = g.id AND l.stage = 'left'
WHERE n.recall_id = :recall_id AND n.stage = 'recalled'
ORDER BY g.id"""
)
_STILL = text(
    """
SELECT DISTINCT b.lot FROM lot_allocations a
JOIN order_lines l ON l.id = a.line_id JOIN orders o ON o.id = l.order_id
JOIN batches b ON b.id = a.batch_id
WHERE o.group_id = ANY(CAST(:groups AS bigint[])) AND a.batch_id = ANY(CAST(:ids AS bigint[]))
AND a.state IN ('reserved', 'committed') AND o.state NOT IN ('cancelled', 'refused')
ORDER BY 1"""
)
_LOCK = text(
    "SELECT FROM recall_notices WHERE recall_id = :recall_id AND group_id = ANY(:groups)"
    " ORDER BY group_id, stage FOR UPDATE"
)
_MARK = text(
    """
INSERT INTO recall_notices (recall_id, group_id, stage, way, told_at, batch_ids)
SELECT :recall_id, g, 'left', 'other', :now, CAST(:ids AS bigint[])
FROM unnest(CAST(:groups AS bigint[])) g
ON CONFLICT (recall_id, group_id, stage) DO UPDATE
SET way = 'other', told_at = :now, batch_ids = recall_notices.batch_ids || excluded.batch_ids"""
)
# A lot that came back: what they were told of its leaving holds no more, so they hear of it anew.
_BACK = text(
    """
WITH back AS (
    UPDATE recall_notices SET batch_ids = ARRAY(
        SELECT b FROM unnest(batch_ids) b WHERE b <> ALL(CAST(:ids AS bigint[])))
    WHERE recall_id = :recall_id AND stage = 'left' AND batch_ids && CAST(:ids AS bigint[])
    RETURNING group_id
)
DELETE FROM recall_notices WHERE recall_id = :recall_id AND stage = 'recalled'
AND group_id IN (SELECT group_id FROM back)"""
)


@dataclass(frozen=True)
class _Due:
    """A buyer to be written to: all their checkouts that were told, and the lots to tell of."""

    group_ids: tuple[int, ...]
    lots: tuple[LeftLot, ...]


def forget_leaving(recall: RecallTold) -> None:
    """Have buyers told again of lots that left the recall and came back to it."""
    with db.transaction() as session:
        session.execute(_BACK, {"recall_id": recall.id, "ids": list(recall.batch_ids)})


def tell(recall: RecallTold, now: datetime, report: Callable[[int, int], None]) -> None:
    """Write to every buyer who was told of lots that left since, some at a time."""
    with db.reading() as session:
        due = _due(session, recall)
    for start in range(0, len(due), _AT_ONCE):
        with db.transaction() as session:
            for buyer in due[start : start + _AT_ONCE]:
                _tell(session, recall, buyer, now)
        report(min(start + _AT_ONCE, len(due)), len(due))


def _due(session: Session, recall: RecallTold) -> list[_Due]:
    left: dict[int, list[LeftLot]] = {}
    for group_id, *lot in session.execute(_LEFT, {"recall_id": recall.id}):
        left.setdefault(group_id, []).append(LeftLot(*lot))
    if not left:
        return []
    rows = session.execute(_TOLD, {"recall_id": recall.id}).all()
    known = {group_id: set(told) for group_id, _person, _contact, told in rows}
    found = []
    for group_ids in by_buyer((row[0], row[1], row[2]) for row in rows):
        told = set().union(*(known[each] for each in group_ids))
        lots = _unheard(left, group_ids, told)
        if lots:
            found.append(_Due(tuple(group_ids), lots))
    return found


def _unheard(
    left: dict[int, list[LeftLot]], group_ids: Iterable[int], told: set[int]
) -> tuple[LeftLot, ...]:
    lots = (lot for each in group_ids for lot in left.get(each, ()) if lot.batch_id not in told)
    return tuple(dict.fromkeys(lots))


def _tell(session: Session, recall: RecallTold, buyer: _Due, now: datetime) -> None:
    """Write one letter; the rows are held, so that a run beside this one finds them told."""
    groups = list(buyer.group_ids)
    session.execute(_LOCK, {"recall_id": recall.id, "groups": groups})
    ids = sorted({lot.batch_id for lot in buyer.lots})
    if not _is_news(session, recall, groups, ids):
        return
    given = {"recall_id": recall.id, "groups": groups, "ids": ids, "now": now}
    session.execute(_MARK, given)
    still = session.scalars(_STILL, {"groups": groups, "ids": list(recall.batch_ids)}).all()
    bearer = _bearer(session, recall, groups)
    notice = session.get_one(RecallNotice, (recall.id, bearer, "left"), populate_existing=True)
    recall_letters.note(notice, recall_letters.left(session, recall, bearer, buyer.lots, still))


def _is_news(session: Session, recall: RecallTold, groups: list[int], ids: list[int]) -> bool:
    known = session.get(RecallNotice, (recall.id, groups[0], "left"), populate_existing=True)
    return known is None or not {*ids} <= {*(known.batch_ids or ())}


def _bearer(session: Session, recall: RecallTold, groups: Sequence[int]) -> int:
    """The checkout whose buyer was reached before, else the first."""
    statement = text(
        "SELECT group_id FROM recall_notices WHERE recall_id = :recall_id AND stage = 'recalled'"
        " AND group_id = ANY(:groups) AND way IN ('mail', 'message') ORDER BY group_id LIMIT 1"
    )
    given = {"recall_id": recall.id, "groups": list(groups)}
    return session.scalar(statement, given) or groups[0]
