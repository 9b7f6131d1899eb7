"""The hand that kills: one process of the house after another, at random instants."""

from __future__ import annotations

import random
import signal
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import psutil

from drills.clients import FLOWS, Client
from drills.house import House

VICTIMS = ("web", "granian worker", "job worker", "postgres", "backend")


@dataclass
class Record:
    """Who was killed, during which flows, and how long the house was away."""

    killed: dict[str, int] = field(default_factory=lambda: dict.fromkeys(VICTIMS, 0))
    during: dict[str, int] = field(default_factory=lambda: dict.fromkeys(FLOWS, 0))
    # Every spell in which the house did not answer that it is ready, by who was killed last.
    away_s: dict[str, list[float]] = field(default_factory=lambda: {name: [] for name in VICTIMS})
    last: str = VICTIMS[0]

    def enough(self, kills: int) -> bool:
        """Whether every flow has seen so many kills."""
        return min(self.during.values()) >= kills


def kill_at_random(
    house: House,
    clients: Sequence[Client],
    record: Record,
    kills: int,
    chance: random.Random,
    until: float,
) -> None:
    """Kill until every flow has seen ``kills``, or until the moment ``until``.

    After half of the kills it waits for the house to be back; after the others the next kill may
    fall into the recovery itself.
    """
    while not record.enough(kills) and time.monotonic() < until:
        time.sleep(chance.uniform(0.0, 1.5))
        victim = chance.choice(VICTIMS)
        busy = {client.flow for client in clients if client.is_under_way}
        if not strike(house, victim, chance):
            continue
        record.killed[victim] += 1
        record.last = victim
        for flow in busy:
            record.during[flow] += 1
        if chance.random() < 0.5:
            house.await_ready()


class Watchman(threading.Thread):
    """Asks twenty times a second whether the house is ready, and notes every spell it was not."""

    def __init__(self, house: House, record: Record) -> None:
        super().__init__(name="watchman", daemon=True)
        self.house = house
        self.record = record
        self.stopping = threading.Event()

    def run(self) -> None:
        """Watch until told to stop."""
        gone_at: float | None = None
        while not self.stopping.wait(0.05):
            asked_at = time.monotonic()
            if not self.house.is_ready():
                gone_at = gone_at or asked_at
            elif gone_at is not None:
                self.record.away_s[self.record.last].append(time.monotonic() - gone_at)
                gone_at = None


def strike(house: House, victim: str, chance: random.Random) -> bool:
    """Send SIGKILL to one of the house's processes; False when there is none just now."""
    process = _find(house, victim, chance)
    if process is None:
        return False
    try:
        process.send_signal(signal.SIGKILL)
    except psutil.Error:
        return False
    return True


def _find(house: House, victim: str, chance: random.Random) -> psutil.Process | None:
    if victim in ("postgres", "backend"):
        postmaster = house.postgres()
        if victim == "postgres" or postmaster is None:
            return postmaster
        try:
            backends = postmaster.children()
        except psutil.Error:
            return None
        return chance.choice(backends) if backends else None
    found = house.children("app.worker_process" if victim == "job worker" else "app.web_process")
    place = 1 if victim == "granian worker" else 0
    return found[place] if len(found) > place else None


def stop_all(clients: Sequence[Client], patience_s: float) -> list[str]:
    """Wait until every client has finished what it began; the names of those that did not."""
    for client in clients:
        client.stopping.set()
    until = time.monotonic() + patience_s
    for client in clients:
        client.join(max(0.0, until - time.monotonic()))
    return [client.name for client in clients if client.is_alive()]
