"""Buying slips: numbered, summed, corrected, printed; each one a harvest in the diary."""

from datetime import date, datetime
from decimal import Decimal
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.orm import Session

from accounts.permissions import SYSTEM
from foundation.documents import printing
from foundation.errors import Conflict, Invalid, NotFound
from growing_areas import diary
from growing_areas.diary import Work
from growing_areas.models import DiaryEntry, GrowingArea
from growing_areas.parcels import households, parcels
from growing_areas.parcels.parcels import ParcelTold
from growing_areas.proposals import Household
from growing_areas.slips import choosing, listing, paper, pricing, recorded, slips
from growing_areas.slips.listing import SlipQuery
from growing_areas.slips.models import BuyingSlip
from growing_areas.slips.slips import SlipTold
from tests.growing_areas import factories

DAY = date(2026, 11, 10)


def told(**changes: object) -> SlipTold:
    row = {"bought_on": DAY, "quantity": Decimal("2.5"), "unit": "tạ", "price_vnd": 12_000}
    return SlipTold(**{**row, **changes})  # type: ignore[arg-type]


@pytest.fixture
def area(session: Session, now: datetime) -> GrowingArea:
    return factories.make_area(session, now)


def test_a_slip_is_the_harvest_of_its_household(
    session: Session, now: datetime, area: GrowingArea
) -> None:
    (household,) = households.of_plot(session, area.plot_id)
    done = slips.write(session, SYSTEM, area.id, told(household=household.id), now=now)

    entry = session.get_one(DiaryEntry, done.slip.entry_id)
    member = factories.manager(area.organisation)
    (line,) = listing.list_slips(session, member, SlipQuery()).items
    assert (entry.activity, entry.quantity, entry.unit) == ("harvest", Decimal("2.5"), "DTN")
    assert (done.slip.number, done.slip.year, done.slip.amount_vnd) == (1, 2026, 3_000_000)
    assert line.seller == "Trần Thị Bình"
    assert listing.list_slips(session, factories.officer(), SlipQuery()).items[0].seller is None


def test_numbers_run_by_organisation_and_year(
    session: Session, now: datetime, area: GrowingArea
) -> None:
    other = factories.make_area(session, now, geometry=factories.field(0.05))
    numbers = [
        slips.write(session, SYSTEM, where, told(bought_on=on), now=now).slip.number
        for where, on in (
            (area.id, DAY), (area.id, DAY), (area.id, date(2025, 12, 31)), (other.id, DAY),
        )
    ]  # fmt: skip

    assert numbers == [1, 2, 1, 1]


def test_sent_twice_it_is_written_once(session: Session, now: datetime, area: GrowingArea) -> None:
    slip = told(work_key=uuid4())

    first = slips.write(session, SYSTEM, area.id, slip, now=now)
    again = slips.write(session, SYSTEM, area.id, slip, now=now)

    assert again.slip.id == first.slip.id
    assert len(diary.list_entries(session, SYSTEM, area.id).items) == 1


def test_a_harvest_too_early_is_recorded_and_marked(
    session: Session, now: datetime, area: GrowingArea
) -> None:
    spray = Work("spraying", date(2026, 11, 5), "Trebon", pre_harvest_days=14)
    diary.record(session, SYSTEM, area.id, spray, now=now)

    done = slips.write(session, SYSTEM, area.id, told(), now=now)

    assert done.slip.is_early
    assert [finding.code for finding in done.findings] == ["diary.within_interval"]


def test_a_correction_and_a_striking_out_take_the_harvest_with_them(
    session: Session, now: datetime, area: GrowingArea
) -> None:
    first = slips.write(session, SYSTEM, area.id, told(), now=now).slip
    with pytest.raises(Conflict, match="has_slip"):
        diary.strike_out(session, SYSTEM, first.entry_id, "Nhầm", now=now)

    newer = slips.correct(
        session, SYSTEM, first.id, told(quantity=Decimal(3)), "Cân lại", now=now
    ).slip
    with pytest.raises(Conflict, match="already_corrected"):
        slips.void(session, SYSTEM, first.id, "Nhầm", now=now)
    (harvest,) = diary.list_entries(session, SYSTEM, area.id).items
    gone = slips.void(session, SYSTEM, newer.id, "Trả hàng", now=now)

    assert (newer.number, newer.corrects_id, harvest.quantity) == (2, first.id, Decimal(3))
    assert gone.number is None
    assert diary.list_entries(session, SYSTEM, area.id).items == []
    assert listing.list_slips(session, SYSTEM, SlipQuery()).items == []


def test_slips_are_summed_by_household_and_day_in_kilograms(
    session: Session, now: datetime, area: GrowingArea
) -> None:
    for amount, unit in ((Decimal(1), "tạ"), (Decimal(20), "kg"), (Decimal("0.1"), "tấn")):
        slip = told(quantity=amount, unit=unit, seller="Lê Văn Sáu", price_vnd=10_000)
        slips.write(session, SYSTEM, area.id, slip, now=now)

    (row,) = listing.sums(session, factories.manager(area.organisation), SlipQuery())

    assert (row.seller, row.slips, row.quantity, row.unit) == ("Lê Văn Sáu", 3, Decimal(220), "KGM")
    assert row.amount_vnd == 2_200_000


@given(st.decimals("0.001", 10**6, places=3), st.integers(0, 10**7))
def test_an_amount_is_whole_dong_within_half_of_the_exact(weighed: Decimal, price: int) -> None:
    amount = pricing.amount_vnd(weighed, "DTN", price, "KGM")

    assert abs(amount - weighed * 100 * price) <= Decimal("0.5")


