"""A stranger's server cannot hold us: not by dripping, by endless answers, nor by silence."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from foundation import config, exchanges, outgoing
from foundation.config import Config
from foundation.exchanges import Limits
from tests.foundation.rough_receiver import (
    Script,
    answering,
    full_doorway,
    open_receiver,
    refusing_unread,
    repeating,
    silent,
)

SHORT = Limits(total_s=0.3, body_s=0.1)
ROOMY = Limits(total_s=60.0, body_s=0.1)
OK = b"HTTP/1.1 200 OK\r\n"


@pytest.fixture(autouse=True)
def own_machine(test_config: Config) -> Iterator[None]:
    config.use(replace(test_config, private_webhooks="yes"))
    yield
    config.use(test_config)


@pytest.fixture
def strict(test_config: Config) -> None:
    config.use(replace(test_config, private_webhooks="no"))


def _post(
    port: int, body: bytes = b"{}", limits: Limits = SHORT, scheme: str = "http", **more: Any
) -> int:
    return outgoing.post(f"{scheme}://127.0.0.1:{port}/x", body, {}, limits=limits, **more)


SLOW: dict[str, Script] = {
    "says nothing": silent,
    "drips its status": repeating(b"1", after=b"HTTP/1.1 ", pause_s=0.02),
    "drips its headers": repeating(b"a: b\r\n", after=OK, pause_s=0.02),
    "never begins": repeating(b"HTTP/1.1 100 Continue\r\n\r\n", pause_s=0.02),
}


@pytest.mark.parametrize("how", SLOW)
def test_who_never_comes_to_an_answer_is_left_at_the_deadline(how: str) -> None:
    with open_receiver(SLOW[how]) as receiver, pytest.raises(TimeoutError):
        _post(receiver.port)


def test_who_takes_nothing_is_left_at_the_deadline() -> None:
    with open_receiver(silent) as receiver, pytest.raises(TimeoutError):
        _post(receiver.port, b"x" * 32_000_000)


ENDLESS: dict[str, Script] = {
    "headers": repeating(b"a: " + b"b" * 900 + b"\r\n", after=OK),
    "one header": repeating(b"b" * 4096, after=OK + b"a: "),
    "beginnings": repeating(b"HTTP/1.1 100 Continue\r\n\r\n"),
    "no line": repeating(b"x" * 4096),
}


@pytest.mark.parametrize("how", ENDLESS)
def test_an_endless_answer_is_left_at_its_length(how: str) -> None:
    with open_receiver(ENDLESS[how]) as receiver, pytest.raises(exchanges.Unreadable):
        _post(receiver.port, limits=ROOMY)


BODIES: dict[str, Script] = {
    "drips": repeating(b"x", after=OK + b"\r\n", pause_s=0.02),
    "huge": repeating(b"x" * 65536, after=OK + b"\r\n"),
    "lies about its length": answering(OK + b"Content-Length: 999999999999\r\n\r\nx"),
    "negative pieces": answering(OK + b"Transfer-Encoding: chunked\r\n\r\n-5\r\nx"),
    "no pieces": answering(OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n"),
}


@pytest.mark.parametrize("how", BODIES)
def test_the_body_of_an_answer_changes_nothing(how: str) -> None:
    with open_receiver(BODIES[how]) as receiver:
        assert _post(receiver.port, limits=ROOMY) == 200


@pytest.mark.parametrize(
    "content", [b"", b"HTTP/1.1 20", b"SSH-2.0-x\r\n", b"\x15\x03\x01\r\n\r\n"]
)
def test_what_is_no_answer_is_a_failure(content: bytes) -> None:
    with open_receiver(answering(content)) as receiver, pytest.raises(exchanges.Unreadable):
        _post(receiver.port, limits=ROOMY)


def test_who_refuses_without_reading_all_is_heard() -> None:
    with open_receiver(refusing_unread) as receiver:
        assert _post(receiver.port, b"x" * 8_000_000, ROOMY) == 413


def test_a_redirect_is_an_answer_and_not_followed() -> None:
    with open_receiver(answering(OK)) as inner:
        away = f"HTTP/1.1 307 Go\r\nLocation: http://127.0.0.1:{inner.port}/\r\n\r\n".encode()
        with open_receiver(answering(away)) as receiver:
            assert _post(receiver.port, limits=ROOMY) == 307

        assert inner.requests == []


def test_a_door_that_never_opens_is_left_at_the_deadline() -> None:
    with full_doorway() as port, pytest.raises(TimeoutError):
        _post(port)


# --- names ------------------------------------------------------------------------------------


def _knowing(*ips: str) -> Callable[..., list[tuple[Any, ...]]]:
    """A resolver that answers once: a second question would be a second chance."""
    answers = [list(ips)]

    def ask(_host: str, port: int, **_: Any) -> list[tuple[Any, ...]]:
        kind = {4: socket.AF_INET, 6: socket.AF_INET6}
        return [
            (kind[ipaddress.ip_address(ip).version], socket.SOCK_STREAM, 6, "", (ip, port))
            for ip in answers.pop()
        ]

    return ask


def test_each_address_of_a_name_is_tried_until_one_takes_it() -> None:
    with open_receiver(answering(OK + b"\r\n")) as receiver:
        address = f"http://shop.example:{receiver.port}/x"
        ask = _knowing("127.0.0.2", "127.0.0.3", "127.0.0.1")

        assert outgoing.post(address, b"{}", {}, limits=ROOMY, resolve=ask) == 200

        (request,) = receiver.requests
        assert f"Host: shop.example:{receiver.port}\r\n".encode() in request


def test_a_silent_address_leaves_time_for_the_next() -> None:
    with full_doorway() as port:
        listening = socket.create_server(("127.0.0.2", port))
        knocked = threading.Event()

        def take() -> None:
            sock, _ = listening.accept()
            knocked.set()
            sock.close()

        taker = threading.Thread(target=take)
        taker.start()
        with pytest.raises(OSError):
            _post(port, limits=Limits(total_s=3.0), resolve=_knowing("127.0.0.1", "127.0.0.2"))
        taker.join()
        listening.close()

    assert knocked.is_set()


@pytest.mark.usefixtures("strict")
@pytest.mark.parametrize("ips", [("127.0.0.1",), ("8.8.8.8", "127.0.0.1"), ("127.0.0.1", "::1")])
def test_one_private_address_refuses_the_name(ips: tuple[str, ...]) -> None:
    with open_receiver(answering(OK)) as receiver:
        address = f"http://shop.example:{receiver.port}/x"
        with pytest.raises(outgoing.Unsafe, match=r"outgoing\.private"):
            outgoing.post(address, b"{}", {}, resolve=_knowing(*ips))

        assert receiver.requests == []


def test_a_name_nobody_knows_and_one_whose_answer_never_comes_are_failures() -> None:
    over = threading.Event()

    def never(*_: Any, **__: Any) -> list[tuple[Any, ...]]:
        over.wait()
        return []

    with pytest.raises(exchanges.Unresolved):
        _post(1024, limits=ROOMY, resolve=lambda *_, **__: [])
    with pytest.raises(TimeoutError):
        _post(1024, resolve=never)
    over.set()


# --- TLS --------------------------------------------------------------------------------------


@pytest.fixture
def tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """A server's side of TLS for shop.example, by an authority we trust."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "shop.example")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("shop.example")]), False)
        .sign(key, hashes.SHA256())
    )
    whole = tmp_path / "shop.pem"
    plain = serialization.NoEncryption()
    form, kind = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    whole.write_bytes(made.public_bytes(form) + key.private_bytes(form, kind, plain))
    monkeypatch.setenv("SSL_CERT_FILE", str(whole))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(whole)
    return context


