"""The province of a scan by the word of who made it: once, coarse, of nobody."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from foundation import clock, config
from tests.accounts.browser import post
from tests.traceability.copies.factories import CAN_THO, HANOI, notice, scan
from tests.traceability.factories import GTIN, grow, make_batch
from tests.traceability.items.factories import print_labels
from traceability.copies import remembering
from traceability.models import Batch, Serial
from traceability.scan import scans
from traceability.scan.models import Scan, ScanTally

PHONE = "Mozilla/5.0 (Linux; Android 14) Mobile"


@pytest.fixture
def batch(session: Session, now: datetime, monkeypatch: pytest.MonkeyPatch) -> Batch:
    monkeypatch.setattr(clock, "now", lambda: now)
    made = make_batch(session, grow(session, now, gtin=GTIN), now, lot="BUOI-26A")
    session.commit()
    return made


def _look(client: FlaskClient, path: str) -> None:
    assert client.get(path, headers={"User-Agent": PHONE}).status_code == 200
    scans.import_journals(scans.journal_folder(config.current().data_dir))


def _tell(client: FlaskClient, **told: str) -> TestResponse:
    client.environ_base["HTTP_USER_AGENT"] = PHONE
    return post(client, "/place", **told)


def _tallies(session: Session) -> dict[str, int]:
    rows = session.execute(select(ScanTally.place, ScanTally.scans)).all()
    return {place: count for place, count in rows if count}


def test_who_has_just_looked_tells_a_province_once(
    client: FlaskClient, session: Session, batch: Batch
) -> None:
    assert _tell(client, code=batch.code, province=HANOI).status_code == 409
    _look(client, f"/t/{batch.code}")

    assert _tell(client, code=batch.code, province="99999").status_code == 422
    assert "Đã ghi tỉnh" in _tell(client, code=batch.code, province=HANOI).text
    assert _tell(client, code=batch.code, province=CAN_THO).status_code == 409

    assert session.scalars(select(Scan.place)).all() == [HANOI]
    assert _tallies(session) == {HANOI: 1}


def test_the_item_is_known_by_the_page_one_comes_from(
    client: FlaskClient, session: Session, batch: Batch, now: datetime
) -> None:
    print_labels(session, batch, now, 3)
    code = session.scalars(select(Serial.code).where(Serial.number == 2)).one()
    session.commit()
    page = f"/01/{GTIN}/10/BUOI-26A/21/{code}"
    _look(client, page)

    asked = client.get(f"/place?code={batch.code}", headers={"Referer": f"http://localhost{page}"})

    assert f'name="serial" value="{code}"' in asked.text
    assert _tell(client, code=batch.code, serial=code, province=HANOI).status_code == 200
    assert session.execute(select(Scan.serial_number, Scan.place)).all() == [(2, HANOI)]


def test_a_province_told_after_the_detector_looked_is_weighed_as_well(
    client: FlaskClient, session: Session, batch: Batch, now: datetime
) -> None:
    print_labels(session, batch, now, 3)
    code = session.scalars(select(Serial.code).where(Serial.number == 2)).one()
    for minutes in range(10, 90, 20):
        scan(session, batch, 2, (now - timedelta(minutes=minutes), HANOI))
    session.commit()
    _look(client, f"/01/{GTIN}/10/BUOI-26A/21/{code}")
    notice(session, now)
    (before,) = remembering.recall(session, {(batch.id, 2)}).values()

    assert _tell(client, code=batch.code, serial=code, province=CAN_THO).status_code == 200

    (after,) = remembering.recall(session, {(batch.id, 2)}).values()
    assert (after.scans, after.placed) == (before.scans, before.placed + 1)
    assert after.leaps > before.leaps
