"""Harvests whose lines in the diary were corrected or struck out: what stands now."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from growing_areas import season
from growing_areas.models import DiaryEntry

HARVEST = "harvest"


def is_corrected(session: Session, area_ids: Collection[int], on: date) -> bool:
    """Whether a harvest line of some areas on a day was ever corrected or struck out."""
    old, new = aliased(DiaryEntry), aliased(DiaryEntry)
    corrected = (
        exists()
        .where(new.corrects_id == old.id)
        .where(old.area_id.in_(area_ids), old.done_on == on, old.activity == HARVEST)
    )
    return bool(session.scalar(select(corrected)))


def standing(session: Session, area_ids: Collection[int], on: date) -> list[DiaryEntry]:
    """The harvest lines of some areas on a day that stand."""
    lines = season.entries_between(session, area_ids, on, on)
    return [line for line in lines if line.activity == HARVEST]


def corrected_by(session: Session, entry_ids: Collection[int]) -> list[DiaryEntry]:
    """The harvest lines that others take the place of, or strike out; of other lines none."""
    old, new = aliased(DiaryEntry), aliased(DiaryEntry)
    statement = (
        select(old)
        .join(new, new.corrects_id == old.id)
        .where(new.id.in_(entry_ids), old.activity == HARVEST)
        .order_by(old.id)
    )
    return list(session.scalars(statement))
