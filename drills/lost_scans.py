"""Kill web processes while labels are scanned, then count every scan; and see a recall arrive.

.venv/bin/python -m drills.lost_scans --kills 20 [--seed N]

Every look is at a serial of its own: the scan of an acknowledged page must be there once, that of
one which broke off at most once. Two web workers all the time. Afterwards the lot is recalled while
pages of it are asked for on many connections, and it is measured until when a page of any worker
was still silent about it.
"""

from __future__ import annotations

import argparse
import http.client
import secrets
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from accounts.permissions import SYSTEM
from drills.house import PATIENCE_S, House
from drills.killer import strike
from drills.opening import open_shop
from foundation import clock
from traceability.labels import orders, serials
from traceability.labels.orders import LabelOrder

SERIALS = 100_000
CLIENTS, WATCHERS, CONNECTIONS = 4, 4, 6
# Who is killed: twice as often a worker as what keeps the workers.
VICTIMS = ("granian worker", "granian worker", "web")
# So many pages come between two kills, and so long it may take the house to give them.
BETWEEN = (50, 500)
BACK_S = 120.0
# What the dead wrote down is read by a job every minute, or by a living process at its next scan.
COUNTED_S = 180.0
PROMISED_S = 1.0
_AGENT = "Mozilla/5.0 (Linux; Android 14) Chrome/129 Mobile Safari/537.36"
_RECALLED = "Thông báo thu hồi"


@dataclass
class Outcome:
    """What was killed, what was answered, what stands in the database, when a recall was seen."""

    kills: int = 0
    acknowledged: set[str] = field(default_factory=set)
    broken: set[str] = field(default_factory=set)
    kept_of_broken: int = 0
    lost: int = 0
    doubled: int = 0
    watched: int = 0
    silent_s: float = 0.0
    wrong: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        """For people."""
        return [
            f"lost_scans: {self.kills} kills, {len(self.acknowledged)} pages acknowledged,"
            f" {len(self.broken)} broken off ({self.kept_of_broken} of them counted);"
            f" {self.lost} scans lost, {self.doubled} doubled",
            f"recall: {self.watched} pages asked for from its answer on; the last one silent about"
            f" it was asked for {self.silent_s * 1000:.0f} ms after the answer",
            *(f"WRONG: {line}" for line in self.wrong),
        ]


class Scene:
    """A house with two web workers and a lot of many serials."""

    def __init__(self, folder: Path) -> None:
        self.house = House(folder / "data", log=folder / "serve.log", start=False)
        self.house.env |= {"NGUON_WEB_WORKERS": "2", "NGUON_SECRET_KEY": secrets.token_urlsafe(48)}
        self.house.start()
        self.house.await_ready()
        opened = open_shop(self.house, batches=2)
        self.token, self.batch = opened.token, opened.batches[1]
        url = self.house.database_url().replace("postgresql:", "postgresql+psycopg:")
        self.engine = create_engine(url, pool_pre_ping=True)
        key = serials.key_from(self.house.env["NGUON_SECRET_KEY"])
        with Session(self.engine) as session, session.begin():
            order = LabelOrder(self.batch, SERIALS, "a4-24", serialised=True)
            job = orders.place(session, SYSTEM, order, base_url=self.house.url, now=clock.now())
            orders.issue_serials(session, job.id, key=key, now=clock.now())
        numbers = range(1, SERIALS + 1)
        self.codes = [serials.serial_code(key, self.batch, number) for number in numbers]

    def close(self) -> None:
        """Leave nothing behind."""
        self.engine.dispose()
        self.house.discard()


def drill(scene: Scene, kills: int, seed: int) -> Outcome:
    """Scan, kill, wait until all is in, count; then recall."""
    outcome, chance = Outcome(), Random(seed)
    stopping = threading.Event()
    codes, lock = iter(scene.codes), threading.Lock()
    clients = [
        threading.Thread(target=_scan, args=(scene, outcome, codes, lock, stopping), daemon=True)
        for _ in range(CLIENTS)
    ]
    for client in clients:
        client.start()
    for _ in range(kills):
        _await_pages(scene, outcome, len(outcome.acknowledged) + chance.randint(*BETWEEN))
        outcome.kills += strike(scene.house, chance.choice(VICTIMS), chance)
    _await_pages(scene, outcome, len(outcome.acknowledged) + BETWEEN[0])
    stopping.set()
    for client in clients:
        client.join()
    _count(scene, outcome)
    _recall(scene, outcome)
    return outcome


def _scan(
    scene: Scene,
    outcome: Outcome,
    codes: Iterator[str],
    lock: threading.Lock,
    stopping: threading.Event,
) -> None:
    while not stopping.is_set():
        with lock:
            code = next(codes)
        connection = _connected(scene)
        try:
            page = _page(connection, f"/t/{scene.batch}/{code}")
        except (OSError, http.client.HTTPException):
            page = ""
        finally:
            connection.close()
        if page.rstrip().endswith("</html>"):
            outcome.acknowledged.add(code)
        else:
            outcome.broken.add(code)
            stopping.wait(0.05)


