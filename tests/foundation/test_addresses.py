"""Addresses that are none, and one address written two ways."""

from ipaddress import ip_address

import pytest

from foundation.addresses import host_of, parted


@pytest.mark.parametrize("address", ["http://[", "http://[x]/21/1", "http://\u2100/", "//[a?b"])
def test_what_is_no_address_has_no_parts(address: str) -> None:
    assert not any(parted(address))


def test_a_host_is_the_same_however_the_socket_writes_it() -> None:
    assert host_of("::ffff:203.0.113.7") == host_of("203.0.113.7") == ip_address("203.0.113.7")
    assert host_of("2001:db8::1") == ip_address("2001:db8::1")
    assert host_of("unix:") is None