def test_strange_units_and_households_are_refused_together(
    session: Session, now: datetime, area: GrowingArea
) -> None:
    with pytest.raises(Invalid) as caught:
        slips.write(session, SYSTEM, area.id, told(price_unit="lít", household=10**12), now=now)

    assert {f.code for f in caught.value.findings} == {
        "quantity.units_differ", "household.not_found",
    }  # fmt: skip
    stranger = factories.manager(factories.make_organisation(session, now))
    with pytest.raises(NotFound):
        slips.write(session, stranger, area.id, told(), now=now)


def test_a_change_of_any_column_of_a_slip_is_found(
    session: Session, now: datetime, area: GrowingArea
) -> None:
    slip = slips.write(session, SYSTEM, area.id, told(buyer="Ba", work_key=uuid4()), now=now).slip
    assert list(recorded.check_rows(session)) == []
    session.execute(text("SET LOCAL session_replication_role = replica"))

    passed = []
    for column in [each.key for each in BuyingSlip.__table__.columns]:
        spot = session.begin_nested()
        session.execute(text(f"UPDATE buying_slips SET {_other_value(column)}"))
        session.expire_all()
        if not list(recorded.check_rows(session)):
            passed.append(column)
        spot.rollback()

    assert passed == []
    session.execute(text("DELETE FROM buying_slips"))
    (missing,) = recorded.check_rows(session)
    assert f"{slip.id} missing" in missing.explanation


def _other_value(column: str) -> str:
    kind = str(BuyingSlip.__table__.columns[column].type).split("(")[0]
    if column == "void":
        return "void = true, number = NULL, corrects_id = id"
    if column == "number":
        return "number = 77"
    value = {
        "BIGINT": f"COALESCE({column}, 0) + 1000", "INTEGER": f"COALESCE({column}, 0) + 1",
        "DATE": f"{column} - 1", "DATETIME": f"{column} + interval '1 second'",
        "NUMERIC": f"{column} + 1", "BOOLEAN": f"NOT {column}", "UUID": "gen_random_uuid()",
        "CHAR": "gen_random_uuid()",
    }.get(kind, "'x'")  # fmt: skip
    return f"{column} = {value}"


@pytest.mark.parametrize("size", ["a5", "80mm"])
def test_a_slip_is_one_page_of_its_size(
    session: Session, now: datetime, area: GrowingArea, size: str
) -> None:
    names = {"seller": "Hộ ông Nguyễn Phúc Nguyên Khánh Thượng và bà Trần Thị Hoàng Oanh",
             "buyer": "Nguyễn Thị Phương Thảo", "grade": "Loại 1, quả trên 900 gam"}  # fmt: skip
    slip = slips.write(session, SYSTEM, area.id, told(**names), now=now).slip
    (line,) = listing.told(session, SYSTEM, [slip])
    area.organisation.name = "Hợp tác xã Dịch vụ Nông nghiệp tổng hợp và Thương mại Đoan Hạ"
    area.name = "Vùng bưởi da xanh Đoan Hạ – Hạ Hòa, khu đồi sau trường mầm non thôn Thượng"

    made = printing.render(
        paper.slip_paper(line, area.organisation, size=size, link="https://vidu.vn/p")
    )

    assert made.count(b"/Type /Page\n") == 1


def test_a_day_to_come_is_told_by_the_slips_own_field(
    session: Session, now: datetime, area: GrowingArea
) -> None:
    with pytest.raises(Invalid) as caught:
        slips.write(session, SYSTEM, area.id, told(bought_on=date(2026, 12, 1)), now=now)

    assert [(f.code, f.field) for f in caught.value.findings] == [("diary.in_future", "bought_on")]


@pytest.mark.parametrize(
    ("typed", "is_found"),
    [
        ("", True), ("binh", True), ("Bình tran", True), ("bin h", True), ("binh le", False),
        ("678", True), ("5 678", True), ("78", False), ("567", False), ("0912345678", True),
        ("٦٧٨", False),
    ],
)  # fmt: skip
def test_a_household_is_found_by_its_name_without_marks_or_how_its_telephone_ends(
    typed: str, is_found: bool
) -> None:
    assert choosing.matches(typed, "Trần Thị Bình", "0912345678") is is_found


def test_who_sold_last_comes_first_and_namesakes_are_told_apart(
    session: Session, now: datetime, area: GrowingArea
) -> None:
    rows = [
        households.enter(session, SYSTEM, area.id, Household(name, phone), now=now)
        for name, phone in (("Đỗ Văn Nga", "0900000111"), ("Đỗ Văn Nga", "0900000222"))
    ]
    for row in rows:
        piece = ParcelTold(area_ha=Decimal("0.1"), household=row.id)
        parcels.add(session, SYSTEM, area.id, piece, now=now)
    slips.write(session, SYSTEM, area.id, told(household=rows[1].id), now=now)
    member = factories.manager(area.organisation)

    offered = choosing.offered(session, member, [area])
    found = choosing.offered(session, member, [area], "222")

    assert [each.household for each in offered.recent] == [rows[1].id]
    names = [each.name for each in offered.groups[0][1]]
    assert len(set(names)) == len(names) == offered.total
    assert [each.household for each in found.groups[0][1]] == [rows[1].id]
    assert "0900000222" not in repr(found)
    assert choosing.offered(session, member, [area], "khong ai").groups == []
