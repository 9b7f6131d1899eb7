"""Lines: which parcels a line of the farm diary speaks of; written with it, never changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from foundation import clock
from foundation.errors import Finding
from growing_areas import areas
from growing_areas.models import DiaryEntry, DiaryEntryParcel, GrowingArea
from growing_areas.parcels import strays, versions
from growing_areas.parcels.models import Parcel


def parcel_findings(
    session: Session,
    plot_id: int,
    wanted: Sequence[int],
    done_on: date,
    named_before: Sequence[int] = (),
) -> list[Finding]:
    """Parcels that are not on the plot (or no longer, unless the corrected line named them).

    Work from before a parcel was drawn on other ground is not that parcel's: what lies over the
    old ground now would pass for untouched. It is written for the whole area.
    """
    if not wanted:
        return []
    rows = session.execute(
        select(Parcel.id, Parcel.removed_at).where(
            Parcel.plot_id == plot_id, Parcel.id.in_(set(wanted))
        )
    )
    known = {row.id for row in rows if row.removed_at is None or row.id in named_before}
    found = [
        Finding("diary.parcel_unknown", {"parcel": parcel_id}, "parcels")
        for parcel_id in dict.fromkeys(wanted)
        if parcel_id not in known
    ]
    moved = versions.moved_after(session, known - set(named_before), done_on)
    return found + [
        Finding(
            "diary.parcel_moved",
            {"label": version.label, "on": clock.business_day(version.held_from)},
            "parcels",
        )
        for version in moved
    ]


def outside_findings_of(
    session: Session, named: Sequence[tuple[GrowingArea, Sequence[int]]]
) -> list[list[Finding]]:
    """Warnings of parcels that lie outside the area since its outline was drawn anew, each line's.

    One statement, however many lines name parcels.
    """
    wanted = {each for _area, parcel_ids in named for each in parcel_ids}
    there: dict[int, Parcel] = {}
    if wanted:
        rows = select(Parcel).where(Parcel.id.in_(wanted), Parcel.removed_at.is_(None))
        there = {parcel.id: parcel for parcel in session.scalars(rows)}
    return [_outside(area, [there[each] for each in ids if each in there]) for area, ids in named]


def _outside(area: GrowingArea, parcels: Sequence[Parcel]) -> list[Finding]:
    if not parcels:
        return []
    return [
        Finding(
            "diary.parcel_outside",
            {"label": stray.label, "area_m2": stray.outside_m2},
            "parcels",
            severity="warning",
        )
        for stray in strays.beyond(parcels, areas.outline_of(area.version))
    ]


def name_parcels(session: Session, named: Sequence[tuple[DiaryEntry, Sequence[int]]]) -> None:
    """Write down, once and for all, which parcels lines speak of."""
    for entry, parcel_ids in named:
        links = [
            DiaryEntryParcel(entry_id=entry.id, parcel_id=parcel_id)
            for parcel_id in sorted(set(parcel_ids))
        ]
        session.add_all(links)
        set_committed_value(entry, "parcel_links", links)
    session.flush()
