"""A process is called dead only when it is."""

from __future__ import annotations

import subprocess
import sys
import time

from foundation import postmaster


def test_a_process_becoming_another_program_is_not_taken_for_dead() -> None:
    # Its command line reads empty meanwhile: among 30 launches that moment is met many times.
    launch = ["/bin/sh", "-c", '"$@" </dev/null >/dev/null 2>&1 & echo $!', "sh", sys.executable]
    for _ in range(30):
        told = subprocess.run(
            [*launch, "-Sc", "import time; time.sleep(15)"], stdout=subprocess.PIPE, check=True
        )
        until = time.monotonic() + 0.02
        while time.monotonic() < until:
            assert postmaster._lives(int(told.stdout))


def test_a_zombie_does_not_live() -> None:
    with subprocess.Popen([sys.executable, "-Sc", ""], stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        # Its end closes the pipe; nobody has asked for its status yet.
        child.stdout.read()
        until = time.monotonic() + 60
        while postmaster._lives(child.pid) and time.monotonic() < until:
            time.sleep(0.01)
        assert not postmaster._lives(child.pid)
        assert child.returncode is None
