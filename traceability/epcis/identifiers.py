"""One address for one thing, however it was written. PURE.

A GS1 key is kept as its canonical Digital Link (``https://id.gs1.org/01/…``), whether it came as
an EPC name or under somebody's own domain; our own addresses are kept without the domain they
were told under; every other address is kept as it came.
"""

import re
from functools import lru_cache
from urllib.parse import urlsplit

from foundation.errors import Invalid
from traceability import digital_link
from traceability.digital_link import Link
from traceability.epcis import urns
from traceability.epcis.urns import Lengths

_KEY_STEP = re.compile(r"/(00|01|253|255|40[12]|41[457]|8003|8004|8006|8010|8017|8018)/")
# Narrowest first: of several only the narrowest tells which thing is meant.
_NARROWEST = {
    "01": ("21", "10", "235"),
    "8006": ("21", "10"),
    "414": ("254",),
    "8010": ("8011",),
}


@lru_cache(maxsize=16_384)
def find_link(address: str) -> Link | None:
    """The GS1 key an address names, as an EPC name or as a Digital Link under any domain."""
    if address.startswith("urn:epc:"):
        return urns.find_link(address)
    if not address.startswith(("https://", "http://")):
        return None
    slash = address.find("/", 8)
    if slash < 0:
        return None
    path = re.split(r"[?#]", address[slash:], maxsplit=1)[0]
    for step in _KEY_STEP.finditer(path):
        try:
            return digital_link.parse(path[step.start() :])
        except Invalid:
            continue
    return None


@lru_cache(maxsize=16_384)
def canonical(address: str) -> str:
    """The address a thing is kept under: GS1 keys as canonical Digital Links without a query."""
    link = find_link(address)
    if link is None:
        return address
    kept = tuple(pair for pair in link.qualifiers if pair[0] != "22")
    return Link(link.key, link.value, kept).canonical()


def narrowest(address: str) -> str:
    """The canonical address with only the narrowest qualifier (as the event hash wants it).

    The hash knows no bills (415): such an address stays as it was told, or all bills of one payee
    would be one thing. Source: GS1 CBV 2.0, 8.9 (keys and qualifiers of a constrained address).
    """
    link = find_link(address)
    if link is None or link.key == "415":
        return address
    found = dict(link.qualifiers)
    name = next((name for name in _NARROWEST.get(link.key, ()) if name in found), None)
    kept = ((name, found[name]),) if name else ()
    return Link(link.key, link.value, kept).canonical()


def as_urn(address: str, lengths: Lengths) -> str | None:
    """The EPC name of a thing; None when it has none, or its company prefix is not known."""
    if address.startswith("urn:epc:"):
        return address
    link = find_link(address)
    return urns.name_of(link, lengths) if link else None


def node_address(address: str, base_url: str) -> str:
    """The address of a thing in the graph: canonical, our own without our domain."""
    link = find_link(address)
    if link is not None:
        return canonical(address)
    base = base_url.rstrip("/")
    if address.startswith(f"{base}/"):
        return urlsplit(address).path
    return address
