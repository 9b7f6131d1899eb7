"""Who guesses learns nothing, and soon waits."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, event, text
from sqlalchemy.orm import Session

from accounts.permissions import SYSTEM
from drills import guessed_codes
from foundation import clock, codes
from tests.traceability.factories import GTIN, grow, make_batch
from traceability.labels import orders, serials
from traceability.labels.orders import LabelOrder
from traceability.models import Batch
from traceability.scan import guessing, limits, lookup, noting
from traceability.scan.noting import Looked
from traceability.scan.recent import Recent

KEY = serials.key_from("a secret of this installation, long enough")
AWAY = {"REMOTE_ADDR": "203.0.113.7"}
NEIGHBOUR = {"REMOTE_ADDR": "203.0.113.250"}
ELSEWHERE = {"REMOTE_ADDR": "198.51.100.7"}


@pytest.fixture
def statements() -> Iterator[list[str]]:
    """What the database is asked."""
    said: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        said.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    yield said
    event.remove(Engine, "before_cursor_execute", note)


@pytest.fixture
def batch(session: Session, now: datetime) -> Batch:
    made = make_batch(session, grow(session, now, gtin=GTIN), now, lot="L1")
    order = LabelOrder(made.code, 20, "a4-24", serialised=True)
    job = orders.place(session, SYSTEM, order, base_url="https://nguon.vn", now=now)
    orders.issue_serials(session, job.id, key=KEY, now=now)
    session.commit()
    return made


def test_no_single_wrong_character_of_a_serial_is_accepted(batch: Batch) -> None:
    serial = serials.serial_code(KEY, batch.code, 1)
    assert lookup.find_by_lot(GTIN, "L1", serial) is not None

    for place, character in enumerate(serial):
        for other in set(codes.ALPHABET) - {character}:
            wrong = serial[:place] + other + serial[place + 1 :]
            assert lookup.find_by_lot(GTIN, "L1", wrong) is None


def test_a_hundred_thousand_guesses_find_nothing(session: Session, batch: Batch) -> None:
    chance = Random(20261122)
    guesses = [codes.new_code(serials.LENGTH, chance) for _ in range(100_000)]

    found = session.execute(
        text("SELECT count(*) FROM serials WHERE code = ANY(CAST(:guesses AS text[]))"),
        {"guesses": guesses},
    )

    assert all(map(codes.is_valid, guesses))
    assert found.scalar() == 0


def test_an_unknown_code_and_one_with_a_wrong_check_character_are_asked_and_answered_alike(
    client: FlaskClient, batch: Batch, statements: list[str]
) -> None:
    body = "ABCDEFGHJKM"
    right = codes.check_character(body)
    asked, pages = [], []
    for code in (body + right, body + ("N" if right != "N" else "P")):
        statements.clear()
        answer = client.get(f"/t/{code}")
        pages.append((answer.status_code, answer.data))
        asked.append(list(statements))

    assert pages[0] == pages[1]
    assert asked[0] == asked[1]
    assert len(asked[0]) == 1


def test_a_network_that_guesses_waits_for_known_and_unknown_codes_alike(
    client: FlaskClient, batch: Batch
) -> None:
    known = f"/01/{GTIN}/10/L1/21/{serials.serial_code(KEY, batch.code, 1)}"
    unknown = f"/01/{GTIN}/10/L1/21/ZZZZZZZZZZZZZZZ"
    for _ in range(limits.limit("unknown_codes")):
        assert client.get(unknown, environ_overrides=AWAY).status_code == 200

    named = {"X-Request-Id": "aaaa-bbbb-cccc"}
    refused = client.get(known, environ_overrides=NEIGHBOUR, headers=named)
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    as_unknown = client.get(unknown, environ_overrides=AWAY, headers=named)
    assert as_unknown.text.replace("ZZZZZZZZZZZZZZZ", known[-15:]) == refused.text
    for path in (f"/t/{batch.code}", f"/api/v1/trace/{batch.code}", "/verify?q=x"):
        assert client.get(path, environ_overrides=AWAY).status_code == 429
    assert client.get(f"/01/{GTIN}/10/L1", environ_overrides=AWAY).status_code == 200
    assert client.get(known, environ_overrides=ELSEWHERE).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/complaints/new?code={code}&serial=ZZZZZZZZZZZZZZZ",
        "/complaints/new?code=/t/{code}/ZZZZZZZZZZZZZZZ",
        "/verify?q=/t/{code}/ZZZZZZZZZZZZZZZ",
    ],
)
def test_a_wrong_item_of_a_known_lot_is_a_guess_wherever_it_is_asked_for(
    client: FlaskClient,
    batch: Batch,
    now: datetime,
    path: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(clock, "now", lambda: now)
    asked = path.format(code=batch.code)
    for _ in range(limits.limit("unknown_codes") - 1):
        guessing.missed(AWAY["REMOTE_ADDR"], now)

    assert client.get(asked, environ_overrides=AWAY).status_code in (200, 404)
    assert client.get(asked, environ_overrides=AWAY).status_code == 429
    lot_itself = path.format(code=batch.code).replace("ZZZZZZZZZZZZZZZ", "").rstrip("/=")
    assert client.get(lot_itself, environ_overrides=ELSEWHERE).status_code in (200, 303)
    network = guessing.network_of(ELSEWHERE["REMOTE_ADDR"]) or b""
    assert guessing.recent.count(network, now, 600) == 0


def test_who_looks_with_many_faces_is_not_forgotten_as_a_guesser(
    now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As if every mark fell on one place.
    monkeypatch.setattr("traceability.scan.recent._SLOTS", 1)
    for _ in range(limits.limit("unknown_codes")):
        guessing.missed(AWAY["REMOTE_ADDR"], now)

    noting.take_word(Looked("a browser", AWAY["REMOTE_ADDR"], "vi", now), 1, None)

    assert guessing.must_wait(AWAY["REMOTE_ADDR"], now)


def test_one_network_that_guesses_does_not_have_all_others_wait(now: datetime) -> None:
    # A socket for both families tells every IPv4 address inside one network of IPv6.
    for _ in range(limits.limit("unknown_codes")):
        guessing.missed("::ffff:203.0.113.7", now)

    assert guessing.must_wait("203.0.113.7", now)
    assert not guessing.must_wait("::ffff:198.51.100.7", now)
    assert not guessing.must_wait("::ffff:127.0.0.1", now)


def test_marks_fade_and_mean_nothing_the_next_day(now: datetime) -> None:
    recent = Recent()

    assert [recent.seen(b"a", now, 600) for _ in range(3)] == [0, 1, 2]
    assert recent.count(b"a", now, 600) == 3
    assert recent.count(b"b", now, 600) == 0
    assert recent.seen(b"a", now + timedelta(seconds=600), 600) == 0
    assert recent.seen(b"a", now + timedelta(days=1), 10**6) == 0


def test_nothing_of_an_address_lies_in_memory(now: datetime) -> None:
    guessing.missed("203.0.113.7", now)

    memory = bytes(guessing.recent._memory)
    assert b"203.0.113" not in memory


def test_the_drill_of_guesses_tells_times_apart_where_there_is_something_to_tell() -> None:
    even = [float(number) for number in range(100)]

    assert guessed_codes.longer(even, even)[0] == 0.5
    chance, spread = guessed_codes.longer([each + 20 for each in even], even)
    assert chance - 0.5 > guessed_codes.TOLD_BY_TIME / 2 * spread
    assert guessed_codes.longer([200.0] * 100, even)[0] == 1
