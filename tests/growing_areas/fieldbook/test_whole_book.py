"""A whole book leaves by few statements, and with words for codes of other versions."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, text
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from accounts.permissions import SYSTEM
from foundation import clock
from growing_areas.fieldbook import book, sheet
from growing_areas.fieldbook.book import BookQuery
from growing_areas.models import GrowingArea
from growing_areas.parcels import parcels
from growing_areas.parcels.parcels import ParcelTold
from tests.accounts import browser
from tests.accounts import factories as people
from tests.growing_areas.factories import make_approved_area, make_organisation

_LINES = 1_200


@pytest.fixture
def area(session: Session, now: datetime) -> GrowingArea:
    """An area with a parcel and lines of three years, every second one about the parcel."""
    area = make_approved_area(session, now, make_organisation(session, now))
    piece = parcels.add(
        session, SYSTEM, area.id, ParcelTold(label="Thửa Đông", area_ha=Decimal("0.1")), now=now
    )
    told = {"area": area.id, "house": area.organisation_id, "piece": piece.parcel.id}
    session.execute(
        text(
            "WITH new AS (INSERT INTO diary_entries (area_id, organisation_id, activity, done_on,"
            " void, recorded_at, product_name, flags)"
            " SELECT :area, :house, 'spraying', current_date - n % 900, false, now(),"
            " 'Thuốc ' || n % 40, '[\"not_in_catalogue\", \"of_next_year\"]'::jsonb"
            f" FROM generate_series(1, {_LINES}) n RETURNING id)"
            " INSERT INTO diary_entry_parcels (entry_id, parcel_id)"
            " SELECT id, :piece FROM new WHERE id % 2 = 0"
        ),
        told,
    )
    return area


def test_a_whole_book_is_told_by_a_few_statements(session: Session, area: GrowingArea) -> None:
    asked: list[str] = []

    def note(_conn: Any, _cursor: Any, sql: str, *_rest: Any) -> None:
        asked.append(sql)

    session.expunge_all()
    event.listen(Engine, "before_cursor_execute", note)
    try:
        lines = list(book.walk(session, SYSTEM, BookQuery(area=area.id)))
    finally:
        event.remove(Engine, "before_cursor_execute", note)

    assert len(lines) == _LINES
    assert [(each.entry.done_on, each.entry.id) for each in lines] == sorted(
        (each.entry.done_on, each.entry.id) for each in lines
    )
    named = {each.entry.id % 2: each.parcels for each in lines}
    assert named == {0: ("Thửa Đông",), 1: ()}
    assert len(asked) <= 8, asked


def test_a_code_of_another_version_is_told_as_what_it_is(
    session: Session, area: GrowingArea
) -> None:
    at = [column.code for column in sheet.COLUMNS].index("warnings")

    (row, *_) = sheet.rows(book.walk(session, SYSTEM, BookQuery(area=area.id)))

    assert row[at] == "Không có trong danh mục; không rõ (mã of_next_year)"


def test_a_code_of_another_version_breaks_no_page_of_an_officer(
    session: Session, client: FlaskClient, area: GrowingArea
) -> None:
    officer = people.make_official(session, clock.now(), role="admin")
    browser.sign_in_as(client, session, officer, clock.now())
    newest = session.execute(text("SELECT max(id), max(done_on) FROM diary_entries")).one()
    day = f"area={area.id}&since={newest[1]}&until={newest[1]}"

    answers = {
        address: client.get(f"/office/diary{address}").status_code
        for address in (f"?{day}", f"/{newest[0]}", f"/print.pdf?{day}", f"/export.csv?{day}")
    }

    assert set(answers.values()) == {200}, answers
    assert "of_next_year" in client.get(f"/office/diary?{day}").get_data(as_text=True)
