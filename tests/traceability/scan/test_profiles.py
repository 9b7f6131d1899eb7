"""What the law wants told is told, or said not to be declared: by day and by kind of goods."""

import re
from datetime import date, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from foundation import clock
from growing_areas.rules import Validity
from products.models import Product
from tests.products.factories import give_stars
from tests.traceability.factories import GTIN, Grown, grow, make_batch
from tests.traceability.scan.test_pages import text_of
from traceability.scan import keeping, profiles, timeline

TODAY = date(2026, 11, 22)


@pytest.fixture(autouse=True)
def _nothing_cached(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    keeping.forget_all()
    monkeypatch.setattr(clock, "now", lambda: now)


def fields(on: date, group: str | None, origin: str = "harvest") -> set[str]:
    return {each.field for each in profiles.in_force(on, group=group, origin=origin)}


def test_every_row_names_its_source_its_days_and_a_known_field() -> None:
    rows = profiles.demands()

    assert {each.profile for each in rows} == {"minimum", "passport", "farm_produce"}
    assert {each.field for each in rows} == set(profiles.FIELDS)
    assert {each.when for each in rows} == {"always", "if_any", "encouraged"}
    assert all(isinstance(each.validity, Validity) and each.validity.source for each in rows)
    assert not any(each.validity.verified for each in rows), "nobody has read the documents yet"


def test_profiles_come_into_force_by_day_and_by_goods() -> None:
    before, foods, all_produce = date(2026, 6, 30), date(2026, 7, 1), date(2027, 7, 1)

    assert "brand" in fields(date(2024, 6, 1), "food.fresh")
    assert fields(date(2024, 5, 31), "food.fresh") == set()
    assert "gtin" not in fields(date(2026, 1, 22), "food.fresh")
    assert "gtin" in fields(date(2026, 1, 23), "food.fresh")
    assert "households" not in fields(before, "food.fresh")
    assert "households" in fields(foods, "food.fresh")
    assert "households" not in fields(foods, "ornamental")
    assert "households" in fields(all_produce, "ornamental")
    assert "households" not in fields(all_produce, "crafts", origin="none")


@pytest.mark.parametrize("group", ["food.fresh", "ornamental", None])
def test_each_field_in_force_is_told_or_said_not_to_be_declared(
    client: FlaskClient, session: Session, now: datetime, group: str | None
) -> None:
    grown = grow(session, now)
    grown.product.ocop_group = group
    batch = make_batch(session, grown, now)
    session.commit()

    told = client.get(f"/api/v1/trace/{batch.code}").get_json()
    page = client.get(f"/t/{batch.code}").text

    declared = {each["field"]: each["is_told"] for each in told["declared"]}
    assert set(declared) == fields(clock.business_day(now), group)
    missing = {field for field, is_told in declared.items() if not is_told}
    assert {"brand", "gtin", "warnings", "portal", "picture"} <= missing
    for field in missing - {"certificates", "growing_place", "stages", "origin", "trace"}:
        pattern = f"<dt>{profiles.FIELDS[field]}</dt><dd[^>]*>chưa khai báo</dd>"
        assert re.search(pattern, page), field
    assert "Chưa khai báo giấy chứng nhận nào." in page
    documents = {name for each in told["declared"] for name in each["documents"]}
    assert [name for name in documents if name not in page] == []


def full(product: Product) -> None:
    product.brand, product.warnings = "Gạo Vệ Giang", "Không dùng khi ẩm mốc."
    product.portal_url = "https://traceviet.vi.du/1"


def test_what_is_declared_is_told_in_the_makers_words(
    client: FlaskClient, session: Session, now: datetime
) -> None:
    grown: Grown = grow(session, now, gtin=GTIN, shelf_life_days=60)
    full(grown.product)
    grown.organisation.gln = "8930001000018"
    give_stars(session, grown.product, 4, date(2026, 1, 1), now=now)
    batch = make_batch(session, grown, now)
    session.commit()

    answer = client.get(f"/t/{batch.code}")
    said = text_of(answer.text)

    for words in ("Gạo Vệ Giang", "Không dùng khi ẩm mốc.", "8930001000018", "OCOP 4 sao"):
        assert words in said
    assert 'href="https://traceviet.vi.du/1"' in answer.text
    assert f'href="/complaints/new?code={batch.code}"' in answer.text
    told = client.get(f"/api/v1/trace/{batch.code}").get_json()
    assert told["stands_behind"]["growing_areas"] == "officer"
    assert told["product"]["warnings"] == "Không dùng khi ẩm mốc."
    assert (told["proof"]["entry"] is None) == (told["proof"]["checkpoint"] is None)


def test_a_households_number_is_never_told(
    client: FlaskClient, session: Session, now: datetime
) -> None:
    grown = grow(session, now)
    grown.organisation.kind, grown.organisation.tax_code = "household", "034085001234"
    batch = make_batch(session, grown, now)
    session.commit()

    assert "034085001234" not in client.get(f"/t/{batch.code}").text
    assert "034085001234" not in client.get(f"/api/v1/trace/{batch.code}").text


def test_works_of_one_kind_that_follow_each_other_are_one_line() -> None:
    days = [date(2026, 3, day) for day in (5, 1, 2, 3, 4)]
    works = ["spraying", "irrigation", "irrigation", "fertilising", "irrigation"]

    told = timeline.runs(zip(days, works, strict=True))

    assert [(run.activity, run.count) for run in told] == [
        ("irrigation", 2), ("fertilising", 1), ("irrigation", 1), ("spraying", 1)
    ]  # fmt: skip
    assert (told[0].first_on, told[0].last_on) == (date(2026, 3, 1), date(2026, 3, 2))
    assert timeline.newest(told * 5) == (told * 5)[-timeline.MOST_RUNS :]
