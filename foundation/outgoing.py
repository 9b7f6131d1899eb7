"""Calling addresses that outsiders chose (webhooks) without being made to call our own network.

The name is resolved once, every address it has must be a public one (one private address among
them refuses the name: its owner means no good), and the connection goes to the very addresses that
were looked at, one after another: a name that answers otherwise the second time gains nothing.
No redirect is followed; the exchange as a whole is limited in time and size (`exchanges`).
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Mapping
from urllib.parse import SplitResult, urlsplit

from foundation import config, exchanges
from foundation.config import Config
from foundation.exchanges import LIMITS, Deadline, Limits, Request, Resolve

# Below 1024 other services listen, some of which would take our request for their own language.
_LOW_PORTS = (80, 443)
_FIRST_FREE_PORT = 1024
# Not public, though Python's table does not say so: IPv4 written as IPv6, local translation
# (RFC 8215), former site-local (RFC 3879), segment routing (RFC 9602), 6to4 relays.
_NEVER = tuple(
    ipaddress.ip_network(each)
    for each in ("::/96", "64:ff9b:1::/48", "fec0::/10", "5f00::/16", "192.88.99.0/24")
)
_LOCAL_NAMES = ("localhost", "localhost.localdomain", "ip6-localhost")


class Unsafe(Exception):
    """An address that we do not call: ``args[0]`` is a stable code."""


def allows_private(settings: Config) -> bool:
    """Whether addresses of this machine and of private networks may be called.

    By itself only where this installation is known by such an address itself: a demonstration on
    somebody's own machine.
    """
    if settings.private_webhooks:
        return settings.private_webhooks == "yes"
    host = urlsplit(settings.base_url).hostname or ""
    return not settings.production and _is_local(host)


def check(address: str) -> SplitResult:
    """The parts of an address that may be called, as far as it can be told without asking.

    Raises: Unsafe.
    """
    settings = config.current()
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise Unsafe("outgoing.malformed") from None
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
        raise Unsafe("outgoing.malformed")
    if parts.username is not None or parts.fragment or any(c <= " " for c in address):
        raise Unsafe("outgoing.malformed")
    if not (parts.path + parts.query).isascii():
        raise Unsafe("outgoing.malformed")
    if port is not None and port not in _LOW_PORTS and port < _FIRST_FREE_PORT:
        raise Unsafe("outgoing.port")
    if parts.scheme != "https" and settings.production:
        raise Unsafe("outgoing.https_only")
    if _is_local(parts.hostname) and not allows_private(settings):
        raise Unsafe("outgoing.private")
    return parts


def post(
    address: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    limits: Limits = LIMITS,
    resolve: Resolve = socket.getaddrinfo,
) -> int:
    """Send a body; answers the status. Raises: Unsafe, OSError when nobody answers in time."""
    parts = check(address)
    secure = parts.scheme == "https"
    host, port = parts.hostname or "", parts.port or (443 if secure else 80)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    deadline = Deadline(limits.total_s)
    found = exchanges.resolve(host, port, deadline, resolve)
    if not all(_may_be_called(each.ip) for each in found):
        raise Unsafe("outgoing.private")
    sock = exchanges.connect(found, deadline)
    if secure:
        sock = exchanges.secured(sock, host, deadline)
    try:
        request = Request(host, port, path, body, headers)
        return exchanges.status_of(sock, request, deadline, limits)
    finally:
        sock.close()


def _may_be_called(address: str) -> bool:
    return allows_private(config.current()) or is_public(address)


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public network, also where it holds another in itself."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    inner = None
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo or (None, None))[1]
        if found in ipaddress.ip_network("64:ff9b::/96"):
            inner = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
    if inner is not None and not is_public(str(inner)):
        return False
    is_special = any(found in each for each in _NEVER)
    return found.is_global and not found.is_multicast and not is_special


def _is_local(host: str) -> bool:
    """Whether a name, or an address written out, is this machine's or a private network's."""
    name = host.rstrip(".").lower()
    if name in _LOCAL_NAMES or name.endswith((".localhost", ".local", ".internal")):
        return True
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return _is_private_number(name)
    return not is_public(name)


def _is_private_number(name: str) -> bool:
    """Whether a name is a private IPv4 address written as few do: 127.1, 0x7f000001, 0177.0.0.1."""
    try:
        written = socket.inet_ntoa(socket.inet_aton(name))
    except (OSError, UnicodeError):
        return False
    return not is_public(written)
