"""Parcels lie inside their plot, beside each other, and keep what was done on them."""

from datetime import datetime
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from accounts.permissions import SYSTEM
from foundation.errors import Conflict, Invalid, NotFound
from growing_areas import diary, registration
from growing_areas.diary import Work
from growing_areas.parcels import households, parcels
from growing_areas.parcels.parcels import ParcelTold
from growing_areas.proposals import Household
from tests.growing_areas import factories
from tests.growing_areas.parcels.factories import make_parcels, strip


def test_parcels_are_numbered_and_measured(session: Session, now: datetime) -> None:
    area = factories.make_area(session, now)

    first, second = make_parcels(session, area, now)

    assert (first.number, second.number) == (1, 2)
    assert first.label == "Thửa 1"
    assert first.area_m2 == pytest.approx(19_300, rel=0.02)


def test_strips_that_share_an_edge_do_not_overlap(session: Session, now: datetime) -> None:
    area = factories.make_area(session, now)

    assert len(make_parcels(session, area, now, count=4)) == 4


def test_a_parcel_over_its_sister_is_refused_naming_it(session: Session, now: datetime) -> None:
    area = factories.make_area(session, now)
    make_parcels(session, area, now, count=1)

    with pytest.raises(Invalid) as caught:
        parcels.add(session, SYSTEM, area.id, ParcelTold(geometry=strip(0, of=2)), now=now)

    (found,) = caught.value.findings
    assert found.code == "parcel.overlaps"
    assert found.params["other"] == "Thửa 1"
    assert found.coordinate is not None


def test_a_parcel_outside_its_plot_is_refused_saying_by_how_much(
    session: Session, now: datetime
) -> None:
    area = factories.make_area(session, now)
    beyond = strip(0)
    beyond["coordinates"][0][0][1] = beyond["coordinates"][0][4][1] = 21.119

    with pytest.raises(Invalid) as caught:
        parcels.add(session, SYSTEM, area.id, ParcelTold(geometry=beyond), now=now)

    (found,) = caught.value.findings
    assert found.code == "parcel.outside_plot"
    assert 1_000 < int(found.params["area_m2"]) < 20_000


def test_every_bad_parcel_of_several_is_named_and_none_is_stored(
    session: Session, now: datetime
) -> None:
    area = factories.make_area(session, now)
    told = [ParcelTold(geometry=strip(0)), ParcelTold(geometry=strip(0)), ParcelTold()]

    with pytest.raises(Invalid) as caught:
        parcels.add_all(session, SYSTEM, area.id, told, now=now)

    assert [(f.code, f.field) for f in caught.value.findings] == [
        ("parcel.overlaps", "parcels.2.geometry"), ("parcel.needs_size", "parcels.3.area_ha"),
    ]  # fmt: skip
    assert parcels.list_parcels(session, SYSTEM, area.id) == []


def test_a_listed_parcel_needs_no_outline(session: Session, now: datetime) -> None:
    area = factories.make_area(session, now)
    told = ParcelTold("Thửa bà Bình", area_ha=Decimal("0.36"))

    placed = parcels.add(session, SYSTEM, area.id, told, now=now)

    assert placed.parcel.area_m2 == 3_600
    assert not placed.parcel.is_drawn
    assert placed.findings == ()


def test_listed_sizes_beyond_the_plot_are_a_warning(session: Session, now: datetime) -> None:
    area = factories.make_area(session, now)

    placed = parcels.add(session, SYSTEM, area.id, ParcelTold(area_ha=Decimal(40)), now=now)

    assert [f.code for f in placed.findings] == ["parcel.more_than_plot"]


def test_two_parcels_do_not_bear_one_name(session: Session, now: datetime) -> None:
    area = factories.make_area(session, now)
    parcels.add(session, SYSTEM, area.id, ParcelTold("Đồng Trên", area_ha=Decimal(1)), now=now)

    with pytest.raises(Invalid) as caught:
        parcels.add(session, SYSTEM, area.id, ParcelTold("dong tren", area_ha=Decimal(1)), now=now)

    assert caught.value.findings[0].code == "parcel.label_taken"


