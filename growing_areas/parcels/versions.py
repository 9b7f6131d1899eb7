"""Versions: what a parcel was on a day, so that a batch or a diary line goes on meaning it.

Chosen over refusing to redraw whatever a batch names: a measured parcel replaces a guessed one all
the time, and the batch of last year must neither stop that nor move with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import case, func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from accounts.permissions import Actor
from foundation import clock
from growing_areas.parcels.models import Parcel, ParcelVersion


def begin(
    session: Session, actor: Actor, parcels: Sequence[Parcel], kind: str, *, now: datetime
) -> None:
    """Write down what these stored parcels are from now on."""
    ids = [parcel.id for parcel in parcels]
    newest: dict[int, int] = {}
    if kind != "first":
        counted = (
            select(ParcelVersion.parcel_id, func.max(ParcelVersion.number))
            .where(ParcelVersion.parcel_id.in_(ids))
            .group_by(ParcelVersion.parcel_id)
        )
        newest = {row[0]: row[1] for row in session.execute(counted)}
    session.add_all(
        ParcelVersion(
            parcel_id=parcel.id,
            number=newest.get(parcel.id, 0) + 1,
            kind=kind,
            label=parcel.label,
            geometry=parcel.geometry,
            area_m2=parcel.area_m2,
            origin=parcel.origin,
            held_from=now,
            drawn_by_id=actor.person_id,
        )
        for parcel in parcels
    )
    session.flush()


def of_parcel(session: Session, parcel_id: int) -> list[ParcelVersion]:
    """Everything a parcel ever was, newest first."""
    statement = select(ParcelVersion).where(ParcelVersion.parcel_id == parcel_id)
    return list(session.scalars(statement.order_by(ParcelVersion.number.desc())))


def on_day(session: Session, parcel_ids: Iterable[int], day: date) -> dict[int, ParcelVersion]:
    """What each parcel was at the end of a day in Vietnam, by parcel; one query for all.

    A parcel first drawn after the day answers with its first version: harvest first, map later.
    """
    held = ParcelVersion.held_from < clock.start_of_day(day + timedelta(days=1))
    statement = (
        select(ParcelVersion)
        .where(ParcelVersion.parcel_id.in_(sorted(set(parcel_ids))))
        .ext(distinct_on(ParcelVersion.parcel_id))
        .order_by(
            ParcelVersion.parcel_id,
            held.desc(),
            case((held, -ParcelVersion.number), else_=ParcelVersion.number),
        )
    )
    return {version.parcel_id: version for version in session.scalars(statement)}


def all_of(session: Session, parcel_ids: Iterable[int]) -> dict[int, list[ParcelVersion]]:
    """Every version of several parcels, oldest first, by parcel; one query for all."""
    statement = select(ParcelVersion).where(ParcelVersion.parcel_id.in_(sorted(set(parcel_ids))))
    found: dict[int, list[ParcelVersion]] = {}
    for version in session.scalars(statement.order_by(ParcelVersion.number)):
        found.setdefault(version.parcel_id, []).append(version)
    return found


def held_on(versions: Sequence[ParcelVersion], day: date) -> ParcelVersion:
    """The one of a parcel's versions (oldest first) that a day means."""
    end = clock.start_of_day(day + timedelta(days=1))
    return next((each for each in reversed(versions) if each.held_from < end), versions[0])


def moved_after(session: Session, parcel_ids: Iterable[int], day: date) -> list[ParcelVersion]:
    """Parcels that lay elsewhere on a day: the version that moved each, the last one.

    Being cut to the area's outline or named anew moves nothing.
    """
    statement = (
        select(ParcelVersion)
        .where(
            ParcelVersion.parcel_id.in_(sorted(set(parcel_ids))),
            ParcelVersion.kind == "redrawn",
            ParcelVersion.held_from >= clock.start_of_day(day + timedelta(days=1)),
        )
        .ext(distinct_on(ParcelVersion.parcel_id))
        .order_by(ParcelVersion.parcel_id, ParcelVersion.number.desc())
    )
    return list(session.scalars(statement))
