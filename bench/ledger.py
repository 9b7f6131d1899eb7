"""What the ledger costs writers, and how fast the whole of it is recomputed.

Append: a line of a diary, a lot parted from a batch, a star certificate, on a durable server with
commit included: as they are, and with the ledger taken out of the program (nothing listens, no fact
is kept, no row noticed). Blocks of both take turns; whoever came second comes first the next time.
Each is measured twice: as a writer meets it, a call of the API with a bearer token, from the WSGI
server's hand-over to the last byte of the answer (no socket, which would only make the share of the
ledger smaller); and as the bare function that pages and API call, for whoever works on the ledger.
Verify: a log of entries of which every second one commits to a row, all of it recomputed as
``nguon ledger verify`` does: leaves, tree, checkpoint, lists of rows, rows.
"""

from __future__ import annotations

import gc
import io
import itertools
import json
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

ENTRIES = int(os.environ.get("NGUON_BENCH_ENTRIES", "200000"))
WRITES = int(os.environ.get("NGUON_BENCH_WRITES", "2000"))
BLOCK = 20
"""So many transactions of one side come after each other, then so many of the other."""
SEED, MOST_COST, LEAST_A_SECOND = 17, 0.10, 50_000
NOW = datetime(2026, 11, 22, tzinfo=UTC)


@contextmanager
def unrecorded() -> Iterator[None]:
    """The same program without a ledger: no fact is kept, no row noticed, nothing listens."""
    from sqlalchemy import event
    from sqlalchemy.orm import Session

    from foundation import watching
    from growing_areas.fieldbook import lines
    from ledger import log, many
    from ledger.rows import forms, noticing, recording

    listening = [
        *(("before_commit", recording._settle), ("after_rollback", recording._forget)),
        *noticing.listeners(),
    ]
    silenced = [(lines, "_tell_ledger"), (log, "append"), (log, "keep"), (many, "append_all")]
    spoke = [getattr(module, name) for module, name in silenced]
    kept, watchers = dict(forms.in_use()), list(watching._watchers)
    forms.use({})
    watching._watchers.clear()
    for name, listener in listening:
        event.remove(Session, name, listener)
    for module, name in silenced:
        setattr(module, name, lambda *_, **__: None)
    try:
        yield
    finally:
        for (module, name), said in zip(silenced, spoke, strict=True):
            setattr(module, name, said)
        for name, listener in listening:
            event.listen(Session, name, listener)
        forms.use(kept)
        watching._watchers.extend(watchers)


@dataclass(frozen=True)
class Kind:
    """A transaction of a writer: a call of the API, or the function behind it."""

    name: str
    write: Callable[[], None]


@dataclass(frozen=True)
class Field:
    """What is written on: an area, a batch and a product of one cooperative, and who may write."""

    area_id: int
    batch: str
    product: str
    tokens: tuple[str, str]


_WORK = "Làm cỏ quanh gốc, vun đất, tủ rơm giữ ẩm"
_NUMBERS = itertools.count(1)


def plough() -> Field:
    """An area, a batch of it that can be parted two million times, a member and an admin."""
    from accounts import tokens
    from foundation import db
    from tests.accounts import factories as people
    from tests.traceability import factories

    with db.transaction() as session:
        grown = factories.grow(session, NOW)
        batch = factories.make_batch(session, grown, NOW, quantity=Decimal(2_000_000)).code
        member = people.make_member(session, grown.organisation, NOW)
        admin = people.make_official(session, NOW, role="admin", scope=None)
        plain = [tokens.create(session, each, "đo", now=NOW).plain for each in (member, admin)]
        return Field(grown.area.id, batch, grown.product.code, (plain[0], plain[1]))


def calls(field: Field) -> list[Kind]:
    """The three as a writer meets them: calls of the API."""
    member, admin = field.tokens
    application = answering()

    def line() -> None:
        told = {"activity": "weeding", "done_on": "2026-11-20", "notes": _WORK}
        application(member, f"/growing-areas/{field.area_id}/diary", told)

    def split() -> None:
        part = {"quantity": "1", "lot": f"Q{next(_NUMBERS)}"}
        application(member, f"/batches/{field.batch}/split", {"parts": [part]})

    def certificate() -> None:
        told = {
            "stars": 4,
            "number": f"{next(_NUMBERS)}/QĐ-2026",
            "decision": "QĐ 512/QĐ-UBND",
            "valid_from": "2026-01-05",
        }
        application(admin, f"/products/{field.product}/certificates", told)

    return [
        Kind("diary line by API", line),
        Kind("batch split by API", split),
        Kind("certificate by API", certificate),
    ]


def answering() -> Callable[[str, str, dict[str, Any]], None]:
    """A function that posts JSON to the application as a WSGI server hands it over."""
    from app.factory import create_app
    from foundation import config as configuration

    told = {"NGUON_SECRET_KEY": "k" * 48, "NGUON_DATA_DIR": tempfile.mkdtemp()}
    served = create_app(configuration.read(told)).wsgi_app
    # As the served process does once it has read everything: no search for rubbish goes through it.
    gc.collect()
    gc.freeze()

    def post(token: str, path: str, sent: dict[str, Any]) -> None:
        body, statuses = json.dumps(sent).encode(), []
        environ = {
            **_ENVIRON,
            "HTTP_AUTHORIZATION": f"Bearer {token}",
            "PATH_INFO": f"/api/v1{path}",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body),
        }
        answer = served(environ, lambda status, _headers, _exc=None: statuses.append(status))
        content = b"".join(answer)
        if hasattr(answer, "close"):
            answer.close()
        if not statuses[0].startswith("201"):
            sys.exit(f"{path}: {statuses[0]} {content.decode()[:300]}")

    return post


