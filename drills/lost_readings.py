"""Kill broker, bridge and database while a sensor reports; then count its readings.

.venv/bin/python -m drills.lost_readings --readings 5000 --runs 10 [--plain] [--seed N]

With ``--plain`` the device trusts the broker's acknowledgement instead of the house's receipt.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

from sqlalchemy import create_engine, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from accounts import organisations
from accounts.particulars import OrganisationDetails
from accounts.permissions import SYSTEM
from drills.clients import COMMUNE
from drills.house import House
from drills.mqtt import Broker, CarefulDevice, Device, PlainDevice
from foundation import clock
from foundation.watching import WatchedSession
from traceability.sensors import register
from traceability.sensors.judging.patience import PatienceTold
from traceability.sensors.register import NewSensor

_PATIENCE_S = 180.0
VICTIMS = ("broker", "bridge", "database")


@dataclass(frozen=True)
class Plan:
    """How many readings, sent in how many seconds, by which device, killed when (by a seed)."""

    readings: int
    sending_s: float
    seed: int
    is_plain: bool = False

    @property
    def strikes(self) -> dict[int, str]:
        """Before which reading which part is killed."""
        chance = Random(self.seed)
        first, last = self.readings // 20 + 2, self.readings * 19 // 20
        return dict(zip(chance.sample(range(first, last), k=3), VICTIMS, strict=True))


@dataclass
class Outcome:
    """What the drill found."""

    plan: Plan
    kept: int
    lost: int
    doubled: int
    alarms: int
    is_told: bool
    took_s: float
    killed: list[str] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        """Nothing lost, nothing doubled, one excursion one alarm, and the device knows it all."""
        return (self.lost, self.doubled, self.alarms, self.is_told) == (0, 0, 1, True)

    def line(self) -> str:
        """The report."""
        return (
            f"seed {self.plan.seed}: {self.plan.readings} readings in {self.took_s:.1f} s, killed: "
            f"{', '.join(self.killed)}; kept {self.kept}, lost {self.lost}, "
            f"doubled {self.doubled}, alarms {self.alarms}"
            f"{'' if self.is_told else ', the device was not told of all'}"
        )


class Scene:
    """A house with its broker, and a sensor in it."""

    def __init__(self, folder: Path) -> None:
        self.broker = Broker(folder / "broker")
        self.house = House(folder / "data", log=folder / "serve.log", start=False)
        self.house.env["NGUON_MQTT_URL"] = f"mqtt://127.0.0.1:{self.broker.port}"
        self.house.process = self.house.start()
        self._organisation: str | None = None

    def open(self) -> None:
        """Wait for the house."""
        self.house.await_ready(600)

    def new_sensor(self) -> str:
        """Register a sensor of a cold room and answer its code."""
        with self.session() as session:
            if self._organisation is None:
                told = OrganisationDetails("HTX Diễn Tập", "cooperative", COMMUNE)
                made = organisations.enter_verified(session, SYSTEM, told, now=clock.now())
                self._organisation = made.code
            room, high = "Kho lạnh", Decimal(8)
            # However short the excursion, it is one alarm; the readings lie a second apart.
            at_once = PatienceTold(0, 1, Decimal(0), 0)
            new = NewSensor(
                self._organisation, room, "temperature", room=room, high=high, patience=at_once
            )
            return register.register(session, SYSTEM, new, now=clock.now()).code

    def close(self) -> None:
        """End everything and delete what it kept."""
        self.house.discard()
        self.broker.stop()

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A transaction on the house's database."""
        url = self.house.database_url().replace("postgresql:", "postgresql+psycopg:")
        engine = create_engine(url)
        try:
            with WatchedSession(engine, expire_on_commit=False) as session, session.begin():
                yield session
        finally:
            engine.dispose()

    def strike(self, victim: str) -> str:
        """Kill one part without warning."""
        if victim == "broker":
            self.broker.kill()
        elif victim == "bridge":
            os.kill(self._bridge(), signal.SIGKILL)
        else:
            postmaster = self.house.postgres()
            assert postmaster is not None
            os.kill(postmaster.pid, signal.SIGKILL)
        return victim

    def _bridge(self) -> int:
        until = time.monotonic() + _PATIENCE_S
        while time.monotonic() < until:
            for process in self.house.children("sensors bridge"):
                return process.pid
            time.sleep(0.05)
        raise AssertionError("no bridge to kill")

    def await_kept(self, code: str, readings: int, until: float) -> tuple[int, int, int]:
        """Distinct readings, rows and alarms, once all are there or patience has ended."""
        found = (0, 0, 0)
        while time.monotonic() < until:
            found = self._count(code) or found
            if found[0] >= readings:
                return found
            time.sleep(0.2)
        return found

    def _count(self, code: str) -> tuple[int, int, int] | None:
        try:
            with self.session() as session:
                row = session.execute(_COUNT, {"code": code}).first()
        except (SQLAlchemyError, OSError, AssertionError):
            return None
        return None if row is None else (row[0], row[1], row[2])


