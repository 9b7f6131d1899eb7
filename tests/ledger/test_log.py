"""Recording: cheap, unchangeable, ordered later."""

import contextlib
import json
from datetime import datetime

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from foundation import db
from ledger import facts, log, sequencing
from ledger.models import LedgerEntry
from tests.ledger.factories import record


def test_a_fact_is_recorded_with_its_canonical_body(session: Session, now: datetime) -> None:
    log.append(session, kind="test.noted", subject="VN-1", body={"b": 1, "a": "ă"}, now=now)

    entry = session.scalars(select(LedgerEntry)).one()
    assert entry.body == '{"a":"ă","b":1}'
    assert json.loads(entry.committed())["subject"] == "VN-1"
    assert facts.list_positions(session, ["VN-1"])[0].sequence is None


def test_a_float_is_refused_before_anything_is_written(session: Session, now: datetime) -> None:
    with pytest.raises(TypeError):
        log.append(session, kind="k", subject="s", body={"x": 0.1}, now=now)

    assert facts.list_positions(session, ["s"]) == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_entries SET body = '{}'",
        "DELETE FROM ledger_entries",
        "TRUNCATE ledger_entries CASCADE",
        "UPDATE ledger_leaves SET sequence = 9",
        "DELETE FROM ledger_nodes",
        "DELETE FROM ledger_checkpoints",
    ],
)
def test_what_is_recorded_cannot_be_changed(
    session: Session, now: datetime, statement: str
) -> None:
    record(session, 3, now)
    sequencing.sequence(session)

    with pytest.raises(IntegrityError):
        session.execute(text(statement))


def test_entries_get_their_places_once_and_in_order(session: Session, now: datetime) -> None:
    record(session, 5, now)
    assert sequencing.sequence(session) == 5
    record(session, 2, now)
    assert sequencing.sequence(session) == 2
    assert sequencing.sequence(session) == 0

    positions = facts.list_positions(session, [f"VN-{number}" for number in range(5)])
    assert sorted(position.sequence or 0 for position in positions) == [1, 2, 3, 4, 5, 6, 7]


def test_an_undone_transaction_leaves_no_trace(own_database: db.Database, now: datetime) -> None:
    with contextlib.suppress(TypeError), db.transaction() as session:
        record(session, 1, now)
        log.append(session, kind="k", subject="s", body={"x": 0.1}, now=now)

    with db.transaction() as session:
        assert sequencing.sequence(session) == 0


def test_recording_does_not_wait_for_another_open_transaction(
    own_database: db.Database, now: datetime
) -> None:
    with db.transaction() as slow:
        record(slow, 1, now)
        with db.transaction() as quick:
            record(quick, 1, now)
        with db.transaction() as sequencer:
            assert sequencing.sequence(sequencer) == 1

    with db.transaction() as session:
        assert sequencing.sequence(session) == 1
        assert sequencing.size_of(session) == 2
