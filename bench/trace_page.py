"""Scan pages against a bare Flask hello-world, on one granian server in one run.

Batch pages come from the story cache and have their scan journalled before the answer; serial
pages also read the serial's own state. The load comes from a small client of ours (raw sockets,
keep-alive) that shares the machine's processors with server and database, so ratios say more
than rates. At the end every answered scan must stand in the database. One line on standard
output; anything wrong ends with exit status 1.
"""

from __future__ import annotations

import os
import secrets
import selectors
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from datetime import timedelta
from itertools import count, cycle
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

BATCHES, SERIALS, ROUNDS, SECONDS, CONNECTIONS = 200, 2_000, 3, 2.0, 16
GTIN = "08930001000018"
AGENT = "Mozilla/5.0 (Linux; Android 14) Chrome/129 Mobile Safari/537.36"
_looks = count()


def make_served() -> Any:
    """The application as installed, with a bare Flask beside it under /hello."""
    from flask import Flask

    from app.wsgi import app

    bare = Flask("bare")

    @bare.get("/hello")
    def hello() -> str:
        return "hello, world"

    def served(environ: dict[str, Any], start_response: Any) -> Any:
        chosen = bare if environ["PATH_INFO"] == "/hello" else app
        return chosen(environ, start_response)

    return served


def serve(port: int) -> None:
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    Granian(
        "bench.trace_page:make_served",
        factory=True,
        address="127.0.0.1",
        port=port,
        interface=Interfaces.WSGI,
        blocking_threads=4,
        log_level=LogLevels.error,
    ).serve()


def fill(url: str, secret: str) -> list[str]:
    """Migrate, and make batches and serials through the trade's own functions."""
    from accounts.permissions import SYSTEM
    from app import rooms
    from foundation import clock, db, schema
    from territory import units
    from tests.traceability.factories import grow, make_batch
    from traceability.labels import orders, serials
    from traceability.labels.orders import LabelOrder

    rooms.load(rooms.MODELS)
    database = db.connect(url, pool_size=2)
    schema.upgrade(database.primary)
    now = clock.now()
    day = clock.today() - timedelta(days=1)
    with db.transaction() as session:
        units.load_bundled(session)
        grown = grow(session, now, gtin=GTIN, shelf_life_days=365)
        made = [
            make_batch(session, grown, now, lot=f"LO-{number}", produced_on=day)
            for number in range(BATCHES)
        ]
        order = LabelOrder(made[0].code, SERIALS, "a4-24", serialised=True)
        job = orders.place(session, SYSTEM, order, base_url="https://nguon.vn", now=now)
        key = serials.key_from(secret)
        orders.issue_serials(session, job.id, key=key, now=now)
        codes = [serials.serial_code(key, made[0].code, n) for n in range(1, SERIALS + 1)]
    database.dispose()
    db.use(None)
    return codes


def request_for(path: str) -> bytes:
    # From a browser of its own: a second look from the same one would not be a scan.
    agent = f"{AGENT} {next(_looks)}"
    return f"GET {path} HTTP/1.1\r\nHost: bench\r\nUser-Agent: {agent}\r\n\r\n".encode()


class Client:
    """One keep-alive connection; counts whole answers of status 200."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = b""

    def is_answered(self) -> bool:
        self.buffer += self.socket.recv(1 << 16)
        head, separator, rest = self.buffer.partition(b"\r\n\r\n")
        if not separator:
            return False
        if not head.startswith(b"HTTP/1.1 200"):
            sys.exit(f"trace_page: the server answered {head[:60]!r}")
        length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        if len(rest) < length:
            return False
        self.buffer = rest[length:]
        return True


def load(port: int, paths: Iterable[str], seconds: float) -> tuple[float, int]:
    """Requests a second, and how many were answered."""
    requests = (request_for(path) for path in cycle(paths))
    chooser = selectors.DefaultSelector()
    clients = [Client(port) for _ in range(CONNECTIONS)]
    for client in clients:
        chooser.register(client.socket, selectors.EVENT_READ, client)
        client.socket.sendall(next(requests))
    answered, waiting = 0, len(clients)
    started = time.perf_counter()
    ended = started + seconds
    while waiting:
        for key, _events in chooser.select(timeout=10):
            if not key.data.is_answered():
                continue
            answered += 1
            if time.perf_counter() < ended:
                key.data.socket.sendall(next(requests))
            else:
                waiting -= 1
    rate = answered / (time.perf_counter() - started)
    for client in clients:
        client.socket.close()
    return rate, answered


def page_bytes(port: int, path: str) -> int:
    import urllib.request

    request = urllib.request.Request(
        f"http://127.0.0.1:{port}{path}", headers={"User-Agent": AGENT}
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        return len(answer.read())


def wait_for(port: int) -> None:
    for _ in range(300):
        try:
            page_bytes(port, "/hello")
        except OSError:
            time.sleep(0.1)
        else:
            return
    sys.exit("trace_page: the server did not start")


def recorded(url: str, expected: int) -> int:
    """Scans in the database, once the last of them has had time to arrive."""
    import psycopg

    with psycopg.connect(url.replace("postgresql+psycopg://", "postgresql://")) as connection:
        for _ in range(100):
            row = connection.execute("SELECT count(*) FROM scans").fetchone()
            found = row[0] if row else 0
            connection.rollback()
            if found >= expected:
                break
            time.sleep(0.2)
    return found


def measure(port: int, codes: list[str]) -> tuple[dict[str, float], int]:
    lots = [f"/01/{GTIN}/10/LO-{number}" for number in range(BATCHES)]
    runs = {
        "hello": ["/hello"],
        "batch": lots,
        "serial": [f"{lots[0]}/21/{code}" for code in codes],
    }
    rates: dict[str, list[float]] = {name: [] for name in runs}
    # Warm: the first reader of a batch waits for its story to be built, the others do not.
    _rate, scans = load(port, lots, SECONDS)
    for _ in range(ROUNDS):
        for name, paths in runs.items():
            rate, answered = load(port, paths, SECONDS)
            rates[name].append(rate)
            scans += answered if name != "hello" else 0
    return {name: statistics.median(found) for name, found in rates.items()}, scans


def main() -> None:
    from foundation import embedded

    with tempfile.TemporaryDirectory(prefix="nguon-bench-") as name:
        folder = Path(name)
        secret = secrets.token_urlsafe(48)
        url = embedded.start(folder)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        settings = {
            "NGUON_DATABASE_URL": url,
            "NGUON_DATA_DIR": name,
            "NGUON_SECRET_KEY": secret,
            "NGUON_LOG_LEVEL": "error",
        }
        os.environ.update(settings)
        codes = fill(url, secret)
        command = [sys.executable, "-m", "bench.trace_page", "--serve", str(port)]
        server = subprocess.Popen(command, cwd=ROOT, start_new_session=True)
        try:
            wait_for(port)
            size = page_bytes(port, f"/01/{GTIN}/10/LO-0")
            found, scans = measure(port, codes)
            kept = recorded(url, scans + 1)
        finally:
            os.killpg(server.pid, signal.SIGTERM)
            server.wait(timeout=20)
            embedded.stop(folder)
    if kept != scans + 1:
        sys.exit(f"trace_page: {scans + 1} scans answered, {kept} recorded")
    print(
        f"trace_page: ours {found['batch']:,.0f} requests/s (serials {found['serial']:,.0f};"
        f" {size} bytes), reference {found['hello']:,.0f} requests/s (Flask hello-world),"
        f" ratio {found['batch'] / found['hello']:.2f}"
    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--serve"]:
        serve(int(sys.argv[2]))
    else:
        main()