_ENVIRON = {
    "REQUEST_METHOD": "POST",
    "SCRIPT_NAME": "",
    "QUERY_STRING": "",
    "CONTENT_TYPE": "application/json",
    "SERVER_NAME": "127.0.0.1",
    "SERVER_PORT": "8000",
    "SERVER_PROTOCOL": "HTTP/1.1",
    "REMOTE_ADDR": "127.0.0.1",
    "HTTP_HOST": "127.0.0.1:8000",
    "HTTP_ACCEPT": "application/json",
    "wsgi.version": (1, 0),
    "wsgi.url_scheme": "http",
    "wsgi.errors": sys.stderr,
    "wsgi.multithread": True,
    "wsgi.multiprocess": True,
    "wsgi.run_once": False,
}


def functions(field: Field) -> list[Kind]:
    """The same as the functions that pages and API call."""
    from accounts.permissions import SYSTEM
    from foundation import db
    from growing_areas import diary
    from growing_areas.diary import Work
    from products import certificates
    from products.certificates import Recognition
    from traceability.handling import parting
    from traceability.handling.parting import Part, Split

    area_id, batch, product, numbers = field.area_id, field.batch, field.product, _NUMBERS
    work = Work("weeding", date(2026, 11, 20), notes=_WORK)

    def line() -> None:
        with db.transaction() as session:
            diary.record(session, SYSTEM, area_id, work, now=NOW)

    def split() -> None:
        wanted = Split(batch, (Part(Decimal(1), lot=f"P{next(numbers)}"),))
        with db.transaction() as session:
            parting.split(session, SYSTEM, wanted, now=NOW)

    def certificate() -> None:
        given = Recognition(4, f"{next(numbers)}/QĐ-2026", "QĐ 512/QĐ-UBND", date(2026, 1, 5))
        with db.transaction() as session:
            certificates.record(session, SYSTEM, product, given, now=NOW)

    return [Kind("diary line", line), Kind("batch split", split), Kind("certificate", certificate)]


def measure_append(kinds: list[Kind]) -> float:
    """The highest cost of any kind, by medians; means and processor time are told beside."""
    costs = []
    only = os.environ.get("NGUON_BENCH_KINDS", "")
    for kind in (each for each in kinds if only in each.name):
        ours, bare = Taken(), Taken()
        for turn in range(2 * WRITES // BLOCK + 2):
            with_ledger = turn % 4 in (0, 3)  # whoever comes second now comes first then
            taken = ours if with_ledger else bare
            with nullcontext() if with_ledger else unrecorded():
                taken.block(kind.write, measured=turn > 1)
        cost = ours.median / bare.median - 1
        costs.append(cost)
        print(
            f"ledger_append {kind.name}: median {ours.median:.2f} ms with, {bare.median:.2f}"
            f" without, {cost:+.1%}; mean {ours.mean:.2f}, {bare.mean:.2f},"
            f" {ours.mean / bare.mean - 1:+.1%}; processor {ours.busy:.2f}, {bare.busy:.2f},"
            f" {ours.busy / bare.busy - 1:+.1%} ({len(ours.walls)} transactions each)",
            flush=True,
        )
    return max(costs)


@dataclass
class Taken:
    """Milliseconds of the transactions of one side, and of processors: ours and the server's."""

    walls: list[float] = field(default_factory=list)
    busy_s: float = 0.0

    def block(self, write: Callable[[], None], *, measured: bool) -> None:
        """Write some, after one that is not measured."""
        write()
        gc.collect()
        before, walls = busy_seconds(), []
        for _ in range(BLOCK):
            started = time.perf_counter()
            write()
            walls.append((time.perf_counter() - started) * 1000)
        if measured:
            self.busy_s += busy_seconds() - before
            self.walls += walls

    @property
    def median(self) -> float:
        return statistics.median(self.walls)

    @property
    def mean(self) -> float:
        return statistics.fmean(self.walls)

    @property
    def busy(self) -> float:
        return self.busy_s * 1000 / len(self.walls)


def busy_seconds() -> float:
    """Processor time of this process and of all the server's processes that work for it."""
    from sqlalchemy import text

    from foundation import db

    with db.reading() as session:
        servers = session.scalars(
            text("SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend'")
        ).all()
    return time.process_time() + sum(sum(psutil.Process(pid).cpu_times()[:2]) for pid in servers)


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
        raw.execute("SELECT setval('ledger_entries_id_seq', %s)", (place + 1,))


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
    from foundation import db, embedded, logs, schema
    from ledger import keys
    from territory import units

    logs.configure("error")
    rooms.load(rooms.MODELS)
    joins.install()
    with tempfile.TemporaryDirectory(prefix="nguon-bench-") as name:
        keys.use(Path(name), "http://bench.invalid")
        database = db.connect(embedded.start(Path(name)), pool_size=4)
        schema.upgrade(database.primary)
        with db.transaction() as session:
            units.load_bundled(session)
        pace = measure_verify()
        field = plough()
        cost = measure_append(calls(field))
        inner = measure_append(functions(field))
        database.dispose()
        db.use(None)
        embedded.stop(Path(name))
    print(f"ledger_append: {cost:+.1%} of a writer's call, {inner:+.1%} of the bare function")
    if cost > MOST_COST or pace < LEAST_A_SECOND:
        sys.exit(f"ledger: cost {cost:.1%} (≤ {MOST_COST:.0%}), {pace:,.0f} (≥ {LEAST_A_SECOND:,})")


if __name__ == "__main__":
    main()