def _secure(port: int, host: str = "shop.example", limits: Limits = ROOMY) -> int:
    address = f"https://{host}:{port}/x"
    return outgoing.post(address, b"{}", {}, limits=limits, resolve=_knowing("127.0.0.1"))


def test_tls_is_spoken_with_the_name_at_the_address_that_was_looked_at(tls: ssl.SSLContext) -> None:
    with open_receiver(answering(OK + b"\r\n"), tls=tls) as receiver:
        assert _secure(receiver.port) == 200

        with pytest.raises(ssl.SSLCertVerificationError):
            _secure(receiver.port, "other.example")


def test_an_answer_under_tls_goes_by_the_same_limits(tls: ssl.SSLContext) -> None:
    with (
        open_receiver(ENDLESS["headers"], tls=tls) as receiver,
        pytest.raises(exchanges.Unreadable),
    ):
        _secure(receiver.port)
    with (
        open_receiver(SLOW["drips its headers"], tls=tls) as receiver,
        pytest.raises(TimeoutError),
    ):
        _secure(receiver.port, limits=SHORT)


def test_who_never_shakes_hands_is_left_at_the_deadline() -> None:
    with open_receiver(silent) as receiver, pytest.raises(TimeoutError):
        _secure(receiver.port, limits=SHORT)


def test_plain_speech_where_tls_was_asked_is_a_failure() -> None:
    def talk(_receiver: Any, sock: socket.socket) -> None:
        sock.sendall(OK + b"\r\n")
        sock.recv(65536)

    with open_receiver(talk) as receiver, pytest.raises(ssl.SSLError):
        _secure(receiver.port)
