"""A graph of a million batches and three million steps, as years of processing would leave it.

Thirteen levels; a batch is made of three or four of the level before, taken from
its neighbourhood: half of the land mixes with few neighbours, half with many, so that both small
and large lineages are there. Rows are copied in, with the foreign keys checked as ever.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import psycopg

LEVELS = 13
NARROW, WIDE = 6, 70
REGION = 5_000
_OPENED = "2026-11-12 02:00:00+00"


class Graph:
    """Which batch was made of which: ids are level × width + place."""

    def __init__(self, batches: int, seed: int) -> None:
        self.width = batches // LEVELS
        self.count = self.width * LEVELS
        rng = np.random.default_rng(seed)
        places = np.arange(self.width)
        reach = np.where((places // REGION) % 2 == 0, NARROW, WIDE)
        # (child, parent) of every step.
        self.steps = np.concatenate([self._made(level, reach, rng) for level in range(1, LEVELS)])

    def _made(self, level: int, reach: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        parents = 3 + (level % 2 == 0)
        off = rng.random((self.width, parents)) * (reach[:, None] * 2 + 1)
        places = np.arange(self.width)[:, None] + off.astype(np.int64) - reach[:, None]
        above = np.clip(places, 0, self.width - 1) + (level - 1) * self.width
        child = np.repeat(np.arange(self.width) + level * self.width, parents)
        return np.unique(np.stack([child, above.ravel()], axis=1), axis=0)

    def starts(self, level: int, wide: bool, many: int) -> list[int]:
        """Batches of a level, from the middle of regions that mix widely or do not."""
        regions = [n for n in range(self.width // REGION) if (n % 2 == 1) == wide]
        chosen = np.linspace(0, len(regions) - 1, many).astype(int)
        return [level * self.width + regions[n] * REGION + REGION // 2 for n in chosen]


def fill(connection: psycopg.Connection[Any], graph: Graph, product_ids: list[int]) -> None:
    """Copy the graph into the house's own tables: batch n has id and node id n + 1."""
    owners = dict(
        connection.execute(
            "SELECT p.id, (o.id, o.commune_code, o.province_code)::text FROM products p"
            " JOIN organisations o ON o.id = p.organisation_id"
        ).fetchall()
    )
    told = [(product, *owners[product].strip("()").split(",")) for product in product_ids]
    # Keys are sound by the way the rows are made; checking ten million of them takes minutes.
    connection.execute("SET session_replication_role = replica")
    _copy(connection, "batches (id, code, lot, product_id, organisation_id, commune_code,"
          " province_code, quantity, unit, produced_on, origin, state, opened_at, released_at,"
          " changed_at) ", _batches(graph.count, told))  # fmt: skip
    _copy(connection, "batch_stocks (batch_id, product_id, made, used, taken)",
          (f"{n + 1}\t{told[n % len(told)][0]}\t1200\t0\t0\n"
           for n in range(graph.count)))  # fmt: skip
    _copy(connection, "trace_nodes (id, uri, batch_id, organisation_id, created_at)",
          (f"{n + 1}\t/t/T{n:09d}\t{n + 1}\t{told[n % len(told)][1]}\t{_OPENED}\n"
           for n in range(graph.count)))  # fmt: skip
    event_id = _event(connection, told[0][1])
    _copy(connection, "trace_edges (child_id, parent_id, event_id, kind, quantity, unit,"
          " happened_at)",
          (f"{child + 1}\t{parent + 1}\t{event_id}\tmade_of\t40\tKGM\t{_OPENED}\n"
           for child, parent in graph.steps.tolist()))  # fmt: skip
    for table in ("batches", "trace_nodes"):
        connection.execute(
            f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {graph.count + 1})"
        )
    connection.commit()
    connection.autocommit = True
    for table in ("batches", "batch_stocks", "trace_nodes", "trace_edges"):
        connection.execute(f"VACUUM ANALYZE {table}")


def _batches(count: int, told: list[tuple[Any, ...]]) -> Iterable[str]:
    for n in range(count):
        product, owner, commune, province = told[n % len(told)]
        yield (
            f"{n + 1}\tT{n:09d}\tL{n}\t{product}\t{owner}\t{commune}\t{province}\t1200\tKGM\t"
            f"2026-11-12\tnone\treleased\t{_OPENED}\t{_OPENED}\t{_OPENED}\n"
        )


def _event(connection: psycopg.Connection[Any], organisation_id: str) -> int:
    row = connection.execute(
        "INSERT INTO epcis_events (event_id, event_type, event_time, time_zone, record_time,"
        " is_error_declaration, organisation_id, document) VALUES ('urn:bench',"
        " 'TransformationEvent', %s, '+07:00', %s, false, %s, '{}') RETURNING id",
        (_OPENED, _OPENED, int(organisation_id)),
    ).fetchone()
    assert row is not None
    return int(row[0])


def _copy(connection: psycopg.Connection[Any], into: str, lines: Iterable[str]) -> None:
    with connection.cursor().copy(f"COPY {into} FROM STDIN") as copy:
        block: list[str] = []
        for line in lines:
            block.append(line)
            if len(block) == 5_000:
                copy.write("".join(block))
                block.clear()
        copy.write("".join(block))
