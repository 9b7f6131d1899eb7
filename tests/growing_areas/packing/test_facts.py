"""What maps may know of packing houses, and which areas deliver to them."""

from datetime import date, datetime

import pytest
from sqlalchemy.orm import Session

from accounts.permissions import SYSTEM
from foundation.errors import Conflict, Invalid, NotFound
from growing_areas.dossiers import approval
from growing_areas.packing import deliveries, facts
from tests.growing_areas import factories as land
from tests.growing_areas.packing import factories

TODAY = date(2026, 11, 21)
AROUND = (105.2, 21.0, 105.4, 21.2)


def test_a_house_in_force_is_on_the_map_to_three_decimals(session: Session, now: datetime) -> None:
    house = factories.make_approved_house(session, now)
    factories.make_house(session, now)

    (found,) = facts.public_packing_houses(session, on=TODAY, bbox=AROUND, crop_codes=("pomelo",))

    assert (found.code, found.lon, found.lat) == (house.code, 105.281, 21.12)
    assert found.address == "Khu 3, xã Thanh Thủy"
    assert facts.public_packing_houses(session, on=TODAY, bbox=(106, 21, 107, 22)) == []
    assert facts.public_packing_houses(session, on=TODAY, crop_codes=("rice",)) == []


def test_a_household_s_yard_is_coarse_and_without_address(session: Session, now: datetime) -> None:
    household = land.make_organisation(session, now, kind="household")
    factories.make_approved_house(session, now, household, lon=105.28437)

    (found,) = facts.public_packing_houses(session, on=TODAY)

    assert (found.lon, found.lat, found.address) == (105.28, 21.12, "")


def test_small_frames_do_not_find_out_the_true_gate(session: Session, now: datetime) -> None:
    household = land.make_organisation(session, now, kind="household")
    factories.make_approved_house(session, now, household, lon=105.28437, lat=21.12)

    truly = facts.public_packing_houses(session, on=TODAY, bbox=(105.284, 21.0, 105.285, 21.2))
    shown = facts.public_packing_houses(session, on=TODAY, bbox=(105.279, 21.0, 105.281, 21.2))

    assert truly == []
    assert len(shown) == 1


def test_own_areas_deliver_at_once_others_when_they_confirm(
    session: Session, now: datetime
) -> None:
    owner, grower = (land.make_organisation(session, now) for _ in range(2))
    house = factories.make_approved_house(session, now, owner)
    own = land.make_approved_area(session, now, owner)
    other = land.make_approved_area(session, now, grower, geometry=land.field(0.05))
    codes = [str(own.code), str(other.code)]

    deliveries.declare(session, land.manager(owner), house.id, codes, now=now)

    def confirmed() -> list[str | None]:
        return [each.area.code for each in deliveries.list_confirmed(session, house.id)]

    assert confirmed() == [own.code]
    (asked,) = deliveries.list_to_confirm(session, land.manager(grower))
    with pytest.raises(NotFound):
        deliveries.confirm(session, land.manager(owner), asked.id, now=now)
    deliveries.confirm(session, land.manager(grower), asked.id, now=now)
    assert confirmed() == [own.code, other.code]
    with pytest.raises(Conflict):
        deliveries.confirm(session, land.manager(grower), asked.id, now=now)
    approval.suspend(session, SYSTEM, own.id, "Dư lượng", now=now)
    assert confirmed() == [other.code]


def test_either_side_ends_a_delivery_nobody_else_does(session: Session, now: datetime) -> None:
    owner, grower, third = (land.make_organisation(session, now) for _ in range(3))
    house = factories.make_approved_house(session, now, owner)
    area = land.make_approved_area(session, now, grower)
    (told,) = deliveries.declare(session, land.manager(owner), house.id, [str(area.code)], now=now)

    with pytest.raises(NotFound):
        deliveries.end(session, land.manager(third), told.id, now=now)
    deliveries.end(session, land.manager(grower), told.id, now=now)

    assert deliveries.list_of_house(session, house.id) == []


def test_a_code_that_is_not_in_force_is_named(session: Session, now: datetime) -> None:
    house = factories.make_house(session, now)

    with pytest.raises(Invalid) as caught:
        deliveries.declare(session, SYSTEM, house.id, ["VN-25-08674-99-26"], now=now)

    assert caught.value.findings[0].params == {"area": "VN-25-08674-99-26"}
