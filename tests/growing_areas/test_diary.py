"""The farm diary: append-only, with pre-harvest intervals that read unknown, never zero."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from accounts.permissions import SYSTEM
from foundation.errors import Conflict, Invalid, NotFound
from growing_areas import diary, season
from growing_areas.diary import Work
from growing_areas.season import Harvest
from tests.growing_areas import factories

SPRAYED = date(2026, 11, 1)


def spray(days: int | None = 14, done_on: date = SPRAYED) -> Work:
    return Work("spraying", done_on, product_name="Trebon 10EC", pre_harvest_days=days)


def test_a_harvest_is_forbidden_until_the_interval_is_over(session: Session, now: datetime) -> None:
    area = factories.make_area(session, now)
    diary.record(session, SYSTEM, area.id, spray(14), now=now)

    def forbidden(day: date) -> bool:
        return bool(diary.forbidding_sprays(session, [area.id], day))

    assert not forbidden(SPRAYED - timedelta(days=1))
    assert forbidden(SPRAYED)
    assert forbidden(SPRAYED + timedelta(days=13))
    assert not forbidden(SPRAYED + timedelta(days=14))
    (found,) = diary.forbidding_sprays(session, [area.id], SPRAYED)
    assert found.first_permitted_on == date(2026, 11, 15)


def test_a_missing_interval_reads_unknown_never_zero(session: Session, now: datetime) -> None:
    area = factories.make_area(session, now)
    recorded = diary.record(session, SYSTEM, area.id, spray(None), now=now)

    (found,) = diary.forbidding_sprays(session, [area.id], SPRAYED + timedelta(days=60))

    assert found.is_unknown
    assert found.first_permitted_on is None
    assert [f.code for f in recorded.findings] == ["diary.interval_missing"]


def test_an_interval_of_zero_days_forbids_nothing(session: Session, now: datetime) -> None:
    area = factories.make_area(session, now)
    diary.record(session, SYSTEM, area.id, spray(0), now=now)

    assert diary.forbidding_sprays(session, [area.id], SPRAYED) == []


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(days=st.integers(0, 120), after=st.integers(-5, 130))
def test_the_rule_holds_for_every_interval(
    session: Session, now: datetime, days: int, after: int
) -> None:
    area = factories.make_area(session, now)
    diary.record(session, SYSTEM, area.id, spray(days), now=now)

    found = diary.forbidding_sprays(session, [area.id], SPRAYED + timedelta(days=after))

    assert bool(found) == (0 <= after < days)


def test_a_correction_takes_the_place_of_the_old_line(session: Session, now: datetime) -> None:
    area = factories.make_area(session, now)
    old = diary.record(session, SYSTEM, area.id, spray(30), now=now).entry

    diary.correct(session, SYSTEM, old.id, spray(3), "Ghi nhầm nhãn", now=now)

    assert diary.forbidding_sprays(session, [area.id], SPRAYED + timedelta(days=5)) == []
    assert len(diary.list_entries(session, SYSTEM, area.id).items) == 1
    with pytest.raises(Conflict, match="already_corrected"):
        diary.correct(session, SYSTEM, old.id, spray(5), "Lần nữa", now=now)


def test_a_struck_out_line_no_longer_counts(session: Session, now: datetime) -> None:
    area = factories.make_area(session, now)
    old = diary.record(session, SYSTEM, area.id, spray(30), now=now).entry

    diary.strike_out(session, SYSTEM, old.id, "Không phun", now=now)

    assert diary.list_entries(session, SYSTEM, area.id).items == []
    assert diary.forbidding_sprays(session, [area.id], SPRAYED) == []


def test_lines_cannot_be_edited_or_deleted(session: Session, now: datetime) -> None:
    area = factories.make_area(session, now)
    diary.record(session, SYSTEM, area.id, spray(), now=now)

    for statement in ("UPDATE diary_entries SET dose = 'x'", "DELETE FROM diary_entries"):
        with pytest.raises(IntegrityError, match="never changed"), session.begin_nested():
            session.execute(text(statement))


def test_every_fault_of_a_line_is_told_at_once(session: Session, now: datetime) -> None:
    area = factories.make_area(session, now)
    work = Work("spraying", date(2027, 1, 1), quantity=None, unit="KGM")

    with pytest.raises(Invalid) as caught:
        diary.record(session, SYSTEM, area.id, work, now=now)

    assert {f.code for f in caught.value.findings} == {
        "diary.in_future", "diary.product_needed", "diary.quantity_needs_unit",
    }  # fmt: skip


def test_a_harvest_too_early_is_written_down_with_a_warning(
    session: Session, now: datetime
) -> None:
    area = factories.make_area(session, now)
    diary.record(session, SYSTEM, area.id, spray(30), now=now)

    recorded = diary.record(session, SYSTEM, area.id, Work("harvest", date(2026, 11, 10)), now=now)

    assert [f.code for f in recorded.findings] == ["diary.within_interval"]


def test_a_complete_diary_tells_each_required_activity(session: Session, now: datetime) -> None:
    area = factories.make_area(session, now)
    start, end = date(2026, 1, 1), date(2026, 11, 20)
    diary.record(session, SYSTEM, area.id, Work("harvest", date(2026, 11, 19)), now=now)
    diary.record(session, SYSTEM, area.id, spray(None), now=now)

    before = diary.completeness(session, area.id, start, end)
    diary.record(session, SYSTEM, area.id, Work("fertilising", date(2026, 3, 1)), now=now)
    line = diary.list_entries(session, SYSTEM, area.id).items[1]
    diary.correct(session, SYSTEM, line.id, spray(7), "Bổ sung nhãn", now=now)
    after = diary.completeness(session, area.id, start, end)

    assert before.missing == ("fertilising", "spraying_details")
    assert after.is_complete


def test_strangers_do_not_learn_of_the_diary(session: Session, now: datetime) -> None:
    area = factories.make_area(session, now)
    stranger = factories.manager(factories.make_organisation(session, now))

    with pytest.raises(NotFound):
        diary.list_entries(session, stranger, area.id)
    with pytest.raises(NotFound):
        diary.record(session, stranger, area.id, spray(), now=now)


def test_many_harvests_are_asked_about_as_each_of_them_alone(
    session: Session, now: datetime
) -> None:
    organisation = factories.make_organisation(session, now)
    areas = [
        factories.make_area(session, now, organisation, geometry=factories.field(lon=0.01 * n))
        for n in range(2)
    ]
    for place, area in enumerate(areas):
        diary.record(session, SYSTEM, area.id, spray(7 * (place + 1)), now=now)
        diary.record(session, SYSTEM, area.id, spray(None, date(2026, 10, 1)), now=now)
    ids = [area.id for area in areas]
    asked = [
        Harvest(owned, SPRAYED + timedelta(days=days))
        for owned in ((ids[0],), (ids[1],), tuple(ids))
        for days in (-40, -1, 0, 6, 7, 13, 14, 300)
    ]

    together = season.forbidding_sprays_of(session, asked)

    assert list(together) == asked
    for harvest in asked:
        alone = season.forbidding_sprays(session, harvest.area_ids, harvest.harvested_on)
        assert together[harvest] == alone
    both = together[Harvest(tuple(ids), SPRAYED + timedelta(days=6))]
    assert [found.is_unknown for found in both] == [False, False, True, True]
