"""The story's parcels: one area divided among its households, with a spray on one of them."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import shapely
from shapely import Polygon
from sqlalchemy.orm import Session

from accounts.permissions import Actor
from foundation import clock
from growing_areas import areas, diary
from growing_areas.diary import Work
from growing_areas.models import GrowingArea
from growing_areas.parcels import households, parcels
from growing_areas.parcels.models import Parcel
from growing_areas.parcels.parcels import ParcelTold

HARVESTED_DAYS_AGO = 12
SPRAYED_DAYS_AGO = 2


def tell(session: Session, manager: Actor, area: GrowingArea, *, now: datetime) -> None:
    """Every household agrees and gets a strip; all are harvested, one sprayed since."""
    listed = households.of_plot(session, area.plot_id)
    agreed_on = clock.business_day(area.created_at)
    ids = [row.id for row in listed]
    households.agree(session, manager, area.id, ids, agreed_on, "in_person", now=now)
    shapes = strips(areas.outline_of(area.version), len(listed))
    told = [
        ParcelTold(f"Thửa {number}", shape, None, household.id, "drawn")
        for number, (shape, household) in enumerate(zip(shapes, listed, strict=True), start=1)
    ]
    placed = parcels.add_all(session, manager, area.id, told, now=area.created_at)
    made = [each.parcel for each in placed]
    harvested_on = clock.business_day(now - timedelta(days=HARVESTED_DAYS_AGO))
    for parcel in made:
        _harvest(session, manager, area, parcel, harvested_on, now)
    work = Work(
        "spraying",
        clock.business_day(now - timedelta(days=SPRAYED_DAYS_AGO)),
        "Validacin 5SL",
        "Validamycin",
        14,
        "1,2 l/ha",
        target="Lở cổ rễ",
        parcels=(made[-1].id,),
    )
    diary.record(session, manager, area.id, work, now=now)


def strips(outline: Any, count: int) -> list[dict[str, Any]]:
    """An outline cut across its longer side into strips of one width, as GeoJSON."""
    frame = shapely.minimum_rotated_rectangle(outline)
    corners = shapely.get_coordinates(frame)[:4]
    a, b, c, d = corners
    if ((b - a) ** 2).sum() < ((c - b) ** 2).sum():
        a, b, c, d = b, c, d, a
    cut = []
    for place in range(count):
        start, end = place / count, (place + 1) / count
        lower, upper = a + (b - a) * start, a + (b - a) * end
        far_upper, far_lower = d + (c - d) * end, d + (c - d) * start
        piece = outline.intersection(Polygon([lower, upper, far_upper, far_lower]))
        largest = max(shapely.get_parts(piece), key=lambda part: part.area)
        ring = shapely.get_coordinates(largest.exterior)
        cut.append({"type": "Polygon", "coordinates": [ring.round(7).tolist()]})
    return cut


def _harvest(
    session: Session,
    manager: Actor,
    area: GrowingArea,
    parcel: Parcel,
    harvested_on: Any,
    now: datetime,
) -> None:
    # Two and a half tonnes of dry peanuts a hectare, give or take what the soil gives.
    yield_kg = Decimal(round(parcel.area_m2 * (0.23 + 0.02 * (parcel.number % 3))))
    work = Work(
        "harvest", harvested_on, quantity=yield_kg, unit="KGM", parcels=(parcel.id,),
        notes="Nhổ, phơi tại ruộng",
    )  # fmt: skip
    diary.record(session, manager, area.id, work, now=now - timedelta(days=HARVESTED_DAYS_AGO - 1))
