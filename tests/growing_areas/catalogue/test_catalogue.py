"""The catalogue of permitted inputs: what it says of a product on a day, and the yearly list."""

from datetime import date, datetime

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from accounts.permissions import SYSTEM, Actor, Held
from foundation import imports
from foundation.errors import Conflict, Forbidden, Invalid
from foundation.models import ImportBatch
from growing_areas import diary
from growing_areas.catalogue import catalogue, today, yearly_list
from growing_areas.catalogue.catalogue import MaterialQuery
from growing_areas.catalogue.models import PermittedMaterial
from growing_areas.diary import Work
from growing_areas.fieldbook import book
from growing_areas.fieldbook import labels as words
from tests.growing_areas import factories

DAY = date(2026, 11, 1)
HEAD = "name,kind,active_ingredient,crop,pre_harvest_days,valid_from,valid_to,source\n"
LIST = HEAD + (
    "Trebon 10EC,pesticide,Etofenprox,Bưởi; Cam,14,2026-01-01,2026-12-31,TT 1\n"
    "Actara 25WG,thuốc bảo vệ thực vật,Thiamethoxam,Lúa,7,01/01/2026,,TT 1\n"
    "Cũ 5SC,pesticide,X,Bưởi,3,2020-01-01,2020-12-31,TT 0\n"
    "Không Rõ,pesticide,Y,Bưởi,,2026-01-01,,TT 1\n"
)
ADMIN = Actor(9_000_009, "Quản trị", (Held("admin"),))


def take_in(session: Session, now: datetime, table: str = LIST) -> ImportBatch:
    return yearly_list.take_in(session, ADMIN, table.encode(), "2026.csv", now=now)[0]


def flags(session: Session, now: datetime, work: Work) -> list[str]:
    area = factories.make_area(session, now)
    return diary.record(session, SYSTEM, area.id, work, now=now).entry.flags or []


def spray(name: str, days: int | None = None, on: date = DAY) -> Work:
    return Work("spraying", on, name, pre_harvest_days=days)


def test_a_product_is_judged_by_day_and_crop(session: Session, now: datetime) -> None:
    take_in(session, now)

    assert flags(session, now, spray("TREBON  10ec")) == []
    assert flags(session, now, spray("Actara 25WG", 7)) == ["not_for_crop"]
    assert flags(session, now, spray("Cũ 5SC", 3)) == ["not_permitted_then"]
    assert flags(session, now, spray("Thuốc lạ", 3)) == ["not_in_catalogue"]
    assert flags(session, now, spray("Không rõ")) == ["interval_missing"]


def test_without_a_list_nothing_is_held_against_a_product(session: Session, now: datetime) -> None:
    assert flags(session, now, spray("Thuốc lạ", 3)) == []
    assert flags(session, now, Work("fertilising", DAY, "Phân chuồng")) == []


@pytest.mark.parametrize(("entered", "counting"), [(None, 14), (3, 14), (21, 21)])
def test_the_longer_of_label_and_catalogue_counts(
    session: Session, now: datetime, entered: int | None, counting: int
) -> None:
    take_in(session, now)
    area = factories.make_area(session, now)
    diary.record(session, SYSTEM, area.id, spray("Trebon 10EC", entered), now=now)

    (found,) = diary.forbidding_sprays(session, [area.id], DAY)

    assert found.pre_harvest_days == counting
    assert (found.first_permitted_on or DAY) - DAY == (
        date(2026, 1, counting + 1) - date(2026, 1, 1)
    )
    whole = diary.completeness(session, area.id, DAY, DAY)
    assert "spraying_details" not in whole.missing


def test_an_interval_nobody_knows_stays_unknown(session: Session, now: datetime) -> None:
    take_in(session, now)
    area = factories.make_area(session, now)
    diary.record(session, SYSTEM, area.id, spray("Không Rõ"), now=now)

    (found,) = diary.forbidding_sprays(session, [area.id], DAY)

    assert found.is_unknown


def test_the_ingredient_comes_from_the_catalogue(session: Session, now: datetime) -> None:
    take_in(session, now)
    area = factories.make_area(session, now)

    entry = diary.record(session, SYSTEM, area.id, spray("Trebon 10EC"), now=now).entry
    chosen = Work("spraying", DAY, material=entry.material_id)
    again = diary.record(session, SYSTEM, area.id, chosen, now=now).entry

    assert entry.active_ingredient == "Etofenprox"
    assert again.product_name == "Trebon 10EC"


