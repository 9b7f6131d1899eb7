"""What became of old units, and what new ones were made from."""

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from territory import crosswalk, units
from territory.models import Conversion, Unit

TODAY = date(2026, 11, 21)


def codes(found: list[crosswalk.Successor]) -> list[str]:
    return sorted(successor.unit.code for successor in found)


def test_an_old_commune_leads_to_the_one_that_took_it_in(session: Session) -> None:
    (found,) = crosswalk.successors(session, "08683", on=TODAY)

    assert (found.unit.code, found.extent) == ("08674", "whole")


def test_a_divided_commune_leads_to_each_of_its_parts(session: Session) -> None:
    divided = select(Conversion.old_code).group_by(Conversion.old_code)
    many = session.scalars(divided.having(func.count() > 1)).all()
    old = many[0]

    found = crosswalk.successors(session, old, on=TODAY)

    assert len(many) == 444
    assert len(found) > 1
    assert {successor.extent for successor in found} == {"part"}


def test_a_district_leads_to_the_communes_of_its_land(session: Session) -> None:
    found = crosswalk.successors(session, "298", on=TODAY)

    assert codes(found) == ["11074", "11086", "11113", "11131", "11140", "11146"]


def test_the_plans_provinces_lead_to_their_successors(session: Session) -> None:
    became = crosswalk.successors_of_many(session, ["49", "84", "25", "30"], on=TODAY)

    assert {old: codes(found) for old, found in became.items()} == {
        "49": ["48"],
        "84": ["86"],
        "25": ["25"],
        "30": ["31"],
    }


def test_an_island_district_without_communes_became_a_special_zone(session: Session) -> None:
    (found,) = crosswalk.successors(session, "536", on=TODAY)

    assert found.unit.label == "Đặc khu Lý Sơn, Quảng Ngãi"


def test_successors_bear_the_name_of_the_day(session: Session) -> None:
    (then,) = crosswalk.successors(session, "25270", on=date(2025, 7, 1))
    (now,) = crosswalk.successors(session, "25270", on=TODAY)

    assert (then.unit.full_name, now.unit.full_name) == ("Xã Lộc Ninh", "Phường Lộc Ninh")


def test_a_new_commune_knows_what_it_was_made_from(session: Session) -> None:
    unit = units.get_unit(session, "21238", TODAY)

    found = crosswalk.predecessors(session, unit)

    assert [old.unit.name for old in found] == ["Nghĩa Hiệp", "Nghĩa Phương", "Sông Vệ"]
    old = units.get_unit(session, "21238", date(2025, 6, 30))
    assert crosswalk.predecessors(session, old) == []


def test_every_new_commune_was_made_from_something(session: Session) -> None:
    made = set(session.scalars(select(Conversion.new_code)))
    communes = session.scalars(
        select(Unit.code).where(Unit.level == "commune", Unit.valid_to.is_(None))
    )

    assert set(communes) - made == set()


def test_old_communes_without_a_known_successor_are_few(session: Session) -> None:
    known = select(Conversion.old_code)
    lost = session.scalars(
        select(Unit.code).where(
            Unit.level == "commune",
            Unit.valid_to == date(2025, 7, 1),
            Unit.code.not_in(known),
        )
    ).all()

    assert len(lost) == 17
    assert crosswalk.successors(session, lost[0], on=TODAY) == []
