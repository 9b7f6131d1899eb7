"""The drills in short form: nothing acknowledged is lost, whatever is killed; a backup is whole.

The long form is ``make drill``.
"""

from __future__ import annotations

import secrets
import sys
import time
from contextlib import suppress
from pathlib import Path

import psutil

from drills import killed_trips, restoring
from drills.house import House


def test_nothing_acknowledged_is_lost_or_doubled_whatever_is_killed(tmp_path: Path) -> None:
    house = House(tmp_path / "data", log=tmp_path / "serve.log")
    try:
        house.await_ready()
        outcome = killed_trips.drill(house, kills=6, seed=secrets.randbelow(10**6), at_most_s=20)
    finally:
        house.discard()

    sys.stdout.write("\n".join(outcome.lines()))
    assert outcome.wrong == []
    assert outcome.told.orders
    assert outcome.told.printed
    assert _living_on(tmp_path / "data") == []


def _living_on(data_dir: Path, *, seconds: float = 10) -> list[str]:
    """The processes of ours that still serve from a data folder after a while."""
    deadline = time.monotonic() + seconds
    while (found := _serving_from(data_dir)) and time.monotonic() < deadline:
        time.sleep(0.1)
    return found


def _serving_from(data_dir: Path) -> list[str]:
    found = []
    for process in psutil.process_iter():
        # Processes end while one looks; others' are not ours to read.
        with suppress(psutil.Error):
            told = process.environ().get("NGUON_DATA_DIR") == str(data_dir)
            if told and "app." in " ".join(process.cmdline()):
                found.append(f"{process.pid} {process.cmdline()}")
    return found


def test_a_backup_made_under_load_brings_back_all_that_was_acknowledged(tmp_path: Path) -> None:
    house = House(tmp_path / "data", log=tmp_path / "serve.log")
    try:
        house.await_ready()
        outcome = restoring.drill(house, tmp_path, seed=secrets.randbelow(10**6))
    finally:
        house.discard()

    sys.stdout.write("\n".join(outcome.lines()))
    assert outcome.wrong == []
    assert outcome.acknowledged > 0
