"""Repeats: the last works, offered again as one tap; and taking back what was tapped wrongly."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import ARRAY, BigInteger, Select, func, literal, select, true
from sqlalchemy.orm import Session

from accounts import permissions
from accounts.permissions import Actor
from foundation import clock
from foundation.errors import Conflict
from growing_areas import diary
from growing_areas.diary import Ground, Recorded, Work
from growing_areas.fieldbook import correcting, persons
from growing_areas.models import DiaryEntry, GrowingArea
from growing_areas.season import stands

UNDO_WITHIN = timedelta(hours=2)
"""So long after it was written somebody may take back their own work in one tap."""
_LOOKED_AT = 80
_OF_AN_AREA = 20
_NOT_AGAIN = ("harvest", "inspection", "waste")
_DIFFERS = ("quantity", "unit", "notes", "work_key", "parcels", "worker", "material")


@dataclass(frozen=True)
class Repeat:
    """A work that may be done again: its newest line, and how many areas it was done on.

    ``key`` names its next telling: tapped twice it is written once.
    """

    entry: DiaryEntry
    area: GrowingArea
    areas: int
    key: UUID


def last_works(
    session: Session, actor: Actor, area_ids: Iterable[int], most: int = 4
) -> list[Repeat]:
    """The last different works on some areas, the actor's own first, newest first."""
    entries = session.scalars(_newest(list(area_ids))).all()
    tellings: dict[object, list[DiaryEntry]] = {}
    for entry in entries:
        tellings.setdefault(entry.work_key or entry.id, []).append(entry)
    own = [each for each in tellings.values() if each[0].recorded_by_id == actor.person_id]
    others = [each for each in tellings.values() if each[0].recorded_by_id != actor.person_id]
    different: dict[tuple[str, str], list[DiaryEntry]] = {}
    for told in (*own, *others):
        different.setdefault((told[0].activity, (told[0].product_name or "").casefold()), told)
    chosen = list(different.values())[:most]
    wanted = {told[0].area_id for told in chosen}
    rows = session.scalars(select(GrowingArea).where(GrowingArea.id.in_(wanted)))
    areas = {area.id: area for area in rows}
    return [Repeat(told[0], areas[told[0].area_id], len(told), uuid4()) for told in chosen]


def _newest(area_ids: list[int]) -> Select[DiaryEntry]:
    """The newest lines, area by area: in order of telling all others' would be read too."""
    areas = select(func.unnest(literal(area_ids, ARRAY(BigInteger))).label("id")).subquery()
    line = (
        select(DiaryEntry.id)
        .where(DiaryEntry.area_id == areas.c.id, DiaryEntry.activity.not_in(_NOT_AGAIN), stands())
        .order_by(DiaryEntry.done_on.desc(), DiaryEntry.id.desc())
        .limit(_OF_AN_AREA)
        .lateral()
    )
    newest = select(line.c.id).select_from(areas.join(line, true()))
    chosen = select(DiaryEntry).where(DiaryEntry.id.in_(newest))
    return chosen.order_by(DiaryEntry.id.desc()).limit(_LOOKED_AT)


def again(
    session: Session, actor: Actor, entry_id: int, work_key: UUID | None = None, *, now: datetime
) -> list[Recorded]:
    """Write a work anew for today, on the same ground; once under one key.

    Raises as `diary.record_on`.
    """
    entry = diary.get_entry(session, actor, entry_id)
    lines = correcting.together(session, entry)
    known = {each.name for each in fields(Work)} - set(_DIFFERS) - {"done_on"}
    told = {name: getattr(entry, name) for name in known}
    if len(lines) > 1:
        # Shares of the former telling; how much it was this time is not known.
        told |= {"treated_ha": None, "head_count": None}
    names = persons.names(session, [entry.worker_id])
    work = replace(
        Work(**told, done_on=clock.business_day(now)),
        worker=names.get(entry.worker_id or 0),
        work_key=work_key,
    )
    grounds = [Ground(line.area_id, line.parcel_ids) for line in lines]
    return diary.record_on(session, actor, grounds, work, now=now)


def take_back(session: Session, actor: Actor, entry_id: int, reason: str, *, now: datetime) -> int:
    """Strike out what the actor wrote a moment ago, on every area; returns how many lines.

    Raises: Conflict("diary.too_late_to_undo") for another's work, or later than `UNDO_WITHIN`.
    """
    entry = diary.get_entry(session, actor, entry_id)
    is_own = entry.recorded_by_id == actor.person_id
    if not is_own or now - entry.recorded_at > UNDO_WITHIN:
        raise Conflict("diary.too_late_to_undo")
    return len(correcting.strike_out_together(session, actor, entry_id, reason, now=now))


def writable_areas(session: Session, actor: Actor, most: int = 300) -> list[GrowingArea]:
    """The areas of the actor's own organisations that may be worked on, by name."""
    permissions.require(actor, "diary.write")
    own = actor.organisation_ids("manager", "staff")
    statement = select(GrowingArea).where(
        GrowingArea.organisation_id.in_(own), GrowingArea.status.not_in(("revoked", "expired"))
    )
    return list(session.scalars(statement.order_by(GrowingArea.name_key).limit(most)))
