"""Webhooks reach the public network only, unless somebody says otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from foundation import config, outgoing
from foundation.config import Config
from tests.traceability.epcis.querying.sink import open_sink


@pytest.fixture
def settings(test_config: Config) -> Iterator[Config]:
    strict = replace(test_config, private_webhooks="no")
    config.use(strict)
    yield strict
    config.use(test_config)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.1", "172.16.3.4", "192.168.1.1", "169.254.169.254", "0.0.0.0",
        "100.64.0.1", "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fe80::1%eth0",
        "fc00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1",
        "2002:7f00:0001::", "::7f00:1", "64:ff9b:1::a00:1", "fec0::1", "5f00::1",
        "192.88.99.1", "not an address",
    ],
)  # fmt: skip
def test_addresses_within_are_not_public(address: str) -> None:
    assert not outgoing.is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700::1111"])
def test_addresses_outside_are_public(address: str) -> None:
    assert outgoing.is_public(address)


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("http://localhost/x", "outgoing.private"),
        ("http://LOCALHOST./x", "outgoing.private"),
        ("http://[::1]:80/", "outgoing.private"),
        ("http://db.internal/", "outgoing.private"),
        ("ftp://example.com/", "outgoing.malformed"),
        ("http:///x", "outgoing.malformed"),
        ("http://a:b@example.com/", "outgoing.malformed"),
        ("http://example.com/#x", "outgoing.malformed"),
        ("http://example.com:99999/", "outgoing.malformed"),
        ("http://exa mple.com/", "outgoing.malformed"),
        ("javascript:alert(1)", "outgoing.malformed"),
        ("gopher://example.com:70/_x", "outgoing.malformed"),
        ("file:///etc/passwd", "outgoing.malformed"),
        ("http://@example.com/", "outgoing.malformed"),
        ("http://example.com\\@10.0.0.1/", "outgoing.malformed"),
        ("http://example.com/\nHost: x", "outgoing.malformed"),
        ("http://example.com/chè", "outgoing.malformed"),
        ("http://example.com:25/", "outgoing.port"),
        ("https://example.com:22/", "outgoing.port"),
        ("http://127.1/", "outgoing.private"),
        ("http://2130706433/", "outgoing.private"),
        ("http://0x7f.0.0.1/", "outgoing.private"),
        ("http://0x7f000001/", "outgoing.private"),
        ("http://0177.0.0.1/", "outgoing.private"),
        ("http://10.1/", "outgoing.private"),
        ("http://[::ffff:7f00:1]/", "outgoing.private"),
    ],
)
def test_what_is_plainly_no_address_for_us_is_told_at_once(
    settings: Config, address: str, why: str
) -> None:
    with pytest.raises(outgoing.Unsafe, match=why):
        outgoing.check(address)


@pytest.mark.parametrize(
    "address", ["http://8.8.8.8/", "http://134744072/", "https://example.com:8443/a?b=c"]
)
def test_public_addresses_may_be_called(settings: Config, address: str) -> None:
    assert outgoing.check(address).hostname


@pytest.mark.parametrize("host", ["１２７.0.0.1", "127。0。0。1", "%31%32%37.0.0.1"])
def test_an_address_written_oddly_is_seen_through(settings: Config, host: str) -> None:
    with open_sink() as sink:
        port = sink.address.rpartition(":")[2]
        with pytest.raises((outgoing.Unsafe, OSError)):
            outgoing.post(f"http://{host}:{port}", b"{}", {})
        assert sink.bodies == []


def test_production_wants_https(settings: Config) -> None:
    config.use(replace(settings, production=True))

    with pytest.raises(outgoing.Unsafe, match=r"outgoing\.https_only"):
        outgoing.check("http://example.com/")


def test_private_addresses_are_open_to_local_demonstrations_only(test_config: Config) -> None:
    public = replace(test_config, base_url="https://nguon.vn")

    assert outgoing.allows_private(test_config)
    assert not outgoing.allows_private(public)
    assert not outgoing.allows_private(replace(test_config, production=True))
    assert outgoing.allows_private(replace(public, private_webhooks="yes"))


def test_nobody_listening_is_an_os_error(test_config: Config) -> None:
    config.use(test_config)
    with open_sink() as sink:
        address = sink.address

    with pytest.raises(OSError):
        outgoing.post(address, b"{}", {})
