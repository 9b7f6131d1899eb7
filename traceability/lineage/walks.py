"""Walks: what a thing was made of (up) and what became of it (down), in one round trip.

One recursive query, UNION over ids alone: diamonds are walked once and a circle ends by itself.
Steps declared wrong or rejected do not count; those that somebody claims
of another's goods say so. It gives the nearest things first, so a limit cuts the
far end off. Details and edges come with the same statement. It is prepared, and asked past the ORM:
a lazy walk takes a question a node.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from itertools import islice
from typing import Any, Literal, NamedTuple

from sqlalchemy.orm import Session

from foundation import db
from traceability.lineage import hearing

Direction = Literal["up", "down"]

DIRECTIONS: tuple[Direction, ...] = ("up", "down")
MOST_NODES = 10_000
"""More than that is a recall's business (`recalls.reach`), not a reader's."""


# A tuple and not a dataclass: five thousand of them are made in the time of one question.
class Node(NamedTuple):
    """A thing of the graph with what may be told of it; no batch of ours when `batch_id` is None.

    `organisation_id` is the batch's owner, or who named a partner's thing first. `quantity` is
    what the batch was opened with, in `unit`.
    """

    id: int
    uri: str
    batch_id: int | None
    code: str | None
    lot: str | None
    state: str | None
    quantity: Decimal | None
    unit: str | None
    produced_on: date | None
    product: str | None
    gtin: str | None
    organisation_id: int | None
    holder: str | None
    commune_code: str | None
    province_code: str | None


class Edge(NamedTuple):
    """The child was made of the parent (or a unit holds it); `quantity` of the parent.

    `claimed`: somebody else than its owner says so of the child, and nobody confirmed it.
    """

    child_id: int
    parent_id: int
    kind: str
    quantity: Decimal | None
    unit: str | None
    claimed: bool = False


@dataclass(frozen=True)
class Lineage:
    """A walk's answer: its start first, then by distance. Not `is_whole` when the limit cut it."""

    start_id: int
    direction: Direction
    nodes: Mapping[int, Node]
    edges: tuple[Edge, ...]
    is_whole: bool

    @cached_property
    def levels(self) -> dict[int, int]:
        """Each node's distance from the start, in steps."""
        return distances(self.start_id, self.onward)

    @cached_property
    def onward(self) -> dict[int, tuple[int, ...]]:
        """From each node the next ones of this direction, each once."""
        found: dict[int, dict[int, None]] = {}
        for edge in self.edges:
            here, there = (
                (edge.child_id, edge.parent_id)
                if self.direction == "up"
                else (edge.parent_id, edge.child_id)
            )
            found.setdefault(here, {})[there] = None
        return {here: tuple(theirs) for here, theirs in found.items()}


def walk(
    session: Session, start_id: int, direction: Direction, *, most: int = MOST_NODES
) -> Lineage:
    """All that is above or below a node, the nearest first, at most `most` things."""
    (row,) = db.glance(session, _SQL[direction], {"start": start_id, "most": most + 1})
    if row[0] is None:
        return Lineage(start_id, direction, {}, (), is_whole=True)
    is_whole = len(row[0]) <= most
    nodes = {node.id: node for node in islice(_nodes(row), most)}
    edges = _edges(row[_STEPS:_GOODS])
    if not is_whole:
        edges = (edge for edge in edges if edge.child_id in nodes and edge.parent_id in nodes)
    return Lineage(start_id, direction, nodes, tuple(edges), is_whole)


def distances(start_id: int, onward: Mapping[int, Iterable[int]]) -> dict[int, int]:
    """Steps from the start to whatever can be reached; circles do no harm."""
    found = {start_id: 0}
    waiting = deque([start_id])
    while waiting:
        here = waiting.popleft()
        step = found[here] + 1
        for there in onward.get(here, ()):
            if there not in found:
                found[there] = step
                waiting.append(there)
    return found


