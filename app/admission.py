"""Working places: a request takes one only when all of it has arrived.

A phone on a weak network needs a minute for one photo. Whoever waits for its bytes waits here,
outside the few places in which Python works and a database connection is at hand; four such phones
would otherwise stop the whole site, nginx in front or not.
"""

from __future__ import annotations

from collections.abc import Iterable
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from foundation.workplaces import Places, working_in

WAITING_PER_PLACE = 16
"""How many threads a web server keeps for each place: those that wait for bytes cost little."""

_IN_MEMORY = 256 * 1024
_PIECE = 64 * 1024


class Admission:
    """WSGI middleware: receives the body, then works in one of ``count`` places.

    At most ``limit`` bytes are received, one more where no length was told, so that the
    application still finds a body too large and refuses it with its own words.
    """

    def __init__(self, inner: Any, count: int, limit: int) -> None:
        self.inner = inner
        self.limit = limit
        self.places = Places(count)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        due = _due(environ, self.limit)
        if not due:
            return self._work(environ, start_response)
        with SpooledTemporaryFile(max_size=_IN_MEMORY) as body:
            _receive(environ["wsgi.input"], body, due)
            environ["wsgi.input"] = body
            return self._work(environ, start_response)

    def _work(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        with working_in(self.places):
            answer: Iterable[bytes] = self.inner(environ, start_response)
            return answer


def _due(environ: dict[str, Any], limit: int) -> int:
    """How many bytes to wait for; none where the told length will be refused or is nonsense."""
    told = environ.get("CONTENT_LENGTH")
    if told:
        length = int(told) if told.isascii() and told.isdecimal() and len(told) < 16 else 0
        return length if length <= limit else 0
    return limit + 1 if environ.get("wsgi.input_terminated") else 0


def _receive(sent: IO[bytes], body: IO[bytes], due: int) -> None:
    """Copy what arrives; a sender who hangs up leaves less, which the application notices."""
    while due > 0 and (piece := sent.read(min(due, _PIECE))):
        body.write(piece)
        due -= len(piece)
    body.seek(0)
