"""Proposing, revising, handing in and listing areas."""

from datetime import datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from accounts.models import Membership
from accounts.permissions import ANONYMOUS, SYSTEM
from foundation.errors import Conflict, Forbidden, Invalid, NotFound, Unauthenticated
from growing_areas import areas, registration
from growing_areas.registration import AreaQuery
from tests.growing_areas import factories


def test_a_sound_field_becomes_a_draft_with_its_area(session: Session, now: datetime) -> None:
    organisation = factories.make_organisation(session, now)

    proposed = registration.propose(
        session, factories.manager(organisation), organisation.code,
        factories.make_proposal(), now=now,
    )  # fmt: skip

    assert proposed.area.status == "draft"
    assert proposed.area.code is None
    assert proposed.area.province_code == factories.PROVINCE
    assert proposed.area.version.number == 1
    assert 200_000 < proposed.area.version.area_m2 < 250_000
    assert proposed.findings == ()


def test_every_fault_of_a_proposal_is_told_at_once(session: Session, now: datetime) -> None:
    organisation = factories.make_organisation(session, now)
    bow_tie = [[105.28, 21.12], [105.29, 21.13], [105.29, 21.12], [105.28, 21.13], [105.28, 21.12]]
    proposal = factories.make_proposal(
        crop="unicorn", commune_code="00000",
        geometry={"type": "Polygon", "coordinates": [bow_tie]},
    )  # fmt: skip

    with pytest.raises(Invalid) as caught:
        registration.propose(session, SYSTEM, organisation.code, proposal, now=now)

    assert [f.code for f in caught.value.findings] == [
        "crop.not_found", "territory.unknown_unit", "area.self_intersects",
    ]  # fmt: skip
    assert caught.value.findings[2].coordinate == (105.285, 21.125)


def test_a_small_orchard_is_warned_of_the_minimum(session: Session, now: datetime) -> None:
    organisation = factories.make_organisation(session, now)
    tiny = [[105.28, 21.12], [105.2803, 21.12], [105.2803, 21.1203], [105.28, 21.12]]
    proposal = factories.make_proposal(geometry={"type": "Polygon", "coordinates": [tiny]})

    proposed = registration.propose(session, SYSTEM, organisation.code, proposal, now=now)

    assert [(f.code, f.severity) for f in proposed.findings] == [("area.below_minimum", "warning")]


def test_another_cooperatives_manager_is_told_there_is_no_such_area(
    session: Session, now: datetime
) -> None:
    area = factories.make_area(session, now)
    other = factories.make_organisation(session, now)

    with pytest.raises(NotFound):
        areas.get_area(session, factories.manager(other), area.id)
    with pytest.raises(NotFound):
        registration.submit(session, factories.manager(other), area.id, now=now)
    with pytest.raises(Unauthenticated):
        areas.get_area(session, ANONYMOUS, area.id)


def test_an_officer_of_another_province_may_not_look(session: Session, now: datetime) -> None:
    area = factories.make_area(session, now)

    with pytest.raises((NotFound, Forbidden)):
        areas.get_area(session, factories.officer("48"), area.id)
    assert areas.get_area(session, factories.officer("25"), area.id).id == area.id


def test_a_revised_outline_is_a_new_version_and_the_old_one_stays(
    session: Session, now: datetime
) -> None:
    area = factories.make_area(session, now)
    first = area.version

    revised = registration.revise(
        session, SYSTEM, area.id, factories.make_proposal(geometry=factories.field(0.001)), now=now
    )

    assert revised.area.version.number == 2
    assert first.id != revised.area.version.id
    with pytest.raises(IntegrityError, match="never changed"), session.begin_nested():
        session.execute(text("UPDATE growing_plot_versions SET area_m2 = 1"))


def test_revising_without_a_new_outline_keeps_the_version(session: Session, now: datetime) -> None:
    area = factories.make_area(session, now)
    proposal = factories.make_proposal(name="Tên mới", geometry=None, plot=area.plot_id)

    revised = registration.revise(session, SYSTEM, area.id, proposal, now=now)

    assert (revised.area.name, revised.area.version.number) == ("Tên mới", 1)


def test_one_plot_may_stand_in_two_registrations(session: Session, now: datetime) -> None:
    organisation = factories.make_organisation(session, now)
    first = factories.make_approved_area(session, now, organisation)
    second = factories.make_proposal(plot=first.plot_id, geometry=None, market="CN")

    proposed = registration.propose(session, SYSTEM, organisation.code, second, now=now)

    assert proposed.area.plot_id == first.plot_id
    assert proposed.findings == ()


def test_a_plot_of_another_cooperative_is_not_found(session: Session, now: datetime) -> None:
    first = factories.make_area(session, now)
    other = factories.make_organisation(session, now)
    proposal = factories.make_proposal(plot=first.plot_id, geometry=None)

    with pytest.raises(NotFound):
        registration.propose(session, SYSTEM, other.code, proposal, now=now)


def test_a_dossier_without_anybody_answering_for_it_is_refused_naming_the_piece(
    session: Session, now: datetime
) -> None:
    organisation = factories.make_organisation(session, now, representative=None)
    area = factories.make_area(session, now, organisation, households=())

    with pytest.raises(Conflict) as caught:
        registration.submit(session, SYSTEM, area.id, now=now)

    assert caught.value.code == "area.dossier_incomplete"
    assert [f.code for f in caught.value.findings] == ["dossier.no_representative"]


def test_a_manager_answers_for_the_area(session: Session, now: datetime) -> None:
    from accounts.models import Person

    organisation = factories.make_organisation(session, now, representative=None)
    person = Person(name="A", name_key="a", phone="+84900000001", created_at=now)
    session.add(person)
    session.flush()
    session.add(
        Membership(
            organisation_id=organisation.id, person_id=person.id, role="manager", joined_at=now
        )
    )
    area = factories.make_area(session, now, organisation, households=())

    assert registration.submit(session, SYSTEM, area.id, now=now).status == "submitted"


def test_what_is_handed_in_cannot_be_changed_or_handed_in_again(
    session: Session, now: datetime
) -> None:
    area = factories.make_area(session, now)
    registration.submit(session, SYSTEM, area.id, now=now)

    with pytest.raises(Conflict, match="wrong_status"):
        registration.submit(session, SYSTEM, area.id, now=now)
    with pytest.raises(Conflict, match="wrong_status"):
        registration.revise(session, SYSTEM, area.id, factories.make_proposal(), now=now)


def test_lists_hold_only_what_the_reader_may_see_and_asked_for(
    session: Session, now: datetime
) -> None:
    mine = factories.make_organisation(session, now)
    area = factories.make_area(session, now, mine)
    factories.make_area(session, now, geometry=factories.field(0.05), name="Vùng khác")
    boss = factories.manager(mine)

    def ids(**filters: object) -> list[int]:
        page = registration.list_areas(session, boss, AreaQuery(**filters))  # type: ignore[arg-type]
        return [found.id for found in page.items]

    assert ids() == [area.id]
    assert ids(q="buoi doan ha") == [area.id]
    assert ids(q="xoài") == []
    assert ids(crop="pomelo", status="draft", commune_code=factories.COMMUNE) == [area.id]
    assert ids(crop="rice") == []
    assert ids(bbox=(105.27, 21.11, 105.29, 21.13)) == [area.id]
    assert ids(bbox=(106.0, 21.0, 106.1, 21.1)) == []
    assert ids(organisation=mine.code) == [area.id]
