"""Walks: what a thing was made of (up) and what became of it (down), in one round trip.

One recursive query, UNION over ids alone: diamonds are walked once and a circle ends by itself.
Steps of events declared wrong do not count. It gives the nearest things first, so a limit cuts the
far end off. Details and edges come with the same statement. It is prepared, and asked past the ORM:
a lazy walk takes a question a node.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Literal, NamedTuple

from sqlalchemy.orm import Session

from foundation import db
from traceability.epcis.declared import NOT_WRONG, WRONG_FIRST

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
    """The child was made of the parent (or a unit holds it); `quantity` of the parent."""

    child_id: int
    parent_id: int
    kind: str
    quantity: Decimal | None
    unit: str | None


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
    rows = db.glance(session, _SQL[direction], {"start": start_id, "most": most + 1})
    kept = rows[:most]
    nodes = {row[0]: Node._make(row[:_WIDTH]) for row in kept}
    is_whole = len(rows) <= most
    edges = _edges(kept, direction)
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


def _edges(rows: Iterable[tuple[object, ...]], direction: Direction) -> Iterable[Edge]:
    for row in rows:
        others = row[_WIDTH]
        if others is None:
            continue
        packed, amounts, unit_codes = row[_WIDTH + 1 :]
        here = row[0]
        for other, is_packed, amount, unit in zip(
            others,
            packed,
            amounts,
            unit_codes,
            strict=True,  # type: ignore[call-overload]
        ):
            kind = "packed_in" if is_packed else "made_of"
            if direction == "up":
                yield Edge(here, other, kind, amount, unit)  # type: ignore[arg-type]
            else:
                yield Edge(other, here, kind, amount, unit)  # type: ignore[arg-type]


_WIDTH = len(Node._fields)
_WALK = """
WITH RECURSIVE {first}, walk(id) AS (
    SELECT %(start)s::bigint
    UNION
    SELECT e.{there} FROM walk w JOIN trace_edges e ON e.{here} = w.id
    WHERE {counts}
), taken AS MATERIALIZED (SELECT id FROM walk LIMIT %(most)s::bigint)
SELECT n.id, n.uri, b.id, b.code, b.lot, b.state, b.quantity, b.unit, b.produced_on, p.name,
       p.gtin, o.id, o.name, coalesce(b.commune_code, o.commune_code),
       coalesce(b.province_code, o.province_code), x.others, x.packed, x.amounts, x.units
FROM taken t
JOIN trace_nodes n ON n.id = t.id
LEFT JOIN batches b ON b.id = n.batch_id
LEFT JOIN products p ON p.id = b.product_id
LEFT JOIN organisations o ON o.id = coalesce(b.organisation_id, n.organisation_id)
LEFT JOIN LATERAL (
    SELECT array_agg(e.{there}) AS others, array_agg(e.kind = 'packed_in') AS packed,
           array_agg(e.quantity) AS amounts, array_agg(e.unit::text) AS units
    FROM trace_edges e WHERE e.{here} = t.id AND {counts}
) x ON true"""
_STILL = {"first": WRONG_FIRST, "counts": NOT_WRONG}
_SQL = {
    "up": _WALK.format(here="child_id", there="parent_id", **_STILL),
    "down": _WALK.format(here="parent_id", there="child_id", **_STILL),
}
