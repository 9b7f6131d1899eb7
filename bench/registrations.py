"""Registrations a second over HTTP, on top of a large register, beside the database's own pace.

`nguon serve` (web and worker, as installed) on loopback, a real bearer token, eight clients that
keep their connections; each proposes areas of 8 to 50 corners. Clients, server and database share
the machine's processors. The reference is the smallest thing the same cluster can do durably:
one commit of one row, by as many clients. At the end every answered area must stand in the table.
"""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402
import psycopg  # noqa: E402
import shapely  # noqa: E402

from bench.overlap import migrate  # noqa: E402
from bench.support import areas, debian  # noqa: E402

COUNT = int(os.environ.get("NGUON_BENCH_AREAS", "100000"))
CLIENTS, EACH, SEED, LEAST = 8, 100, 13, 50.0
NOW = datetime(2026, 11, 22, tzinfo=UTC)
GROUND = areas.Ground((106.0, 11.0, 107.0, 12.0))
NGUON = Path(sys.executable).with_name("nguon")


def bodies() -> list[bytes]:
    polygons = areas.fields(np.random.default_rng(SEED), CLIENTS * (EACH + 2), GROUND)
    return [
        json.dumps(
            {
                "organisation": areas.OWNERS[0],
                "name": f"Vùng đo {number}",
                "crop": "rice",
                "commune_code": "00004",
                "geometry": shapely.geometry.mapping(polygon),
            }
        ).encode()
        for number, polygon in enumerate(polygons)
    ]


def post(connection: http.client.HTTPConnection, token: str, body: bytes) -> None:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    connection.request("POST", "/api/v1/growing-areas", body, headers)
    answer = connection.getresponse()
    told = answer.read()
    if answer.status != 201:
        sys.exit(f"registrations: {answer.status} {told[:300]!r}")


def together(work: Any) -> float:
    """Seconds until every client has done its work."""
    threads = [threading.Thread(target=work, args=(number,)) for number in range(CLIENTS)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - started


def propose(port: int, token: str) -> tuple[float, float]:
    """Registrations a second, and the median milliseconds of one."""
    sent, taken = bodies(), []

    def work(number: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        for place in range(EACH):
            started = time.perf_counter()
            post(connection, token, sent[number * EACH + place])
            taken.append((time.perf_counter() - started) * 1000)

    warm = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    for body in sent[CLIENTS * EACH :]:
        post(warm, token, body)
    return CLIENTS * EACH / together(work), statistics.median(taken)


def commits(address: str) -> float:
    """Durable commits of one row a second, by as many clients."""
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("CREATE TABLE plain_rows (id bigint GENERATED ALWAYS AS IDENTITY)")

    def work(_number: int) -> None:
        with psycopg.connect(address, autocommit=True) as connection:
            for _ in range(EACH):
                connection.execute("INSERT INTO plain_rows DEFAULT VALUES")

    return CLIENTS * EACH / together(work)


def nguon(*arguments: str, environment: dict[str, str]) -> str:
    done = subprocess.run(
        [NGUON, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"registrations: nguon {arguments[0]}: {done.stderr[-500:]}")
    return done.stdout.strip()


def wait_for(port: int) -> None:
    for _ in range(600):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/readyz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            pass
        time.sleep(0.1)
    sys.exit("registrations: the server did not start")


def run(url: str, folder: str) -> tuple[float, float]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        **os.environ,
        "NGUON_DATABASE_URL": url,
        "NGUON_DATA_DIR": folder,
        "NGUON_SECRET_KEY": "k" * 48,
        "NGUON_LOG_LEVEL": "error",
        "PORT": str(port),
    }
    mail = "do@vidu.vn"
    told = (
        "--email",
        mail,
        "--name",
        "Người đo",
        "--role",
        "manager",
        "--organisation",
        areas.OWNERS[0],
    )
    nguon("user", "create", *told, environment=environment)
    token = nguon("token", "create", "--email", mail, environment=environment)
    server = subprocess.Popen(
        [NGUON, "serve"], cwd=ROOT, env=environment, start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        wait_for(port)
        return propose(port, token)
    finally:
        os.kill(server.pid, signal.SIGTERM)
        server.wait(timeout=60)


def main() -> None:
    if not debian.is_installed():
        print("registrations: not measured: Debian's postgresql-15 is not installed")
        return
    polygons = areas.fields(np.random.default_rng(areas.SEED), COUNT, GROUND)
    with debian.cluster(durable=True) as url, tempfile.TemporaryDirectory() as folder:
        address = url.replace("+psycopg", "")
        migrate(url)
        with psycopg.connect(address) as connection:
            areas.fill(connection, polygons, NOW)
        rate, middle = run(url, folder)
        with psycopg.connect(address) as connection:
            kept = connection.execute(
                "SELECT count(*) FROM growing_areas WHERE status = 'draft'"
            ).fetchone()
        plain = commits(address)
    expected = CLIENTS * (EACH + 2)
    if kept is None or kept[0] != expected:
        sys.exit(f"registrations: {expected} answered, {kept} kept")
    print(
        f"registrations: ours {rate:.0f}/s (median {middle:.0f} ms), reference {plain:,.0f} durable"
        f" one-row commits/s, ratio {rate / plain:.3f}; {CLIENTS} clients, {CLIENTS * EACH}"
        f" areas of seed {SEED} on {COUNT:,} of seed {areas.SEED}, {os.cpu_count()} processors"
    )
    if rate < LEAST:
        sys.exit("registrations: slower than promised")


if __name__ == "__main__":
    main()
