"""How often one network hands in what nobody need be signed in for: witnesses' signatures.

Counted in memory as guessing is (`traceability.scan.recent`): each of them has signatures computed.
"""

from __future__ import annotations

from datetime import datetime

from foundation.errors import TooMany
from traceability.scan import guessing, limits


def take(address: str, *, now: datetime) -> None:
    """Count a signature handed in. Raises: TooMany past those of `scan_limits.csv`."""
    network = guessing.network_of(address)
    if network is None:
        return
    within_s = limits.limit("cosignatures_within_s")
    if guessing.recent.seen(b"cosignature " + network, now, within_s) >= limits.limit(
        "cosignatures"
    ):
        raise TooMany(retry_after_s=within_s)
