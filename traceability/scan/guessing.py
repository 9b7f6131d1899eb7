"""Who asks for many codes that do not exist waits, whatever is asked next.

Counted by network (the first 24 bits of an IPv4 address, 48 of IPv6) for minutes, in memory, by
shortened keyed hashes (`recent`). A network that waits is refused known and unknown codes alike, so
that nothing is learned by guessing on; the page of a whole lot, which its label shows to everybody,
is never refused. This machine itself is not counted: where a proxy hides every reader behind it
(`NGUON_TRUSTED_PROXIES`), one who guesses must not have all others wait.
"""

from __future__ import annotations

import socket
from datetime import datetime

from foundation.addresses import host_of
from foundation.errors import TooMany
from traceability.scan import limits
from traceability.scan.recent import Recent

recent = Recent()
"""Shared by all processes that part from this one after it was made."""

_WAIT_S = 60
_LOOPBACK = 127


def must_wait(address: str, now: datetime) -> bool:
    """Whether a network has asked for too many unknown codes."""
    network = network_of(address)
    if network is None:
        return False
    asked = recent.count(network, now, limits.limit("unknown_within_s"))
    return asked >= limits.limit("unknown_codes")


def refuse(address: str, now: datetime) -> None:
    """Raises: TooMany("scan.too_many_unknown") for a network that must wait."""
    if must_wait(address, now):
        raise TooMany("scan.too_many_unknown", retry_after_s=_WAIT_S)


def missed(address: str, now: datetime) -> None:
    """Note that a network asked for a code that does not exist."""
    network = network_of(address)
    if network is not None:
        recent.seen(network, now, limits.limit("unknown_within_s"))


def network_of(address: str) -> bytes | None:
    """Where an address lies, as neighbours share it; None for this machine and for no address."""
    try:
        # As nearly every address is written; what else there is takes ten times as long to read.
        four = socket.inet_pton(socket.AF_INET, address)
    except OSError:
        return _other_network(address)
    return None if four[0] == _LOOPBACK else b"network 4 " + four[:3]


def _other_network(address: str) -> bytes | None:
    host = host_of(address)
    if host is None or host.is_loopback:
        return None
    if host.version == 4:
        return b"network 4 " + host.packed[:3]
    return b"network 6 " + host.packed[:6]
