"""Label orders: serials are set aside once, printed once, and every printed code is on record."""

import io
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
import zxingcpp
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from accounts.permissions import SYSTEM
from foundation import codes, db, files
from foundation.errors import Conflict, Invalid, NotFound, Refused
from foundation.jobs import Cancelled, Unobserved
from foundation.models import StoredFile
from tests.growing_areas.factories import make_organisation, manager
from tests.traceability.factories import GTIN, grow, make_batch
from tests.traceability.labels.test_sheet import rasterised
from traceability import jobs, releasing
from traceability.items import acts
from traceability.labels import orders, serials
from traceability.labels.orders import LabelOrder
from traceability.models import Batch, LabelJob, Serial

KEY = serials.key_from("a secret of this installation, long enough")
BASE = "https://nguon.vn"


def place(session: Session, batch: Batch, now: datetime, **changes: object) -> LabelJob:
    order = LabelOrder(batch.code, count=30, layout="a4-24", serialised=True)
    order = replace(order, **changes)  # type: ignore[arg-type]
    return orders.place(session, SYSTEM, order, base_url=BASE, now=now)


def states(session: Session, batch: Batch) -> list[tuple[int, int, str]]:
    spans = acts.standing_in(session, batch.id, 1, 1_000_000)
    return [(span.first, span.last, span.state) for span in spans]


@pytest.fixture
def batch(session: Session, now: datetime) -> Batch:
    return make_batch(session, grow(session, now, gtin=GTIN), now, lot="BUOI-26A")


def test_a_printed_sheet_carries_exactly_the_serials_on_record(
    session: Session, now: datetime, batch: Batch, tmp_path: Path
) -> None:
    job = place(session, batch, now)
    orders.issue_serials(session, job.id, key=KEY, now=now)
    path = tmp_path / "labels.pdf"

    with path.open("wb") as stream:
        orders.render(session, job, stream, lambda done, total: None)

    decoded = {c.text for page in rasterised(path, 150) for c in zxingcpp.read_barcodes(page)}
    issued = session.scalars(select(Serial.code).where(Serial.batch_id == batch.id))
    prefix = f"https://nguon.vn/01/{GTIN}/10/BUOI-26A/21/"
    assert decoded == {prefix + code for code in issued}
    assert len(decoded) == 30


def test_orders_never_share_a_serial(session: Session, now: datetime, batch: Batch) -> None:
    first = place(session, batch, now, count=10)
    second = place(session, batch, now, count=5)
    for job in (first, second, first):
        orders.issue_serials(session, job.id, key=KEY, now=now)

    assert (first.first_serial, second.first_serial) == (1, 11)
    numbers = session.scalars(select(Serial.number).where(Serial.batch_id == batch.id))
    assert sorted(numbers) == list(range(1, 16))


def test_serials_carry_a_check_character_and_differ_by_key_batch_and_number() -> None:
    code = serials.serial_code(KEY, "ABC", 1)

    assert len(code) == serials.LENGTH
    assert codes.is_valid(code)
    others = {
        serials.serial_code(KEY, "ABC", 2),
        serials.serial_code(KEY, "ABD", 1),
        serials.serial_code(serials.key_from("another secret"), "ABC", 1),
    }
    assert code not in others
    assert len(others) == 3


def test_a_mistyped_serial_is_nobody_s(session: Session, now: datetime, batch: Batch) -> None:
    job = place(session, batch, now, count=1)
    orders.issue_serials(session, job.id, key=KEY, now=now)
    code = serials.serial_code(KEY, batch.code, 1)

    assert serials.find_serial(session, f" {codes.grouped(code).lower()} ") is not None
    for place_ in range(len(code)):
        wrong = "Z" if code[place_] != "Z" else "Y"
        assert serials.find_serial(session, code[:place_] + wrong + code[place_ + 1 :]) is None


def test_the_worker_prints_into_the_store_and_a_second_run_changes_nothing(
    session: Session, now: datetime, batch: Batch, tmp_path: Path
) -> None:
    files.use(f"file://{tmp_path}/files")
    job = place(session, batch, now)
    orders.queue(session, job)
    session.commit()

    told: list[tuple[int, int]] = []
    for _ in range(2):
        jobs.render_labels({"label_job": job.id}, Unobserved(lambda d, t: told.append((d, t))))

    session.refresh(job)
    assert told[:3] == [(0, 30), (24, 30), (30, 30)]
    assert job.file_digest is not None
    assert files.store().open(job.file_digest).read(5) == b"%PDF-"
    assert session.scalar(select(func.count()).select_from(Serial)) == 30


@pytest.mark.parametrize(
    ("kind", "begins", "media"),
    [
        ("zpl", b"~DGR:", "application/octet-stream"),
        ("png", b"PK\x03\x04", "application/zip"),
        ("svg", b"PK\x03\x04", "application/zip"),
    ],
)
def test_the_worker_prints_the_kind_of_file_that_was_asked_for(
    session: Session,
    now: datetime,
    batch: Batch,
    tmp_path: Path,
    kind: str,
    begins: bytes,
    media: str,
) -> None:
    files.use(f"file://{tmp_path}/files")
    asked = {"count": 3, "format": kind, "carrier": "datamatrix", "layout": "roll-40x30"}
    job = place(session, batch, now, **asked)
    orders.queue(session, job)
    session.commit()

    jobs.render_labels({"label_job": job.id}, Unobserved())

    session.refresh(job)
    assert job.file_digest is not None
    assert files.store().open(job.file_digest).read(len(begins)) == begins
    assert files.get_file(session, job.file_digest).media_type == media
    # The function character ends the lot: without it the serial would run into it.
    assert job.address == f"01{GTIN}10BUOI-26A\x1d21"


