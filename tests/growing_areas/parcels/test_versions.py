"""What a batch or a diary line named stays what it was, however parcels are drawn later."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
import shapely
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from accounts.permissions import SYSTEM
from foundation.errors import Conflict, Invalid
from growing_areas import diary
from growing_areas.diary import Work
from growing_areas.models import GrowingArea
from growing_areas.parcels import parcels, versions, yields
from growing_areas.parcels.models import Parcel
from growing_areas.parcels.parcels import ParcelTold
from tests.growing_areas import factories
from tests.growing_areas.parcels.factories import make_parcels, strip

TODAY = date(2026, 11, 21)
DAY = timedelta(days=1)


@pytest.fixture
def area(session: Session, now: datetime) -> GrowingArea:
    return factories.make_area(session, now)


@pytest.fixture
def parcel(session: Session, area: GrowingArea, now: datetime) -> Parcel:
    (made,) = make_parcels(session, area, now, count=1)
    return made


def redraw(session: Session, area: GrowingArea, parcel: Parcel, at: datetime) -> None:
    told = ParcelTold("Ruộng Trũng", geometry=strip(2))
    parcels.change(session, SYSTEM, area.id, parcel.id, told, now=at)


def test_a_redrawn_parcel_is_on_every_day_what_it_was(
    session: Session, now: datetime, area: GrowingArea, parcel: Parcel
) -> None:
    first = parcel.geometry
    redraw(session, area, parcel, now + 10 * DAY)

    def on(day: date) -> tuple[str, bytes | None]:
        version = versions.on_day(session, [parcel.id], day)[parcel.id]
        return version.label, version.geometry

    assert on(TODAY) == on(TODAY + 9 * DAY) == ("Thửa 1", first)
    assert on(TODAY + 10 * DAY) == ("Ruộng Trũng", parcel.geometry)
    assert parcel.geometry != first
    assert on(TODAY - 5 * DAY) == ("Thửa 1", first), "harvested first, drawn later"
    assert [each.kind for each in versions.of_parcel(session, parcel.id)] == ["redrawn", "first"]


def test_a_new_name_is_a_version_a_new_household_is_not(
    session: Session, now: datetime, area: GrowingArea, parcel: Parcel
) -> None:
    parcels.change(session, SYSTEM, area.id, parcel.id, ParcelTold("Ruộng Trũng"), now=now)
    parcels.change(session, SYSTEM, area.id, parcel.id, ParcelTold("Ruộng Trũng"), now=now)

    assert [each.kind for each in versions.of_parcel(session, parcel.id)] == ["renamed", "first"]


def test_versions_are_never_changed(
    session: Session, now: datetime, area: GrowingArea, parcel: Parcel
) -> None:
    with pytest.raises(IntegrityError, match="never changed"):
        session.execute(text("UPDATE growing_parcel_versions SET area_m2 = 1"))


def test_work_from_before_a_parcel_moved_is_the_whole_areas(
    session: Session, now: datetime, area: GrowingArea, parcel: Parcel
) -> None:
    redraw(session, area, parcel, now + 10 * DAY)

    def write(on: date) -> None:
        work = Work("weeding", on, parcels=(parcel.id,))
        diary.record(session, SYSTEM, area.id, work, now=now + 12 * DAY)

    with pytest.raises(Invalid) as caught:
        write(TODAY + 3 * DAY)
    write(TODAY + 10 * DAY)

    assert [found.code for found in caught.value.findings] == ["diary.parcel_moved"]


def test_a_parcel_in_the_diary_may_shrink_to_its_area_but_not_move(
    session: Session, now: datetime
) -> None:
    area = factories.make_approved_area(session, now)
    (parcel,) = make_parcels(session, area, now, count=1)
    diary.record(session, SYSTEM, area.id, Work("weeding", TODAY, parcels=(parcel.id,)), now=now)
    smaller = shapely.from_wkb(parcel.geometry).buffer(-0.0001)
    told = ParcelTold(geometry=shapely.geometry.mapping(smaller))

    with pytest.raises(Conflict, match="in_diary"):
        parcels.change(session, SYSTEM, area.id, parcel.id, told, now=now)

    assert len(versions.of_parcel(session, parcel.id)) == 1


def test_yields_of_a_day_are_weighed_by_the_size_of_that_day(
    session: Session, now: datetime, area: GrowingArea
) -> None:
    made = parcels.add(session, SYSTEM, area.id, ParcelTold(area_ha=Decimal(1)), now=now)
    parcel = made.parcel
    # The diary would hold its ground now: what it was before shows that yields read the day.
    parcels.change(
        session, SYSTEM, area.id, parcel.id, ParcelTold(area_ha=Decimal(2)), now=now + 5 * DAY
    )
    harvest = Work(
        "harvest", TODAY + 5 * DAY, quantity=Decimal(1000), unit="KGM", parcels=(parcel.id,)
    )
    diary.record(session, SYSTEM, area.id, harvest, now=now + 6 * DAY)

    (row,) = yields.of_area(session, SYSTEM, area.id, 2026)

    assert row.per_ha == Decimal(500)
