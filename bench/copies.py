"""Looking for copies in what came in since, beside a look over all of it by one window query.

On the embedded PostgreSQL, scans of 45 days in their daily parts, seven in ten of a serial of their
own (``--million``: a million of them; else 200,000). First all of them are looked at, then a
thousand more, which is what a job finds after some minutes. One line on standard output.
"""

from __future__ import annotations

import sys
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from sqlalchemy import text  # noqa: E402

from foundation import clock, db, embedded  # noqa: E402
from traceability.copies import limits, noticing  # noqa: E402
from traceability.scan import days, scans  # noqa: E402
from traceability.scan.scans import ScanNote  # noqa: E402

SCANS, MILLION, MORE, DAYS, BATCHES, SEED = 200_000, 1_000_000, 1_000, 45, 400, 20_261_122
_PROVINCES = (None, None, "01", "24", "48", "79", "92")
# What finds far places and many days of a serial when nothing is remembered of it.
_ALL = text("""
SELECT count(*) FROM (
    SELECT batch_id, serial_number, count(*) AS scans, count(DISTINCT place) AS provinces,
        count(DISTINCT (scanned_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date) AS days,
        min(took) FILTER (WHERE place <> before) AS leap
    FROM (
        SELECT *, scanned_at - lag(scanned_at) OVER w AS took, lag(place) OVER w AS before
        FROM scans WHERE serial_number IS NOT NULL
        WINDOW w AS (PARTITION BY batch_id, serial_number ORDER BY scanned_at)
    ) s GROUP BY batch_id, serial_number
) found WHERE provinces > 2 OR days > 6 OR leap < interval '2 hours'
""")


def _batches(now: datetime) -> list[int]:
    from app import joins, rooms
    from foundation import schema
    from territory import units
    from tests.traceability.factories import grow

    rooms.load(rooms.MODELS)
    joins.install()
    schema.upgrade(db.current().primary)
    with db.transaction() as session:
        units.load_bundled(session)
        grown = grow(session, now)
        session.execute(
            text(
                "INSERT INTO batches (code, lot, product_id, organisation_id, commune_code,"
                " province_code, quantity, unit, produced_on, origin, state, opened_at, changed_at)"
                " SELECT 'B' || n, 'L' || n, :product, :house, '00004', '01', 1, 'KGM',"
                " CAST(:now AS date), 'none', 'released', :now, :now FROM generate_series(1, :n) n"
            ),
            {
                "product": grown.product.id,
                "house": grown.organisation.id,
                "now": now,
                "n": BATCHES,
            },
        )
        for day in range(DAYS + 1):
            days.prepare(session, now=now - timedelta(days=day))
        return list(session.scalars(text("SELECT id FROM batches ORDER BY id")))


def _enter(chance: Random, batches: list[int], count: int, now: datetime) -> float:
    """Let scans come in as journals bring them; seconds it took."""
    started = time.perf_counter()
    for begun in range(0, count, 20_000):
        notes = [
            ScanNote(
                now - timedelta(seconds=chance.randrange(1, (DAYS - 1) * 86_400)),
                chance.choice(batches),
                chance.randrange(1, 1 + count * 2 // BATCHES + 100),
                "phone",
                "vi",
                chance.choice(_PROVINCES),
            )
            for _ in range(min(20_000, count - begun))
        ]
        with db.transaction() as session:
            scans.enter(session, notes)
    return time.perf_counter() - started


def _notice(now: datetime) -> float:
    known = limits.read("", clock.business_day(now))
    started, count = time.perf_counter(), 1
    while count:
        with db.transaction() as session:
            count = noticing.notice(session, known, now=now)
    return time.perf_counter() - started


def main(count: int) -> None:
    """Fill, look, look again; print the line."""
    chance, now = Random(SEED), clock.now()
    with tempfile.TemporaryDirectory() as folder:
        database = db.connect(embedded.start(Path(folder)), pool_size=2)
        batches = _batches(now)
        entered = _enter(chance, batches, count, now)
        with db.transaction() as session:
            session.execute(text("ANALYZE scans, serial_scans, serial_sightings"))
        looked = _notice(now)
        _enter(chance, batches, MORE, now)
        more = _notice(now)
        started = time.perf_counter()
        with db.transaction() as session:
            session.execute(_ALL)
            size = session.scalar(text("SELECT pg_total_relation_size('serial_sightings')"))
        reference = time.perf_counter() - started
        database.dispose()
        embedded.stop(Path(folder))
    print(
        f"copies: ours {more * 1000:.0f} ms for {MORE} more scans, reference"
        f" {reference * 1000:.0f} ms over all {count}, ratio {reference / more:.1f};"
        f" all of them once: {looked:.1f} s ({count / looked:.0f}/s; coming in took"
        f" {entered:.1f} s), {int(size or 0) / count:.0f} B remembered a scan"
    )


if __name__ == "__main__":
    main(MILLION if "--million" in sys.argv else SCANS)
