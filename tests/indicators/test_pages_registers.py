"""Officers' registers: entered, ended, refused by field, closed to others."""

from datetime import datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from accounts.permissions import Actor
from foundation import clock
from indicators import rebuilding
from tests.accounts.browser import post, sign_in_as, text_of
from tests.accounts.factories import make_member, make_official, make_organisation

LINKAGE = {
    "name": "Liên kết ớt",
    "commune_code": "20791",
    "crop": "ớt",
    "buyer": "Công ty Rau sạch",
    "has_area": "1",
    "digital_means": "nhật ký điện tử",
    "started_on": "01/03/2026",
    "evidence": "hợp đồng 12/HĐ",
}
CHANNEL = {
    "owner_name": "Cơ sở Bánh tráng Bà Năm",
    "commune_code": "20791",
    "kind": "supermarket",
    "channel": "Siêu thị Đồng Xanh",
    "valid_from": "2026-02-01",
    "evidence": "hóa đơn",
}
ROSTER = {
    "kind": "ocop_owners",
    "unit_code": "49",
    "as_of": "30/06/2026",
    "total": "1.208",
    "source": "QĐ 1/QĐ-UBND",
}


@pytest.fixture
def officer(client: FlaskClient, session: Session, now: datetime) -> Actor:
    made = make_official(session, now, scope="48")
    sign_in_as(client, session, made, now)
    return made


@pytest.mark.parametrize(
    ("register", "entry", "shown"),
    [
        ("linkage", LINKAGE, "Liên kết ớt"),
        ("channels", CHANNEL, "Siêu thị Đồng Xanh"),
        ("rosters", ROSTER, "1.208"),
    ],
)
def test_an_officer_enters_a_row_and_sees_it(
    client: FlaskClient, officer: Actor, register: str, entry: dict[str, str], shown: str
) -> None:
    assert client.get(f"/office/registers/{register}/new").status_code == 200

    answer = post(client, f"/office/registers/{register}/new", **entry)

    assert answer.status_code == 303
    assert shown in text_of(client.get(f"/office/registers/{register}"))


@pytest.mark.parametrize(
    ("register", "entry", "field"),
    [
        ("linkage", {**LINKAGE, "started_on": "32/13/2026"}, "started_on"),
        ("linkage", {**LINKAGE, "commune_code": "không đâu"}, "commune_code"),
        ("channels", {**CHANNEL, "kind": "gossip"}, "kind"),
        ("rosters", {**ROSTER, "total": "9" * 30}, "total"),
        ("rosters", {**ROSTER, "source": ""}, "source"),
    ],
)
def test_a_wrong_entry_comes_back_with_its_input_and_its_field(
    client: FlaskClient, officer: Actor, register: str, entry: dict[str, str], field: str
) -> None:
    answer = post(client, f"/office/registers/{register}/new", **entry)

    assert answer.status_code == 422
    assert f'href="#f-{field}"' in answer.text
    assert entry.get("evidence", entry.get("unit_code", "")) in answer.text


def test_a_model_is_ended_from_its_list(client: FlaskClient, officer: Actor) -> None:
    post(client, "/office/registers/linkage/new", **LINKAGE)
    page = client.get("/office/registers/linkage").text
    action = page.split('action="/office/registers/linkage/')[1].split('"')[0]

    early = post(client, f"/office/registers/linkage/{action}", on="01/01/2020")
    ended = post(client, f"/office/registers/linkage/{action}", on="30/06/2026")

    assert early.status_code == 422
    assert ended.status_code == 303
    assert "30/06/2026" in client.get("/office/registers/linkage").text


def test_registers_are_closed_to_the_public_and_to_cooperatives(
    client: FlaskClient, session: Session, now: datetime
) -> None:
    assert client.get("/office/registers").status_code in (302, 303, 401)
    manager = make_member(session, make_organisation(session, now), now)
    sign_in_as(client, session, manager, now)

    assert client.get("/office/registers").status_code == 403
    assert client.get("/office/registers/linkage/new").status_code == 403


def test_an_officer_of_the_place_opens_a_figure_to_its_rows(
    client: FlaskClient, session: Session, officer: Actor, now: datetime
) -> None:
    post(client, "/office/registers/linkage/new", **LINKAGE)
    rebuilding.rebuild(session, clock.today(), clock.today(), now=now)
    session.commit()

    page = client.get("/plans/quang-nam/indicators/eco.link_digital/rows").text

    assert "Công ty Rau sạch" in page


@pytest.mark.parametrize(
    ("register", "entry", "cell"),
    [
        ("linkage", LINKAGE, "Liên kết ớt"),
        ("channels", CHANNEL, "Siêu thị Đồng Xanh"),
        ("rosters", ROSTER, "1208"),
    ],
)
def test_a_register_leaves_as_a_table(
    client: FlaskClient, officer: Actor, register: str, entry: dict[str, str], cell: str
) -> None:
    post(client, f"/office/registers/{register}/new", **entry)

    answer = client.get(f"/office/registers/{register}/table?format=csv")

    assert answer.status_code == 200
    assert answer.headers["X-Row-Count"] == "1"
    assert cell in answer.data.decode("utf-8-sig")


def test_a_register_is_narrowed_to_a_commune_by_its_name(
    client: FlaskClient, officer: Actor
) -> None:
    post(client, "/office/registers/linkage/new", **LINKAGE)
    listing = "/office/registers/linkage"

    typed = client.get(listing, query_string={"commune_code": "20791"})
    moved = client.get(listing, query_string={"commune_code": "xã vệ giang, quảng ngãi"})
    other = client.get(moved.location)

    assert "Liên kết ớt" in typed.text
    assert moved.location.endswith("?commune_code=21238")
    assert "Liên kết ớt" not in other.text
    assert "Không có dòng nào hợp điều kiện" in other.text
    empty = client.get(f"{listing}/table?format=csv&commune_code=21238")
    assert empty.headers["X-Row-Count"] == "0"
