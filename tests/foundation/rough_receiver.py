"""Receivers that behave as strangers' servers do: each plays one script on every connection."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

Script = Callable[["Receiver", socket.socket], None]
_OK = b"HTTP/1.1 200 OK\r\n"


@dataclass
class Receiver:
    """A listening server: where, what it was sent (as bytes), and when it is to stop."""

    port: int
    requests: list[bytes] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def read_request(self, sock: socket.socket) -> None:
        """Read one request with its body and keep it."""
        content = b""
        while b"\r\n\r\n" not in content:
            content += _received(sock)
        head, _, body = content.partition(b"\r\n\r\n")
        length = next(
            int(line.partition(b":")[2])
            for line in head.split(b"\r\n")
            if line.lower().startswith(b"content-length:")
        )
        while len(body) < length:
            body += _received(sock)
        self.requests.append(head + b"\r\n\r\n" + body)

    def repeat(self, sock: socket.socket, piece: bytes, pause_s: float = 0.0) -> None:
        """Send a piece again and again until the other side or the test has enough."""
        while not self.over.wait(pause_s):
            sock.sendall(piece)


def _received(sock: socket.socket) -> bytes:
    got = sock.recv(65536)
    if not got:
        raise OSError("closed")
    return got


def answering(content: bytes) -> Script:
    """Take the request, send these bytes, close."""

    def play(receiver: Receiver, sock: socket.socket) -> None:
        receiver.read_request(sock)
        sock.sendall(content)

    return play


def repeating(piece: bytes, *, after: bytes = b"", pause_s: float = 0.0) -> Script:
    """Take the request, then send a piece for ever."""

    def play(receiver: Receiver, sock: socket.socket) -> None:
        receiver.read_request(sock)
        sock.sendall(after)
        receiver.repeat(sock, piece, pause_s)

    return play


def silent(receiver: Receiver, sock: socket.socket) -> None:
    """Take the connection and nothing else."""
    receiver.over.wait()


def refusing_unread(receiver: Receiver, sock: socket.socket) -> None:
    """Answer 413 after the first bytes, and close with the rest unread."""
    _received(sock)
    sock.sendall(b"HTTP/1.1 413 Too Much\r\nContent-Length: 0\r\n\r\n")


@contextmanager
def open_receiver(script: Script, *, tls: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    """A server on this machine for the length of a test."""
    listening = socket.create_server(("127.0.0.1", 0))
    receiver = Receiver(listening.getsockname()[1])
    players: list[threading.Thread] = []

    def play(sock: socket.socket) -> None:
        with suppress(OSError), sock:
            script(receiver, tls.wrap_socket(sock, server_side=True) if tls else sock)

    def serve() -> None:
        with suppress(OSError):
            while True:
                sock, _ = listening.accept()
                players.append(threading.Thread(target=play, args=(sock,)))
                players[-1].start()

    server = threading.Thread(target=serve)
    server.start()
    try:
        yield receiver
    finally:
        receiver.over.set()
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        for thread in [server, *players]:
            thread.join()


@contextmanager
def full_doorway() -> Iterator[int]:
    """A port whose queue is full: whoever knocks gets no answer at all."""
    listening = socket.socket()
    waiting = [socket.socket() for _ in range(4)]
    try:
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        for each in waiting:
            each.setblocking(False)
            each.connect_ex(listening.getsockname())
        yield listening.getsockname()[1]
    finally:
        for each in [*waiting, listening]:
            each.close()
