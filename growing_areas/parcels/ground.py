"""Ground: which parcels of which areas a harvest came from, and what lies on the same ground.

No parcel named means the whole area. One plot may stand in several registrations (markets): a
spray written in the diary of one fell on the crop of the others too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from growing_areas.models import DiaryEntry, GrowingArea
from growing_areas.parcels.models import Parcel

WHOLE: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Ground:
    """What was harvested: area id → the parcels named of it (none: the whole area).

    ``sisters`` maps every other registration of the same plot and crop to the harvested area;
    ``removed`` are parcels that are no longer there: what was done on them is held against all.
    """

    named: Mapping[int, frozenset[int]]
    sisters: Mapping[int, int] = field(default_factory=dict)
    removed: frozenset[int] = WHOLE

    def is_touched_by(self, entry: DiaryEntry) -> bool:
        """Whether the work of a diary line was done on any of this ground."""
        area_id = self.sisters.get(entry.area_id, entry.area_id)
        if area_id not in self.named:
            return False
        return meets(frozenset(entry.parcel_ids), self.named[area_id], self.removed)

    def touched(self, entries: Iterable[DiaryEntry]) -> list[DiaryEntry]:
        """The lines whose work was done on this ground."""
        return [entry for entry in entries if self.is_touched_by(entry)]


def meets(
    done_on: frozenset[int], harvested: frozenset[int], removed: frozenset[int] = WHOLE
) -> bool:
    """Whether work on some parcels touches a harvest of some parcels; none named = whole area."""
    return not done_on or not harvested or bool(done_on & (harvested | removed))


def of(session: Session, area_ids: Iterable[int], parcel_ids: Sequence[int] = ()) -> Ground:
    """The ground of a harvest of areas, or of some parcels of them (three statements)."""
    return of_many(session, [(tuple(area_ids), tuple(parcel_ids))])[0]


def of_many(
    session: Session, harvests: Sequence[tuple[Sequence[int], Sequence[int]]]
) -> list[Ground]:
    """The grounds of some harvests (areas, parcels of them), in their order; three statements."""
    own = {area_id for area_ids, _ in harvests for area_id in area_ids}
    rows = session.execute(_registrations().where(GrowingArea.id.in_(own))).all()
    plots = {row.plot_id for row in rows}
    wanted = {parcel_id for _, parcel_ids in harvests for parcel_id in parcel_ids}
    parcels = session.execute(
        select(Parcel.id, Parcel.plot_id, Parcel.removed_at).where(
            Parcel.plot_id.in_(plots), Parcel.id.in_(wanted) | Parcel.removed_at.is_not(None)
        )
    ).all()
    there = session.execute(_registrations().where(GrowingArea.plot_id.in_(plots))).all()
    return [_ground(frozenset(a), frozenset(p), there, parcels) for a, p in harvests]


def _ground(
    own: frozenset[int],
    wanted: frozenset[int],
    there: Sequence[Row[int, int, str]],
    parcels: Sequence[Row[int, int, datetime | None]],
) -> Ground:
    """One harvest's ground, out of every registration and parcel on some plots."""
    harvested = {(row.plot_id, row.crop_code): row.id for row in there if row.id in own}
    plots = {row.plot_id for row in there if row.id in own}
    named: dict[int, set[int]] = {plot_id: set() for plot_id in plots}
    removed = set()
    for parcel in parcels:
        if parcel.plot_id not in plots:
            continue
        if parcel.id in wanted:
            named[parcel.plot_id].add(parcel.id)
        if parcel.removed_at is not None:
            removed.add(parcel.id)
    sisters = {
        other.id: harvested[other.plot_id, other.crop_code]
        for other in there
        if other.id not in own and (other.plot_id, other.crop_code) in harvested
    }
    return Ground(
        {row.id: frozenset(named[row.plot_id]) for row in there if row.id in own},
        sisters,
        frozenset(removed),
    )


def _registrations() -> Select[int, int, str]:
    return select(GrowingArea.id, GrowingArea.plot_id, GrowingArea.crop_code)