def test_data_matrix_needs_an_article_number_and_pictures_are_for_few(
    session: Session, now: datetime, batch: Batch
) -> None:
    nameless = make_batch(session, grow(session, now), now, lot="KHONG-GTIN")

    with pytest.raises(Invalid) as without:
        place(session, nameless, now, carrier="datamatrix")
    with pytest.raises(Invalid) as many:
        place(session, batch, now, count=10_001, format="png")

    assert [(f.code, f.field) for f in without.value.findings] == [("label.needs_gtin", "carrier")]
    assert [(f.code, f.params) for f in many.value.findings] == [
        ("label.count_too_large", {"most": 10_000})
    ]


def test_a_printing_stopped_half_way_voids_its_serials(
    session: Session, now: datetime, batch: Batch, tmp_path: Path
) -> None:
    files.use(f"file://{tmp_path}/files")
    job = place(session, batch, now)
    session.commit()

    def stop(done: int, total: int) -> None:
        if done:
            raise Cancelled

    with pytest.raises(Cancelled):
        jobs.render_labels({"label_job": job.id}, Unobserved(stop))

    assert states(session, batch) == [(1, 30, "void")]


def test_an_order_cancelled_while_its_last_page_is_printed_keeps_no_sheets(
    session: Session, now: datetime, batch: Batch, tmp_path: Path
) -> None:
    files.use(f"file://{tmp_path}/files")
    job = place(session, batch, now)
    orders.queue(session, job)
    session.commit()

    def cancel_at_the_end(done: int, total: int) -> None:
        if done == total:
            with db.transaction() as other:
                orders.cancel(other, SYSTEM, job.id, now=now)

    with pytest.raises(Cancelled):
        jobs.render_labels({"label_job": job.id}, Unobserved(cancel_at_the_end))

    session.expire_all()
    assert session.get_one(LabelJob, job.id).file_digest is None
    assert states(session, batch) == [(1, 30, "void")]


def test_everything_wrong_with_an_order_is_told_at_once(
    session: Session, now: datetime, batch: Batch
) -> None:
    with pytest.raises(Invalid) as refused:
        place(session, batch, now, count=0, start=25)

    assert {f.code for f in refused.value.findings} == {
        "label.start_outside",
        "label.count_too_small",
    }
    with pytest.raises(Invalid) as unknown:
        place(session, batch, now, layout="a3-1")
    assert [(f.code, f.field) for f in unknown.value.findings] == [
        ("label.layout_unknown", "layout")
    ]


def test_a_held_batch_and_an_unverified_organisation_print_nothing(
    session: Session, now: datetime, batch: Batch
) -> None:
    releasing.hold(session, SYSTEM, batch.code, now=now)
    with pytest.raises(Conflict):
        place(session, batch, now)
    releasing.release(session, SYSTEM, batch.code, now=now)

    batch.organisation.status = "suspended"
    session.flush()
    with pytest.raises(Refused):
        place(session, batch, now)


def test_another_cooperative_does_not_see_the_order(
    session: Session, now: datetime, batch: Batch
) -> None:
    job = place(session, batch, now)

    with pytest.raises(NotFound):
        orders.get_job(session, manager(make_organisation(session, now), 55), job.id)


def test_only_queued_orders_are_listed_and_a_printed_one_outlives_its_queue_entry(
    session: Session, now: datetime, batch: Batch
) -> None:
    place(session, batch, now)
    queued = place(session, batch, now)
    orders.queue(session, queued)
    assert [job.id for job in orders.list_jobs(session, batch.id)] == [queued.id]
    assert orders.state_of(session, queued).state == "queued"

    session.add(StoredFile(digest="0" * 64, size_bytes=1, media_type="x", stored_at=now))
    session.flush()
    queued.file_digest = "0" * 64
    session.execute(text("DELETE FROM procrastinate_jobs WHERE id = :id"), {"id": queued.queue_id})

    assert orders.state_of(session, queued).done == 30


def test_an_english_label_says_so_in_english(session: Session, now: datetime, batch: Batch) -> None:
    job = place(session, batch, now, language="en", serialised=False, count=1)
    stream = io.BytesIO()

    orders.render(session, job, stream, lambda done, total: None)

    assert stream.getvalue().startswith(b"%PDF-")
    assert job.first_serial is None


def test_one_organisation_does_not_fill_the_queue_of_all(
    session: Session, now: datetime, batch: Batch
) -> None:
    other = make_batch(session, grow(session, now), now)
    jobs_waiting = [place(session, batch, now) for _ in range(orders.MOST_WAITING + 1)]
    for job in jobs_waiting[:-1]:
        orders.queue(session, job)

    with pytest.raises(Conflict, match=r"label\.too_many_waiting"):
        orders.queue(session, jobs_waiting[-1])
    orders.queue(session, place(session, other, now))
    orders.cancel(session, SYSTEM, jobs_waiting[0].id, now=now)
    orders.queue(session, jobs_waiting[-1])
