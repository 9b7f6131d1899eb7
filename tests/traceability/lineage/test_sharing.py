from __future__ import annotations

from traceability.lineage import sharing
from traceability.lineage.walks import Direction, Edge, Lineage, Node


def _node(id_: int, organisation_id: int, state: str = "released") -> Node:
    return Node(
        id_, f"/t/T{id_}", id_, f"T{id_}", f"L{id_}", state, None, "KGM", None, f"Chè {id_}",
        None, organisation_id, f"HTX {organisation_id}", "00001", "01",
    )  # fmt: skip


def _chain(direction: Direction, *owners: int, state: str = "released") -> Lineage:
    """A straight chain: node 1 is the start, each next one a step further."""
    nodes = {place: _node(place, owner, state) for place, owner in enumerate(owners, start=1)}
    pairs = zip(nodes, list(nodes)[1:], strict=False)
    edges = tuple(
        Edge(there, here, "made_of", None, "KGM")
        if direction == "down"
        else Edge(here, there, "made_of", None, "KGM")
        for here, there in pairs
    )
    return Lineage(1, direction, nodes, edges, True)


def _sights(lineage: Lineage, *, all_near: bool = False) -> list[str]:
    chain = sharing.seen(lineage, lambda node: node.organisation_id == 1, all_near=all_near)
    return [thing.sight for thing in chain.things]


def test_forward_only_the_next_holder_is_named() -> None:
    lineage = _chain("down", 1, 1, 2, 3)

    chain = sharing.seen(lineage, lambda node: node.organisation_id == 1, all_near=False)

    assert [thing.sight for thing in chain.things] == ["own", "own", "near", "far"]
    taker, beyond = chain.things[2:]
    assert (taker.lot, taker.holder, taker.commune_code) == ("L3", "HTX 2", "00001")
    assert (taker.code, taker.quantity, taker.produced_on) == (None, None, None)
    assert (beyond.lot, beyond.holder, beyond.product, beyond.uri) == (None,) * 4
    assert beyond.name == "n4"


def test_back_every_supplier_is_named_as_labels_promise() -> None:
    assert _sights(_chain("up", 1, 2, 3)) == ["own", "near", "near"]


def test_whoever_watches_over_the_start_sees_every_holder() -> None:
    assert _sights(_chain("down", 1, 2, 3), all_near=True) == ["own", "near", "near"]


def test_a_recall_shows_on_every_lot_however_far() -> None:
    chain = sharing.seen(
        _chain("down", 1, 2, 3, state="recalled"),
        lambda node: node.organisation_id == 1,
        all_near=False,
    )

    assert [thing.state for thing in chain.things] == ["recalled"] * 3