_COUNT = text(
    "SELECT count(DISTINCT r.sequence), count(*),"
    " (SELECT count(*) FROM sensor_alarms a WHERE a.sensor_id = s.id AND a.overtaken_at IS NULL)"
    " FROM sensors s JOIN sensor_readings r ON r.sensor_id = s.id WHERE s.code = :code"
    " GROUP BY s.id"
)


def drill(scene: Scene, plan: Plan) -> Outcome:
    """Send readings, kill each part once while they come, and look what was kept."""
    code = scene.new_sensor()
    device: Device = (PlainDevice if plan.is_plain else CarefulDevice)(scene.broker.port, code)
    try:
        return _run(scene, code, device, plan)
    finally:
        device.stop()


def _run(scene: Scene, code: str, device: Device, plan: Plan) -> Outcome:
    start = datetime.now(UTC) - timedelta(days=1)
    # A broker keeps messages for a session; before the bridge's first one there is none.
    until = time.monotonic() + _PATIENCE_S
    while scene.await_kept(code, 1, time.monotonic() + 0.3)[0] == 0 and time.monotonic() < until:
        device.send(1, _reading(start, 1, 5))
    began, killed, strikes = time.monotonic(), [], plan.strikes
    for number in range(2, plan.readings + 1):
        if number in strikes:
            killed.append(scene.strike(strikes[number]))
        # One excursion, from the middle on for a tenth of the way.
        is_warm = plan.readings // 2 <= number < plan.readings * 6 // 10
        device.send(number, _reading(start, number, 9 if is_warm else 5))
        _await_turn(began + plan.sending_s * number / plan.readings)
    is_told = device.finish(time.monotonic() + _PATIENCE_S)
    # One that was lost will not come, however long one waits.
    kept = scene.await_kept(code, plan.readings, time.monotonic() + 20)
    took = time.monotonic() - began
    lost, doubled = plan.readings - kept[0], kept[1] - kept[0]
    return Outcome(plan, kept[0], lost, doubled, kept[2], is_told, took, killed)


def _await_turn(at: float) -> None:
    left = at - time.monotonic()
    if left > 0:
        time.sleep(left)


def _reading(start: datetime, number: int, value: int) -> str:
    at = (start + timedelta(seconds=number)).isoformat()
    return json.dumps({"at": at, "value": value, "sequence": number})


def main() -> None:
    """Run the drill; end with 1 when a reading was lost or doubled."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--readings", type=int, default=5_000)
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    parser.add_argument("--plain", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="nguon-readings-") as folder:
        good = _rounds(Path(folder), asked)
    sys.stdout.write(f"lost readings: {good} of {asked.runs} runs without loss or double\n")
    sys.exit(0 if good == asked.runs else 1)


def _rounds(folder: Path, asked: argparse.Namespace) -> int:
    """Every round in one house; how many were good."""
    scene, good = Scene(folder), 0
    try:
        scene.open()
        for run in range(asked.runs):
            plan = Plan(asked.readings, asked.readings / 800, asked.seed + run, asked.plain)
            outcome = drill(scene, plan)
            good += outcome.is_good
            sys.stdout.write(outcome.line() + "\n")
            sys.stdout.flush()
    finally:
        scene.close()
    return good


if __name__ == "__main__":
    main()
