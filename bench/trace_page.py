"""Scan pages against a bare Flask hello-world and a peer's product page, per server, in one run.

Pages of lots, over few and over many, have their scan in the journal before they are answered;
those of serials also read the serial's own row; "cold" ones are of lots nobody has asked for, whose
story is built. Twice: on granian as `nguon serve` runs it, and on gunicorn, there also beside
django-oscar's product page. `wrk` asks; server, database and `wrk` share the machine's processors,
so ratios say more than rates. Before, pages of the door before Flask are compared with Flask's own;
at the end every answered scan must stand in the database. Anything wrong ends with exit status 1.

.venv/bin/python bench/trace_page.py [--few 2000] [--many 20000] [--seconds 5] [--no-peer]
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from bench.support import load, oscar  # noqa: E402
from bench.support.scan_world import KEPT, World, fill  # noqa: E402

WORKERS, THREADS, ROUNDS, SERIALS, COMPARED = 2, 4, 3, 20_000, 20
WARMING_S = 1_800.0
ASKED = {"few": 1.0, "many": 1.0, "serials": 0.6, "cold": 0.2}
_PHONE = "Mozilla/5.0 (Linux; Android 14) Chrome/129.9 Mobile Safari/537.36"


def granian(port: int) -> list[str]:
    return [sys.executable, "-m", "bench.trace_page", "--serve", str(port)]


def gunicorn(port: int) -> list[str]:
    at = ["--bind", f"127.0.0.1:{port}", "--workers", str(WORKERS), "--log-level", "error"]
    return [sys.executable, "-m", "gunicorn", *at, "bench.support.scan_world:served()"]


def serve(port: int) -> None:
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    Granian(
        "bench.support.scan_world:served",
        factory=True,
        address="127.0.0.1",
        port=port,
        interface=Interfaces.WSGI,
        workers=WORKERS,
        blocking_threads=THREADS,
        log_level=LogLevels.error,
    ).serve()


@contextmanager
def running(command: list[str], port: int, ready: str, env: dict[str, str]) -> Iterator[None]:
    server = subprocess.Popen(
        command, cwd=ROOT, env=env, start_new_session=True, stderr=subprocess.DEVNULL
    )
    try:
        for _ in range(600):
            try:
                page(port, ready)
                break
            except OSError:
                time.sleep(0.1)
        else:
            sys.exit(f"trace_page: no server with {command}")
        yield
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(timeout=60)


def page(port: int, path: str, **headers: str) -> bytes:
    sent = {"User-Agent": _PHONE, **headers}
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=sent)
    with urllib.request.urlopen(request, timeout=60) as answer:
        return bytes(answer.read())


def warm(folder: Path, port: int, lots: list[str]) -> int:
    """Have every worker keep every story; how many scans that took."""
    scans, until = 0, time.monotonic() + WARMING_S
    kept: dict[int, int] = {}
    while len(kept) < WORKERS or min(kept.values()) < len(lots):
        scans += load.put(folder, port, lots, 5).requests
        for _ in range(8 * WORKERS):
            told = json.loads(page(port, KEPT))
            kept[told["pid"]] = told["kept"]
        if time.monotonic() > until:
            sys.exit(f"trace_page: still cold: {kept} of {len(lots)} stories kept")
    return scans


def compare(port: int, world: World) -> int:
    """Pages of the door and of Flask, which a stranger's cookie leads to; how many were scans."""
    step = max(1, len(world.lots) // COMPARED)
    for path in world.lots[::step]:
        page(port, path)
        if page(port, path) != page(port, path, Cookie="stranger=1"):
            sys.exit(f"trace_page: another page before Flask than behind it: {path}")
    return len(world.lots[::step])


def measure(
    folder: Path, port: int, world: World, few: int, seconds: float
) -> dict[str, load.Seen]:
    """The median round of each kind, by its rate."""
    rounds: dict[str, list[load.Seen]] = {}
    cold = iter(range(0, len(world.cold), len(world.cold) // ROUNDS))
    # Everything an address of a serial needs besides its own row.
    for _ in range(20 * WORKERS):
        page(port, world.serials[0])
    for _ in range(ROUNDS):
        start = next(cold)
        fresh = world.cold[start : start + len(world.cold) // ROUNDS]
        for name, paths in (
            ("hello", ["/hello"]),
            ("few", world.lots[:few]),
            ("many", world.lots),
            ("serials", world.serials),
            ("cold", fresh),
        ):
            seen = load.put(folder, port, paths, seconds)
            if name == "cold" and seen.requests > len(fresh):
                sys.exit("trace_page: cold lots were asked for twice")
            rounds.setdefault(name, []).append(seen)
    return {
        name: sorted(found, key=lambda each: each.rate)[len(found) // 2]
        for name, found in rounds.items()
    } | {"all": _sum([each for name, found in rounds.items() if name != "hello" for each in found])}


def _sum(seen: list[load.Seen]) -> load.Seen:
    return load.Seen(sum(each.requests for each in seen), 0, 0, 0, 0)


def recorded(url: str, expected: int) -> int:
    """Scans in the database, once the last of them has had time to arrive."""
    import psycopg

    with psycopg.connect(url.replace("postgresql+psycopg://", "postgresql://")) as connection:
        for _ in range(300):
            row = connection.execute("SELECT count(*) FROM scans").fetchone()
            found = row[0] if row else 0
            connection.rollback()
            if found >= expected:
                break
            time.sleep(0.2)
    return int(found)


def peer(folder: Path, url: str, seconds: float) -> load.Seen | str:
    """The peer's product page on gunicorn, or why it could not be run."""
    import psycopg

    address = url.replace("postgresql+psycopg://", "postgresql://")
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("CREATE DATABASE peer")
    shop = oscar.Shop(url, folder)
    try:
        paths = shop.install()
    except oscar.NotToBeHad as reason:
        return str(reason)
    port = free_port()
    with running(shop.command(port, WORKERS), port, paths[0], shop.env):
        told = page(port, paths[7]).decode()
        if "Bưởi 7" not in told or "45" not in told:
            sys.exit("trace_page: the peer's page does not tell product and price")
        load.put(folder, port, paths, seconds)
        runs = [load.put(folder, port, paths, seconds) for _ in range(ROUNDS)]
    return sorted(runs, key=lambda each: each.rate)[ROUNDS // 2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def main() -> None:
    from foundation import embedded

    given = asked()
    if not load.is_installed():
        sys.exit("trace_page: needs wrk (apt install wrk)")
    with tempfile.TemporaryDirectory(prefix="nguon-bench-") as name:
        folder, secret = Path(name), secrets.token_urlsafe(48)
        url = embedded.start(folder)
        os.environ.update(
            NGUON_DATABASE_URL=url,
            NGUON_DATA_DIR=name,
            NGUON_SECRET_KEY=secret,
            NGUON_LOG_LEVEL="error",
            NGUON_WEB_THREADS=str(THREADS),
        )
        try:
            world = fill(url, secret, given.many, given.cold * ROUNDS, SERIALS)
            late = [run_on(server, folder, url, world, given) for server in (granian, gunicorn)]
            if given.peer:
                tell_peer(peer(folder, url, given.seconds), late[1][1])
        finally:
            embedded.stop(folder)
    sys.exit(", ".join(missed for each, _ in late for missed in each) or 0)


def run_on(
    server: object, folder: Path, url: str, world: World, given: argparse.Namespace
) -> tuple[list[str], load.Seen]:
    """Measure on one server and print a line; what was slower than promised, and lots' figures."""
    assert callable(server)
    port, before = free_port(), recorded(url, 0)
    with running(server(port), port, "/hello", dict(os.environ)):
        sizes = [
            len(page(port, world.lots[0], **{"Accept-Encoding": each})) for each in ("gzip", "")
        ]
        scans = 1 + compare(port, world) + warm(folder, port, world.lots)
        found = measure(folder, port, world, given.few, given.seconds)
        scans += found["all"].requests
        kept = recorded(url, before + scans) - before
    # What `wrk` no longer waited for at the end of a load was answered all the same.
    if kept < scans:
        sys.exit(f"trace_page: {scans} scans answered, {kept} recorded")
    hello = found["hello"]
    told = ", ".join(
        f"{name} {found[key].rate:,.0f} requests/s ({found[key].rate / hello.rate:.0%}, p99"
        f" {found[key].p99_ms:.1f} ms)"
        for key, name in (
            ("few", f"{given.few:,} lots"),
            ("many", f"{given.many:,} lots"),
            ("serials", f"{SERIALS:,} serials"),
            ("cold", "lots never asked for"),
        )
    )
    print(
        f"trace_page: on {server.__name__} ours {told}; {sizes[0]} bytes packed, {sizes[1]} plain;"
        f" reference {hello.rate:,.0f} requests/s (Flask hello-world, p99 {hello.p99_ms:.1f} ms),"
        f" ratio {found['few'].rate / hello.rate:.2f}; {scans:,} scans answered, all recorded",
        flush=True,
    )
    slow = [
        f"{server.__name__}: {key} {found[key].rate / hello.rate:.2f}, asked {least}"
        for key, least in ASKED.items()
        if found[key].rate < least * hello.rate
    ]
    return slow, found["few"]


def tell_peer(theirs: load.Seen | str, ours: load.Seen) -> None:
    if isinstance(theirs, str):
        print(f"trace_page: not compared: {theirs}")
        return
    print(
        f"trace_page: on gunicorn ours {ours.rate:,.0f} requests/s (p99 {ours.p99_ms:.1f} ms),"
        f" reference {theirs.rate:,.0f} (django-oscar 4.2.1, product page of {oscar.PRODUCTS:,},"
        f" p99 {theirs.p99_ms:.1f} ms), ratio {ours.rate / theirs.rate:.0f}"
    )


def asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--few", type=int, default=2_000)
    parser.add_argument("--many", type=int, default=20_000)
    parser.add_argument("--cold", type=int, default=5_000)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--no-peer", dest="peer", action="store_false")
    return parser.parse_args()


if __name__ == "__main__":
    if sys.argv[1:2] == ["--serve"]:
        serve(int(sys.argv[2]))
    else:
        main()
