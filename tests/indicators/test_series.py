"""Figures: built from rows, the same however often, unknown where nothing is known."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.permissions import ANONYMOUS, SYSTEM, Actor
from foundation.errors import Conflict, Forbidden, Invalid, NotFound, Unauthenticated
from indicators import behind, board, periods, places, plans, rebuilding, series
from indicators.formulas import Parts
from indicators.models import DayFact
from indicators.registers import channels, linkage, rosters
from tests.accounts.factories import THANG_BINH, VE_GIANG, make_official
from tests.traceability.factories import grow, make_batch

TODAY = date(2026, 11, 21)
YEAR = periods.year_of(TODAY)
QUANG_NAM = plans.get_plan("quang-nam")


@pytest.fixture
def officer(session: Session, now: datetime) -> Actor:
    return make_official(session, now, scope="48")


def model(**changes: Any) -> dict[str, Any]:
    entry = {
        "name": "Liên kết ớt Thăng Bình",
        "commune_code": THANG_BINH,
        "crop": "ớt",
        "buyer": "Công ty Rau sạch",
        "has_area": True,
        "digital_means": "nhật ký điện tử",
        "started_on": date(2026, 3, 1),
        "evidence": "hợp đồng 12/HĐ",
    }
    return {**entry, **changes}


def claim(**changes: Any) -> dict[str, Any]:
    entry = {
        "owner_name": "Cơ sở Bánh tráng Bà Năm",
        "commune_code": THANG_BINH,
        "kind": "supermarket",
        "channel": "Siêu thị Đồng Xanh",
        "valid_from": date(2026, 2, 1),
        "evidence": "hóa đơn",
    }
    return {**entry, **changes}


def roster(**changes: Any) -> dict[str, Any]:
    entry = {
        "kind": "ocop_owners",
        "unit_code": "49",
        "as_of": date(2026, 6, 30),
        "total": 8,
        "source": "QĐ 1/QĐ-UBND",
    }
    return {**entry, **changes}


def figure(session: Session, code: str, unit: str | None = None) -> series.Figure:
    where = board.scope_of(session, QUANG_NAM, unit, TODAY)
    return series.compute(session, where.scope, plans.get_indicator(QUANG_NAM, code), YEAR)


def rebuild(session: Session, now: datetime, day: date = TODAY) -> None:
    rebuilding.rebuild(session, day, day, now=now)


def test_before_any_day_is_built_nothing_is_known_and_nothing_is_zero(session: Session) -> None:
    found = figure(session, "ops.areas_coded")

    assert (found.value, found.unknown) == (None, "no_days")


def test_digital_models_are_a_share_of_those_tied_to_an_area(
    session: Session, officer: Actor, now: datetime
) -> None:
    linkage.record(session, officer, model(), now=now)
    linkage.record(session, officer, model(digital_means=""), now=now)
    linkage.record(session, officer, model(has_area=False), now=now)
    rebuild(session, now)

    found = figure(session, "eco.link_digital")

    assert found.parts == Parts(Decimal(1), Decimal(2), True)
    assert found.value == 50
    where = board.scope_of(session, QUANG_NAM, None, TODAY)
    rows = behind.list_rows(session, officer, QUANG_NAM, where, found)
    assert [row.is_counted for row in rows] == [True, False]


def test_a_model_that_ended_stays_in_the_figures_of_its_days(
    session: Session, officer: Actor, now: datetime
) -> None:
    made = linkage.record(session, officer, model(), now=now)
    linkage.end(session, officer, made.id, TODAY - timedelta(days=1), now=now)
    rebuild(session, now, TODAY - timedelta(days=1))
    assert figure(session, "eco.link_digital").value == Decimal(100)

    rebuild(session, now)
    assert figure(session, "eco.link_digital").unknown == "no_denominator"
    with pytest.raises(Conflict):
        linkage.end(session, officer, made.id, TODAY, now=now)


def test_a_share_of_owners_needs_the_offices_list(
    session: Session, officer: Actor, now: datetime
) -> None:
    channels.record(session, officer, claim(), now=now)
    channels.record(session, officer, claim(kind="marketplace", channel="Sàn Chợ Quê"), now=now)
    rebuild(session, now)
    assert figure(session, "eco.ocop_channel").unknown == "no_roster"

    rosters.record(session, officer, roster(), now=now)
    rosters.record(session, officer, roster(as_of=date(2026, 9, 30), total=4), now=now)

    found = figure(session, "eco.ocop_channel")
    assert found.parts == Parts(Decimal(1), Decimal(4), True)
    assert found.value == 25
    assert figure(session, "eco.ocop_channel", THANG_BINH).unknown == "no_roster"


def test_rosters_of_all_communes_together_stand_for_the_whole(
    session: Session, officer: Actor, now: datetime
) -> None:
    rebuild(session, now)
    communes = places.list_communes(session, QUANG_NAM, TODAY)
    for commune in communes[1:]:
        rosters.record(session, officer, roster(unit_code=commune.code, total=2), now=now)
    assert figure(session, "eco.ocop_channel").unknown == "no_roster"

    rosters.record(session, officer, roster(unit_code=communes[0].code, total=2), now=now)

    found = figure(session, "eco.ocop_channel")
    assert found.parts.denominator == 2 * len(communes)
    assert found.value == 0


def test_areas_and_batches_count_where_they_are(session: Session, now: datetime) -> None:
    plan = plans.get_plan("ve-giang")
    grown = grow(session, now)
    batch = make_batch(session, grown, now)
    rebuild(session, now)
    rebuild(session, now, batch.produced_on)
    place = grown.area.commune_code
    codes = (place,)
    scope = series.Scope(codes, place)

    def value(code: str) -> Decimal | None:
        return series.compute(session, scope, plans.get_indicator(plan, code), YEAR).value

    assert value("ops.areas_coded") == 1
    assert (value("ops.area_ha_coded") or 0) > 0
    diary = series.compute(session, scope, plans.get_indicator(plan, "ops.diary_complete"), YEAR)
    assert diary.parts.denominator == 1


def test_rebuilding_changes_nothing_when_nothing_changed(
    session: Session, officer: Actor, now: datetime
) -> None:
    linkage.record(session, officer, model(), now=now)
    channels.record(session, officer, claim(), now=now)
    grow(session, now)

    def facts() -> list[tuple[object, ...]]:
        columns = (DayFact.measure, DayFact.day, DayFact.commune_code, DayFact.value)
        return [tuple(row) for row in session.execute(select(*columns).order_by(*columns[:3]))]

    first, last = TODAY - timedelta(days=5), TODAY
    rebuilding.rebuild(session, first, last, now=now)
    once = facts()
    for day in (TODAY, first, TODAY - timedelta(days=2)):
        rebuild(session, now, day)

    assert facts() == once
    assert once


def test_the_board_adds_up_to_its_communes(session: Session, officer: Actor, now: datetime) -> None:
    linkage.record(session, officer, model(), now=now)
    rebuild(session, now)

    drawn = board.draw(session, QUANG_NAM, YEAR, None, today=TODAY)

    line = next(line for line in drawn.lines if line.indicator.code == "eco.link_digital")
    assert line.standing == "met"
    assert drawn.by_commune["eco.link_digital", THANG_BINH].value == Decimal(100)
    contradicted = next(line for line in drawn.lines if line.indicator.code == "gov.dist9_5")
    assert (contradicted.is_contradicted, contradicted.target) == (True, None)


def test_places_of_the_plans_are_todays_communes(session: Session) -> None:
    counts = {
        plan.slug: len(places.list_communes(session, plan, TODAY))
        for plan in plans.plans().values()
    }

    assert counts["ve-giang"] == 1
    assert 6 <= counts["tu-ky"] <= 9
    assert min(counts["quang-nam"], counts["tra-vinh"], counts["phu-tho"]) > 30


def test_rows_are_for_officers_of_the_place(
    session: Session, officer: Actor, now: datetime
) -> None:
    elsewhere = make_official(session, now, scope="51")
    rebuild(session, now)
    found = figure(session, "ops.scans")
    where = board.scope_of(session, QUANG_NAM, None, TODAY)

    assert behind.list_rows(session, officer, QUANG_NAM, where, found) == []
    assert behind.list_totals(session, where, found) == []
    with pytest.raises(Forbidden):
        behind.list_rows(session, elsewhere, QUANG_NAM, where, found)
    with pytest.raises(Unauthenticated):
        behind.list_rows(session, ANONYMOUS, QUANG_NAM, where, found)


def test_registers_are_written_by_officers_of_the_place_only(
    session: Session, officer: Actor, now: datetime
) -> None:
    with pytest.raises(Forbidden):
        linkage.record(session, officer, model(commune_code=VE_GIANG), now=now)
    with pytest.raises(Forbidden):
        rosters.record(session, officer, roster(unit_code=VE_GIANG), now=now)
    with pytest.raises(Forbidden):
        channels.record(session, SYSTEM, claim(), now=now)


def test_a_row_of_elsewhere_is_not_found_to_end(
    session: Session, officer: Actor, now: datetime
) -> None:
    elsewhere = make_official(session, now, scope="51")
    made = linkage.record(session, officer, model(), now=now)
    claimed = channels.record(session, officer, claim(), now=now)

    with pytest.raises(NotFound):
        linkage.end(session, elsewhere, made.id, TODAY, now=now)
    with pytest.raises(NotFound):
        channels.end(session, elsewhere, claimed.id, TODAY, now=now)


def test_wrong_entries_name_their_field(session: Session, officer: Actor, now: datetime) -> None:
    wrong = [
        (linkage.record, model(ended_on=date(2026, 1, 1)), "ended_on"),
        (linkage.record, model(organisation="NO-SUCH"), "organisation"),
        (linkage.record, model(raw_material_area="NL.99.0001"), "raw_material_area"),
        (channels.record, claim(valid_to=date(2026, 1, 1)), "valid_to"),
        (rosters.record, roster(unit_code="999"), "unit_code"),
        (rosters.record, roster(as_of=date(2027, 1, 1)), "as_of"),
    ]
    for record, entry, field in wrong:
        with pytest.raises(Invalid) as caught:
            record(session, officer, entry, now=now)
        assert caught.value.findings[0].field == field


def test_a_commune_of_elsewhere_is_not_found(session: Session) -> None:
    with pytest.raises(NotFound):
        board.scope_of(session, QUANG_NAM, VE_GIANG, TODAY)


def test_a_list_of_today_is_taken_before_seven_in_the_morning(
    session: Session, officer: Actor
) -> None:
    """Vietnam's day begins while it is still yesterday in UTC."""
    early = datetime(2026, 11, 21, 17, 30, tzinfo=UTC)

    entered = rosters.record(session, officer, roster(as_of=date(2026, 11, 22)), now=early)

    assert entered.as_of == date(2026, 11, 22)
