"""Diary sheets: found wrong whole, written whole, taken back whole, whoever's lines they are."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from accounts.permissions import Actor
from foundation import clock, imports
from foundation.errors import Conflict, Invalid
from foundation.models import ImportBatch
from growing_areas import diary, ports
from growing_areas.diary import Work
from growing_areas.diary_sheets import taking_in
from growing_areas.models import DiaryEntry, GrowingArea
from ledger.models import LedgerEntry
from tests.growing_areas import factories

DAY = date(2026, 11, 10)
HEAD = "area_name,activity,done_on,product_name,quantity,unit,corrects,reason\n"


@pytest.fixture
def area(session: Session, now: datetime) -> GrowingArea:
    return factories.make_area(session, now)


def manager(area: GrowingArea) -> Actor:
    return factories.manager(area.organisation)


def brought(session: Session, area: GrowingArea, rows: str, now: datetime) -> ImportBatch:
    sheet = (HEAD + rows).encode()
    return taking_in.take_in(session, manager(area), sheet, "so.csv", now=now)[0]


def undone(session: Session, area: GrowingArea, batch: ImportBatch, now: datetime) -> None:
    kind = taking_in.kind_on(clock.business_day(now))
    imports.undo(session, manager(area), kind, batch.id, now=now)


def standing(session: Session, area: GrowingArea) -> list[tuple[str, str | None, Decimal | None]]:
    page = diary.list_entries(session, manager(area), area.id)
    return [(each.activity, each.product_name, each.quantity) for each in page.items]


def test_what_writing_a_sheet_would_warn_of_is_told_before_and_nothing_is_written(
    session: Session, now: datetime, area: GrowingArea, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ports, "_lots_stopped", lambda _session, ids: {min(ids): ["L1", "L2"]})
    rows = (
        "Vùng bưởi Đoan Hạ,harvest,12/11/2026,,850,KGM,,\n"
        "Vùng bưởi Đoan Hạ,spraying,10/11/2026,Thuốc lạ,,,,\n"
    )

    batch = taking_in.preview(session, manager(area), (HEAD + rows).encode(), "so.csv", now=now)

    told = [(each.code, each.field) for each in imports.findings_of(batch)]
    assert ("diary.interval_missing", "rows.3.pre_harvest_days") in told
    assert ("diary.interval_unknown", "rows.2.done_on") in told
    assert ("diary.stops_lots", "rows.3.done_on") in told
    days = {each.params.get("sprayed_on") for each in imports.findings_of(batch)}
    assert DAY in days
    assert session.scalar(select(func.count(DiaryEntry.id))) == 0
    waiting = text("SELECT count(*) FROM procrastinate_jobs WHERE task_name LIKE 'diary.%'")
    assert session.scalar(waiting) == 0
    session.commit()
    kinds = session.scalars(select(LedgerEntry.kind)).all()
    assert not [kind for kind in kinds if kind.startswith("diary")]


def test_an_import_taken_back_strikes_out_what_was_new_and_tells_the_old_again(
    session: Session, now: datetime, area: GrowingArea
) -> None:
    old = diary.record(
        session, manager(area), area.id, Work("fertilising", DAY, "Urê", worker="Ba"), now=now
    ).entry
    rows = (
        f"Vùng bưởi Đoan Hạ,Bón phân,10/11/2026,Lân,5,kg,{old.id},Nhầm phân\n"
        "Vùng bưởi Đoan Hạ,harvest,12/11/2026,,850,KGM,,\n"
    )

    batch = brought(session, area, rows, now)
    written = standing(session, area)
    undone(session, area, batch, now)

    assert written == [("harvest", None, Decimal("850.000")), ("fertilising", "Lân", Decimal(5))]
    assert standing(session, area) == [("fertilising", "Urê", None)]
    newest = session.scalars(select(DiaryEntry).order_by(DiaryEntry.id.desc())).first()
    assert newest is not None
    assert newest.worker_id == old.worker_id


def test_a_line_corrected_since_keeps_its_import_from_being_taken_back(
    session: Session, now: datetime, area: GrowingArea
) -> None:
    batch = brought(session, area, "Vùng bưởi Đoan Hạ,weeding,2026-11-10,,,,,\n", now)
    (line,) = session.scalars(select(DiaryEntry))
    diary.correct(session, manager(area), line.id, Work("pruning", DAY), "Nhầm", now=now)

    with pytest.raises(Conflict, match="already_corrected"):
        undone(session, area, batch, now)


def test_everything_wrong_in_a_sheet_is_found_at_once_and_nothing_is_written(
    session: Session, now: datetime, area: GrowingArea
) -> None:
    neighbour = factories.make_area(session, now, name="Vùng người khác")
    theirs = diary.record(
        session, manager(neighbour), neighbour.id, Work("weeding", DAY), now=now
    ).entry
    before = session.scalar(select(func.count(DiaryEntry.id)))
    rows = (
        "Vùng người khác,weeding,2026-11-10,,,,,\n"
        f"Vùng bưởi Đoan Hạ,weeding,2026-11-10,,,,{theirs.id},Vì sao\n"
        "Vùng bưởi Đoan Hạ,spraying,2027-11-10,,,,,\n"
        "Vùng bưởi Đoan Hạ,bay lượn,2026-11-10,,,,,\n"
    )

    with pytest.raises(Invalid) as found:
        brought(session, area, rows, now)

    told = {(each.code, each.field) for each in found.value.findings}
    assert told >= {
        ("diary.area_unknown", "rows.2.area_name"),
        ("diary.not_found", "rows.3.corrects"),
        ("diary.in_future", "rows.4.done_on"),
        ("diary.product_needed", "rows.4.product_name"),
        ("input.not_a_choice", "rows.5.activity"),
    }
    assert session.scalar(select(func.count(DiaryEntry.id))) == before


def test_a_row_changed_under_its_number_is_refused_and_says_how_to_correct(
    session: Session, now: datetime, area: GrowingArea
) -> None:
    line = diary.record(session, manager(area), area.id, Work("weeding", DAY), now=now).entry
    sheet = f"id,area,activity,done_on,notes\n{line.id},{area.id},weeding,{DAY},Cỏ tranh\n"

    with pytest.raises(Invalid) as found:
        taking_in.take_in(session, manager(area), sheet.encode(), "so.csv", now=now)

    assert [each.code for each in found.value.findings] == ["diary.sheet_line_changed"]


def test_a_sheet_sent_twice_says_that_its_lines_are_there_already(
    session: Session, now: datetime, area: GrowingArea
) -> None:
    rows = HEAD + "Vùng bưởi Đoan Hạ,harvest,2026-11-10,,850,KGM,,\n"
    taking_in.take_in(session, manager(area), rows.encode(), "so.csv", now=now)

    _again, found = taking_in.take_in(session, manager(area), rows.encode(), "so.csv", now=now)

    assert [each.code for each in found] == ["diary.sheet_alike"]
