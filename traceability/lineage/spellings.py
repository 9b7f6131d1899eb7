"""Spellings: every way to name a batch, an item or a crate of ours leads to its one place.

A batch is named by its label's short address, by any number its product bears or bore with its lot,
under any of this house's hosts; the graph knows it by the name it got when it was opened. Capture,
queries, joining and the ledger's checks all ask here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

from ledger import origins
from traceability.digital_link import Link
from traceability.epcis import identifiers

_BY_CODE = text(
    "SELECT b.code, n.uri FROM batches b JOIN trace_nodes n ON n.batch_id = b.id"
    " WHERE b.code = ANY(CAST(:codes AS text[]))"
)
_UNITS = text(
    "SELECT code, sscc FROM logistic_units"
    " WHERE code = ANY(CAST(:codes AS text[])) AND sscc IS NOT NULL"
)
_WANTED = "FROM unnest(CAST(:gtins AS text[]), CAST(:values AS text[])) w (gtin, value)"
# A batch opened by mistake only where no other bears its name, as on its page.
_BY_LOT = text(
    f"""
SELECT DISTINCT ON (w.gtin, w.value) w.gtin, w.value, n.uri {_WANTED}
JOIN product_gtins g ON g.gtin = w.gtin
JOIN batches b ON b.product_id = g.product_id AND b.lot = w.value
JOIN trace_nodes n ON n.batch_id = b.id
ORDER BY w.gtin, w.value, b.voided_at IS NOT NULL, b.id DESC"""
)
# No two labels bear the same serial, so an item is known without its lot.
_BY_SERIAL = text(
    f"""
SELECT w.gtin, w.value, n.uri {_WANTED}
JOIN serials s ON s.code = w.value JOIN batches b ON b.id = s.batch_id
JOIN product_gtins g ON g.product_id = b.product_id AND g.gtin = w.gtin
JOIN trace_nodes n ON n.batch_id = b.id"""
)
_Pair = tuple[str, str]


@dataclass(frozen=True)
class Naming:
    """How the graph names what addresses name: our hosts, and places known by another name."""

    hosts: frozenset[str]
    places: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, address: str) -> str:
        plain = identifiers.node_address(address, self.hosts)
        return self.places.get(plain, plain)


def hosts(session: Session, base_url: str) -> frozenset[str]:
    """The hosts this house has or had: all that it ever signed a checkpoint under."""
    return identifiers.hosts_of([base_url, *(f"//{host}" for host in origins.hosts(session))])


def naming(session: Session, addresses: Iterable[str], base_url: str) -> Naming:
    """How the graph names things of these addresses: a few statements, however many there are."""
    plain = Naming(hosts(session, base_url))
    return Naming(plain.hosts, places(session, {plain(address) for address in addresses}))


def places(session: Session, plain: Iterable[str]) -> dict[str, str]:
    """Of addresses without a house (`identifiers.node_address`), those the graph names otherwise.

    Only batches, items and crates of ours are in the answer; all else goes by its own name.
    """
    coded: dict[str, list[str]] = {"t": [], "units": []}
    links: dict[str, Link] = {}
    for address in plain:
        kind = address[1:].partition("/")[0] if address.startswith("/") else ""
        if kind in coded:
            coded[kind].append(address)
        elif address.startswith("https://id.gs1.org/01/"):
            link = identifiers.find_link(address)
            if link is not None and (link.lot or link.serial):
                links[address] = link
    found = _of_codes(session, coded["t"]) | _of_units(session, coded["units"])
    found |= _of_lots(session, links) | _of_serials(session, links)
    return {address: uri for address, uri in found.items() if address != uri}


def _of_codes(session: Session, addresses: Iterable[str]) -> dict[str, str]:
    named = {address: address.split("/")[2:] for address in addresses}
    if not named:
        return {}
    rows = session.execute(_BY_CODE, {"codes": sorted({parts[0] for parts in named.values()})})
    uris = {str(code): str(uri) for code, uri in rows}
    return {
        address: identifiers.item_address(uris[code], serial[0]) if serial else uris[code]
        for address, (code, *serial) in named.items()
        if code in uris
    }


def _of_units(session: Session, addresses: Iterable[str]) -> dict[str, str]:
    named = {at.split("/")[2]: at for at in addresses if at.count("/") == 2}
    if not named:
        return {}
    rows = session.execute(_UNITS, {"codes": sorted(named)})
    return {named[code]: Link("00", sscc).canonical() for code, sscc in rows}


def _of_lots(session: Session, links: Mapping[str, Link]) -> dict[str, str]:
    named = {at: (link.value, link.lot) for at, link in links.items() if link.lot}
    uris = _looked_up(session, _BY_LOT, named.values())
    return {
        address: _narrowed(uris[pair], links[address])
        for address, pair in named.items()
        if pair in uris
    }


def _of_serials(session: Session, links: Mapping[str, Link]) -> dict[str, str]:
    named = {
        at: (link.value, identifiers.serial_of(link.serial))
        for at, link in links.items()
        if link.serial and not link.lot
    }
    uris = _looked_up(session, _BY_SERIAL, named.values())
    return {at: identifiers.item_address(uris[to], to[1]) for at, to in named.items() if to in uris}


def _looked_up(session: Session, statement: TextClause, pairs: Iterable[_Pair]) -> dict[_Pair, str]:
    wanted = sorted(set(pairs))
    if not wanted:
        return {}
    gtins, values = zip(*wanted, strict=True)
    rows = session.execute(statement, {"gtins": list(gtins), "values": list(values)})
    return {(gtin, value): uri for gtin, value, uri in rows}


def _narrowed(lot: str, link: Link) -> str:
    return identifiers.item_address(lot, identifiers.serial_of(link.serial)) if link.serial else lot
