"""What a recall does to orders: unsent ones are packed anew or called off, every buyer is told.

The answer to traceability's port. Buyers are told once, however many orders or lots: whoever
has an account by it, guests by the address they left. A run that was cut short is taken up again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from foundation import db
from shop import recall_leaving, recall_letters, recall_settling
from shop.recall_buyers import by_buyer
from shop.recall_models import RecallNotice
from traceability.ports import Notified, RecallTold, Sold, SoldLine

_AT_ONCE = 50

_TOUCHED = """
FROM lot_allocations a
JOIN order_lines l ON l.id = a.line_id
JOIN orders o ON o.id = l.order_id
WHERE a.batch_id = ANY(CAST(:ids AS bigint[])) AND a.state IN ('reserved', 'committed')
AND o.state NOT IN ('cancelled', 'refused')"""
_SOLD = text(
    f"""
WITH touched AS (SELECT DISTINCT o.id, o.group_id, o.state {_TOUCHED})
SELECT count(*), count(DISTINCT coalesce(lower(b.email), b.phone, t.group_id::text)),
       count(*) FILTER (WHERE t.state IN ('placed', 'confirmed'))
FROM touched t LEFT JOIN order_buyers b ON b.group_id = t.group_id"""  # noqa: S608 - constants of ours
)
_LINES = text(
    f"""
SELECT t.batch_id, t.code, s.name, t.state, t.commune_code, t.packs, t.quantity FROM (
    SELECT a.batch_id, o.id, o.code, o.organisation_id, o.state, o.commune_code,
           sum(a.packs) AS packs, sum(a.quantity) AS quantity {_TOUCHED}
    GROUP BY a.batch_id, o.id
) t JOIN organisations s ON s.id = t.organisation_id ORDER BY t.batch_id, t.id"""  # noqa: S608 - constants of ours
)
# Who was told is remembered by checkout; what they can be reached by is read anew each time.
_WAITING = text(
    f"""
SELECT g.id, g.person_id, coalesce(lower(b.email), b.phone), n.group_id IS NOT NULL
FROM (SELECT DISTINCT o.group_id {_TOUCHED}
      UNION SELECT group_id FROM recall_notices
      WHERE recall_id = :recall_id AND stage = 'recalled') t
JOIN order_groups g ON g.id = t.group_id
LEFT JOIN order_buyers b ON b.group_id = g.id
LEFT JOIN recall_notices n ON n.group_id = g.id AND n.recall_id = :recall_id
    AND n.stage = 'recalled'
ORDER BY g.id"""  # noqa: S608 - constants of ours
)
_NOTIFIED = text(
    """
SELECT count(*) FILTER (WHERE n.way <> 'other' AND n.way <> 'none'),
       count(*) FILTER (WHERE n.way = 'mail' AND m.sent_at IS NULL AND j.status <> 'failed'
                        OR n.way = 'message' AND j.status IN ('todo', 'doing')),
       array_agg(o.code ORDER BY o.code) FILTER (
           WHERE n.way = 'none' OR j.status = 'failed' AND m.sent_at IS NULL)
FROM recall_notices n
LEFT JOIN outbox_mails m ON m.id = n.mail_id
LEFT JOIN LATERAL (
    SELECT j.status::text AS status FROM procrastinate_jobs j
    WHERE j.id = n.job_id OR (n.mail_id IS NOT NULL AND j.lock = 'mail:' || n.mail_id)
    ORDER BY j.id DESC LIMIT 1
) j ON true
LEFT JOIN LATERAL (SELECT code FROM orders WHERE group_id = n.group_id ORDER BY id LIMIT 1) o
    ON n.way = 'none' OR j.status = 'failed'
WHERE n.recall_id = :recall_id AND n.stage = :stage"""
)
# One checkout of each buyer bears the letter; those it was told with need no second one.
_TAKEN_BACK = text(
    """
SELECT n.group_id FROM recall_notices n
WHERE n.recall_id = :recall_id AND n.stage = 'recalled' AND n.way IN ('mail', 'message')
AND NOT EXISTS (SELECT FROM recall_notices l WHERE l.recall_id = n.recall_id
                AND l.group_id = n.group_id AND l.stage = 'lifted')
ORDER BY n.group_id"""
)
# Lots of a buyer's that may still not be used, whatever becomes of this recall.
_STOPPED = text(
    """
