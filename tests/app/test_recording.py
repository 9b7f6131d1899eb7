"""What a transaction wrote is recorded as it ends: told, read back, or where it lies."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.orm import Session

from indicators.models import RosterCount
from ledger import log, verification
from ledger.models import LedgerEntry
from ledger.rows import bulk, checking, listing, recording
from ledger.rows.forms import in_use
from ledger.rows.models import RecordedRow
from tests.accounts.factories import make_person


@pytest.fixture
def recorder(session: Session, now: datetime, _app: object) -> int:
    person = make_person(session, now)
    session.flush()
    recording.settle(session)
    return int(person.id)


def row(person_id: int, now: datetime, number: int) -> dict[str, Any]:
    return {
        "kind": "cooperatives", "unit_code": "08674", "province_code": "25",
        "as_of": date.fromordinal(date(2026, 1, 1).toordinal() + number), "total": number,
        "source": "đo", "entered_by": person_id, "entered_at": now,
    }  # fmt: skip


def faults(session: Session) -> list[str]:
    recording.settle(session)
    found = [f"{each.key} {each.what}" for each in checking.faults_of(session, _form())]
    return found + [each.rows for each in listing.list_faults(session)]


def _form() -> Any:
    return in_use()["roster_counts"]


def _recorded(session: Session) -> int:
    wanted = select(RecordedRow).where(RecordedRow.table_name == "roster_counts")
    return len(session.scalars(wanted).all())


def test_what_a_savepoint_undoes_is_recorded_as_it_then_is(
    session: Session, now: datetime, recorder: int
) -> None:
    kept = RosterCount(**row(recorder, now, 1))
    session.add(kept)
    with session.begin_nested():
        session.add(RosterCount(**row(recorder, now, 2)))
    undone = session.begin_nested()
    session.add(RosterCount(**row(recorder, now, 3)))
    kept.total = 77
    session.flush()
    undone.rollback()

    assert faults(session) == []
    assert _recorded(session) == 2


def test_a_row_that_is_changed_after_it_was_put_in_is_read_again(
    session: Session, now: datetime, recorder: int
) -> None:
    made = RosterCount(**row(recorder, now, 1))
    session.add(made)
    session.flush()
    session.execute(update(RosterCount).values(total=99))
    second = RosterCount(**row(recorder, now, 2))
    session.add(second)
    session.flush()
    second.source = "khác"

    assert faults(session) == []
    assert _recorded(session) == 2


def test_a_row_put_in_and_taken_out_is_not_recorded(
    session: Session, now: datetime, recorder: int
) -> None:
    made = RosterCount(**row(recorder, now, 1))
    session.add(made)
    session.flush()
    session.delete(made)

    assert faults(session) == []
    assert _recorded(session) == 0


def test_an_undone_savepoint_takes_its_rows_and_facts_along_and_no_others(
    session: Session, now: datetime, recorder: int
) -> None:
    session.add(RosterCount(**row(recorder, now, 1)))
    session.execute(insert(RosterCount), [row(recorder, now, 2)])
    log.append(session, kind="test.before", subject="X", body={}, now=now)
    step = session.begin_nested()
    session.add(RosterCount(**row(recorder, now, 3)))
    log.append(session, kind="test.undone", subject="X", body={}, now=now)
    step.rollback()
    with session.begin_nested():
        session.add(RosterCount(**row(recorder, now, 4)))
        log.append(session, kind="test.kept", subject="X", body={}, now=now)

    assert faults(session) == []
    assert _recorded(session) == 3
    kinds = select(LedgerEntry.kind).where(LedgerEntry.subject == "X")
    assert set(session.scalars(kinds)) == {"test.before", "test.kept"}


def test_rows_by_the_hundred_are_recorded_where_they_lie(
    session: Session, now: datetime, recorder: int
) -> None:
    session.execute(
        insert(RosterCount), [row(recorder, now, number) for number in range(bulk.MANY)]
    )
    session.add(RosterCount(**row(recorder, now, bulk.MANY)))
    assert faults(session) == []
    assert _recorded(session) == bulk.MANY + 1
    entries = len(session.scalars(select(LedgerEntry)).all())

    session.execute(delete(RosterCount).where(RosterCount.total < 10))
    session.execute(update(RosterCount).values(source="đếm lại"))

    assert faults(session) == []
    assert len(session.scalars(select(LedgerEntry)).all()) == entries + 1
    assert _recorded(session) == 2 * (bulk.MANY + 1)
    assert verification.verify(session) is None
    session.execute(text("UPDATE roster_counts SET total = 7 WHERE total = 100"))
    assert [each.what for each in checking.faults_of(session, _form())] == ["kept"]
