"""Cutting: parcels left outside by a new outline of their area are cut to what lies inside."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import shapely
from sqlalchemy.orm import Session

from accounts.permissions import Actor
from foundation.errors import Finding, Invalid
from growing_areas import areas
from growing_areas.parcels import fitting, parcels, strays, versions
from growing_areas.shapes.measure import measure


def cut(
    session: Session, actor: Actor, area_id: int, parcel_ids: Sequence[int], *, now: datetime
) -> int:
    """Cut parcels to what of them lies inside their area's outline; returns how many were cut.

    Allowed although a diary names them: what is given up lies in no area, and what was done on the
    parcel was done on all that stays. Raises: NotFound; Invalid("parcel.nothing_inside").
    """
    area = parcels.writable(session, actor, area_id)
    chosen = parcels.several(session, area, parcel_ids)
    outline = areas.outline_of(area.version)
    outside = {stray.parcel_id: stray for stray in strays.beyond(chosen, outline)}
    lost = [stray for stray in outside.values() if stray.is_wholly_outside]
    if lost:
        raise Invalid(
            [Finding("parcel.nothing_inside", {"label": stray.label}, "parcels") for stray in lost]
        )
    changed = [parcel for parcel in chosen if parcel.id in outside]
    for parcel in changed:
        inside = fitting.part_inside(areas.shape_of(parcel.geometry or b""), outline)
        if inside is not None:
            parcel.geometry = bytes(shapely.to_wkb(inside))
            parcel.area_m2 = measure(inside).area_m2
    session.flush()
    versions.begin(session, actor, changed, "cut", now=now)
    return len(changed)
