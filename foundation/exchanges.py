"""One HTTP exchange with a stranger, bounded as a whole: in time, and in the bytes of its answer.

A limit of each read alone is none: who sends a byte before it runs out holds the caller for ever.
"""

from __future__ import annotations

import io
import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from typing import Any

_PIECE = 64 * 1024
_TRIED = 4
"""Addresses of one name that are tried: a name with hundreds would have us knock at all of them."""

Resolve = Callable[..., Sequence[tuple[Any, ...]]]
"""Asked as `socket.getaddrinfo` is, and answering alike."""


@dataclass(frozen=True)
class Limits:
    """What one exchange may take, whoever answers.

    ``total_s`` seconds from asking for the name to the end of the headers, of which ``body_s`` at
    most for what follows them; ``answer_bytes`` of status, headers and body together.
    """

    total_s: float = 15.0
    body_s: float = 1.0
    answer_bytes: int = 64 * 1024


LIMITS = Limits()


class Unresolved(OSError):
    """Nobody knows the name."""


class Unreadable(OSError):
    """What was answered is not HTTP, or has more before its body than an answer may have."""


@dataclass(frozen=True)
class Address:
    """One address of a name, in the very form in which it is connected to."""

    family: int
    at: tuple[Any, ...]

    @property
    def ip(self) -> str:
        """The IP address alone."""
        return str(self.at[0])


class Deadline:
    """The moment by which everything is over."""

    def __init__(self, seconds: float) -> None:
        self._ends = time.monotonic() + seconds

    def left(self) -> float:
        """Seconds left. Raises: TimeoutError when there are none."""
        left = self._ends - time.monotonic()
        if left <= 0:
            raise TimeoutError("no time left")
        return left

    def bring_forward(self, seconds: float) -> None:
        """Let it be over in so many seconds, if it was later."""
        self._ends = min(self._ends, time.monotonic() + seconds)


def resolve(host: str, port: int, deadline: Deadline, ask: Resolve) -> list[Address]:
    """Every address of a name, each once. Raises: Unresolved, TimeoutError."""
    told: queue.SimpleQueue[Sequence[tuple[Any, ...]]] = queue.SimpleQueue()

    def look_up() -> None:
        try:
            told.put(ask(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError):
            told.put([])

    # The system's resolver cannot be told when to give up: it is left behind, and ends by itself.
    threading.Thread(target=look_up, daemon=True).start()
    try:
        found = told.get(timeout=deadline.left())
    except queue.Empty:
        raise TimeoutError("resolving") from None
    if not found:
        raise Unresolved(host)
    return list(dict.fromkeys(Address(entry[0], tuple(entry[4])) for entry in found))


def connect(addresses: Sequence[Address], deadline: Deadline) -> socket.socket:
    """A connection to the first address that takes one. Raises: OSError of the last one tried."""
    tried = addresses[:_TRIED]
    fault: OSError = Unresolved()
    for at, address in enumerate(tried):
        plain = socket.socket(address.family, socket.SOCK_STREAM)
        try:
            # A silent address leaves the others their share of the time.
            plain.settimeout(deadline.left() / (len(tried) - at))
            plain.connect(address.at)
        except OSError as error:
            plain.close()
            fault = error
        else:
            return plain
    raise fault


def secured(plain: socket.socket, host: str, deadline: Deadline) -> socket.socket:
    """The connection under TLS, its certificate checked for the name. Raises: OSError."""
    try:
        plain.settimeout(deadline.left())
        return ssl.create_default_context().wrap_socket(plain, server_hostname=host)
    except OSError:
        plain.close()
        raise
    except ValueError:
        # A name that no certificate can bear.
        plain.close()
        raise Unresolved(host) from None


@dataclass(frozen=True)
class Request:
    """What is posted: where under which host, and what."""

    host: str
    port: int
    path: str
    body: bytes
    headers: Mapping[str, str]


def status_of(sock: socket.socket, request: Request, deadline: Deadline, limits: Limits) -> int:
    """Post over a connected socket; answers the status.

    The body of the answer is read for good manners: what goes wrong in it changes nothing.
    Raises: Unreadable, OSError.
    """
    connection = HTTPConnection(request.host, request.port)
    connection.default_port = 443 if isinstance(sock, ssl.SSLSocket) else 80
    connection.sock = _Wire(sock, deadline, limits.answer_bytes)
    headers = {**request.headers, "Connection": "close"}
    try:
        # Who refuses before having read everything has answered all the same.
        with suppress(BrokenPipeError, ConnectionResetError):
            connection.request("POST", request.path, request.body, headers)
        answer = connection.getresponse()
    except (HTTPException, ValueError) as error:
        raise Unreadable(type(error).__name__) from None
    deadline.bring_forward(limits.body_s)
    with suppress(HTTPException, ValueError, OSError):
        answer.read(limits.answer_bytes)
    return answer.status


class _Wire:
    """What `http.client` takes for its socket: every step goes by the one deadline."""

    def __init__(self, sock: socket.socket, deadline: Deadline, most: int) -> None:
        self._sock, self._deadline, self._most = sock, deadline, most

    def sendall(self, content: bytes) -> None:
        """Send all of it, by the deadline."""
        rest = memoryview(content)
        while rest:
            self._sock.settimeout(self._deadline.left())
            rest = rest[self._sock.send(rest[:_PIECE]) :]

    def makefile(self, _mode: str) -> io.BufferedReader:
        """The answer, by the deadline and up to its length."""
        return io.BufferedReader(_Answer(self._sock, self._deadline, self._most))

    def close(self) -> None:
        """Nothing: whoever opened the connection closes it, after the answer was read."""


class _Answer(io.RawIOBase):
    def __init__(self, sock: socket.socket, deadline: Deadline, most: int) -> None:
        super().__init__()
        self._sock, self._deadline, self._left = sock, deadline, most

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if self._left <= 0:
            raise Unreadable("too long")
        self._sock.settimeout(self._deadline.left())
        count = self._sock.recv_into(memoryview(buffer)[: self._left])
        self._left -= count
        return count