WITH mine AS (
    SELECT g.id FROM order_groups g LEFT JOIN order_buyers b ON b.group_id = g.id
    JOIN order_groups g0 ON g0.id = :group LEFT JOIN order_buyers b0 ON b0.group_id = g0.id
    WHERE g.id = g0.id OR g.person_id = g0.person_id OR lower(b.email) = lower(b0.email)
        OR (b.email IS NULL AND b0.email IS NULL AND b.phone = b0.phone)
)
SELECT DISTINCT t.lot FROM lot_allocations a
JOIN order_lines l ON l.id = a.line_id JOIN orders o ON o.id = l.order_id
JOIN batches t ON t.id = a.batch_id
WHERE o.group_id IN (SELECT id FROM mine) AND a.batch_id = ANY(CAST(:ids AS bigint[]))
AND a.state = 'committed' AND t.state NOT IN ('released', 'closed') ORDER BY 1"""
)


@dataclass(frozen=True)
class _Buyer:
    """The checkouts of one buyer that a recall touches and nobody has told them of yet."""

    group_ids: tuple[int, ...]
    was_told: bool


class RecallSales:
    """The shop's answer to a recall."""

    def sold_of(self, session: Session, batch_ids: Sequence[int]) -> Sold:
        """Orders not called off that hold packs of some lots."""
        row = session.execute(_SOLD, {"ids": db.integers(batch_ids)}).one()
        return Sold(*row)

    def lines_of(self, session: Session, batch_ids: Sequence[int]) -> Iterator[SoldLine]:
        """The same order by order, for the officer's table."""
        for row in session.execute(_LINES, {"ids": db.integers(batch_ids)}):
            yield SoldLine(*row)

    def follow(self, recall: RecallTold, now: datetime, report: Callable[[int, int], None]) -> None:
        """Settle what was not sent yet and tell every buyer once, some at a time.

        Whoever was told of lots that left the recall since is told that, too.
        """
        recall_leaving.forget_leaving(recall)
        with db.reading() as session:
            buyers = _waiting(session, recall)
        for start in range(0, len(buyers), _AT_ONCE):
            with db.transaction() as session:
                for buyer in buyers[start : start + _AT_ONCE]:
                    _tell(session, recall, buyer, now)
            report(min(start + _AT_ONCE, len(buyers)), len(buyers))
        recall_leaving.tell(recall, now, report)

    def take_back(
        self, recall: RecallTold, now: datetime, report: Callable[[int, int], None]
    ) -> None:
        """Tell whoever was told of the recall, once, that it was lifted; some at a time."""
        with db.reading() as session:
            found = list(session.scalars(_TAKEN_BACK, {"recall_id": recall.id}))
        for start in range(0, len(found), _AT_ONCE):
            with db.transaction() as session:
                for group_id in found[start : start + _AT_ONCE]:
                    _tell_lifted(session, recall, group_id, now)
            report(min(start + _AT_ONCE, len(found)), len(found))

    def notified(self, session: Session, recall_id: int, stage: str = "recalled") -> Notified:
        """How far the telling of a stage is."""
        given = {"recall_id": recall_id, "stage": stage}
        told, waiting, failed = session.execute(_NOTIFIED, given).one()
        return Notified(told, waiting, tuple(failed or ()))


def _waiting(session: Session, recall: RecallTold) -> list[_Buyer]:
    """Who is still to be told: one buyer's checkouts together, by account and by address."""
    rows = session.execute(_WAITING, {"ids": list(recall.batch_ids), "recall_id": recall.id}).all()
    told = {group_id for group_id, _person, _contact, was_told in rows if was_told}
    buyers = []
    for group_ids in by_buyer((row[0], row[1], row[2]) for row in rows):
        waiting = tuple(each for each in group_ids if each not in told)
        if waiting:
            buyers.append(_Buyer(waiting, not told.isdisjoint(group_ids)))
    return buyers


def _tell(session: Session, recall: RecallTold, buyer: _Buyer, now: datetime) -> None:
    """Settle a buyer's orders, and tell them once; a run beside this one tells nobody again."""
    if not recall_settling.claim(session, recall.id, buyer.group_ids, now):
        return
    outcomes = [
        outcome
        for group_id in buyer.group_ids
        for outcome in recall_settling.settle(session, group_id, recall.batch_ids, now)
    ]
    first = session.get_one(RecallNotice, (recall.id, buyer.group_ids[0], "recalled"))
    if buyer.was_told:
        first.way = "other"
        return
    recall_letters.note(
        first, recall_letters.to_buyer(session, recall, buyer.group_ids[0], outcomes)
    )


def _tell_lifted(session: Session, recall: RecallTold, group_id: int, now: datetime) -> None:
    if not recall_settling.claim(session, recall.id, [group_id], now, stage="lifted"):
        return
    notice = session.get_one(RecallNotice, (recall.id, group_id, "lifted"))
    stopped = session.scalars(_STOPPED, {"ids": list(recall.batch_ids), "group": group_id}).all()
    recall_letters.note(notice, recall_letters.lifted(session, recall, group_id, stopped))
