"""Work told for several areas at once, its worker, its photos, and what the ledger keeps of it."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from accounts.models import Organisation
from accounts.permissions import SYSTEM
from foundation import files
from foundation.errors import Conflict, Invalid, NotFound
from growing_areas import diary, recorded
from growing_areas.diary import Ground, Work
from growing_areas.dossiers.uploads import Judged
from growing_areas.fieldbook import book, chain, lines, persons, photos
from growing_areas.fieldbook import recorded as beside
from growing_areas.fieldbook.book import BookQuery
from growing_areas.fieldbook.sharing import share_out
from growing_areas.models import DiaryEntry
from ledger.models import LedgerEntry
from tests.growing_areas import factories
from tests.growing_areas.parcels.factories import make_parcels

DAY = date(2026, 11, 10)


@pytest.fixture(autouse=True)
def _files(tmp_path: Path, _app: Any) -> Iterator[None]:
    files.use(f"file://{tmp_path}/files")
    yield
    files.use(_app.config["NGUON"].files_url)


PICTURE = Judged("image/png", b"\x89PNG\r\n\x1a\n full", b"\x89PNG\r\n\x1a\n card", None)


def two_areas(session: Session, now: datetime) -> tuple[int, int]:
    organisation = factories.make_organisation(session, now)
    first = factories.make_area(session, now, organisation)
    second = factories.make_area(session, now, organisation, geometry=factories.field(0.05))
    return first.id, second.id


@contextmanager
def counted(session: Session) -> Iterator[Counter[str]]:
    """How often each table is asked or written, while it lasts."""
    said: Counter[str] = Counter()

    def note(_conn: Any, _cursor: Any, statement: str, *_: Any) -> None:
        words = statement.split()
        said[
            " ".join(words[:1] + [w for w in words if w.startswith(("diary_", "permitted"))][:1])
        ] += 1

    connection = session.connection()
    event.listen(connection, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(connection, "before_cursor_execute", note)


def altered(session: Session) -> list[tuple[str, str]]:
    session.expire_all()
    found = [*recorded.check_rows(session), *beside.check_rows(session)]
    return [(each.subject, each.explanation) for each in found]


def test_one_telling_is_a_line_in_each_area_and_its_amounts_are_shared(
    session: Session, now: datetime
) -> None:
    first, second = two_areas(session, now)
    work = Work("fertilising", DAY, "Urê", quantity=Decimal(7), unit="XSA")

    done = diary.record_on(session, SYSTEM, [Ground(first), Ground(second)], work, now=now)

    lines = [each.entry for each in done]
    assert [line.area_id for line in lines] == [first, second]
    assert sum(line.quantity or 0 for line in lines) == 7
    assert {line.quantity for line in lines} == {Decimal(3), Decimal(4)}
    assert all(line.is_share for line in lines)
    assert lines[0].work_key == lines[1].work_key is not None


@given(
    st.decimals(0, 10**9, places=3),
    st.lists(st.decimals("0.01", 10**6, places=2), min_size=1, max_size=12),
    st.integers(0, 4),
)
def test_shares_sum_to_the_whole_and_none_is_below_nothing(
    total: Decimal, sizes: list[Decimal], places: int
) -> None:
    shares = share_out(total, sizes, places)

    assert sum(shares) == total
    assert len(shares) == len(sizes)
    assert min(shares) >= 0


def test_told_twice_under_one_key_it_is_written_once(session: Session, now: datetime) -> None:
    first, second = two_areas(session, now)
    work = Work("weeding", DAY, work_key=uuid4())
    grounds = [Ground(first), Ground(second)]

    once = diary.record_on(session, SYSTEM, grounds, work, now=now)
    again = diary.record_on(session, SYSTEM, grounds, work, now=now)

    assert [each.entry.id for each in again] == [each.entry.id for each in once]
    with pytest.raises(Conflict, match="already_recorded"):
        diary.record(session, SYSTEM, first, work, now=now)
    other = factories.make_area(session, now, geometry=factories.field(0.1))
    with pytest.raises(Conflict, match="key_taken"):
        diary.record(session, SYSTEM, other.id, work, now=now)


def test_areas_of_two_organisations_are_not_one_telling(session: Session, now: datetime) -> None:
    first, second = two_areas(session, now)
    other = factories.make_area(session, now, geometry=factories.field(0.1))
    work = Work("weeding", DAY)

    for grounds in ([], [Ground(first), Ground(first)], [Ground(second), Ground(other.id)]):
        with pytest.raises(Invalid):
            diary.record_on(session, SYSTEM, grounds, work, now=now)
    with pytest.raises(NotFound):
        diary.record_on(session, SYSTEM, [Ground(first), Ground(10**15)], work, now=now)
    stranger = factories.manager(factories.make_organisation(session, now))
    with pytest.raises(NotFound):
        diary.record_on(session, stranger, [Ground(first)], work, now=now)


def test_half_a_dose_is_refused_and_a_whole_one_is_kept_with_codes(
    session: Session, now: datetime
) -> None:
    first, _ = two_areas(session, now)
    half = Work("spraying", DAY, "Trebon", dose_amount=Decimal(20), dose_per="LTR")
    whole = Work(
        "spraying", DAY, "Trebon", dose_amount=Decimal(20), dose_unit="ml",
        dose_per_amount=Decimal(16), dose_per="LTR",
    )  # fmt: skip

    with pytest.raises(Invalid) as caught:
        diary.record(session, SYSTEM, first, half, now=now)
    entry = diary.record(session, SYSTEM, first, whole, now=now).entry

    assert [(f.code, f.field) for f in caught.value.findings] == [("diary.dose_half", "dose_unit")]
    assert (entry.dose_unit, entry.dose_per, entry.dose_per_amount) == ("MLT", "LTR", Decimal(16))


def test_a_worker_is_a_number_in_the_diary_and_a_name_only_for_members(
    session: Session, now: datetime
) -> None:
    first, _ = two_areas(session, now)
    done = diary.record(session, SYSTEM, first, Work("weeding", DAY, worker="Lê  Văn Tám"), now=now)
    area = done.entry.area_id
    again = diary.record(session, SYSTEM, first, Work("weeding", DAY, worker="lê văn tám"), now=now)
    organisation = session.get_one(DiaryEntry, done.entry.id).organisation_id
    member = factories.manager(_organisation(session, organisation))

    (own, *_) = book.list_lines(session, member, BookQuery(area=area)).items
    (seen, *_) = book.list_lines(session, factories.officer(), BookQuery(area=area)).items
    said = session.scalars(text("SELECT body FROM ledger_entries").columns(LedgerEntry.body)).all()

    assert done.entry.worker_id == again.entry.worker_id
    assert own.worker == "Lê Văn Tám"
    assert seen.worker is None
    assert "Tám" not in "".join(said)
    assert altered(session) == []


def test_an_erased_name_reads_erased_and_a_changed_one_altered(
    session: Session, now: datetime
) -> None:
    first, _ = two_areas(session, now)
    work = Work("weeding", DAY, worker="Lê Văn Tám")
    entry = diary.record(session, SYSTEM, first, work, now=now).entry
    other = diary.record(session, SYSTEM, first, Work("weeding", DAY, worker="Ba"), now=now).entry

    persons.erase(session, SYSTEM, entry.worker_id or 0, now=now)
    after_erasing = altered(session)
    session.execute(
        text("UPDATE diary_persons SET name = 'Bốn' WHERE id = :id"), {"id": other.worker_id}
    )

    assert after_erasing == []
    assert altered(session) == [(persons.subject_of(other.worker_id or 0), "name")]


def test_photos_go_with_the_telling_and_with_its_correction(
    session: Session, now: datetime
) -> None:
    first, second = two_areas(session, now)
    key = uuid4()
    photo = photos.add(session, SYSTEM, key, PICTURE, now=now)
    work = Work("spraying", DAY, "Trebon", work_key=key)
    grounds = [Ground(first), Ground(second)]
    done = diary.record_on(session, SYSTEM, grounds, work, now=now)

    newer = diary.correct(
        session, SYSTEM, done[0].entry.id, Work("spraying", DAY, "Trebon 10EC"), "Nhãn", now=now
    ).entry

    assert [each.id for each in photos.of_key(session, key)] == [photo.id]
    (carried,) = photos.of_key(session, newer.work_key)
    assert carried.file_digest == photo.file_digest
    assert [line.id for line in chain.of_entry(session, newer)] == [done[0].entry.id, newer.id]
    assert altered(session) == []
    with pytest.raises(Conflict, match="already_recorded"):
        photos.add(session, SYSTEM, key, PICTURE, now=now)


def test_an_erased_photo_is_gone_and_the_ledger_says_so(session: Session, now: datetime) -> None:
    first, _ = two_areas(session, now)
    key = uuid4()
    photo = photos.add(session, SYSTEM, key, PICTURE, now=now)
    diary.record(session, SYSTEM, first, Work("weeding", DAY, work_key=key), now=now)

    photos.erase(session, SYSTEM, photo.id, now=now)

    assert altered(session) == []
    with pytest.raises(NotFound):
        photos.get_file(session, SYSTEM, photo.id, small=True)
    session.execute(text("DELETE FROM diary_photos"))
    assert [explanation for _, explanation in altered(session)] == ["photos"]


def test_a_parcels_lines_are_its_own_and_those_of_the_whole_area(
    session: Session, now: datetime
) -> None:
    organisation = factories.make_organisation(session, now)
    area = factories.make_area(session, now, organisation)
    one, other = make_parcels(session, area, now, 2)
    whole = diary.record(session, SYSTEM, area.id, Work("weeding", DAY), now=now).entry
    mine = Work("pruning", DAY, parcels=[one.id])
    own = diary.record(session, SYSTEM, area.id, mine, now=now).entry
    theirs = Work("pruning", DAY, parcels=[other.id])
    diary.record(session, SYSTEM, area.id, theirs, now=now)
    member = factories.manager(organisation)

    found = book.list_lines(session, member, BookQuery(parcel=one.id)).items

    assert {line.entry.id for line in found} == {whole.id, own.id}
    assert len(book.list_lines(session, member, BookQuery()).items) == 3
    stranger = factories.manager(factories.make_organisation(session, now))
    assert book.list_lines(session, stranger, BookQuery(parcel=one.id)).items == []


def test_every_spray_its_correction_and_striking_out_is_told_to_whoever_keeps_batches(
    session: Session, now: datetime
) -> None:
    first, _ = two_areas(session, now)
    spray = diary.record(session, SYSTEM, first, Work("spraying", DAY, "Trebon"), now=now).entry
    other = diary.correct(session, SYSTEM, spray.id, Work("weeding", DAY), "Nhầm", now=now).entry
    diary.strike_out(session, SYSTEM, other.id, "Không có", now=now)
    diary.record(session, SYSTEM, first, Work("treatment", DAY, "Oxy"), now=now)

    told = session.execute(
        text(
            "SELECT jsonb_array_elements_text(args->'payload'->'entries')::bigint"
            " FROM procrastinate_jobs"
            " WHERE task_name = 'diary.spray_recorded' ORDER BY id"
        )
    ).scalars()

    assert len(list(told)) == 3


def test_work_on_many_areas_is_one_job_and_as_many_questions_as_on_two(
    session: Session, now: datetime
) -> None:
    organisation = factories.make_organisation(session, now)
    areas = [factories.make_area(session, now, organisation).id for _ in range(9)]
    work = Work("spraying", DAY, "Trebon", worker="Ba", quantity=Decimal(4), unit="KGM")
    diary.record_on(session, SYSTEM, [Ground(areas[0]), Ground(areas[1])], work, now=now)

    with counted(session) as two:
        diary.record_on(session, SYSTEM, [Ground(each) for each in areas[:2]], work, now=now)
    with counted(session) as many:
        diary.record_on(session, SYSTEM, [Ground(each) for each in areas], work, now=now)

    waiting = session.execute(
        text(
            "SELECT args->'payload' FROM procrastinate_jobs"
            " WHERE task_name = 'diary.spray_recorded' ORDER BY id DESC LIMIT 1"
        )
    ).scalar_one()
    assert many == two, set(many) ^ set(two)
    assert len(lines.lines_of(waiting)) == 9
    assert lines.lines_of({"entry": 7, "area": 1}) == [7]


def test_a_change_of_any_column_of_a_line_is_found(session: Session, now: datetime) -> None:
    first, second = two_areas(session, now)
    work = Work("spraying", DAY, "Trebon", worker="Ba", quantity=Decimal(4), unit="KGM")
    diary.record_on(session, SYSTEM, [Ground(first), Ground(second)], work, now=now)
    session.execute(text("SET LOCAL session_replication_role = replica"))

    passed = []
    for column in [each.key for each in DiaryEntry.__table__.columns]:
        spot = session.begin_nested()
        change = text(f"UPDATE diary_entries SET {_other_value(column)} WHERE area_id = :area")
        session.execute(change, {"area": first})
        if not altered(session):
            passed.append(column)
        spot.rollback()

    assert passed == []


def _other_value(column: str) -> str:
    kind = str(DiaryEntry.__table__.columns[column].type).split("(")[0]
    value = {
        "BIGINT": f"COALESCE({column}, 0) + 1000000",
        "INTEGER": f"COALESCE({column}, 0) + 1",
        "DATE": f"{column} - 1",
        "DATETIME": f"{column} + interval '1 second'",
        "NUMERIC": f"COALESCE({column}, 0) + 1",
        "BOOLEAN": f"NOT COALESCE({column}, false)",
        "UUID": "gen_random_uuid()",
        "CHAR": "gen_random_uuid()",
        "JSONB": "'[\"x\"]'::jsonb",
    }.get(kind, "'x'")
    if column == "unit":
        value = "'LTR'"
    if column == "activity":
        value = "'weeding'"
    if column in ("dose_amount", "dose_unit", "dose_per", "dose_per_amount"):
        return "dose_amount = 1, dose_unit = 'MLT', dose_per = 'LTR', dose_per_amount = 1"
    if column == "void":
        return "void = true, corrects_id = id"
    return f"{column} = {value}"


def _organisation(session: Session, organisation_id: int) -> Organisation:
    return session.get_one(Organisation, organisation_id)