def test_a_parcel_the_diary_names_keeps_its_ground(session: Session, now: datetime) -> None:
    area = factories.make_area(session, now)
    (parcel,) = make_parcels(session, area, now, count=1)
    work = Work("weeding", now.date(), parcels=(parcel.id,))
    diary.record(session, SYSTEM, area.id, work, now=now)

    told = ParcelTold(geometry=strip(2))
    with pytest.raises(Conflict, match="in_diary"):
        parcels.change(session, SYSTEM, area.id, parcel.id, told, now=now)
    renamed = parcels.change(
        session, SYSTEM, area.id, parcel.id, ParcelTold("Ruộng Trũng"), now=now
    )

    assert renamed.parcel.label == "Ruộng Trũng"


def test_a_removed_parcel_comes_back_unless_its_ground_was_taken(
    session: Session, now: datetime
) -> None:
    area = factories.make_area(session, now)
    (parcel,) = make_parcels(session, area, now, count=1)
    parcels.remove(session, SYSTEM, area.id, [parcel.id], now=now)
    assert parcels.list_parcels(session, SYSTEM, area.id) == []

    parcels.restore(session, SYSTEM, area.id, [parcel.id])
    assert [each.id for each in parcels.list_parcels(session, SYSTEM, area.id)] == [parcel.id]

    parcels.remove(session, SYSTEM, area.id, [parcel.id], now=now)
    told = ParcelTold("Thửa mới", geometry=strip(0))
    parcels.add(session, SYSTEM, area.id, told, now=now)
    with pytest.raises(Invalid) as caught:
        parcels.restore(session, SYSTEM, area.id, [parcel.id])
    assert caught.value.findings[0].code == "parcel.overlaps"


def test_erasing_a_household_leaves_its_parcels_nameless(session: Session, now: datetime) -> None:
    area = factories.make_area(session, now)
    (household,) = households.of_plot(session, area.plot_id)
    (parcel,) = make_parcels(session, area, now, count=1)
    parcels.assign(session, SYSTEM, area.id, [parcel.id], household.id)

    households.erase(session, SYSTEM, area.id, household.id)
    session.expire_all()

    assert parcels.list_parcels(session, SYSTEM, area.id)[0].household_id is None


def test_a_household_of_another_plot_is_not_found(session: Session, now: datetime) -> None:
    area = factories.make_area(session, now)
    other = factories.make_area(session, now, geometry=factories.field(lon=0.05))
    (stranger,) = households.of_plot(session, other.plot_id)
    (parcel,) = make_parcels(session, area, now, count=1)

    with pytest.raises(NotFound):
        parcels.assign(session, SYSTEM, area.id, [parcel.id], stranger.id)
    with pytest.raises(NotFound):
        parcels.remove(session, SYSTEM, other.id, [parcel.id], now=now)


def test_registrations_of_one_plot_share_parcels_and_households(
    session: Session, now: datetime
) -> None:
    organisation = factories.make_organisation(session, now)
    area = factories.make_area(session, now, organisation)
    again = (Household("Trần Thị Bình", "+84901234567"), Household("Lê Văn Cường"))
    second = factories.make_area(
        session, now, organisation, plot=area.plot_id, geometry=None, market="CN",
        households=again,
    )  # fmt: skip
    make_parcels(session, area, now)

    assert len(parcels.list_parcels(session, SYSTEM, second.id)) == 2
    names = [row.name for row in households.of_plot(session, area.plot_id)]
    assert names == ["Trần Thị Bình", "Lê Văn Cường"]


def test_discarding_the_last_registration_forgets_who_farmed_there(
    session: Session, now: datetime
) -> None:
    area = factories.make_area(session, now)
    make_parcels(session, area, now)
    plot_id = area.plot_id

    registration.discard(session, SYSTEM, area.id)

    assert households.of_plot(session, plot_id) == []
    assert parcels.of_plot(session, plot_id) == []
