"""Work told once for many areas is corrected once, and struck out once."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts.models import Organisation
from accounts.permissions import SYSTEM
from foundation import clock, files
from foundation.errors import Conflict, Invalid, NotFound
from growing_areas import diary, recorded
from growing_areas.diary import Ground, Work
from growing_areas.dossiers.uploads import Judged
from growing_areas.fieldbook import correcting, photos
from growing_areas.fieldbook import recorded as beside
from growing_areas.fieldbook.jobs import forget_photos
from growing_areas.fieldbook.models import DiaryPhoto
from growing_areas.models import DiaryEntry
from growing_areas.season import stands
from tests.accounts import browser
from tests.accounts import factories as people
from tests.growing_areas import factories
from tests.growing_areas.parcels.factories import make_parcels

DAY = date(2026, 11, 10)
PICTURE = Judged("image/png", b"\x89PNG\r\n\x1a\n full", b"\x89PNG\r\n\x1a\n card", None)
WRONG = Work(
    "spraying", DAY, "Trebon", pre_harvest_days=7, quantity=Decimal(700), unit="MLT",
    treated_ha=Decimal("1.4"),
)  # fmt: skip


@pytest.fixture(autouse=True)
def _files(tmp_path: Path, _app: Any) -> Iterator[None]:
    files.use(f"file://{tmp_path}/files")
    yield
    files.use(_app.config["NGUON"].files_url)


@pytest.fixture
def grounds(session: Session, now: datetime) -> list[Ground]:
    organisation = factories.make_organisation(session, now)
    made = [
        factories.make_area(session, now, organisation, geometry=factories.field(lon))
        for lon in (0.0, 0.05, 0.1)
    ]
    one, _other = make_parcels(session, made[0], now, 2)
    return [Ground(made[0].id, (one.id,)), *(Ground(area.id) for area in made[1:])]


def standing(session: Session) -> list[DiaryEntry]:
    return list(session.scalars(select(DiaryEntry).where(stands()).order_by(DiaryEntry.id)))


def test_one_correction_takes_the_place_of_every_line_of_a_telling(
    session: Session, now: datetime, grounds: list[Ground]
) -> None:
    old = [each.entry for each in diary.record_on(session, SYSTEM, grounds, WRONG, now=now)]
    new = Work(
        "spraying", DAY, "Trebon 10EC", pre_harvest_days=14, quantity=Decimal(900), unit="ml"
    )

    done = correcting.correct_together(session, SYSTEM, old[1].id, new, "Nhìn nhầm nhãn", now=now)

    lines = [each.entry for each in done]
    assert [line.corrects_id for line in lines] == [each.id for each in old]
    assert [line.area_id for line in lines] == [each.area_id for each in old]
    assert {(line.product_name, line.pre_harvest_days) for line in lines} == {("Trebon 10EC", 14)}
    assert sum(line.quantity or 0 for line in lines) == 900
    session.expire_all()
    assert [line.id for line in standing(session)] == [line.id for line in lines]
    assert len({line.work_key for line in lines}) == 1
    assert lines[0].work_key != old[0].work_key
    parcels = session.get_one(DiaryEntry, lines[0].id)
    session.refresh(parcels, ["parcel_links"])
    assert parcels.parcel_ids == grounds[0].parcels
    assert [*recorded.check_rows(session), *beside.check_rows(session)] == []


def test_sent_twice_it_is_written_once_and_a_corrected_line_is_left_alone(
    session: Session, now: datetime, grounds: list[Ground]
) -> None:
    old = [each.entry for each in diary.record_on(session, SYSTEM, grounds, WRONG, now=now)]
    own = diary.correct(
        session, SYSTEM, old[0].id, Work("weeding", DAY), "Vùng này làm cỏ", now=now
    ).entry
    work = Work("spraying", DAY, "Trebon 10EC", work_key=uuid4())

    once = correcting.correct_together(session, SYSTEM, old[1].id, work, "Nhầm", now=now)
    again = correcting.correct_together(session, SYSTEM, old[1].id, work, "Nhầm", now=now)

    assert [each.entry.id for each in again] == [each.entry.id for each in once]
    assert [each.entry.corrects_id for each in once] == [old[1].id, old[2].id]
    assert {line.id for line in standing(session)} == {own.id, *(e.entry.id for e in once)}
    with pytest.raises(Conflict, match="already_corrected"):
        correcting.correct_together(
            session, SYSTEM, old[1].id, Work("weeding", DAY), "Nữa", now=now
        )


def test_nothing_is_corrected_unless_all_of_it_can_be(
    session: Session, now: datetime, grounds: list[Ground]
) -> None:
    old = [each.entry for each in diary.record_on(session, SYSTEM, grounds, WRONG, now=now)]
    later = Work("weeding", (now + timedelta(days=3)).date())

    with pytest.raises(Invalid) as caught:
        correcting.correct_together(session, SYSTEM, old[0].id, later, "Sai ngày", now=now)
    with pytest.raises(Invalid):
        correcting.correct_together(session, SYSTEM, old[0].id, Work("weeding", DAY), " ", now=now)
    stranger = factories.manager(factories.make_organisation(session, now))
    with pytest.raises(NotFound):
        correcting.correct_together(session, stranger, old[0].id, WRONG, "Tôi", now=now)

    assert [each.field for each in caught.value.findings] == ["done_on"]
    assert [line.id for line in standing(session)] == [each.id for each in old]


def test_photos_stand_beside_all_the_new_lines_and_all_are_struck_out_at_once(
    session: Session, now: datetime, grounds: list[Ground]
) -> None:
    key = uuid4()
    photo = photos.add(session, SYSTEM, key, PICTURE, now=now)
    told = Work("weeding", DAY, work_key=key)
    old = [each.entry for each in diary.record_on(session, SYSTEM, grounds, told, now=now)]

    done = correcting.correct_together(
        session, SYSTEM, old[0].id, Work("pruning", DAY), "Tỉa cành", now=now
    )
    (carried,) = photos.of_key(session, done[0].entry.work_key)
    correcting.strike_out_together(session, SYSTEM, done[2].entry.id, "Không có", now=now)

    assert carried.file_digest == photo.file_digest
    assert standing(session) == []
    assert [*recorded.check_rows(session), *beside.check_rows(session)] == []


def test_the_page_shows_what_was_told_of_all_and_corrects_all(
    session: Session, client: FlaskClient, now: datetime, grounds: list[Ground]
) -> None:
    old = [each.entry for each in diary.record_on(session, SYSTEM, grounds, WRONG, now=now)]
    owner = session.get_one(DiaryEntry, old[0].id).organisation_id
    manager = people.make_member(session, session.get_one(Organisation, owner), now)
    browser.sign_in_as(client, session, manager, clock.now())
    page = f"/workspace/diary/{old[0].id}/correct"

    line = client.get(f"/workspace/diary/{old[0].id}").get_data(as_text=True)
    form = client.get(page + "?whole=1").get_data(as_text=True)
    sent = browser.post(
        client, page, whole="1", activity="spraying", done_on="2026-11-10",
        product_name="Trebon 10EC", reason="Nhìn nhầm", act="correct",
    )  # fmt: skip

    assert "Đính chính cả 3 vùng" in line
    assert 'value="700"' in form
    assert sent.status_code == 303
    session.expire_all()
    assert {each.product_name for each in standing(session)} == {"Trebon 10EC"}
    refused = browser.post(client, page, whole="1", activity="weeding", done_on="2026-11-10")
    assert refused.status_code == 422


def test_photos_of_work_nobody_wrote_down_are_forgotten_after_a_month(
    session: Session, now: datetime, grounds: list[Ground]
) -> None:
    long_ago = clock.now() - timedelta(days=31)
    written, left, new = uuid4(), uuid4(), uuid4()
    for key, added in ((written, long_ago), (left, long_ago), (new, clock.now())):
        photos.add(session, SYSTEM, key, PICTURE, now=added)
    work = Work("weeding", DAY, work_key=written)
    diary.record(session, SYSTEM, grounds[0].area_id, work, now=now)
    session.commit()

    forget_photos({}, None)  # type: ignore[arg-type]

    session.expire_all()
    assert session.scalar(select(func.count()).select_from(DiaryPhoto)) == 2
    assert photos.of_key(session, left) == []
