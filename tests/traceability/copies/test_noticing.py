"""What comes in is looked at once; what weighs enough waits, is written of once and decided."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from accounts.permissions import SYSTEM, Actor
from foundation.errors import Conflict, Invalid, NotFound
from foundation.models import OutboxMail, StoredFile
from ledger.models import LedgerEntry
from tests.accounts.factories import make_member, make_official
from tests.traceability.copies.factories import (
    CAN_THO,
    HANOI,
    copy,
    notice,
    scan,
    suspect,
    suspicions,
)
from tests.traceability.factories import Grown, grow, make_batch
from tests.traceability.items.factories import print_labels
from traceability.copies import deciding, listing, notices, remembering
from traceability.copies.listing import SuspicionQuery
from traceability.copies.models import CopyMark
from traceability.items import acts
from traceability.items.acts import Change
from traceability.models import Batch
from traceability.scan.models import SerialScans

DAY = timedelta(days=1)
ALL = SuspicionQuery()


@pytest.fixture
def farm(session: Session, now: datetime) -> Grown:
    return grow(session, now)


@pytest.fixture
def batch(session: Session, farm: Grown, now: datetime) -> Batch:
    return make_batch(session, farm, now)


def standing(session: Session, batch: Batch, number: int) -> str | None:
    return session.get_one(SerialScans, (batch.id, number), populate_existing=True).standing


def test_a_copied_serial_waits_for_a_look_and_an_honest_one_does_not(
    session: Session, batch: Batch, now: datetime
) -> None:
    copy(session, batch, 7, now)
    scan(session, batch, 8, (now - DAY, HANOI), (now, HANOI), (now, None))

    assert notice(session, now) == 7
    assert notice(session, now) == 0

    (found,) = suspicions(session)
    assert (found.batch_id, found.serial_number, found.state) == (batch.id, 7, "open")
    assert [code for code, _points, _params in found.reasons] == ["leap", "provinces"]
    assert found.score >= 100
    assert standing(session, batch, 7) == "open"
    assert standing(session, batch, 8) is None


def test_what_came_in_over_many_looks_is_remembered_as_if_at_once(
    session: Session, batch: Batch, now: datetime
) -> None:
    copy(session, batch, 7, now)
    notice(session, now)
    for days in (2, 1):
        scan(session, batch, 8, (now - days * DAY, HANOI), (now - days * DAY, None))
        notice(session, now)
    copy(session, batch, 9, now)
    scan(session, batch, 7, (now, None))
    notice(session, now)

    known = remembering.recall(session, [(batch.id, number) for number in (7, 8, 9)])

    assert known[batch.id, 7].scans == 5
    assert known[batch.id, 7].leap == known[batch.id, 9].leap
    assert known[batch.id, 7].places == known[batch.id, 9].places
    assert (known[batch.id, 8].scans, known[batch.id, 8].days, known[batch.id, 8].placed) == (
        4,
        2,
        2,
    )
    assert len(suspicions(session)) == 2


def test_scans_that_come_in_long_after_are_counted_and_not_judged(
    session: Session, batch: Batch, now: datetime
) -> None:
    copy(session, batch, 7, now - 60 * DAY)

    assert notice(session, now) == 0
    assert suspicions(session) == []


def test_void_and_unpasted_labels_are_noticed_where_the_house_tells_of_pasting(
    session: Session, farm: Grown, batch: Batch, now: datetime
) -> None:
    silent = make_batch(session, farm, now, lot="LO-IM")
    for each in (batch, silent):
        print_labels(session, each, now, count=20)
    acts.change(session, SYSTEM, Change(batch.code, "activated", "1", "10"), now=now)
    acts.change(session, SYSTEM, Change(batch.code, "void", "20", reason="Rách"), now=now)
    weeks = [(now - days * DAY, HANOI) for days in range(6)]
    for each, number in ((batch, 5), (batch, 15), (batch, 20), (silent, 15)):
        scan(session, each, number, *weeks)

    notice(session, now)

    found = {(row.batch_id, row.serial_number): row.reasons[0][0] for row in suspicions(session)}
    # Fifteen and twenty weigh with the days they were seen on; five is a household's.
    assert found.get((batch.id, 20)) == "void"
    assert (batch.id, 5) not in found
    assert (silent.id, 15) not in found


def test_a_lot_scanned_far_oftener_than_its_labels_is_noticed(
    session: Session, batch: Batch, now: datetime
) -> None:
    job = print_labels(session, batch, now, count=30)
    session.add(
        StoredFile(
            digest="a" * 64,
            size_bytes=1,
            media_type="application/pdf",
            is_public=False,
            stored_at=now,
        )
    )
    session.flush()
    job.file_digest = "a" * 64
    session.flush()
    scan(session, batch, None, *[(now - timedelta(minutes=n), HANOI) for n in range(120)])

    notice(session, now)

    (found,) = suspicions(session)
    assert found.is_of_lot
    assert found.reasons == [["lot", 100, {"scans": 120, "printed": 30}]]


def test_everything_due_is_one_letter_to_a_reader_and_written_once(
    session: Session, farm: Grown, batch: Batch, now: datetime
) -> None:
    manager = make_member(session, farm.organisation, now)
    officer = make_official(session, now, role="officer", scope="")
    make_official(session, now, role="officer", scope="96")
    for number in range(1, 41):
        copy(session, batch, number, now)
    notice(session, now)

    assert notices.tell_due(session, now=now) == 40
    assert notices.tell_due(session, now=now) == 0

    mails = session.scalars(select(OutboxMail).order_by(OutboxMail.id)).all()
    assert len(mails) == len({manager.person_id, officer.person_id}) == 2
    assert {"40 mã" in mail.subject for mail in mails} == {True}
    texts = [mail.text or "" for mail in mails]
    assert all("Hà Nội" in each and "rồi 1 giờ sau ở" in each for each in texts)
    assert ["/office/suspicions/" in each for each in texts].count(True) == 1


def test_an_explained_code_is_asked_about_again_only_when_much_more_is_seen(
    session: Session, farm: Grown, batch: Batch, now: datetime
) -> None:
    manager = make_member(session, farm.organisation, now)
    row = suspect(session, batch, now)

    deciding.explain(session, manager, row.id, "Tem trưng bày", now=now)
    assert standing(session, batch, 7) == "explained"
    scan(session, batch, 7, (now, HANOI))
    notice(session, now)
    assert row.state == "explained"

    later = [(now - timedelta(days=days), str(place)) for days in range(6) for place in (48, 79)]
    scan(session, batch, 7, *later)
    notice(session, now)

    assert (row.state, row.decided_at, row.written_at) == ("open", None, None)
    assert standing(session, batch, 7) == "open"


def test_a_confirmed_copy_stays_one_and_its_decision_is_an_entry(
    session: Session, farm: Grown, batch: Batch, now: datetime
) -> None:
    manager = make_member(session, farm.organisation, now)
    officer = make_official(session, now, role="officer", scope="")
    row = suspect(session, batch, now)
    with pytest.raises(Invalid):
        deciding.confirm(session, manager, row.id, "  ", now=now)

    deciding.confirm(session, officer, row.id, "Thấy tem chép ở chợ", now=now)

    assert (row.decided_as, standing(session, batch, 7)) == ("office", "confirmed")
    with pytest.raises(Conflict, match="decided"):
        deciding.explain(session, manager, row.id, "Không phải", now=now)
    with pytest.raises(Conflict, match="decided_by_office"):
        deciding.reopen(session, manager, row.id, now=now)
    deciding.reopen(session, officer, row.id, now=now)
    with pytest.raises(Conflict, match="not_decided"):
        deciding.reopen(session, officer, row.id, now=now)
    kinds = session.scalars(select(LedgerEntry.kind).where(LedgerEntry.subject == batch.code))
    assert {"copy.confirmed", "copy.reopened"} <= {*kinds}


def test_suspicions_are_their_houses_and_their_places_alone(
    session: Session, farm: Grown, batch: Batch, now: datetime
) -> None:
    row = suspect(session, batch, now)
    owner = make_member(session, farm.organisation, now)
    stranger = make_member(session, grow(session, now).organisation, now)
    here = make_official(session, now, role="officer", scope=batch.province_code)
    elsewhere = make_official(session, now, role="officer", scope="96")

    def listed(actor: Actor, asked: SuspicionQuery, *, office: bool) -> int:
        return len(listing.list_suspicions(session, actor, asked, office=office).items)

    assert [listed(owner, ALL, office=False), listed(here, ALL, office=True)] == [1, 1]
    assert [listed(stranger, ALL, office=False), listed(elsewhere, ALL, office=True)] == [0, 0]
    assert listed(owner, SuspicionQuery(q=batch.lot, reason="leap"), office=False) == 1
    assert listed(owner, SuspicionQuery(reason="void"), office=False) == 0
    assert listed(owner, SuspicionQuery(state="confirmed"), office=False) == 0
    assert (listing.waiting_own(session, owner), listing.waiting_own(session, stranger)) == (1, 0)
    assert (listing.waiting_office(session, here), listing.waiting_office(session, elsewhere)) == (
        1,
        0,
    )
    for actor in (stranger, elsewhere):
        with pytest.raises(NotFound):
            listing.get(session, actor, row.id)
        with pytest.raises(NotFound):
            deciding.explain(session, actor, row.id, "?", now=now)


def test_serials_nobody_scans_any_more_are_forgotten(
    session: Session, batch: Batch, now: datetime
) -> None:
    copy(session, batch, 7, now)
    scan(session, batch, 8, (now, CAN_THO))
    notice(session, now)

    assert remembering.forget(session, now - DAY) == 1
    assert {*remembering.recall(session, [(batch.id, 7), (batch.id, 8)])} == {(batch.id, 8)}


def test_ever_more_scans_of_many_serials_need_no_more_questions(
    session: Session, batch: Batch, now: datetime
) -> None:
    for number in range(1, 30):
        copy(session, batch, number, now)
    session.flush()
    asked: list[str] = []

    def note(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        notice(session, now)
    finally:
        event.remove(Engine, "before_cursor_execute", note)

    assert len(suspicions(session)) == 29
    assert len(asked) <= 16
    assert session.scalar(select(func.max(CopyMark.scan_id))) is not None


def test_whoever_looks_and_whoever_decides_takes_locks_in_one_order(
    session: Session, farm: Grown, batch: Batch, now: datetime
) -> None:
    manager = make_member(session, farm.organisation, now)
    copy(session, batch, 7, now)
    session.flush()
    asked: list[str] = []

    def note(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        kinds = ("FROM copy_marks", "pg_advisory_xact_lock", "FROM copy_suspicions")
        is_lock = "FOR UPDATE" in statement or "advisory" in statement
        asked.extend(kind for kind in kinds if is_lock and kind in statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        notice(session, now)
        looked = list(dict.fromkeys(asked))
        asked.clear()
        deciding.explain(session, manager, suspicions(session)[0].id, "Trưng bày", now=now)
        decided = list(dict.fromkeys(asked))
    finally:
        event.remove(Engine, "before_cursor_execute", note)

    assert looked == ["FROM copy_marks", "pg_advisory_xact_lock", "FROM copy_suspicions"]
    assert decided == looked[1:]
