"""Lineage in a million batches: one recursive question against an ORM's lazy walk.

Both run on the same embedded PostgreSQL, warm, turn about, on the house's own tables, and their
answers are compared: things with their details, and steps. The reference is what everybody writes
first: a queue, and relationships that load when they are touched. Two lines on standard output,
for small lineages and for large ones; a wrong answer or a ratio above 1/40 ends with status 1.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from sqlalchemy import ForeignKey  # noqa: E402
from sqlalchemy.orm import (  # noqa: E402
    DeclarativeBase,
    Mapped,
    Session,
    mapped_column,
    relationship,
)

from bench.support import graph as graphs  # noqa: E402
from foundation import db  # noqa: E402
from traceability.lineage import walks  # noqa: E402

BATCHES, SEED, ROUNDS, MOST = 1_000_000, 20_261_122, 5, 1 / 40


class Lazy(DeclarativeBase):
    """The same tables as an ORM sees them by default."""


class LazyOrganisation(Lazy):
    __tablename__ = "organisations"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    commune_code: Mapped[str]


class LazyProduct(Lazy):
    __tablename__ = "products"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    gtin: Mapped[str | None]


class LazyBatch(Lazy):
    __tablename__ = "batches"
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str]
    lot: Mapped[str]
    state: Mapped[str]
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    product: Mapped[LazyProduct] = relationship()
    organisation: Mapped[LazyOrganisation] = relationship()


class LazyNode(Lazy):
    __tablename__ = "trace_nodes"
    id: Mapped[int] = mapped_column(primary_key=True)
    uri: Mapped[str]
    batch_id: Mapped[int] = mapped_column(ForeignKey("batches.id"))
    batch: Mapped[LazyBatch] = relationship()
    made_of: Mapped[list[LazyEdge]] = relationship(foreign_keys="LazyEdge.child_id")


class LazyEdge(Lazy):
    __tablename__ = "trace_edges"
    child_id: Mapped[int] = mapped_column(ForeignKey("trace_nodes.id"), primary_key=True)
    parent_id: Mapped[int] = mapped_column(ForeignKey("trace_nodes.id"), primary_key=True)
    event_id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    parent: Mapped[LazyNode] = relationship(foreign_keys=[parent_id])


def lazily(session: Session, start: int) -> tuple[list[LazyNode], list[LazyEdge]]:
    """What everybody writes first: every thing with its details, every step."""
    session.expunge_all()
    waiting, seen = [session.get_one(LazyNode, start)], {start}
    things, steps = [], []
    while waiting:
        node = waiting.pop()
        batch = node.batch
        assert batch.product.name
        assert batch.organisation.name
        things.append(node)
        for edge in node.made_of:
            steps.append(edge)
            if edge.parent_id not in seen:
                seen.add(edge.parent_id)
                waiting.append(edge.parent)
    return things, steps


def ours(session: Session, start: int) -> walks.Lineage:
    """The house's own function, with everything it gives."""
    return walks.walk(session, start, "up")


def is_same(found: walks.Lineage, lazy: tuple[list[LazyNode], list[LazyEdge]]) -> bool:
    """Whether both tell the same things, with their details, and the same steps."""
    things, steps = lazy
    return (
        found.is_whole
        and {(n.id, n.code, n.lot, n.state, n.product, n.holder) for n in found.nodes.values()}
        == {
            (n.id, n.batch.code, n.batch.lot, n.batch.state, n.batch.product.name,
             n.batch.organisation.name)
            for n in things
        }
        and {(e.child_id, e.parent_id) for e in found.edges}
        == {(e.child_id, e.parent_id) for e in steps}
    )  # fmt: skip


def prepare(url: str) -> graphs.Graph:
    from app import rooms
    from foundation import clock, schema
    from territory import units
    from tests.accounts.factories import make_organisation
    from tests.products.factories import make_product

    rooms.load(rooms.MODELS)
    database = db.connect(url, pool_size=2)
    schema.upgrade(database.primary)
    now = clock.now() - timedelta(days=10)
    products = []
    with db.transaction() as session:
        units.load_bundled(session)
        for number in range(200):
            owner = make_organisation(session, now, name=f"Hợp tác xã số {number}")
            products.append(make_product(session, owner, now=now, name=f"Chè xanh {number}").id)
    graph = graphs.Graph(BATCHES, SEED)
    with psycopg.connect(url.replace("postgresql+psycopg://", "postgresql://")) as connection:
        graphs.fill(connection, graph, products)
    return graph


def timed(answer: Callable[..., Any], session: Session, start: int) -> tuple[float, Any]:
    began = time.perf_counter()
    found = answer(session, start)
    return (time.perf_counter() - began) * 1000, found


def measure(name: str, starts: list[int], rounds: int) -> float:
    """One line of medians, answers compared; gives the ratio."""
    took: dict[str, list[float]] = {"ours": [], "reference": []}
    sizes = []
    # Each in an open transaction of its own on the same server.
    with db.reading() as session, db.reading() as lazy_session:
        for turn in range(rounds + 1):
            for start in starts:
                spent_ours, found = timed(ours, session, start)
                spent, expected = timed(lazily, lazy_session, start)
                if not is_same(found, expected):
                    sys.exit(f"{name}: answers differ at {start}")
                if turn:
                    took["ours"].append(spent_ours)
                    took["reference"].append(spent)
                    sizes.append(len(found.nodes))
    mine, theirs = statistics.median(took["ours"]), statistics.median(took["reference"])
    print(
        f"{name}: ours {mine:.2f} ms, reference {theirs:.1f} ms (ORM lazy walk;"
        f" {statistics.median(sizes):,.0f} nodes), ratio 1/{theirs / mine:.0f}",
        flush=True,
    )
    return mine / theirs


def main() -> None:
    from foundation import embedded

    with tempfile.TemporaryDirectory(prefix="nguon-bench-") as name:
        folder = Path(name)
        url = embedded.start(folder, durable=False)
        try:
            graph = prepare(url)
            print(
                f"lineage: {graph.count:,} batches, {len(graph.steps):,} steps,"
                f" {graphs.LEVELS} levels, seed {SEED}",
                file=sys.stderr,
            )
            small = [at + 1 for at in graph.starts(4, wide=False, many=10)]
            large = [at + 1 for at in graph.starts(graphs.LEVELS - 1, wide=True, many=3)]
            ratios = [
                measure("lineage_50", small, 4 * ROUNDS),
                measure("lineage_5000", large, ROUNDS),
            ]
        finally:
            db.current().dispose()
            embedded.stop(folder)
    if max(ratios) > MOST:
        sys.exit("lineage: slower than a fortieth of the lazy walk")


if __name__ == "__main__":
    main()
