"""What a transaction wrote is recorded as it ends: told, read back, or where it lies."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from indicators.models import RosterCount
from ledger import log, verification, writing
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


def _count(made: RosterCount, total: int) -> Any:
    """The statement by which most stocks move: one row, named by its key."""
    return update(RosterCount).where(RosterCount.id == made.id).values(total=total)


def _by_a_statement(session: Session, made: RosterCount) -> None:
    session.execute(_count(made, 8))


def _twice(session: Session, made: RosterCount) -> None:
    session.execute(_count(made, 8))
    session.execute(_count(made, 9).returning(RosterCount.total)).scalar_one()


def _where_nothing_fits(session: Session, made: RosterCount) -> None:
    missed = _count(made, 8).where(RosterCount.total > 99).returning(RosterCount.id)
    assert session.scalar(missed) is None


def _then_by_the_session(session: Session, made: RosterCount) -> None:
    session.execute(_count(made, 8).execution_options(synchronize_session=False))
    made.source = "khác"


def _by_the_session_first(session: Session, made: RosterCount) -> None:
    made.source = "khác"
    session.flush()
    session.execute(_count(made, 8))


def _with_all_others(session: Session, made: RosterCount) -> None:
    session.execute(_count(made, 8))
    session.execute(update(RosterCount).values(total=RosterCount.total + 1))
    session.execute(_count(made, 30))


def _then_past_the_session(session: Session, made: RosterCount) -> None:
    session.execute(_count(made, 8))
    session.execute(text("UPDATE roster_counts SET total = 5"))
    recording.touch(session, "roster_counts", [(made.id,)])


def _past_the_session_first(session: Session, made: RosterCount) -> None:
    session.execute(text("UPDATE roster_counts SET source = 'khác'"))
    recording.touch(session, "roster_counts", [(made.id,)])
    session.execute(_count(made, 8))


def _then_undone_to_a_savepoint(session: Session, made: RosterCount) -> None:
    session.execute(_count(made, 8))
    step = session.begin_nested()
    session.execute(_count(made, 9))
    step.rollback()


def _in_a_savepoint(session: Session, made: RosterCount) -> None:
    with session.begin_nested():
        session.execute(_count(made, 8))
    session.begin_nested().rollback()


def _after_a_conflict(session: Session, made: RosterCount) -> None:
    again = upsert(RosterCount).values(id=made.id, **row(made.entered_by, made.entered_at, 7))
    session.execute(again.on_conflict_do_nothing())
    total = {"total": again.excluded.total + 1}
    session.execute(again.on_conflict_do_update(index_elements=["id"], set_=total))


def _then_taken_out(session: Session, made: RosterCount) -> None:
    session.execute(_count(made, 8))
    session.execute(delete(RosterCount).where(RosterCount.id == made.id))


@pytest.mark.parametrize(
    "change",
    [
        _by_a_statement, _twice, _where_nothing_fits, _then_by_the_session, _by_the_session_first,
        _with_all_others, _then_past_the_session, _past_the_session_first,
        _then_undone_to_a_savepoint, _in_a_savepoint, _after_a_conflict, _then_taken_out,
    ],
    ids=lambda each: each.__name__.lstrip("_"),
)  # fmt: skip
@pytest.mark.parametrize("is_recorded", [True, False], ids=["recorded before", "just put in"])
def test_a_row_changed_in_whichever_way_is_recorded_as_it_then_is(
    session: Session,
    now: datetime,
    recorder: int,
    is_recorded: bool,
    change: Callable[[Session, RosterCount], None],
) -> None:
    made = RosterCount(**row(recorder, now, 1))
    session.add(made)
    session.flush()
    if is_recorded:
        recording.settle(session)

    change(session, made)

    assert faults(session) == []


def test_what_a_statement_wrote_of_one_row_is_not_read_again(
    session: Session, now: datetime, recorder: int
) -> None:
    made, other = RosterCount(**row(recorder, now, 1)), RosterCount(**row(recorder, now, 2))
    session.add_all([made, other])
    recording.settle(session)

    session.execute(_count(made, 8))
    session.scalar(_count(other, 9).returning(RosterCount.id))
    session.execute(insert(RosterCount).values(row(recorder, now, 3)))

    pending = writing.find_pending(session)
    assert pending is not None
    assert (len(pending.told), pending.touched) == (3, {})
