"""Web addresses as people type them and programs send them: some are none. PURE."""

from __future__ import annotations

import ipaddress
from urllib.parse import SplitResult, urlsplit

Host = ipaddress.IPv4Address | ipaddress.IPv6Address


def parted(address: str) -> SplitResult:
    """The parts of an address; all of them empty where it is none (``http://[``)."""
    try:
        return urlsplit(address)
    except ValueError:
        return SplitResult("", "", "", "", "")


def host_of(remote: str) -> Host | None:
    """Whose request it is; None when it is told by no number.

    A socket that serves both families writes IPv4 as IPv6 (``::ffff:203.0.113.7``, RFC 4291 2.5.5):
    it is the IPv4 address all the same.
    """
    try:
        host = ipaddress.ip_address(remote)
    except ValueError:
        return None
    mapped = host.ipv4_mapped if isinstance(host, ipaddress.IPv6Address) else None
    return mapped or host
