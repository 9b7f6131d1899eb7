"""A recall of a lot with five thousand descendants and ten thousand orders: found and held.

On the embedded PostgreSQL, among two hundred thousand batches, with events, holds and ledger entry
as in earnest, each time committed and then lifted. The aim is a second; slower ends with status 1.
There is no reference but the aim: what is measured beside it is the same hold lot by lot, of a
hundred lots, as the room's own single functions would do it. One line on standard output.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from bench.support import graph as graphs  # noqa: E402
from foundation import db  # noqa: E402

BATCHES, DESCENDANTS, ORDERS, SEED, ROUNDS, MOST_S = 200_000, 5_000, 10_000, 20_261_122, 5, 1.0
_OPENED = "2026-11-12 02:00:00+00"


def prepare(url: str) -> str:
    """Fill tables, join the shop to the recall; the code of the lot to recall."""
    from app import joins, rooms
    from foundation import clock, schema
    from territory import units
    from tests.accounts.factories import make_organisation
    from tests.products.factories import make_product

    rooms.load(rooms.MODELS)
    joins.install()
    database = db.connect(url, pool_size=2)
    schema.upgrade(database.primary)
    now = clock.now() - timedelta(days=10)
    products = []
    with db.transaction() as session:
        units.load_bundled(session)
        for number in range(50):
            owner = make_organisation(session, now, name=f"Hợp tác xã số {number}")
            products.append(make_product(session, owner, now=now, name=f"Chè xanh {number}").id)
    graph = graphs.Graph(BATCHES, SEED)
    with psycopg.connect(url.replace("postgresql+psycopg://", "postgresql://")) as connection:
        graphs.fill(connection, graph, products)
        start, reached = _start(connection, graph)
        _sell(connection, reached)
        for table in ("orders", "order_lines", "order_buyers", "lot_allocations"):
            connection.execute(f"VACUUM ANALYZE {table}")
    return start


def _start(connection: psycopg.Connection[Any], graph: graphs.Graph) -> tuple[str, list[int]]:
    """A lot of the graph from which about as many descend as are wanted."""
    walk = (
        "WITH RECURSIVE walk(id) AS (SELECT %s::bigint UNION SELECT e.child_id FROM walk w"
        " JOIN trace_edges e ON e.parent_id = w.id) SELECT id FROM walk"
    )
    best: tuple[int, list[int]] = (0, [])
    for level in range(graphs.LEVELS):
        at = level * graph.width + graphs.REGION + graphs.REGION // 2 + 1
        reached = [row[0] for row in connection.execute(walk, (at,)).fetchall()]
        if len(reached) < DESCENDANTS:
            break
        best = at, reached
    return f"T{best[0] - 1:09d}", best[1]


def _sell(connection: psycopg.Connection[Any], reached: list[int]) -> None:
    """Ten thousand orders, each of one lot that the recall reaches."""
    connection.execute(
        "INSERT INTO offers (code, product_id, organisation_id, price_vnd, pack, pack_quantity,"
        " min_quantity, active, commune_code, province_code, created_at, updated_at)"
        " SELECT 'O' || id, id, organisation_id, 1000, '1 kg', 1, 1, true, commune_code,"
        " province_code, now(), now() FROM products"
    )
    connection.execute(
        "INSERT INTO order_groups (code, payment, language, total_vnd, placed_at)"
        " SELECT 'G' || n, 'cod', 'vi', 1000, now() FROM generate_series(1, %s) n",
        (ORDERS,),
    )
    connection.execute(
        "INSERT INTO order_buyers (group_id, name, phone, email, address, commune_code,"
        " province_code) SELECT id, 'Người mua', '+84' || (900000000 + id % 7000), NULL, 'Thôn',"
        " '00000', '00' FROM order_groups"
    )
    connection.execute(
        "INSERT INTO orders (code, group_id, organisation_id, commune_code, province_code, state,"
        " items_vnd, delivery_vnd, total_vnd, placed_at) SELECT 'DH' || g.id, g.id,"
        " b.organisation_id, '00000', '00', 'confirmed', 1000, 0, 1000, now() FROM order_groups g"
        " JOIN batches b ON b.id = (CAST(%s AS bigint[]))[1 + g.id %% %s]",
        (reached, len(reached)),
    )
    connection.execute(
        "INSERT INTO order_lines (order_id, offer_id, product_id, product_name, pack,"
        " pack_quantity, unit, price_vnd, quantity, total_vnd) SELECT o.id, f.id, f.product_id,"
        " 'Chè', '1 kg', 1, 'KGM', 1000, 1, 1000 FROM orders o"
        " JOIN batches b ON b.id = (CAST(%s AS bigint[]))[1 + o.group_id %% %s]"
        " JOIN offers f ON f.product_id = b.product_id",
        (reached, len(reached)),
    )
    connection.execute(
        "INSERT INTO lot_allocations (line_id, batch_id, packs, quantity, state)"
        " SELECT l.id, (CAST(%s AS bigint[]))[1 + o.group_id %% %s], 1, 1, 'committed'"
        " FROM order_lines l JOIN orders o ON o.id = l.order_id",
        (reached, len(reached)),
    )


def hold(code: str, now: datetime) -> tuple[float, Any]:
    """Seconds of finding and holding, commit included, and what was held."""
    from accounts.permissions import SYSTEM
    from traceability.recalls import holding
    from traceability.recalls.reach import Suspicion

    began = time.perf_counter()
    with db.transaction() as session:
        wish = holding.Wish(Suspicion("batch", code), "Diễn tập")
        held = holding.hold(session, SYSTEM, wish, now=now)
    return time.perf_counter() - began, held


def one_by_one(count: int, now: datetime) -> float:
    """Seconds a lot when each is held by itself, as the room's single function does it."""
    from accounts.permissions import SYSTEM
    from traceability import releasing

    began = time.perf_counter()
    with db.transaction() as session:
        for number in range(count):
            releasing.hold(session, SYSTEM, f"T{number:09d}", now=now)
    return (time.perf_counter() - began) / count


def main() -> None:
    from accounts.permissions import SYSTEM
    from foundation import clock, embedded
    from traceability.recalls import deciding

    with tempfile.TemporaryDirectory(prefix="nguon-bench-") as name:
        folder = Path(name)
        url = embedded.start(folder)
        try:
            code = prepare(url)
            took = []
            for _ in range(ROUNDS):
                spent, held = hold(code, clock.now())
                took.append(spent)
                with db.transaction() as session:
                    deciding.lift(session, SYSTEM, held.recall.code, "Xong", now=clock.now())
            single = one_by_one(100, clock.now())
        finally:
            db.current().dispose()
            embedded.stop(folder)
    mine = statistics.median(took)
    if held.batches < DESCENDANTS or held.sold.orders != ORDERS:
        sys.exit(f"recall: reached {held.batches} lots and {held.sold.orders} orders")
    theirs = single * held.batches
    print(
        f"recall: ours {mine:.2f} s ({held.batches:,} lots, {held.sold.orders:,} orders,"
        f" {held.sold.buyers:,} buyers found and held), reference {theirs:.0f} s"
        f" (lot by lot, from 100), ratio 1/{theirs / mine:.0f}"
    )
    if mine > MOST_S:
        sys.exit("recall: slower than a second")


if __name__ == "__main__":
    main()
