"""Holds and recalls as a table, one row each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy.orm import Session

from accounts.permissions import Actor
from foundation import paging
from foundation.paging import Page
from foundation.tables import Cell, Column
from traceability.recalls import listing, names
from traceability.recalls.models import Recall

COLUMNS = (
    Column("code", "Mã"),
    Column("origin", "Nghi ngờ (mã)"),
    Column("origin_name", "Nghi ngờ"),
    Column("suspected", "Cái bị nghi"),
    Column("reason", "Lý do"),
    Column("state", "Trạng thái (mã)"),
    Column("state_name", "Trạng thái"),
    Column("lots", "Số lô", "integer"),
    Column("held_at", "Giữ từ", "datetime"),
    Column("ended_at", "Kết thúc lúc", "datetime"),
)


def rows(session: Session, actor: Actor, state: str) -> Iterator[Sequence[Cell]]:
    """Every recall a reader is concerned by, page by page. Raises: Forbidden."""

    def ask(cursor: str | None, size: int) -> Page[Recall]:
        return listing.list_recalls(session, actor, state=state, cursor=cursor, size=size)

    for page in paging.pages(ask):
        counts = listing.counts(session, [recall.id for recall in page.items])
        suspected = listing.suspected(session, page.items)
        for recall in page.items:
            yield [
                recall.code,
                recall.origin,
                names.origin(recall.origin),
                suspected[recall.id],
                recall.reason,
                recall.state,
                names.told(recall),
                counts.get(recall.id, 0),
                recall.held_at,
                recall.ended_at,
            ]
