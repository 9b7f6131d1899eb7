"""Parcels a new outline leaves outside: who is told, what blocks, and how they are mended."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
import shapely
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.permissions import SYSTEM
from foundation.errors import Conflict, Invalid
from foundation.models import OutboxMail
from growing_areas import diary, registration
from growing_areas.diary import Work
from growing_areas.dossiers import amendments, comparing, inspection
from growing_areas.dossiers.amendments import Change
from growing_areas.dossiers.inspection import Visit
from growing_areas.models import GrowingArea
from growing_areas.parcels import cutting, parcels, strays, versions
from growing_areas.parcels.models import Parcel
from tests.accounts import factories as people
from tests.growing_areas import factories
from tests.growing_areas.parcels.factories import EAST, WEST, make_parcels

TODAY = date(2026, 11, 21)
DAY = timedelta(days=1)


def without_east(share: float = 0.25) -> dict[str, Any]:
    """The field cut off in the east: of four strips the last lies outside (and half the third)."""
    field = shapely.geometry.shape(factories.field())
    west, south, _, north = field.bounds
    edge = EAST - (EAST - WEST) * share
    kept: dict[str, Any] = shapely.geometry.mapping(
        field.intersection(shapely.box(west, south, edge, north))
    )
    return kept


@pytest.fixture
def area(session: Session, now: datetime) -> GrowingArea:
    organisation = factories.make_organisation(session, now)
    people.make_member(session, organisation, now)
    return factories.make_approved_area(session, now, organisation)


@pytest.fixture
def drawn(session: Session, area: GrowingArea, now: datetime) -> list[Parcel]:
    return make_parcels(session, area, now, count=4)


def propose(session: Session, area: GrowingArea, share: float, now: datetime) -> list[str]:
    change = Change("Trả lại bờ đông", geometry=without_east(share))
    found = amendments.propose(session, SYSTEM, area.id, change, now=now).findings
    return [f"{each.severity} {each.params['label']}" for each in found if "label" in each.params]


def approve(session: Session, area: GrowingArea, now: datetime) -> None:
    seen = Visit(True, now.date(), kind="amendment")
    inspection.record(session, SYSTEM, area.id, seen, now=now)
    amendments.approve(session, SYSTEM, area.id, now=now)


def mails(session: Session) -> list[str]:
    return [row.text or "" for row in session.scalars(select(OutboxMail).order_by(OutboxMail.id))]


def test_the_drawer_is_warned_and_the_officer_reads_by_how_much(
    session: Session, now: datetime, area: GrowingArea, drawn: list[Parcel]
) -> None:
    warned = propose(session, area, 0.375, now)

    assert warned == ["warning Thửa 3", "warning Thửa 4"]
    comparison = comparing.of_open(session, area)
    assert comparison is not None
    assert comparison.sketch is not None
    (_, third), (number, fourth) = comparison.strays
    assert number == 2
    assert (third.percent, third.is_wholly_outside) == (50, False)
    assert third.outside_m2 == pytest.approx(drawn[2].area_m2 / 2, rel=0.01)
    assert (fourth.percent, fourth.is_wholly_outside) == (100, True)
    assert len(comparison.sketch.marks) == 2
    assert strays.of_area(session, area) == [], "the old outline still stands"
    assert all(
        each["code"] != strays.LEFT_OUTSIDE for each in comparison.amendment.version.findings
    )


def test_after_the_approval_the_cooperative_is_told_until_it_mended(
    session: Session, now: datetime, area: GrowingArea, drawn: list[Parcel]
) -> None:
    propose(session, area, 0.375, now)
    before = len(mails(session))

    approve(session, area, now)

    (told,) = mails(session)[before:]
    assert "Thửa 3" in told
    assert f"/workspace/areas/{area.id}/parcels" in told
    assert [each.number for each in strays.of_area(session, area)] == [3, 4]

    assert cutting.cut(session, SYSTEM, area.id, [drawn[2].id], now=now + DAY) == 1
    parcels.remove(session, SYSTEM, area.id, [drawn[3].id], now=now + DAY)
    assert strays.of_area(session, area) == []


def test_an_approval_that_leaves_nothing_outside_tells_nobody(
    session: Session, now: datetime, area: GrowingArea, drawn: list[Parcel]
) -> None:
    assert propose(session, area, 0.0, now) == []
    before = len(mails(session))

    approve(session, area, now)

    assert mails(session)[before:] == []


def test_a_cut_parcel_is_what_lies_inside_and_its_past_stays(
    session: Session, now: datetime, area: GrowingArea, drawn: list[Parcel]
) -> None:
    third = drawn[2]
    was, size = third.geometry, third.area_m2
    diary.record(session, SYSTEM, area.id, Work("weeding", TODAY, parcels=(third.id,)), now=now)
    propose(session, area, 0.375, now)
    approve(session, area, now)

    cutting.cut(session, SYSTEM, area.id, [each.id for each in drawn[:3]], now=now + DAY)

    assert third.area_m2 == pytest.approx(size / 2, rel=0.01)
    assert versions.on_day(session, [third.id], TODAY)[third.id].geometry == was
    assert [each.kind for each in versions.of_parcel(session, third.id)] == ["cut", "first"]
    assert [each.kind for each in versions.of_parcel(session, drawn[0].id)] == ["first"]


def test_nothing_is_left_of_a_parcel_wholly_outside_so_it_is_not_cut(
    session: Session, now: datetime, area: GrowingArea, drawn: list[Parcel]
) -> None:
    propose(session, area, 0.375, now)
    approve(session, area, now)
    was = drawn[2].geometry

    with pytest.raises(Invalid) as caught:
        cutting.cut(session, SYSTEM, area.id, [each.id for each in drawn], now=now)

    assert [(f.code, f.params["label"]) for f in caught.value.findings] == [
        ("parcel.nothing_inside", "Thửa 4")
    ]
    assert drawn[2].geometry == was


def test_a_diary_line_about_a_stray_warns(
    session: Session, now: datetime, area: GrowingArea, drawn: list[Parcel]
) -> None:
    propose(session, area, 0.375, now)
    approve(session, area, now)

    work = Work("weeding", TODAY, parcels=(drawn[0].id, drawn[2].id))
    recorded = diary.record(session, SYSTEM, area.id, work, now=now)

    assert [(f.code, f.params["label"]) for f in recorded.findings] == [
        ("diary.parcel_outside", "Thửa 3")
    ]


def test_a_draft_with_parcels_outside_is_not_handed_in(session: Session, now: datetime) -> None:
    area = factories.make_area(session, now)
    drawn = make_parcels(session, area, now, count=4)
    proposal = factories.make_proposal(geometry=without_east(0.375))
    revised = registration.revise(session, SYSTEM, area.id, proposal, now=now)
    assert [f.code for f in revised.findings].count(strays.LEFT_OUTSIDE) == 2

    with pytest.raises(Conflict) as caught:
        registration.submit(session, SYSTEM, area.id, now=now)

    assert [f.code for f in caught.value.findings] == ["dossier.parcels_outside"]
    cutting.cut(session, SYSTEM, area.id, [drawn[2].id], now=now)
    parcels.remove(session, SYSTEM, area.id, [drawn[3].id], now=now)
    assert registration.submit(session, SYSTEM, area.id, now=now).status == "submitted"
