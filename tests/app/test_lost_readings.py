"""The drill of sensors in short form: no reading is lost or doubled, whatever is killed."""

from __future__ import annotations

import os
import secrets
import sys
from pathlib import Path

import pytest

from drills import lost_readings, mqtt
from drills.lost_readings import Plan, Scene


def test_no_reading_is_lost_or_doubled_whatever_is_killed(tmp_path: Path) -> None:
    if not Path(mqtt.MOSQUITTO).exists():
        if os.environ.get("CI") == "true":
            pytest.fail("the drill of sensors needs Mosquitto: apt-get install mosquitto")
        pytest.skip("the drill of sensors needs Mosquitto: apt-get install mosquitto")

    plan = Plan(readings=500, sending_s=1.5, seed=secrets.randbelow(10**6))
    scene = Scene(tmp_path)
    try:
        scene.open()
        outcome = lost_readings.drill(scene, plan)
    finally:
        scene.close()

    sys.stdout.write(outcome.line())
    assert sorted(outcome.killed) == sorted(lost_readings.VICTIMS)
    assert (outcome.kept, outcome.lost, outcome.doubled) == (500, 0, 0)
    assert outcome.is_told
    assert outcome.alarms == 1
