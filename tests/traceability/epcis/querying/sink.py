"""A subscriber's own server: keeps what it is sent, answers what it is told to."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Sink:
    """Where deliveries arrive; ``answers`` are given in turn, then 200."""

    address: str
    answers: list[int] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    @property
    def documents(self) -> list[dict[str, Any]]:
        return [json.loads(body) for body in self.bodies]

    @property
    def events(self) -> list[str]:
        """The ids of all events that were sent, in order."""
        return [
            event["eventID"]
            for document in self.documents
            for event in document["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
        ]


@contextmanager
def open_sink() -> Iterator[Sink]:
    """A server on this machine for the length of a test."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sink.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            sink.headers.append(dict(self.headers))
            status = sink.answers.pop(0) if sink.answers else 200
            self.send_response(status)
            if status == 302:
                self.send_header("Location", f"{sink.address}/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    sink = Sink(f"http://127.0.0.1:{server.server_port}/take")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield sink
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
