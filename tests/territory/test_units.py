"""Units by code and day, by name, and in lists."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from foundation.errors import NotFound
from foundation.i18n import set_language
from territory import units
from territory.models import Conversion, Edition, Unit

TODAY = date(2026, 11, 21)
LAST_OLD_DAY = date(2025, 6, 30)


def labels_of(found: list[units.Match]) -> list[str]:
    return [match.unit.label for match in found]


def test_both_orders_are_loaded_whole(session: Session) -> None:
    def count(level: str, on: date) -> int:
        found, cursor = 0, None
        while True:
            page = units.list_units(session, on=on, level=level, size=5_000, cursor=cursor)
            found, cursor = found + len(page.items), page.next_cursor
            if cursor is None:
                return found

    assert [count(level, TODAY) for level in ("province", "district", "commune")] == [34, 0, 3321]
    assert count("province", LAST_OLD_DAY) == 63
    assert count("district", LAST_OLD_DAY) == 696
    assert count("commune", LAST_OLD_DAY) == 10_061


def test_loading_again_changes_nothing(session: Session) -> None:
    before = session.scalar(select(func.count()).select_from(Conversion))

    count = units.reload_bundled(session)

    assert units.is_loaded(session)
    assert session.scalar(select(func.count()).select_from(Unit)) == count
    assert session.scalar(select(func.count()).select_from(Conversion)) == before


def test_an_edition_is_loaded_once_and_a_new_one_replaces_it(session: Session) -> None:
    session.execute(update(Unit).where(Unit.code == "21238").values(name="Khác"))

    units.load_bundled(session)
    kept = session.scalar(select(Unit.name).where(Unit.code == "21238").limit(1))
    session.execute(update(Edition).values(digest="of an older release"))
    units.load_bundled(session)

    assert kept == "Khác"
    assert units.get_unit(session, "21238", TODAY).name == "Vệ Giang"


def test_a_code_means_another_unit_on_another_day(session: Session) -> None:
    assert units.get_unit(session, "21238", TODAY).label == "Xã Vệ Giang, Quảng Ngãi"
    old = units.get_unit(session, "21238", LAST_OLD_DAY)
    assert old.label == "Thị trấn Sông Vệ, Huyện Tư Nghĩa, Quảng Ngãi"


def test_the_reform_is_on_the_first_of_july_2025(session: Session) -> None:
    assert units.find_unit(session, "49", LAST_OLD_DAY) is not None
    assert units.find_unit(session, "49", date(2025, 7, 1)) is None


def test_a_day_before_the_earliest_table_is_answered_from_it(session: Session) -> None:
    assert units.get_unit(session, "84", date(2022, 8, 19)).label == "Tỉnh Trà Vinh"


def test_dong_nai_is_a_city_since_30_april_2026_with_new_wards(session: Session) -> None:
    assert units.get_unit(session, "75", date(2026, 4, 29)).label == "Tỉnh Đồng Nai"
    assert units.get_unit(session, "75", date(2026, 4, 30)).label == "Thành phố Đồng Nai"
    assert units.get_unit(session, "26368", date(2026, 4, 29)).full_name == "Xã Long Thành"
    assert units.get_unit(session, "26368", TODAY).full_name == "Phường Long Thành"


def test_no_code_has_two_units_on_one_day(session: Session) -> None:
    other = Unit.__table__.alias()
    overlaps = session.execute(
        select(Unit.code)
        .join(other, (other.c.code == Unit.code) & (other.c.valid_from > Unit.valid_from))
        .where((Unit.valid_to.is_(None)) | (Unit.valid_to > other.c.valid_from))
    ).all()

    assert overlaps == []


def test_every_unit_in_force_has_its_parent_in_force(session: Session) -> None:
    parents = set(session.scalars(select(Unit.code).where(Unit.valid_to.is_(None))))
    used = set(session.scalars(select(Unit.parent_code).where(Unit.valid_to.is_(None)))) - {None}

    assert used <= parents


def test_an_unknown_code_is_not_found(session: Session) -> None:
    assert units.find_unit(session, "99999", TODAY) is None
    with pytest.raises(NotFound) as raised:
        units.get_unit(session, "99999", TODAY)
    assert raised.value.code == "territory.no_such_unit"


def test_a_commune_knows_its_province_of_the_day(session: Session) -> None:
    assert units.province_of(session, "21238", TODAY).name == "Quảng Ngãi"
    assert units.province_of(session, "11074", LAST_OLD_DAY).name == "Hải Dương"
    assert units.province_of(session, "11074", TODAY).name == "Hải Phòng"


@pytest.mark.parametrize(
    "query",
    [
        "ve giang", "Vệ Giang", "VE GIANG", "vệ gi", "xã vệ giang", "ve giang quang ngai",
        "Xã Vệ Giang, Quảng Ngãi", "quang ngai ve giang", "ve giang tu nghia", "21238",
    ],
)  # fmt: skip
def test_ve_giang_is_found_however_it_is_typed(session: Session, query: str) -> None:
    found = units.search(session, query, on=TODAY, limit=3)

    assert labels_of(found)[0] == "Xã Vệ Giang, Quảng Ngãi"


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("Ba Tơ", "Xã Ba Tơ, Quảng Ngãi"),
        ("ba tô", "Xã Ba Tô, Quảng Ngãi"),
        ("Ba Đình, Thanh Hóa", "Xã Ba Đình, Thanh Hoá"),
        ("cổ đ", "Xã Cổ Đạm, Hà Tĩnh"),
        ("cờ đ", "Xã Cờ Đỏ, Cần Thơ"),
    ],
)
def test_the_diacritics_as_typed_come_first(session: Session, typed: str, first: str) -> None:
    found = units.search(session, typed, on=TODAY, level="commune", limit=5)

    assert labels_of(found)[0] == first


def test_old_and_new_tone_placement_find_the_same(session: Session) -> None:
    one = units.search(session, "Hòa Bình", on=TODAY, limit=30)
    other = units.search(session, "Hoà Bình", on=TODAY, limit=30)

    assert labels_of(one) == labels_of(other)


def test_an_old_name_leads_to_what_it_is_now(session: Session) -> None:
    found = units.search(session, "doan ha", on=TODAY, level="commune")[0]

    assert found.is_old
    assert found.last_day == LAST_OLD_DAY
    assert found.unit.label.startswith("Xã Đoan Hạ, Huyện Thanh Th")
    assert [unit.code for unit in found.successors] == ["08674"]


def test_communes_are_found_by_the_province_they_used_to_lie_in(session: Session) -> None:
    found = units.search(session, "que son quang nam", on=TODAY, level="commune", limit=5)

    assert found[0].unit.label == "Xã Quế Sơn, Đà Nẵng"


def test_new_units_are_not_found_before_they_existed(session: Session) -> None:
    assert units.search(session, "Vệ Giang", on=LAST_OLD_DAY) == []


def test_a_unit_that_kept_code_and_name_is_shown_once(session: Session) -> None:
    found = units.search(session, "tỉnh quảng ngãi", on=TODAY, level="province")

    assert [(match.unit.code, match.is_old) for match in found] == [("51", False)]


def test_search_stays_within_level_and_parent(session: Session) -> None:
    found = units.search(session, "tân", on=TODAY, level="commune", parent="31", limit=50)

    assert found
    assert {match.unit.level for match in found} == {"commune"}
    assert {match.unit.province_code for match in found if not match.is_old} == {"31"}


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.text(alphabet=st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
def test_any_text_may_be_searched_for(session: Session, query: str) -> None:
    assert len(units.search(session, query, on=TODAY, limit=3)) <= 3


def test_provinces_are_listed_in_vietnamese_order_over_pages(session: Session) -> None:
    first = units.list_units(session, on=TODAY, level="province", size=20)
    rest = units.list_units(session, on=TODAY, level="province", size=20, cursor=first.next_cursor)
    names = [unit.name for unit in first.items + rest.items]

    assert len(names) == 34
    assert names[:8] == [
        "An Giang", "Bắc Ninh", "Cà Mau", "Cao Bằng", "Cần Thơ", "Đà Nẵng", "Đắk Lắk", "Điện Biên",
    ]  # fmt: skip


def test_labels_come_in_the_readers_language(session: Session) -> None:
    assert units.labels(session, {"21238", "24820"}, TODAY)["21238"] == "Xã Vệ Giang, Quảng Ngãi"
    set_language("en")
    try:
        english = units.labels(session, {"21238", "24820", "20333"}, TODAY)
    finally:
        set_language("vi")
    assert english == {
        "21238": "Ve Giang Commune, Quang Ngai",
        "24820": "Ward 2 Bao Loc, Lam Dong",
        "20333": "Hoang Sa Special Zone, Da Nang",
    }
