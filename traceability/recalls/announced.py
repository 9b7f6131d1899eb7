"""What a recall announced, kept as it was: its lots by their names then, each with its day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from accounts.models import Organisation
from traceability.recalls import writing
from traceability.recalls.models import Recall, RecallNoticeLot

_LIST = text(
    """
INSERT INTO recall_notice_lots
    (recall_id, batch_id, organisation_id, commune_code, product, gtin, lot, listed_at)
SELECT m.recall_id, m.batch_id, m.organisation_id, m.commune_code, p.name, p.gtin, b.lot,
       CAST(:now AS timestamptz)
FROM recall_batches m JOIN batches b ON b.id = m.batch_id JOIN products p ON p.id = b.product_id
WHERE m.recall_id = :recall_id
ON CONFLICT (recall_id, batch_id) DO UPDATE SET left_at = NULL
    WHERE recall_notice_lots.left_at IS NOT NULL
RETURNING recall_id, batch_id"""
)
_LEAVE = text(
    "UPDATE recall_notice_lots SET left_at = :now WHERE recall_id = :recall_id"
    " AND batch_id = ANY(CAST(:ids AS bigint[])) RETURNING recall_id, batch_id"
)


@dataclass(frozen=True)
class Listed:
    """A lot on a notice. `added_at`: when it came to it after the announcement; `left_at`: when
    it was taken off again."""

    batch_id: int
    product: str
    gtin: str | None
    lot: str
    holder: str
    commune_code: str
    added_at: datetime | None
    left_at: datetime | None


def list_lots(session: Session, recall: Recall, *, now: datetime) -> None:
    """Put every lot of a recall that is not on its notice yet there, under today's date."""
    given = {"recall_id": recall.id, "now": now}
    writing.write(session, "recall_notice_lots", _LIST, given)


def take_off(session: Session, recall: Recall, ids: Sequence[int], *, now: datetime) -> None:
    """Mark lots that a recall no longer reaches: what was announced of them stays readable."""
    given = {"recall_id": recall.id, "ids": list(ids), "now": now}
    writing.write(session, "recall_notice_lots", _LEAVE, given)


def lots(session: Session, recall: Recall, *, after: int = 0, most: int = 100) -> list[Listed]:
    """The lots of a notice, by id; the next page begins after the last one's id."""
    rows = session.execute(
        select(RecallNoticeLot, Organisation.name)
        .join(Organisation, Organisation.id == RecallNoticeLot.organisation_id)
        .where(RecallNoticeLot.recall_id == recall.id, RecallNoticeLot.batch_id > after)
        .order_by(RecallNoticeLot.batch_id)
        .limit(most)
    )
    return [
        Listed(
            row.batch_id,
            row.product,
            row.gtin,
            row.lot,
            holder,
            row.commune_code,
            None if row.listed_at == recall.recalled_at else row.listed_at,
            row.left_at,
        )
        for row, holder in rows
    ]


def counts(session: Session, recall: Recall) -> tuple[int, int, int]:
    """How many lots were announced, came later, and were taken off again."""
    later = RecallNoticeLot.listed_at > recall.recalled_at
    row = session.execute(
        select(
            func.count().filter(~later),
            func.count().filter(later),
            func.count(RecallNoticeLot.left_at),
        ).where(RecallNoticeLot.recall_id == recall.id)
    ).one()
    return row[0], row[1], row[2]
