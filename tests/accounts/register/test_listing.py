"""The register as an office reads it: filters on the page and in the file, faults by row."""

import csv
import io
from datetime import datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from accounts.permissions import SYSTEM
from accounts.register import profiles, table
from accounts.register.listing import RegisterQuery, list_register
from accounts.register.profiles import ProfileAnswers
from foundation import clock
from foundation.errors import Finding
from tests.accounts.browser import form_token, sign_in_as, text_of
from tests.accounts.factories import (
    THANG_BINH,
    make_member,
    make_official,
    make_organisation,
)


def two(session: Session, now: datetime) -> None:
    """One cooperative that has given its word for the year, one that has not."""
    done = make_organisation(session, now, name="HTX Đã Xong")
    profiles.save(session, SYSTEM, done.code, ProfileAnswers(members=7), now=now)
    profiles.confirm(session, make_member(session, done, now), done.code, now=now)
    make_organisation(session, now, name="HTX Còn Nợ")


@pytest.mark.parametrize(
    ("confirmed", "names"),
    [("yes", ["HTX Đã Xong"]), ("no", ["HTX Còn Nợ"]), (None, ["HTX Còn Nợ", "HTX Đã Xong"])],
)
def test_an_office_finds_who_has_not_confirmed_this_year(
    session: Session, now: datetime, confirmed: str | None, names: list[str]
) -> None:
    two(session, now)
    officer = make_official(session, now)

    page = list_register(session, officer, RegisterQuery(confirmed=confirmed), now=now)

    assert [row.name for row in page.items] == names


def test_last_year_s_word_is_not_this_year_s(session: Session, now: datetime) -> None:
    two(session, now)
    next_year = now.replace(year=now.year + 1)

    page = list_register(
        session, make_official(session, now), RegisterQuery(confirmed="yes"), now=next_year
    )

    assert page.items == []


def test_the_file_holds_what_the_page_is_filtered_to(client: FlaskClient, session: Session) -> None:
    two(session, clock.now())
    make_organisation(session, clock.now(), name="HTX Nơi Khác", commune_code=THANG_BINH)
    sign_in_as(client, session, make_official(session, clock.now(), scope=""), clock.now())

    page = client.get("/office/cooperatives?confirmed=no&province_code=51").text
    file = client.get("/office/cooperatives/export?confirmed=no&province_code=51&format=csv")

    assert "HTX Còn Nợ" in page
    assert "HTX Đã Xong" not in page
    assert "HTX Nơi Khác" not in page
    rows = list(csv.reader(io.StringIO(file.data.decode("utf-8-sig"))))
    assert [cell for row in rows for cell in row if cell.startswith("HTX")] == ["HTX Còn Nợ"]
    assert "khớp bộ lọc" in client.get("/office/cooperatives?q=khong-co").text


def test_a_fault_names_row_and_column_as_the_sheet_does(
    client: FlaskClient, session: Session
) -> None:
    sign_in_as(client, session, make_official(session, clock.now()), clock.now())
    sheet = "name,commune_code,registered_on\nHTX Thử,Xứ Lạ,\nHTX Hai,21238,31/02/2020\n"
    upload = {"file": (io.BytesIO(sheet.encode()), "htx.csv"), "csrf_token": form_token(client)}

    answer = client.post("/office/cooperatives/import", data=upload, follow_redirects=True)

    shown = text_of(answer)
    assert "Dòng 2, cột “Xã, phường (tên hoặc mã)”:" in shown
    assert "Dòng 3, cột “Ngày đăng ký”:" in shown
    assert "rows." not in shown


def test_a_finding_about_a_row_or_the_file_alone_says_as_much() -> None:
    assert table.place_of(Finding("x", {}, "rows.4.name")) == (4, "Tên hợp tác xã")
    assert table.place_of(Finding("x", {}, "rows.4")) == (4, None)
    assert table.place_of(Finding("x", {}, "file")) == (None, None)
    assert table.place_of(Finding("x", {})) == (None, None)
