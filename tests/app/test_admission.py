"""Who is still sending holds up nobody: a request works once it has arrived whole."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.admission import REFUSED, Admission, seats
from foundation.errors import TooMany
from foundation.workplaces import ASIDE_PER_PLACE, stepping_aside


class _Slow(io.RawIOBase):
    """A body of which the last bytes come when somebody lets them."""

    def __init__(self, body: bytes, rest: threading.Event) -> None:
        self.body = io.BytesIO(body)
        self.rest = rest

    def read(self, size: int = -1) -> bytes:
        piece = self.body.read(min(size, 3))
        if not piece:
            self.rest.wait(60)
        return piece


def _echo(environ: dict[str, Any], _start_response: Any) -> Iterable[bytes]:
    return [environ["wsgi.input"].read()]


def _ask(app: Admission, body: Any, length: str | None, **more: Any) -> bytes:
    environ = {"wsgi.input": body, **({} if length is None else {"CONTENT_LENGTH": length}), **more}
    return b"".join(app(environ, None))


def test_bodies_on_their_way_leave_the_places_free() -> None:
    app = Admission(_echo, count=1, limit=100)
    rest = threading.Event()
    told: list[bytes] = []
    waiting = [
        threading.Thread(target=lambda: told.append(_ask(app, _Slow(b"half of it", rest), "20")))
        for _ in range(3)
    ]
    for thread in waiting:
        thread.start()

    meanwhile = _ask(app, io.BytesIO(b"whole"), "5")

    assert (meanwhile, told) == (b"whole", [])
    rest.set()
    for thread in waiting:
        thread.join(10)
    assert told == [b"half of it"] * 3


def test_no_more_work_at_once_than_there_are_places() -> None:
    busy, most = 0, 0
    guard = threading.Lock()

    def work(environ: dict[str, Any], _start: Any) -> Iterable[bytes]:
        nonlocal busy, most
        with guard:
            busy += 1
            most = max(most, busy)
        threading.Event().wait(0.02)
        with guard:
            busy -= 1
        return [environ["wsgi.input"].read()]

    app = Admission(work, count=2, limit=100)
    threads = [threading.Thread(target=_ask, args=(app, io.BytesIO(b"abc"), "3")) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)

    assert most == 2


@pytest.mark.parametrize("length", ["101", "-1", "nonsense", "9" * 5000, "٣", ""])
def test_a_length_that_will_be_refused_is_not_waited_for(length: str) -> None:
    body = io.BytesIO(b"x" * 101)

    told = _ask(Admission(_echo, count=1, limit=100), body, length)

    # The very stream is handed on: the application decides, unread.
    assert told == b"x" * 101


def test_a_body_without_length_is_received_to_one_byte_beyond_the_limit() -> None:
    app = Admission(_echo, count=1, limit=100)
    terminated = {"wsgi.input_terminated": True}

    assert _ask(app, io.BytesIO(b"y" * 500), None, **terminated) == b"y" * 101
    assert _ask(app, io.BytesIO(b"y" * 40), None, **terminated) == b"y" * 40


def test_who_waits_for_another_process_leaves_the_place_to_others() -> None:
    waiting, go_on = threading.Event(), threading.Event()

    def work(environ: dict[str, Any], _start: Any) -> Iterable[bytes]:
        if environ.get("heavy"):
            with stepping_aside(), stepping_aside():
                waiting.set()
                go_on.wait(60)
        return [environ["wsgi.input"].read()]

    app = Admission(work, count=1, limit=100)
    told: list[bytes] = []
    heavy = threading.Thread(
        target=lambda: told.append(_ask(app, io.BytesIO(b"file"), "4", heavy=True))
    )
    heavy.start()
    assert waiting.wait(60)

    assert _ask(app, io.BytesIO(b"page"), "4") == b"page"
    assert told == []
    go_on.set()
    heavy.join(10)
    assert told == [b"file"]
    # As many places as before: a bounded semaphore would refuse one too many.
    assert _ask(app, io.BytesIO(b"page"), "4") == b"page"


def test_no_more_stand_aside_than_there_are_connections_for() -> None:
    rest, counted = threading.Event(), threading.Semaphore(0)

    def work(_environ: dict[str, Any], _start: Any) -> Iterable[bytes]:
        with stepping_aside():
            counted.release()
            rest.wait(60)
        return [b"done"]

    app = Admission(work, count=1, limit=100)
    told: list[bytes] = []
    threads = [
        threading.Thread(target=lambda: told.append(_ask(app, io.BytesIO(b"a"), "1")))
        for _ in range(ASIDE_PER_PLACE)
    ]
    for thread in threads:
        thread.start()
        assert counted.acquire(timeout=60)

    with pytest.raises(TooMany):
        _ask(app, io.BytesIO(b"a"), "1")

    rest.set()
    for thread in threads:
        thread.join(10)
    assert told == [b"done"] * ASIDE_PER_PLACE
    assert _ask(app, io.BytesIO(b"a"), "1") == b"done"


def test_bodies_that_never_end_leave_threads_to_those_who_send_none() -> None:
    app = Admission(_marked, count=1, limit=100)
    rest = threading.Event()
    told: list[bytes] = []
    threads = [
        threading.Thread(target=lambda: told.append(_ask(app, _Slow(b"half", rest), "20")))
        for _ in range(seats(1))
    ]
    for thread in threads:
        thread.start()
    _wait_until(lambda: app.seats.free == 0)

    assert _ask(app, io.BytesIO(b"late"), "4") == b"refused"
    page = {"REQUEST_METHOD": "GET", "wsgi.input_terminated": True}
    assert _ask(app, io.BytesIO(b""), None, **page) == b"received"
    assert _ask(app, io.BytesIO(b""), None, HTTP_TRANSFER_ENCODING="chunked", **page) == b"refused"

    rest.set()
    for thread in threads:
        thread.join(10)
    assert told == [b"received"] * seats(1)
    assert _ask(app, io.BytesIO(b"late"), "4") == b"received"
    assert not app.seats.held


def test_one_address_does_not_hold_every_seat() -> None:
    app = Admission(_marked, count=1, limit=100, of_one=1)
    rest = threading.Event()
    first = threading.Thread(target=_ask, args=(app, _Slow(b"half", rest), "20"))
    first.start()
    _wait_until(lambda: bool(app.seats.held))

    assert _ask(app, io.BytesIO(b"late"), "4") == b"refused"
    assert _ask(app, io.BytesIO(b"late"), "4", REMOTE_ADDR="192.0.2.7") == b"received"

    rest.set()
    first.join(10)


def _marked(environ: dict[str, Any], _start: Any) -> Iterable[bytes]:
    return [b"refused" if environ.get(REFUSED) else b"received"]


def _wait_until(is_so: Callable[[], bool]) -> None:
    patience = threading.Event()
    for _ in range(1000):
        if is_so():
            return
        patience.wait(0.01)
    raise AssertionError("it never came to be")


def test_a_request_whose_body_nobody_received_is_asked_to_come_back(client: FlaskClient) -> None:
    for address, kind in (("/api/v1/batches", "application/problem+json"), ("/cart", "text/html")):
        answer = client.post(address, data=b"x", environ_overrides={REFUSED: True})

        assert (answer.status_code, answer.mimetype) == (429, kind)
        assert answer.headers["Retry-After"] == "10"


def test_a_place_is_given_back_after_a_failure() -> None:
    def fail(_environ: dict[str, Any], _start: Any) -> Iterable[bytes]:
        raise LookupError

    app = Admission(fail, count=1, limit=100)
    for _ in range(3):
        with pytest.raises(LookupError):
            _ask(app, io.BytesIO(b"abc"), "3")
