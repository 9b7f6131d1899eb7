"""One address for one thing, however it was written. PURE.

A GS1 key is kept as its canonical Digital Link (``https://id.gs1.org/01/…``), whether it came as
an EPC name or under somebody's own domain; our own addresses are kept without the domain they
were told under; every other address is kept as it came. Things are read with more patience than
the standard asks for (`find_spelt`): whoever writes a short GTIN means the same goods.
"""

import re
from collections.abc import Collection
from functools import lru_cache
from urllib.parse import quote, unquote, urlsplit

from foundation import codes
from foundation.errors import Invalid
from traceability import digital_link
from traceability.digital_link import Link
from traceability.epcis import urns
from traceability.epcis.urns import Lengths
from traceability.labels.serials import LENGTH
from traceability.linking import identifiers as elements

_KEY_STEP = re.compile(r"/(00|01|253|255|40[12]|41[457]|8003|8004|8006|8010|8017|8018)/")
# Narrowest first: of several only the narrowest tells which thing is meant.
_NARROWEST = {
    "01": ("21", "10", "235"),
    "8006": ("21", "10"),
    "414": ("254",),
    "8010": ("8011",),
}
_SHORT_GTINS = (8, 12, 13)
# Our own pages of things, whose codes are told in any letters.
_CODED = re.compile(r"/(t|units)/([^/]+)(?:/([^/]+))?")


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


@lru_cache(maxsize=16_384)
def find_spelt(address: str) -> Link | None:
    """The GS1 key an address of a thing names, also where it is not written as the standard asks.

    GTINs of 8, 12 and 13 digits, qualifiers in another order, names and schemes in capitals.
    """
    head, mark, rest = address.partition("://")
    if not mark:
        return find_link(_lowered(address))
    plain = f"{head.lower()}://{rest}"
    return find_link(plain) or _find_untidy(plain)


def _lowered(name: str) -> str:
    """An EPC name with its scheme in small letters; what follows it may be somebody's serial."""
    parts = name.split(":", 4)
    if len(parts) < 5 or [part.lower() for part in parts[:2]] != ["urn", "epc"]:
        return name
    return ":".join((*(part.lower() for part in parts[:4]), parts[4]))


def _find_untidy(address: str) -> Link | None:
    if not address.startswith(("https://", "http://")):
        return None
    path = re.split(r"[?#]", address[8:], maxsplit=1)[0]
    for step in _KEY_STEP.finditer(path):
        parts = path[step.start() + 1 :].removesuffix("/").split("/")
        if len(parts) % 2:
            continue
        try:
            return digital_link.parse(_tidied(parts))
        except Invalid:
            continue
    return None


def _tidied(parts: list[str]) -> str:
    """Key, value and qualifiers as a path: GTINs of 14 digits, qualifiers in their order."""
    key, value, *rest = parts
    if key == "01" and len(value) in _SHORT_GTINS:
        value = value.zfill(14)
    pairs = dict(zip(rest[::2], rest[1::2], strict=True))
    known = elements.find(key)
    fitting = (each for each in (known and known.sequences) or () if set(pairs) <= set(each))
    order = next(fitting, tuple(pairs))
    if len(pairs) * 2 != len(rest):
        return "/".join(("", *parts))
    told = (f"/{name}/{pairs[name]}" for name in order if name in pairs)
    return "".join((f"/{key}/{value}", *told))


def hosts_of(base_urls: Collection[str]) -> frozenset[str]:
    """The hosts of addresses this house has or had, as `node_address` compares them."""
    return frozenset(_host(urlsplit(base).netloc) for base in base_urls)


def _host(netloc: str) -> str:
    return re.sub(r":(80|443)?$", "", netloc.rpartition("@")[2].lower())


@lru_cache(maxsize=16_384)
def node_address(address: str, hosts: frozenset[str]) -> str:
    """The address of a thing in the graph: canonical, our own without our domain.

    ``hosts``: those this house has or had (`hosts_of`). Which batch an address of ours leads to is
    not asked here (`lineage.spellings`).
    """
    own = _own_path(address, hosts)
    link = None if own is not None and _CODED.fullmatch(own) else find_spelt(address)
    if link is not None:
        return canonical(link.canonical())
    return own or address


def _own_path(address: str, hosts: frozenset[str]) -> str | None:
    """The path of an address of our own, its code as it is kept; None for anybody else's."""
    try:
        split = urlsplit(address)
    except ValueError:
        return None
    is_ours = split.scheme in ("http", "https") and _host(split.netloc) in hosts
    if not is_ours and not (address.startswith("/") and not split.netloc):
        return None
    coded = _CODED.fullmatch(split.path.removesuffix("/"))
    if coded is None:
        return split.path
    kind, code, serial = coded.groups()
    path = f"/{kind}/{codes.normalise(unquote(code))}"
    return item_address(path, serial_of(unquote(serial))) if serial else path


def serial_of(told: str) -> str:
    """A serial as our labels print it, where it can be one of ours; else as it was told."""
    typed = codes.normalise(told)
    return typed if len(typed) == LENGTH and codes.is_valid(typed) else told


def item_address(lot: str, serial: str) -> str:
    """The address of one item of a lot that has an address in the graph."""
    link = find_link(lot)
    if link is None:
        return f"{lot}/{quote(serial, safe='')}"
    return Link(link.key, link.value, (*link.qualifiers, ("21", serial))).canonical()


def lot_of_item(address: str) -> str | None:
    """The lot that an item's address in the graph names beside its serial; None for all else."""
    if address.startswith("/t/"):
        coded = _CODED.fullmatch(address)
        return f"/t/{coded[2]}" if coded and coded[3] else None
    if "/10/" not in address or "/21/" not in address:
        return None
    link = find_link(address)
    if link is None or link.key != "01" or link.lot is None or link.serial is None:
        return None
    return address[: address.rindex("/21/")]