def test_a_list_taken_in_twice_adds_nothing_the_second_time(
    session: Session, now: datetime
) -> None:
    first = take_in(session, now)
    second = take_in(session, now)

    assert (len(first.references), len(second.references)) == (5, 0)


def test_an_unused_list_is_taken_back_a_used_one_stays(session: Session, now: datetime) -> None:
    batch = take_in(session, now)
    imports.undo(session, ADMIN, yearly_list.KIND, batch.id, now=now)
    assert session.scalar(select(func.count()).select_from(PermittedMaterial)) == 0

    batch = take_in(session, now)
    flags(session, now, spray("Trebon 10EC"))
    with pytest.raises(Conflict, match="in_use"):
        imports.undo(session, ADMIN, yearly_list.KIND, batch.id, now=now)


def test_every_fault_of_a_list_is_told_and_nothing_is_taken_in(
    session: Session, now: datetime
) -> None:
    wrong = HEAD + (
        "A,pesticide,,Cây lạ,3,2026-01-01,,TT\n"
        "B,thuốc tiên,,,,2026-01-01,,TT\n"
        "C,feed,,,,2026-02-01,2026-01-01,TT\n"
    )

    with pytest.raises(Invalid) as caught:
        take_in(session, now, wrong)

    found = {(finding.field, finding.code) for finding in caught.value.findings}
    assert found == {
        ("rows.3.kind", "input.not_a_choice"), ("rows.4.valid_to", "catalogue.ends_before"),
    }  # fmt: skip
    assert session.scalar(select(func.count()).select_from(PermittedMaterial)) == 0


def test_a_cooperative_does_not_write_the_countrys_list(session: Session, now: datetime) -> None:
    manager = factories.manager(factories.make_organisation(session, now))

    with pytest.raises(Forbidden):
        yearly_list.take_in(session, manager, LIST.encode(), "x.csv", now=now)


def test_the_examples_are_unverified_and_found_by_name_and_crop(
    session: Session, now: datetime
) -> None:
    count = yearly_list.load_seed(session, now=now)

    rows = catalogue.list_materials(session, MaterialQuery(q="actara", crop="pomelo")).items
    assert count > 20
    assert [(row.crop_name, row.verified) for row in rows] == [("Bưởi", False)]
    assert yearly_list.load_seed(session, now=now) == 0
    assert all(
        row.crop_code or not row.crop_name for row in session.scalars(select(PermittedMaterial))
    )


ENDED = HEAD + "Trebon 10EC,pesticide,Etofenprox,Bưởi; Cam,14,2026-01-01,2026-10-31,TT 2\n"


def test_a_later_list_withdraws_a_permission_from_its_day_on_and_sprayings_are_looked_at_again(
    session: Session, now: datetime
) -> None:
    take_in(session, now)
    area = factories.make_area(session, now)
    written = diary.record(session, SYSTEM, area.id, spray("Trebon 10EC"), now=now).entry

    ending = take_in(session, now, ENDED)
    after = today.judgement(session, written, "pomelo")
    last_day = catalogue.known(session, "spraying", "Trebon 10EC", date(2026, 10, 31))
    told = session.scalars(
        text("SELECT args->'payload'->'names' FROM procrastinate_jobs ORDER BY id DESC LIMIT 1")
    ).one()
    (line,) = book.told(session, SYSTEM, [written])
    said = words.said_today(line)
    take_in(session, now)
    still = today.judgement(session, written, "pomelo")
    imports.undo(session, ADMIN, yearly_list.KIND, ending.id, now=now)

    assert written.flags is None
    assert after.flags == still.flags == ("not_permitted_then",)
    assert last_day.weigh("pomelo", date(2026, 10, 31)).flags == ()
    assert told == ["trebon 10ec"]
    assert "Không được phép dùng ngày đó" in said
    assert today.judgement(session, written, "pomelo").flags == ()


def test_a_withdrawal_brought_forward_by_a_later_list_is_undone_after_that_one(
    session: Session, now: datetime
) -> None:
    take_in(session, now)
    first = take_in(session, now, ENDED)
    second = take_in(session, now, ENDED.replace("10-31", "06-30"))

    with pytest.raises(Conflict, match="withdrawn_since"):
        imports.undo(session, ADMIN, yearly_list.KIND, first.id, now=now)
    imports.undo(session, ADMIN, yearly_list.KIND, second.id, now=now)
    imports.undo(session, ADMIN, yearly_list.KIND, first.id, now=now)

    ends = session.scalars(
        select(PermittedMaterial.valid_to).where(PermittedMaterial.name_key == "trebon 10ec")
    )
    assert set(ends) == {date(2026, 12, 31)}
