"""The diary corrects a harvest whose batch exists: the batch is told of it, its stock stays."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.permissions import SYSTEM
from foundation import clock
from foundation.models import OutboxMail
from growing_areas import diary
from growing_areas.diary import Work
from tests.accounts.browser import sign_in_as, text_of
from tests.accounts.factories import make_member
from tests.traceability.factories import PRODUCED, grow, make_batch, new_batch
from tests.traceability.handling.factories import is_kept, shelf
from traceability import events, opening
from traceability.handling import harvest_checks
from traceability.undoing import undoing
from traceability.undoing.undoing import Mistake


def _harvest(kilograms: str) -> Work:
    return Work("harvest", PRODUCED, quantity=Decimal(kilograms), unit="KGM")


@pytest.mark.parametrize("is_struck", [False, True])
def test_a_corrected_harvest_tells_its_batches_and_moves_nothing(
    session: Session,
    client: FlaskClient,
    now: datetime,
    is_struck: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(clock, "now", lambda: now)
    grown = grow(session, now)
    person = make_member(session, grown.organisation, now)
    line = diary.record(session, SYSTEM, grown.area.id, _harvest("1200"), now=now).entry
    batch = make_batch(session, grown, now)
    assert harvest_checks.of_batch(session, batch) is None

    if is_struck:
        new = diary.strike_out(session, SYSTEM, line.id, "Không thu ngày này", now=now)
    else:
        recorded = diary.correct(session, SYSTEM, line.id, _harvest("900"), "Cân lại", now=now)
        new = recorded.entry
    told = harvest_checks.tell(session, [new.id], now=now)

    assert told == [batch]
    letters = session.scalars(select(OutboxMail.subject)).all()
    assert [each for each in letters if "Nhật ký thu hoạch" in each] != []
    short = harvest_checks.of_batch(session, batch)
    assert short is not None
    assert (short.harvested_kg, short.opened_kg) == (
        Decimal(0) if is_struck else Decimal(900),
        Decimal(1200),
    )
    assert shelf(session, batch) == (Decimal(1200), Decimal(0), Decimal(0))
    assert is_kept(session, batch)
    session.commit()
    sign_in_as(client, session, person, now)
    assert "Nhật ký đã sửa" in text_of(client.get(f"/workspace/batches/{batch.code}"))


def test_the_mistaken_batch_undone_and_opened_again_fits_the_diary(
    session: Session, now: datetime
) -> None:
    grown = grow(session, now)
    line = diary.record(session, SYSTEM, grown.area.id, _harvest("1200"), now=now).entry
    batch = opening.open_batch(session, SYSTEM, new_batch(grown), now=now)
    recorded = diary.correct(session, SYSTEM, line.id, _harvest("900"), "Cân lại", now=now)
    (opened,) = events.list_events(session, batch.id)

    mistake = Mistake(batch.code, opened.event_id, "incorrect_data")
    undoing.undo(session, SYSTEM, mistake, now=now)
    right = opening.open_batch(session, SYSTEM, new_batch(grown, quantity=Decimal(900)), now=now)

    assert harvest_checks.of_batch(session, batch) is None
    assert harvest_checks.of_batch(session, right) is None
    assert harvest_checks.tell(session, [recorded.entry.id], now=now) == [right]


def test_other_corrections_tell_nobody(session: Session, now: datetime) -> None:
    grown = grow(session, now)
    batch = make_batch(session, grown, now)
    work = Work("irrigation", batch.produced_on)
    line = diary.record(session, SYSTEM, grown.area.id, work, now=now).entry
    new = diary.strike_out(session, SYSTEM, line.id, "Nhầm", now=now)

    assert harvest_checks.tell(session, [new.id], now=now) == []
    assert harvest_checks.of_batch(session, batch) is None
