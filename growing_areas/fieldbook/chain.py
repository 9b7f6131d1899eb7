"""The chain of a line: every line it takes the place of and every one that took its place."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased, selectinload

from growing_areas.models import DiaryEntry

_MOST = 500
"""Corrections of one line; more are somebody's script, shown to here."""


def of_entry(session: Session, entry: DiaryEntry) -> list[DiaryEntry]:
    """The chain a line stands in, oldest first; one statement."""
    older = select(DiaryEntry.id, DiaryEntry.corrects_id).where(DiaryEntry.id == entry.id)
    back = older.cte("back", recursive=True)
    before = aliased(DiaryEntry)
    back = back.union(select(before.id, before.corrects_id).where(before.id == back.c.corrects_id))
    forth = select(DiaryEntry.id).where(DiaryEntry.id == entry.id).cte("forth", recursive=True)
    after = aliased(DiaryEntry)
    forth = forth.union(select(after.id).where(after.corrects_id == forth.c.id))
    # One list: for two joined by "or" every line there is would be looked up in both.
    chain = select(back.c.id).union(select(forth.c.id))
    statement = (
        select(DiaryEntry)
        .where(DiaryEntry.id.in_(chain))
        .options(selectinload(DiaryEntry.parcel_links))
        .order_by(DiaryEntry.id)
        .limit(_MOST)
    )
    return list(session.scalars(statement))
