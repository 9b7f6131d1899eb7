"""What one reader may see of a chain. PURE.

Whoever may see a batch sees its whole chain, but not everything of everybody in it:

``own``   theirs to read (own organisation, officer's territory): everything
``near``  the law's one step forward and one step back, and everything further back, which labels
          promise to tell: product, lot, holder, place, and whether it is held or recalled
``far``   taken on by somebody else's customer: that a step happened, and whether it is recalled

Nobody sees a person, a price or a buyer here. Officers who watch over the start see every lot of
its chain at least as ``near``: a recall leaves no territory out.
Source: Reg. (EC) 178/2002 art. 18 (one step back, one step forward); Luật An toàn thực phẩm
55/2010/QH12 art. 54 (the producer names lot, supplier and receiver of goods to be withdrawn).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Literal

from traceability.lineage.walks import Edge, Lineage, Node

Sight = Literal["own", "near", "far"]
_TOLD_STATES = ("held", "recalled")


@dataclass(frozen=True)
class Thing:
    """A thing of a chain as its reader sees it; `level` counts steps from the start.

    `name` is what programs call it: a batch's code, a partner's address, or a number of this
    answer for what stays unnamed. `claimed`: only what somebody claims of another's goods, and
    nobody confirmed, joins it to the start.
    """

    id: int
    name: str
    level: int
    sight: Sight
    code: str | None = None
    uri: str | None = None
    product: str | None = None
    gtin: str | None = None
    lot: str | None = None
    holder: str | None = None
    commune_code: str | None = None
    state: str | None = None
    quantity: Decimal | None = None
    unit: str | None = None
    produced_on: date | None = None
    claimed: bool = False


@dataclass(frozen=True)
class Step:
    """The child was made of the parent; how much only when one of both is the reader's own.

    `claimed`: another than the child's owner says so, and nobody confirmed it.
    """

    child: str
    parent: str
    kind: str
    quantity: Decimal | None
    unit: str | None
    claimed: bool = False


@dataclass(frozen=True)
class Chain:
    """A lineage as its reader sees it, the nearest things first."""

    direction: str
    things: tuple[Thing, ...]
    steps: tuple[Step, ...]
    is_whole: bool


def seen(lineage: Lineage, may_read: Callable[[Node], bool], *, all_near: bool) -> Chain:
    """The chain as one reader sees it; `all_near` for officers who watch over its start."""
    own = {node.id for node in lineage.nodes.values() if may_read(node)} | {lineage.start_id}
    near = _near(lineage, own)
    levels = lineage.levels
    things = {
        node.id: _thing(
            node,
            levels.get(node.id, 0),
            "own" if node.id in own else "near" if all_near or node.id in near else "far",
            place,
        )
        for place, node in enumerate(lineage.nodes.values(), start=1)
    }
    for id_ in _claimed(lineage):
        things[id_] = replace(things[id_], claimed=True)
    ordered = sorted(things.values(), key=lambda thing: thing.level)
    steps = tuple(_step(edge, things) for edge in lineage.edges)
    return Chain(lineage.direction, tuple(ordered), steps, lineage.is_whole)


def _claimed(lineage: Lineage) -> set[int]:
    """The things that no steps which count join to the start."""
    counted = tuple(edge for edge in lineage.edges if not edge.claimed)
    if len(counted) == len(lineage.edges):
        return set()
    firm = Lineage(lineage.start_id, lineage.direction, lineage.nodes, counted, lineage.is_whole)
    return lineage.nodes.keys() - firm.levels.keys() - {lineage.start_id}


def _near(lineage: Lineage, own: set[int]) -> set[int]:
    if lineage.direction == "up":
        return set(lineage.nodes)
    return {edge.child_id for edge in lineage.edges if edge.parent_id in own}


def _thing(node: Node, level: int, sight: Sight, place: int) -> Thing:
    if sight == "far":
        state = "recalled" if node.state == "recalled" else None
        return Thing(node.id, f"n{place}", level, sight, state=state)
    if sight == "near":
        return Thing(
            node.id,
            node.uri,
            level,
            sight,
            uri=node.uri,
            product=node.product,
            gtin=node.gtin,
            lot=node.lot,
            holder=node.holder,
            commune_code=node.commune_code,
            state=node.state if node.state in _TOLD_STATES else None,
        )
    return Thing(
        node.id,
        node.code or node.uri,
        level,
        sight,
        code=node.code,
        uri=node.uri,
        product=node.product,
        gtin=node.gtin,
        lot=node.lot,
        holder=node.holder,
        commune_code=node.commune_code,
        state=node.state,
        quantity=node.quantity,
        unit=node.unit,
        produced_on=node.produced_on,
    )


def _step(edge: Edge, things: dict[int, Thing]) -> Step:
    child, parent = things[edge.child_id], things[edge.parent_id]
    told = "own" in (child.sight, parent.sight)
    return Step(
        child.name,
        parent.name,
        edge.kind,
        edge.quantity if told else None,
        edge.unit if told else None,
        edge.claimed,
    )
