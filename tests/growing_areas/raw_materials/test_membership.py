"""Raw-material areas: owners agree before their land counts, no ground counts twice."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Organisation, Person
from accounts.permissions import SYSTEM
from foundation.errors import Conflict, Forbidden, Invalid, NotFound
from foundation.models import OutboxMail
from growing_areas import rules
from growing_areas.raw_materials import facts, grouping, membership
from growing_areas.raw_materials.grouping import PublicWish, RawMaterialTold
from growing_areas.raw_materials.models import RawMaterialArea
from tests.accounts import factories as people
from tests.growing_areas.factories import (
    field,
    make_approved_area,
    make_area,
    make_organisation,
    manager,
)

TODAY = date(2026, 11, 21)
POMELO = RawMaterialTold("Vùng bưởi Đoan Hùng", ["pomelo"], buyer_name="Công ty Bưởi Đất Tổ")


def opened(session: Session, lead: Organisation, now: datetime) -> RawMaterialArea:
    return grouping.open_area(session, manager(lead), lead.code, POMELO, now=now)


def test_codes_run_by_province_and_never_look_official(session: Session, now: datetime) -> None:
    lead = make_organisation(session, now)

    codes = [opened(session, lead, now).code for _ in range(2)]

    assert codes == ["NL.25.0001", "NL.25.0002"]
    assert not any(rule.grammar.fullmatch(codes[0]) for rule in rules.code_templates())


def test_ones_own_area_joins_at_once_anothers_when_it_agrees(
    session: Session, now: datetime
) -> None:
    lead, other = make_organisation(session, now), make_organisation(session, now)
    own = make_approved_area(session, now, lead)
    theirs = make_approved_area(session, now, other, geometry=field(lon=0.02))
    raw = opened(session, lead, now)

    ours, asked = membership.invite(
        session, manager(lead), raw.code, [own.code or "", theirs.code or ""], now=now
    )
    assert (ours.state, asked.state) == ("joined", "invited")
    assert facts.lands_on(session, [raw.id], now.date())[raw.id].area_ids == (own.id,)

    with pytest.raises(NotFound):
        membership.accept(session, manager(lead), asked.id, now=now)
    membership.accept(session, manager(other), asked.id, now=now)

    land = facts.lands_on(session, [raw.id], now.date())[raw.id]
    assert land.organisation_ids == tuple(sorted((lead.id, other.id)))
    with pytest.raises(Conflict, match="answered"):
        membership.accept(session, manager(other), asked.id, now=now)


def test_a_plot_in_two_registrations_counts_once(session: Session, now: datetime) -> None:
    lead = make_organisation(session, now)
    home = make_approved_area(session, now, lead)
    abroad = make_approved_area(session, now, lead, plot=home.plot_id, geometry=None, market="CN")
    raw = opened(session, lead, now)

    membership.invite(
        session, manager(lead), raw.code, [home.code or "", abroad.code or ""], now=now
    )

    land = facts.lands_on(session, [raw.id], now.date())[raw.id]
    assert len(land.area_ids) == 2
    assert land.area_ha == pytest.approx(Decimal("24.75"), abs=Decimal("0.01"))


def test_every_code_that_cannot_be_invited_is_named(session: Session, now: datetime) -> None:
    lead = make_organisation(session, now)
    pomelo = make_approved_area(session, now, lead)
    rice = make_approved_area(session, now, lead, crop="rice", geometry=field(lon=0.02))
    raw = opened(session, lead, now)
    membership.invite(session, manager(lead), raw.code, [pomelo.code or ""], now=now)
    wrong = [pomelo.code or "", rice.code or "", "VN-99"]

    with pytest.raises(Invalid) as caught:
        membership.invite(session, manager(lead), raw.code, wrong, now=now)

    assert [f.code for f in caught.value.findings] == [
        "material.already_in", "material.other_crop", "material.area_unknown",
    ]  # fmt: skip


def test_who_left_stays_in_the_days_before(session: Session, now: datetime) -> None:
    lead = make_organisation(session, now)
    area = make_approved_area(session, now, lead)
    raw = opened(session, lead, now)
    (member,) = membership.invite(session, manager(lead), raw.code, [area.code or ""], now=now)
    later = now + timedelta(days=40)

    membership.leave(session, manager(lead), member.id, now=later)

    assert facts.lands_on(session, [raw.id], now.date())[raw.id].area_ids == (area.id,)
    assert facts.lands_on(session, [raw.id], later.date())[raw.id].area_ids == ()
    (again,) = membership.invite(session, manager(lead), raw.code, [area.code or ""], now=later)
    assert again.state == "joined"


def test_an_ended_area_is_a_fact_of_its_days_only(session: Session, now: datetime) -> None:
    lead = make_organisation(session, now)
    area = make_approved_area(session, now, lead)
    raw = opened(session, lead, now)
    membership.invite(session, manager(lead), raw.code, [area.code or ""], now=now)
    later = now + timedelta(days=40)

    membership.end(session, manager(lead), raw.code, later.date(), now=later)

    (fact,) = facts.raw_material_areas(session, now.date())
    assert (fact.code, fact.has_buyer, fact.area_ids) == (raw.code, True, (area.id,))
    assert facts.raw_material_areas(session, later.date()) == []
    with pytest.raises(Conflict, match="ended"):
        membership.invite(session, manager(lead), raw.code, [area.code or ""], now=later)


def test_only_a_manager_of_the_lead_opens_and_invites(session: Session, now: datetime) -> None:
    lead, other = make_organisation(session, now), make_organisation(session, now)
    raw = opened(session, lead, now)
    draft = make_area(session, now, other, geometry=field(lon=0.02))

    with pytest.raises((Forbidden, NotFound)):
        grouping.open_area(session, manager(other), lead.code, POMELO, now=now)
    with pytest.raises((Forbidden, NotFound)):
        membership.invite(session, manager(other), raw.code, ["VN-1"], now=now)
    with pytest.raises((Forbidden, NotFound)):
        membership.get_inside(session, manager(other), raw.code)
    assert draft.code is None
    assert membership.get_inside(session, SYSTEM, raw.code).id == raw.id


def test_every_fault_of_a_new_one_is_told_at_once(session: Session, now: datetime) -> None:
    lead = make_organisation(session, now)
    told = RawMaterialTold("Vùng", ["unicorn"], buyer="XXXX", started_on=date(2027, 5, 1))

    with pytest.raises(Invalid) as caught:
        grouping.open_area(session, manager(lead), lead.code, told, now=now)

    assert {f.code for f in caught.value.findings} == {
        "crop.not_found", "material.no_such_buyer", "material.in_future",
    }  # fmt: skip


def test_who_left_or_declined_sees_the_inside_no_more(session: Session, now: datetime) -> None:
    lead, other = make_organisation(session, now), make_organisation(session, now)
    theirs = make_approved_area(session, now, other)
    raw = opened(session, lead, now)
    (asked,) = membership.invite(session, manager(lead), raw.code, [theirs.code or ""], now=now)
    assert membership.get_inside(session, manager(other), raw.code).id == raw.id

    membership.accept(session, manager(other), asked.id, now=now)
    membership.leave(session, manager(other), asked.id, now=now)

    with pytest.raises(NotFound):
        membership.get_inside(session, manager(other), raw.code)
    assert grouping.list_areas(session, manager(other)).items == []


def mails(session: Session) -> list[tuple[str, str]]:
    rows = session.scalars(select(OutboxMail).order_by(OutboxMail.id))
    return [(row.recipient, f"{row.subject}\n{row.text}") for row in rows]


def test_managers_hear_of_an_invitation_and_the_lead_of_the_answer(
    session: Session, now: datetime
) -> None:
    lead, other = make_organisation(session, now), make_organisation(session, now)
    asker, asked = (
        session.get_one(Person, people.make_member(session, each, now).person_id)
        for each in (lead, other)
    )
    own = make_approved_area(session, now, lead)
    theirs = [
        make_approved_area(session, now, other, geometry=field(lon=0.02 * place))
        for place in (1, 2)
    ]
    raw = opened(session, lead, now)
    before = len(mails(session))
    codes = [each.code or "" for each in (own, *theirs)]

    made = membership.invite(session, manager(lead), raw.code, codes, now=now)

    ((recipient, told),) = mails(session)[before:]
    assert recipient == asked.email
    assert lead.name in told
    assert all(code in told for code in codes[1:])
    assert codes[0] not in told
    assert "/workspace/raw-material-areas" in told

    membership.accept(session, manager(other), made[1].id, now=now)
    membership.decline(session, manager(other), made[2].id, now=now)
    joined, declined = mails(session)[before + 1 :]
    assert joined[0] == declined[0] == asker.email
    assert "đồng ý" in joined[1]
    assert "từ chối" in declined[1]


def test_everybody_finds_them_by_name_crop_and_province(session: Session, now: datetime) -> None:
    lead = make_organisation(session, now)
    pomelo = opened(session, lead, now)
    rice = RawMaterialTold("Vùng lúa Hạ Hòa", ["rice", "maize"])
    grain = grouping.open_area(session, manager(lead), lead.code, rice, now=now)
    ended = opened(session, lead, now)
    membership.end(session, manager(lead), ended.code, TODAY, now=now)

    def found(**wish: str) -> list[str]:
        page = grouping.list_public(session, PublicWish(**wish))
        return [area.code for area in page.items]

    assert found() == [grain.code, pomelo.code]
    assert found(crop="maize") == found(q="lua ha hoa") == [grain.code]
    assert found(province_code="25", q="bưởi") == [pomelo.code]
    assert found(province_code="51") == found(crop="coffee") == []
