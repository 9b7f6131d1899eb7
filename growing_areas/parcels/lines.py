"""Lines: which parcels a line of the farm diary speaks of; written with it, never changed."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from foundation.errors import Finding
from growing_areas.models import DiaryEntry, DiaryEntryParcel
from growing_areas.parcels.models import Parcel


def parcel_findings(
    session: Session, plot_id: int, wanted: Sequence[int], named_before: Sequence[int] = ()
) -> list[Finding]:
    """Parcels that are not on the plot (or no longer, unless the corrected line named them)."""
    if not wanted:
        return []
    rows = session.execute(
        select(Parcel.id, Parcel.removed_at).where(
            Parcel.plot_id == plot_id, Parcel.id.in_(set(wanted))
        )
    )
    known = {row.id for row in rows if row.removed_at is None or row.id in named_before}
    return [
        Finding("diary.parcel_unknown", {"parcel": parcel_id}, "parcels")
        for parcel_id in dict.fromkeys(wanted)
        if parcel_id not in known
    ]


def name_parcels(session: Session, entry: DiaryEntry, parcel_ids: Sequence[int]) -> None:
    """Write down, once and for all, which parcels a line speaks of."""
    links = [
        DiaryEntryParcel(entry_id=entry.id, parcel_id=parcel_id)
        for parcel_id in sorted(set(parcel_ids))
    ]
    session.add_all(links)
    session.flush()
    set_committed_value(entry, "parcel_links", links)
