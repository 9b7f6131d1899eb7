"""Send every hostile file to a running house from four hands while sixteen people go on reading.

.venv/bin/python -m drills.hostile_files            each file once
.venv/bin/python -m drills.hostile_files --rounds 3

Promise P7: each file is refused by its rule, nothing ends in a server error, no process restarts,
no reader takes more than 512 MB or ten seconds of a processor, and the readers' p95 at most
doubles.
"""

from __future__ import annotations

import argparse
import random
import secrets
import statistics
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from drills.clients import COMMUNE
from drills.hostile.corpus import corpus
from drills.hostile.recipes import Hostile
from drills.house import Answer, House
from drills.opening import open_shop

SENDERS, READERS, CALM_S = 4, 16, 15.0
MOST_MIB, MOST_TIMES, MOST_S = 512, 2.0, 10.0
_PAGES = ("/", "/shop", "/map", "/plans", "/healthz", "/api/v1/crops")


@dataclass
class Seen:
    """What the drill saw."""

    calm_s: list[float] = field(default_factory=list)
    under_fire_s: list[float] = field(default_factory=list)
    upload_s: list[float] = field(default_factory=list)
    peak_mib: float = 0.0
    worked_s: float = 0.0
    lived_s: float = 0.0
    wrong: list[str] = field(default_factory=list)


def send(house: House, token: str, organisation: str, hostile: Hostile) -> Answer:
    """One file to the import call, as a program sends it."""
    boundary = secrets.token_hex(16)
    fields = {"organisation": organisation, "crop": "coffee", "commune_code": COMMUNE}
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; '
        f'filename="{hostile.filename}"\r\nContent-Type: application/octet-stream\r\n\r\n'
    ).encode()
    body = b"".join([*parts, head, hostile.make(), f"\r\n--{boundary}--\r\n".encode()])
    request = urllib.request.Request(
        f"{house.url}/api/v1/growing-areas/import",
        body,
        {
            "Authorization": f"Bearer {token}",
            "Content-Type": f"multipart/form-data; boundary={boundary}",
            "Accept": "application/json",
        },
    )
    began = time.monotonic()
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            status, content = answer.status, answer.read()
    except urllib.error.HTTPError as refused:
        status, content = refused.code, refused.read()
    except OSError as broken:
        status, content = 0, str(broken).encode()
    return Answer(status, {}, content, time.monotonic() - began)


def read_on(house: House, taken: list[float], seen: Seen, stop: threading.Event) -> None:
    """One person reading pages until told to stop."""
    chance = random.Random(threading.get_ident())
    while not stop.is_set():
        answer = house.ask("GET", chance.choice(_PAGES))
        taken.append(answer.took_s)
        if answer.status != 200:
            seen.wrong.append(f"a reader got {answer.status}")
        time.sleep(chance.uniform(0.1, 0.5))


def watch(house: House, seen: Seen, stop: threading.Event) -> None:
    """The most memory, work and lifetime of any reading child, sampled."""
    while not stop.is_set():
        for process in psutil.Process(house.pid).children(recursive=True):
            try:
                if "growing_areas.files.reader" in process.cmdline():
                    worked = process.cpu_times()
                    seen.peak_mib = max(seen.peak_mib, process.memory_info().rss / 2**20)
                    seen.worked_s = max(seen.worked_s, worked.user + worked.system)
                    seen.lived_s = max(seen.lived_s, time.time() - process.create_time())
            except psutil.Error:
                continue
        time.sleep(0.05)


def fire(house: House, token: str, organisation: str, files: list[Hostile], seen: Seen) -> None:
    """Send files until none is left; each refused by its rule and in time."""
    while files:
        hostile = files.pop()
        answer = send(house, token, organisation, hostile)
        seen.upload_s.append(answer.took_s)
        if answer.status == 413:
            continue
        told = answer.body.decode(errors="replace")
        if not any(rule in told for rule in _also(hostile.rule)):
            seen.wrong.append(f"{hostile.name}: {answer.status} {answer.body[:160]!r}")
        elif not 400 <= answer.status < 500:
            seen.wrong.append(f"{hostile.name}: {answer.status}")


def _also(rule: str) -> tuple[str, ...]:
    """The rule, or what an import says sooner: no area at all, or time is up on a busy machine."""
    if rule == "area.unsupported_type":
        return rule, "file.not_an_area"
    slow = rule in ("file.too_many_points", "file.too_heavy")
    return (rule, "file.too_slow") if slow else (rule,)


def drill(house: House, rounds: int) -> Seen:
    """Calm first, then under fire, with the same sixteen readers."""
    goods = open_shop(house, batches=1)
    seen, over = Seen(), threading.Event()
    before = {p.pid for p in psutil.Process(house.pid).children()}
    stop = threading.Event()
    readers = _readers(house, seen.calm_s, seen, stop)
    time.sleep(CALM_S)
    stop.set()
    _wait(readers)
    stop = threading.Event()
    watcher = threading.Thread(target=watch, args=(house, seen, over), daemon=True)
    watcher.start()
    readers = _readers(house, seen.under_fire_s, seen, stop)
    files = [*corpus()] * rounds
    random.Random(7).shuffle(files)
    senders = [
        threading.Thread(target=fire, args=(house, goods.token, goods.organisation, files, seen))
        for _ in range(SENDERS)
    ]
    for sender in senders:
        sender.start()
    _wait(senders)
    stop.set()
    over.set()
    _wait([*readers, watcher])
    if before - {p.pid for p in psutil.Process(house.pid).children()}:
        seen.wrong.append("a process of the house was restarted")
    return seen


def _readers(
    house: House, taken: list[float], seen: Seen, stop: threading.Event
) -> list[threading.Thread]:
    readers = [
        threading.Thread(target=read_on, args=(house, taken, seen, stop), daemon=True)
        for _ in range(READERS)
    ]
    for reader in readers:
        reader.start()
    return readers


def _wait(threads: Sequence[threading.Thread]) -> None:
    for thread in threads:
        thread.join()


def p95(taken: Sequence[float]) -> float:
    return statistics.quantiles(taken, n=20)[-1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=1)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory(prefix="nguon-hostile-") as name:
        house = House(Path(name, "var"))
        try:
            house.await_ready()
            seen = drill(house, rounds)
        finally:
            house.discard()
    calm, fire_s = p95(seen.calm_s), p95(seen.under_fire_s)
    print(
        f"{len(seen.upload_s)} files refused, slowest {max(seen.upload_s):.1f} s; readers' peak"
        f" {seen.peak_mib:.0f} MiB, {seen.worked_s:.1f} s of work in {seen.lived_s:.1f} s;"
        f" p95 of {len(seen.calm_s)} calm requests {calm * 1000:.0f} ms,"
        f" of {len(seen.under_fire_s)} under fire {fire_s * 1000:.0f} ms, ratio {fire_s / calm:.1f}"
    )
    if seen.peak_mib > MOST_MIB:
        seen.wrong.append("a reader took more than 512 MiB")
    if seen.worked_s > MOST_S:
        seen.wrong.append(f"a reader worked more than {MOST_S:.0f} s")
    if fire_s > MOST_TIMES * calm:
        seen.wrong.append(f"p95 grew more than {MOST_TIMES} times")
    for line in seen.wrong:
        print(f"WRONG: {line}")
    sys.exit(bool(seen.wrong))


if __name__ == "__main__":
    main()