def _nodes(row: Sequence[Any]) -> Iterator[Node]:
    """Things, from columns: products and owners come once each, however many lots name them."""
    ids, uris, batches, codes, lots, states, amounts, units, days, goods, owners, *places = row[
        :_STEPS
    ]
    communes, provinces = places
    products = _by_id(row[_GOODS:_OWNERS])
    holders = _by_id(row[_OWNERS:])
    whose = [holders.get(owner, _NOBODY) for owner in owners]
    named = [products.get(product, _UNNAMED) for product in goods]
    return map(
        Node, ids, uris, batches, codes, lots, states, _decimals(amounts), units, days,
        [name for name, _gtin in named], [gtin for _name, gtin in named],
        owners, [name for name, _commune, _province in whose],
        [own or whose[at][1] for at, own in enumerate(communes)],
        [own or whose[at][2] for at, own in enumerate(provinces)],
    )  # fmt: skip


def _edges(columns: Sequence[Any]) -> Iterator[Edge]:
    if columns[0] is None:
        return iter(())
    children, parents, packed, amounts, units, claimed = columns
    kinds = ["packed_in" if each else "made_of" for each in packed]
    return map(Edge, children, parents, kinds, _decimals(amounts), units, claimed)


def _by_id(columns: Sequence[Any]) -> dict[int, tuple[Any, ...]]:
    ids, *rest = columns
    return {} if ids is None else dict(zip(ids, zip(*rest, strict=True), strict=True))


def _decimals(texts: Sequence[str | None]) -> list[Decimal | None]:
    """Amounts, each different one read once: they come as texts, which cost a third."""
    read = {text: None if text is None else Decimal(text) for text in set(texts)}
    return [read[text] for text in texts]


_STEPS, _GOODS, _OWNERS = 13, 19, 22
"""Where in the row the columns of steps, of products and of owners begin."""
_UNNAMED, _NOBODY = (None, None), (None, None, None)
# Columns and not rows: a list of a thousand numbers is read in the time of a row of a few.
_WALK = """
WITH RECURSIVE {first}, walk (id) AS (
    SELECT %(start)s::bigint
    UNION
    SELECT e.{there} FROM walk w JOIN trace_edges e ON e.{here} = w.id
    WHERE {counts}
), taken AS MATERIALIZED (
    SELECT id, row_number() OVER () AS place FROM walk LIMIT %(most)s::bigint
), found AS MATERIALIZED (
    SELECT n.id, n.uri, b.id AS batch_id, b.code, b.lot, b.state, b.quantity, b.unit,
        b.produced_on, b.product_id, coalesce(b.organisation_id, n.organisation_id) AS owner_id,
        b.commune_code, b.province_code
    FROM taken t
    JOIN trace_nodes n ON n.id = t.id
    LEFT JOIN batches b ON b.id = n.batch_id
    ORDER BY t.place
)
SELECT things.*, steps.*, goods.*, owners.*
FROM (
    SELECT array_agg(id), array_agg(uri), array_agg(batch_id), array_agg(code), array_agg(lot),
        array_agg(state), array_agg(quantity::text), array_agg(unit), array_agg(produced_on),
        array_agg(product_id), array_agg(owner_id), array_agg(commune_code),
        array_agg(province_code)
    FROM found
) things, (
    SELECT array_agg(e.child_id), array_agg(e.parent_id), array_agg(e.kind = 'packed_in'),
        array_agg(e.quantity::text), array_agg(e.unit::text), array_agg({claimed})
    FROM taken t JOIN trace_edges e ON e.{here} = t.id WHERE {counts}
) steps, (
    SELECT array_agg(id), array_agg(name), array_agg(gtin) FROM products
    WHERE id IN (SELECT product_id FROM found)
) goods, (
    SELECT array_agg(id), array_agg(name), array_agg(commune_code), array_agg(province_code)
    FROM organisations WHERE id IN (SELECT owner_id FROM found)
) owners"""
_STILL = {"first": hearing.TOLD_FIRST, "counts": hearing.TOLD, "claimed": hearing.CLAIMED}
_SQL = {
    "up": _WALK.format(here="child_id", there="parent_id", **_STILL),
    "down": _WALK.format(here="parent_id", there="child_id", **_STILL),
}