def _connected(scene: Scene) -> http.client.HTTPConnection:
    return http.client.HTTPConnection("127.0.0.1", scene.house.port, timeout=PATIENCE_S)


def _page(connection: http.client.HTTPConnection, path: str) -> str:
    """A page as a browser sees it; empty when it is none. Raises: OSError, HTTPException."""
    connection.request("GET", path, headers={"User-Agent": _AGENT, "Accept": "text/html"})
    answer = connection.getresponse()
    body = answer.read().decode()
    return body if answer.status == 200 else ""


def _await_pages(scene: Scene, outcome: Outcome, pages: int) -> None:
    until = time.monotonic() + BACK_S
    while len(outcome.acknowledged) < pages:
        if time.monotonic() > until:
            raise AssertionError(f"it answers no more scans: {scene.house.last_words()}")
        time.sleep(0.01)


def _count(scene: Scene, outcome: Outcome) -> None:
    """Wait for the journals to be read, the dead ones' too."""
    until, counted = time.monotonic() + COUNTED_S, _counted(scene)
    while missing := outcome.acknowledged.difference(counted):
        if time.monotonic() > until:
            break
        time.sleep(0.5)
        counted = _counted(scene)
    outcome.lost = len(missing)
    outcome.doubled = sum(scans > 1 for scans in counted.values())
    outcome.kept_of_broken = len(outcome.broken.intersection(counted))
    if outcome.lost or outcome.doubled:
        outcome.wrong.append(f"{outcome.lost} scans lost, {outcome.doubled} doubled")


def _counted(scene: Scene) -> dict[str, int]:
    asked = (
        "SELECT s.code, count(*) FROM scans c JOIN serials s"
        " ON s.batch_id = c.batch_id AND s.number = c.serial_number GROUP BY s.code"
    )
    try:
        with scene.engine.connect() as connection:
            return {row[0]: row[1] for row in connection.execute(text(asked))}
    except OperationalError:
        return {}


def _recall(scene: Scene, outcome: Outcome) -> None:
    """Recall the lot while its pages are asked for without a pause, of both workers."""
    seen: list[tuple[float, bool]] = []
    stopping = threading.Event()
    watchers = [
        threading.Thread(target=_watch, args=(scene, seen, stopping), daemon=True)
        for _ in range(WATCHERS)
    ]
    for watcher in watchers:
        watcher.start()
    _await_seen(seen, 40 * WATCHERS * CONNECTIONS)
    wish = {"batch": scene.batch, "reason": "Diễn tập"}
    answer = scene.house.ask("POST", "/api/v1/recalls", wish, token=scene.token)
    recalled_at = time.monotonic()
    assert answer.status == 201, answer.body[:500]
    # Till every connection has been answered many times over by pages that tell of it.
    _await_seen(seen, len(seen) + 200 * WATCHERS * CONNECTIONS)
    stopping.set()
    for watcher in watchers:
        watcher.join()
    after = [(asked_at - recalled_at, tells) for asked_at, tells in seen if asked_at > recalled_at]
    outcome.watched = len(after)
    outcome.silent_s = max((late for late, tells in after if not tells), default=0.0)
    if outcome.silent_s > PROMISED_S:
        outcome.wrong.append("a page was silent about a recall for more than a second")


def _watch(scene: Scene, seen: list[tuple[float, bool]], stopping: threading.Event) -> None:
    connections = [_connected(scene) for _ in range(CONNECTIONS)]
    while not stopping.is_set():
        for connection in connections:
            asked_at = time.monotonic()
            try:
                page = _page(connection, f"/t/{scene.batch}")
            except (OSError, http.client.HTTPException):
                connection.close()
                continue
            seen.append((asked_at, _RECALLED in page))


def _await_seen(seen: list[tuple[float, bool]], pages: int) -> None:
    until = time.monotonic() + BACK_S
    while len(seen) < pages:
        if time.monotonic() > until:
            raise AssertionError("pages are no longer answered")
        time.sleep(0.01)


def main() -> None:
    """Run it and say what was found; exit status 1 when something was wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    given = parser.parse_args()
    sys.stdout.write(f"lost_scans: seed {given.seed}\n")
    with tempfile.TemporaryDirectory(prefix="nguon-drill-") as name:
        scene = Scene(Path(name))
        try:
            outcome = drill(scene, given.kills, given.seed)
        finally:
            scene.close()
    sys.stdout.write("\n".join(outcome.lines()) + "\n")
    sys.exit(bool(outcome.wrong))


if __name__ == "__main__":
    main()
