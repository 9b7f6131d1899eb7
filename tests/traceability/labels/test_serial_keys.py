"""A new key of serials draws what is ordered from now on; nothing printed before depends on it."""

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from accounts.permissions import SYSTEM
from foundation.errors import Conflict
from tests.traceability import factories
from traceability.labels import issuing, orders, serial_codes, serial_keys, serials
from traceability.labels.orders import LabelOrder
from traceability.models import Batch, LabelJob

SECRET = "a secret of this installation, long enough"
BASE = "https://nguon.vn"


def ordered(session: Session, batch: Batch, now: datetime, count: int = 3) -> LabelJob:
    order = LabelOrder(batch.code, count, "a4-24", serialised=True)
    return orders.place(session, SYSTEM, order, base_url=BASE, now=now)


def issued(session: Session, job: LabelJob, now: datetime, secret: str = SECRET) -> list[str]:
    key = serial_keys.key_of(session, job, secret, now=now)
    orders.issue_serials(session, job.id, key=key, now=now)
    first = job.first_serial or 0
    return list(serials.stream(session, job.batch_id, first, job.label_count))


def test_labels_of_the_old_key_are_known_after_a_new_one_was_taken(
    session: Session, now: datetime
) -> None:
    batch = factories.make_batch(session, factories.grow(session, now), now)
    before = issued(session, ordered(session, batch, now), now)
    started = serial_keys.start(session, SECRET, now=now)
    job = ordered(session, batch, now)
    after = issued(session, job, now)

    assert job.serial_key == started.id == 2
    assert after == [
        serial_codes.serial_code(serial_codes.key_from(SECRET, 2), batch.code, number)
        for number in (4, 5, 6)
    ]
    for number, code in enumerate([*before, *after], 1):
        found = serials.find_serial(session, code)
        assert found is not None
        assert found.number == number


def test_an_order_of_before_goes_on_with_its_own_key(
    session: Session, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(issuing, "PART", 2)
    batch = factories.make_batch(session, factories.grow(session, now), now)
    job = ordered(session, batch, now)
    key = serial_keys.key_of(session, job, SECRET, now=now)
    issuing.issue_part(session, job, key=key, now=now)
    serial_keys.start(session, SECRET, now=now)

    codes = issued(session, job, now)

    assert codes == [serial_codes.serial_code(key, batch.code, number) for number in (1, 2, 3)]


def test_another_secret_takes_a_new_key_before_the_first_code_and_none_after(
    session: Session, now: datetime
) -> None:
    batch = factories.make_batch(session, factories.grow(session, now), now)
    done = ordered(session, batch, now)
    issued(session, done, now)
    waiting = ordered(session, batch, now)

    issued(session, waiting, now, "another secret, as long as the first one")
    with pytest.raises(Conflict) as refused:
        issued(session, done, now, "another secret, as long as the first one")

    assert (done.serial_key, waiting.serial_key) == (1, 2)
    assert refused.value.code == "label.key_changed"
