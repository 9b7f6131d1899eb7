"""``nguon serve`` under the hand that kills: everything comes back, everything ends with it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).resolve().parents[2]


class Served:
    """A ``nguon serve`` of one's own."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            self.port = listener.getsockname()[1]
        kept = {k: v for k, v in os.environ.items() if not k.startswith("NGUON_")}
        self.env = kept | {"PORT": str(self.port), "NGUON_DATA_DIR": str(folder)}
        self.process = self.start()

    def start(self) -> subprocess.Popen[bytes]:
        """Start it (again)."""
        return subprocess.Popen(
            [sys.executable, "-m", "app.cli", "serve"],
            cwd=ROOT,
            env=self.env,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def await_ready(self, seconds: float = 60) -> None:
        """Wait until it answers that it is ready."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=5):
                    return
            except OSError:
                time.sleep(0.1)
        raise AssertionError("not ready in time")

    def children(self, word: str) -> list[psutil.Process]:
        """Processes of this house whose command line holds ``word``."""
        own = psutil.Process(self.process.pid).children(recursive=True)
        return [child for child in own if word in " ".join(child.cmdline())]

    def everything(self) -> list[psutil.Process]:
        """Every process that knows this house's data folder, whoever its parent is."""
        folder = self.env["NGUON_DATA_DIR"]
        found = []
        for process in psutil.process_iter():
            try:
                line = " ".join(process.cmdline())
                knows = folder in line or process.environ().get("NGUON_DATA_DIR") == folder
            except psutil.Error:
                continue
            if knows and process.pid != os.getpid():
                found.append(process)
        return found


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    house = Served(tmp_path / "dữ liệu")
    try:
        house.await_ready()
        yield house
    finally:
        house.process.send_signal(signal.SIGINT)
        house.process.wait(timeout=60)


def _gone(processes: list[psutil.Process], seconds: float) -> bool:
    _, alive = psutil.wait_procs(processes, timeout=seconds)
    return not alive


def test_killed_web_and_worker_are_started_again(served: Served) -> None:
    for word in ("app.web_process", "app.worker_process"):
        victims = served.children(word)
        assert victims, word
        victims[0].kill()
        assert _gone(victims[:1], 5)

    time.sleep(2.5)
    served.await_ready()

    assert served.children("app.web_process")
    assert served.children("app.worker_process")


def test_control_c_leaves_no_process(tmp_path: Path) -> None:
    house = Served(tmp_path / "house")
    house.await_ready()
    running = house.everything()
    assert len(running) >= 4

    house.process.send_signal(signal.SIGINT)

    assert house.process.wait(timeout=40) == 0
    assert _gone(running, 15)


def test_a_killed_house_stands_up_again_without_repair(served: Served) -> None:
    orphans = served.children("app.")
    os.kill(served.process.pid, signal.SIGKILL)
    served.process.wait()
    assert _gone(orphans, 30), "children end with their parent"

    served.process = served.start()

    served.await_ready()
