"""Working places: a request takes one only when all of it has arrived.

A phone on a weak network needs a minute for one photo. Whoever waits for its bytes waits here,
outside the few places in which Python works and a database connection is at hand; four such phones
would otherwise stop the whole site, nginx in front or not. Who never finishes sending holds a
thread all the same: so many wait at once that some threads are left to those who send nothing, and
one address may hold half of the seats. The others are asked to come back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from tempfile import SpooledTemporaryFile
from threading import Lock
from typing import IO, Any

from foundation.workplaces import Places, working_in

WAITING_PER_PLACE = 16
"""How many threads a web server keeps for each place: those that wait for bytes cost little."""

REFUSED = "nguon.body_refused"
"""Set in the environment of a request whose body nobody received: it is to be answered 429."""
AGAIN_AFTER_S = 10

_IN_MEMORY = 256 * 1024
_PIECE = 64 * 1024


class Admission:
    """WSGI middleware: receives the body, then works in one of ``count`` places.

    At most ``limit`` bytes are received, one more where no length was told, so that the
    application still finds a body too large and refuses it with its own words. ``of_one`` is how
    many bodies of one address are received at once; as many as of all unless told.
    """

    def __init__(self, inner: Any, count: int, limit: int, *, of_one: int | None = None) -> None:
        self.inner = inner
        self.limit = limit
        self.places = Places(count)
        self.seats = _Seats(seats(count), of_one)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        due = _due(environ, self.limit)
        if not due:
            return self._work(environ, start_response)
        with SpooledTemporaryFile(max_size=_IN_MEMORY) as body:
            with self.seats.taken_by(environ.get("REMOTE_ADDR", "")) as is_seated:
                if is_seated:
                    _receive(environ["wsgi.input"], body, due)
                else:
                    environ[REFUSED] = True
            environ["wsgi.input"] = body
            return self._work(environ, start_response)

    def _work(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        with working_in(self.places):
            answer: Iterable[bytes] = self.inner(environ, start_response)
            return answer


def seats(count: int) -> int:
    """How many bodies a server of so many places receives at once: a quarter is left free."""
    return count * WAITING_PER_PLACE * 3 // 4


class _Seats:
    """Where bodies are waited for; who finds none goes on without."""

    def __init__(self, count: int, of_one: int | None) -> None:
        self.free = count
        self.of_one = count if of_one is None else of_one
        self.held: Counter[str] = Counter()
        self.guard = Lock()

    @contextmanager
    def taken_by(self, address: str) -> Iterator[bool]:
        """Whether a seat was to be had; given back at the end."""
        with self.guard:
            is_seated = self.free > 0 and self.held[address] < self.of_one
            if is_seated:
                self.free -= 1
                self.held[address] += 1
        try:
            yield is_seated
        finally:
            if is_seated:
                self._give_back(address)

    def _give_back(self, address: str) -> None:
        with self.guard:
            self.free += 1
            self.held[address] -= 1
            if not self.held[address]:
                del self.held[address]


def _due(environ: dict[str, Any], limit: int) -> int:
    """How many bytes to wait for; none where the told length will be refused or is nonsense."""
    told = environ.get("CONTENT_LENGTH")
    if told:
        length = int(told) if told.isascii() and told.isdecimal() and len(told) < 16 else 0
        return length if length <= limit else 0
    return limit + 1 if environ.get("wsgi.input_terminated") and _sends(environ) else 0


def _sends(environ: dict[str, Any]) -> bool:
    """Whether a request without a length has a body at all; in HTTP/2 nothing but the end tells."""
    is_read = environ.get("REQUEST_METHOD") in ("GET", "HEAD", "OPTIONS")
    return "HTTP_TRANSFER_ENCODING" in environ or not is_read


def _receive(sent: IO[bytes], body: IO[bytes], due: int) -> None:
    """Copy what arrives; a sender who hangs up leaves less, which the application notices."""
    while due > 0 and (piece := sent.read(min(due, _PIECE))):
        body.write(piece)
        due -= len(piece)
    body.seek(0)
