"""Describing a packing house, changing the draft, handing it in, being visited."""

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from accounts.permissions import SYSTEM
from foundation.errors import Conflict, Forbidden, Invalid, NotFound
from growing_areas.packing import houses, inspection, registration
from growing_areas.packing.houses import HouseQuery
from growing_areas.packing.inspection import HouseVisit
from growing_areas.packing.proposals import Certified
from tests.growing_areas import factories as land
from tests.growing_areas.packing import factories


def test_a_house_is_kept_as_told(session: Session, now: datetime) -> None:
    house = factories.make_house(session, now, crops=("pomelo", "rice", "pomelo"))

    (standard,) = houses.standards_of(session, house.id)
    assert (house.status, house.code) == ("draft", None)
    assert house.crops == ["pomelo", "rice"]
    assert (house.commune_code, house.province_code) == (land.COMMUNE, land.PROVINCE)
    assert standard.certificate_number == "HC-01"


def test_everything_wrong_is_told_at_once(session: Session, now: datetime) -> None:
    with pytest.raises(Invalid) as caught:
        factories.make_house(
            session, now, crops=("unicorn",), commune_code="99999", lon=21.12, lat=105.28,
            standards=(Certified("moon", "1", "A"),),
        )  # fmt: skip

    assert {finding.code for finding in caught.value.findings} == {
        "crop.not_found", "territory.unknown_unit", "packing.axes_swapped",
        "packing.unknown_standard",
    }  # fmt: skip


def test_an_empty_draft_cannot_be_handed_in_and_says_why(session: Session, now: datetime) -> None:
    house = factories.make_house(
        session, now, address="", lon=None, lat=None, crops=(), capacity_kg=None, equipment=""
    )

    with pytest.raises(Conflict) as caught:
        registration.submit(session, SYSTEM, house.id, now=now)

    assert [finding.field for finding in caught.value.findings] == [
        "address", "position", "crops", "capacity_kg", "equipment",
    ]  # fmt: skip


def test_a_house_handed_in_stands_still(session: Session, now: datetime) -> None:
    house = factories.make_house(session, now)
    registration.submit(session, SYSTEM, house.id, now=now)

    with pytest.raises(Conflict):
        registration.revise(session, SYSTEM, house.id, factories.make_proposal(), now=now)
    with pytest.raises(Conflict):
        registration.discard(session, SYSTEM, house.id)


def test_a_draft_is_changed_and_thrown_away(session: Session, now: datetime) -> None:
    house = factories.make_house(session, now)
    changed = factories.make_proposal(name="Kho mới", standards=())
    registration.revise(session, SYSTEM, house.id, changed, now=now)

    assert houses.standards_of(session, house.id) == []
    assert registration.discard(session, SYSTEM, house.id) == "Kho mới"
    with pytest.raises(NotFound):
        houses.load_house(session, house.id)


def test_another_cooperative_does_not_find_it(session: Session, now: datetime) -> None:
    house = factories.make_house(session, now)
    other = land.manager(land.make_organisation(session, now))

    with pytest.raises(NotFound):
        houses.get_house(session, other, house.id)
    with pytest.raises(NotFound):
        registration.submit(session, other, house.id, now=now)
    assert houses.list_houses(session, other, HouseQuery(), on=now.date()).items == []


def test_an_officer_sees_it_but_does_not_write_it(session: Session, now: datetime) -> None:
    house = factories.make_house(session, now)
    officer = land.officer()

    page = houses.list_houses(session, officer, HouseQuery(crop="pomelo"), on=now.date())
    assert [found.id for found in page.items] == [house.id]
    with pytest.raises(Forbidden):
        registration.submit(session, officer, house.id, now=now)


def test_a_pass_needs_every_essential_point(session: Session, now: datetime) -> None:
    house = factories.make_house(session, now)
    registration.submit(session, SYSTEM, house.id, now=now)
    answers = {**factories.all_met(), "pest_proof": "not_met", "cold_store": "not_applicable"}
    del answers["waste"]
    visit = HouseVisit(True, factories.SEEN_ON, {**answers, "colour": "met"})

    with pytest.raises(Invalid) as caught:
        inspection.record(session, SYSTEM, house.id, visit, now=now)

    assert {(finding.code, finding.field) for finding in caught.value.findings} == {
        ("packing.essential_not_met", "point.pest_proof"),
        ("packing.point_unanswered", "point.waste"),
        ("packing.unknown_point", "point.colour"),
    }


def test_a_failed_visit_leaves_the_house_waiting(session: Session, now: datetime) -> None:
    house = factories.make_house(session, now)
    registration.submit(session, SYSTEM, house.id, now=now)
    answers = {**factories.all_met(), "pest_proof": "not_met"}

    visit = HouseVisit(False, factories.SEEN_ON, answers, "Thiếu lưới chắn")
    inspection.record(session, SYSTEM, house.id, visit, now=now)

    assert house.status == "submitted"
    assert inspection.list_visits(session, house.id)[0].answers["pest_proof"] == "not_met"
