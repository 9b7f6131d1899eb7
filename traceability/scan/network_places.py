"""The province of a network, from a table of the operator's; nothing is asked of anybody outside.

A CSV with the columns ``network`` (203.0.113.0/24) and ``province_code``; of networks that lie in
each other the narrowest counts. Only the province is kept of an address.
"""

from __future__ import annotations

import csv
import ipaddress
from functools import lru_cache
from pathlib import Path

import structlog

from foundation.addresses import host_of

log = structlog.get_logger()

Networks = dict[tuple[int, int], dict[int, str]]


def find_province(table: str, address: str) -> str | None:
    """The code of the province, or None when there is no table or it does not know."""
    if not table:
        return None
    host = host_of(address)
    if host is None:
        return None
    for (version, length), known in _read(table).items():
        if version == host.version:
            found = known.get(int(host) >> (host.max_prefixlen - length))
            if found is not None:
                return found
    return None


@lru_cache(maxsize=4)
def _read(table: str) -> Networks:
    """The table by version and length of prefix, the narrowest first."""
    found: Networks = {}
    try:
        lines = Path(table).read_text("utf-8").splitlines()
        for row in csv.DictReader(lines):
            network = ipaddress.ip_network(row["network"].strip())
            prefix = int(network.network_address) >> (network.max_prefixlen - network.prefixlen)
            code = row["province_code"].strip()[:8]
            found.setdefault((network.version, network.prefixlen), {})[prefix] = code
    except (OSError, ValueError, KeyError) as error:
        log.error("network_places_unreadable", error=type(error).__name__)
        return {}
    return dict(sorted(found.items(), key=lambda each: -each[0][1]))
