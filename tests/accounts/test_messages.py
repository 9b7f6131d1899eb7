"""Short messages on their way."""

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import ClassVar

import pytest

from accounts import messages
from foundation import config


class Gateway(BaseHTTPRequestHandler):
    """A gateway that writes down what it was asked and answers ``status``."""

    asked: ClassVar[list[tuple[str | None, dict[str, str]]]] = []
    status = 202

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.asked.append((self.headers["Authorization"], json.loads(body)))
        self.send_response(self.status)
        self.end_headers()

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Gateway]]:
    server = HTTPServer(("127.0.0.1", 0), Gateway)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    Gateway.asked, Gateway.status = [], 202
    address = f"http://127.0.0.1:{server.server_port}/send"
    settings = replace(config.current(), message_url=address, message_token="khoa")
    monkeypatch.setattr(config, "_current", settings)
    yield Gateway
    server.shutdown()
    server.server_close()


def test_a_gateway_gets_number_text_and_token(gateway: type[Gateway]) -> None:
    assert messages.can_reach_phones()

    messages.carrier().send("+84912345678", "Mã: 123456")

    assert gateway.asked == [("Bearer khoa", {"to": "+84912345678", "text": "Mã: 123456"})]


def test_a_refusing_gateway_raises_so_that_the_job_tries_again(gateway: type[Gateway]) -> None:
    gateway.status = 500

    with pytest.raises(OSError, match="500"):
        messages.carrier().send("+84912345678", "x")


def test_without_a_gateway_the_console_shows_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert not messages.can_reach_phones()

    messages.carrier().send("+84912345678", "Mã: 123456")

    assert "0912 345 678\nMã: 123456" in capsys.readouterr().err


def test_the_token_shows_in_no_repr() -> None:
    assert "khoa" not in repr(messages.HttpGateway("https://x.example", "khoa"))
