"""What the ledger costs writers, and how fast the whole of it is recomputed.

Append: the same diary line written by the same function on the same durable server, turn about,
with its entry and row commitments and without; median of the transactions, commit included.
Verify: a log of entries of which every second one commits to a row, all of it recomputed as
``nguon ledger verify`` does: leaves, tree, checkpoint, lists of rows, rows.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from bench.support import timing  # noqa: E402

ENTRIES = int(os.environ.get("NGUON_BENCH_ENTRIES", "200000"))
WRITES, SEED, MOST_COST, LEAST_A_SECOND = 400, 17, 0.10, 50_000
NOW = datetime(2026, 11, 22, tzinfo=UTC)


@contextmanager
def unrecorded() -> Any:
    """The same program without a ledger: no fact is even put into words, no row noticed."""
    from growing_areas.fieldbook import lines
    from ledger.rows import forms

    kept, tell = dict(forms.in_use()), lines._tell_ledger
    forms.use({})
    lines._tell_ledger = lambda *_: None  # type: ignore[assignment]
    try:
        yield
    finally:
        forms.use(kept)
        lines._tell_ledger = tell


def writer(area_id: int) -> Callable[[], None]:
    from accounts.permissions import SYSTEM
    from foundation import db
    from growing_areas import diary
    from growing_areas.diary import Work

    work = Work("weeding", date(2026, 11, 20), notes="Làm cỏ quanh gốc")

    def write() -> None:
        with db.transaction() as session:
            diary.record(session, SYSTEM, area_id, work, now=NOW)

    return write


def measure_append() -> float:
    from foundation import db
    from tests.growing_areas import factories

    with db.transaction() as session:
        area_id = factories.make_approved_area(session, NOW).id
    write = writer(area_id)

    def without() -> None:
        with unrecorded():
            write()

    taken = timing.interleaved(
        {"with": lambda _: write(), "without": lambda _: without()}, range(WRITES // 4), 4
    )
    ours, bare = timing.p50(taken["with"]), timing.p50(taken["without"])
    print(
        f"ledger_append: with {ours:.2f} ms, without {bare:.2f} ms, ratio {ours / bare:.3f}"
        f" ({WRITES} transactions each; 95 %: {_p95(taken['with']):.2f}, "
        f"{_p95(taken['without']):.2f} ms)"
    )
    return ours / bare - 1


def _p95(found: Any) -> float:
    return float(sorted(found)[int(len(found) * 0.95)])


def fill() -> None:
    """Half of the entries facts, half lists of one row each, put in as fast as copying goes."""
    from foundation import db
    from ledger import merkle
    from ledger.rows import recording

    rng = random.Random(SEED)
    rows = ENTRIES // 2
    with db.transaction() as session:
        raw = session.connection().connection.driver_connection
        raw.execute("SET LOCAL session_replication_role = replica")  # nobody entered them
        raw.execute(
            "INSERT INTO roster_counts (kind, unit_code, province_code, as_of, total, source,"
            " entered_by, entered_at) SELECT 'cooperatives', '08674', '25', '2026-01-01'::date + n,"
            " mod(n, 5000), 'đo', 1, now() FROM generate_series(1, %s) n",
            (rows,),
        )
        ids = [each[0] for each in raw.execute("SELECT id FROM roster_counts ORDER BY id")]
        first = raw.execute("SELECT coalesce(max(id), 0) FROM ledger_entries").fetchone()[0] + 1
        entries, listed = [], []
        for start in range(0, rows, 5_000):
            part = recording.digested(
                session, {"roster_counts": [(one,) for one in ids[start : start + 5_000]]}
            )
            for row in part:
                root = merkle.root([row.leaf()]).hex()
                fact = {"kind": "households", "total": len(entries)}
                place = first + len(entries)
                entries.append(entry(place, "roster.recorded", "08674", fact, rng))
                entries.append(
                    entry(place + 1, "rows.recorded", "rows", {"root": root, "rows": 1}, rng)
                )
                listed.append(
                    (place + 1, 0, row.table, row.key, row.form, row.salt, row.told,
                     row.kept, row.person)
                )  # fmt: skip
        copy(raw, "ledger_entries", entries)
        copy(raw, "ledger_waiting", [(entry[0],) for entry in entries])
        copy(raw, "ledger_rows", listed)


def entry(
    number: int, kind: str, subject: str, body: dict[str, Any], rng: random.Random
) -> tuple[Any, ...]:
    from ledger import canonical, merkle

    told, nonce = canonical.text(body), rng.randbytes(16)
    leaf = canonical.leaf_input(kind=kind, subject=subject, body=told, nonce=nonce, recorded_at=NOW)
    return number, kind, subject, told, nonce, merkle.leaf_hash(leaf), NOW


def copy(connection: Any, table: str, rows: list[tuple[Any, ...]]) -> None:
    with connection.cursor().copy(f"COPY {table} FROM STDIN") as into:
        for row in rows:
            into.write_row(row)


def measure_verify() -> float:
    from foundation import db
    from ledger import checkpoint, keys, sequencing, verification
    from ledger.rows import checking

    with db.transaction() as session:
        # What the first half wrote without a ledger was never there.
        raw = session.connection().connection.driver_connection
        raw.execute("SET LOCAL session_replication_role = replica")
        for fault in list(checking.faults(session)):
            raw.execute(f"DELETE FROM {fault.table} WHERE id = {fault.key.strip('[]')}")
    fill()
    with db.transaction() as session:
        checkpoint.make(session, keys.get(), keys.origin(), now=NOW)
    with db.reading() as session:
        verification.stand_still(session)
        size = sequencing.size_of(session)
        started = time.perf_counter()
        bad = verification.verify(session)
        took = time.perf_counter() - started
    if bad is not None:
        sys.exit(f"ledger_verify: {bad.explanation()}")
    pace = size / took
    print(
        f"ledger_verify: ours {pace:,.0f} entries/s, reference {LEAST_A_SECOND:,}/s, ratio"
        f" {pace / LEAST_A_SECOND:.2f} ({size:,} entries, {size // 2:,} rows, seed {SEED},"
        f" {took:.1f} s)"
    )
    return pace


def main() -> None:
    from app import joins, rooms
    from foundation import db, embedded, schema
    from ledger import keys
    from territory import units

    rooms.load(rooms.MODELS)
    joins.install()
    with tempfile.TemporaryDirectory(prefix="nguon-bench-") as name:
        keys.use(Path(name), "http://bench.invalid")
        database = db.connect(embedded.start(Path(name)), pool_size=4)
        schema.upgrade(database.primary)
        with db.transaction() as session:
            units.load_bundled(session)
        cost = measure_append()
        pace = measure_verify()
        database.dispose()
        db.use(None)
        embedded.stop(Path(name))
    if cost > MOST_COST or pace < LEAST_A_SECOND:
        sys.exit(f"ledger: cost {cost:.1%} (≤ {MOST_COST:.0%}), {pace:,.0f} (≥ {LEAST_A_SECOND:,})")


if __name__ == "__main__":
    main()
