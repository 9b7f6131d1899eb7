"""Plans' pages and calls: public, whole, without persons."""

import io
from collections.abc import Iterator
from datetime import date, datetime, timedelta

import openpyxl
import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from foundation import clock
from indicators import plans, rebuilding
from indicators.registers import linkage, rosters
from tests.accounts.factories import make_official
from tests.indicators.test_series import model, roster

TODAY = date(2026, 11, 21)


@pytest.fixture
def stood_still(now: datetime) -> Iterator[None]:
    """The clock stands at the tests' moment."""
    clock.shift(now - datetime.now(now.tzinfo))
    yield
    clock.shift(timedelta())


@pytest.fixture
def built(client: FlaskClient, session: Session, now: datetime, stood_still: None) -> None:
    """One digital model, one roster, one built day."""
    officer = make_official(session, now, scope="48")
    linkage.record(session, officer, model(), now=now)
    rosters.record(session, officer, roster(), now=now)
    rebuilding.rebuild(session, TODAY, TODAY, now=now)
    session.flush()


def test_all_five_plans_are_listed_and_open(client: FlaskClient, built: None) -> None:
    listing = client.get("/plans").text

    for slug, plan in plans.plans().items():
        assert f'href="/plans/{slug}"' in listing
        page = client.get(f"/plans/{slug}")
        assert page.status_code == 200
        assert plan.name_vi in page.text


def test_unknown_figures_say_so_and_known_ones_stand_against_their_target(
    client: FlaskClient, built: None
) -> None:
    page = client.get("/plans/quang-nam?period=2026").text

    assert "100%" in page
    assert "chưa có số liệu" in page
    assert "≥ 50%" in page
    assert "Kế hoạch ghi khác nhau" in page
    assert "đã hết hạn" in page


def test_pages_are_in_english_too(client: FlaskClient, built: None) -> None:
    page = client.get("/plans/quang-nam?lang=en").text

    assert "no data yet" in page
    assert "chưa có số liệu" not in page


def test_the_public_sees_sums_and_no_row(client: FlaskClient, built: None) -> None:
    page = client.get("/plans/quang-nam/indicators/eco.link_digital/rows?period=2026").text

    assert "Cộng theo xã, phường" in page
    assert "Thăng Bình" in page
    assert "Công ty Rau sạch" not in page


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/plans/hue", 404),
        ("/plans/quang-nam?period=2026-13", 422),
        ("/plans/quang-nam?unit=21238", 404),
        ("/plans/quang-nam?unit=%00", 422),
        ("/plans/ve-giang/indicators/eco.ocop_channel/rows", 404),
        ("/plans/quang-nam/export?format=exe", 422),
        ("/api/v1/plans/hue", 404),
        ("/api/v1/plans/quang-nam/series", 422),
        ("/api/v1/plans/quang-nam/series?indicator=gov.docs.prov", 200),
    ],
)
def test_wrong_addresses_are_refused_by_name(
    client: FlaskClient, built: None, address: str, status: int
) -> None:
    assert client.get(address).status_code == status


def test_the_export_holds_every_commune_and_states_its_rows(
    client: FlaskClient, built: None
) -> None:
    answer = client.get("/plans/quang-nam/export?period=2026&format=xlsx")

    sheet = openpyxl.load_workbook(io.BytesIO(answer.data))["Dữ liệu 1"]
    rows = list(sheet.iter_rows(min_row=3, values_only=True))
    assert len(rows) == int(answer.headers["X-Row-Count"])
    assert len({row[7] for row in rows if row[7]}) > 30
    whole = next(row for row in rows if row[1] == "eco.link_digital" and row[7] is None)
    assert (whole[9], whole[10], whole[11], whole[14]) == (1, 1, 100, "met")
    unknown = next(row for row in rows if row[1] == "gov.docs.prov")
    assert unknown[11] is None
    assert str(unknown[15]).startswith("Chưa có số liệu")


def test_the_api_tells_targets_with_their_contradictions(client: FlaskClient, built: None) -> None:
    told = client.get("/api/v1/plans/quang-nam?period=2026").get_json()

    by_code = {row["code"]: row["targets"] for row in told["indicators"]}
    assert [(t["value"], t["section"], t["conflict"]) for t in by_code["gov.dist9_5"]] == [
        ("100", "III.2", True),
        ("60", "VII.2d", True),
    ]
    figure = next(f for f in told["figures"] if f["indicator"] == "eco.link_digital")
    assert (figure["value"], figure["unknown_because"]) == ("100.0000", None)
    assert [plan["slug"] for plan in client.get("/api/v1/plans").get_json()["items"]] == list(
        plans.SLUGS
    )


def test_a_series_has_twelve_months_with_gaps_told(client: FlaskClient, built: None) -> None:
    told = client.get(
        "/api/v1/plans/quang-nam/series?indicator=eco.link_digital&period=2026-11"
    ).get_json()

    assert [month["unknown_because"] for month in told["months"]] == ["no_days"] * 11 + [None]
