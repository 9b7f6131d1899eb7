"""The processes below ``nguon serve``: started, started again when they die, ended in order."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import click

from foundation.errors import Refused

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None)
# A child that ends by itself sooner than this could not work at all.
_SHORT_LIFE_S = 10.0
_SHORT_LIVES = 5
END_S = 25.0


@dataclass
class Child:
    """One process of ours. A ``gated`` one warms up and waits for a line before it works."""

    name: str
    module: str
    arguments: tuple[str, ...] = ()
    gated: bool = False
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    again_at: float = 0.0
    short_lives: int = field(default=0)

    def start(self, env: Mapping[str, str]) -> None:
        """Start it; a Ctrl-C in the terminal reaches the parent only, which ends it in order."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", self.module, *self.arguments, *(["--gated"] * self.gated)],
            env=dict(env),
            cwd=Path.cwd(),
            stdin=subprocess.PIPE if self.gated else subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=die_with_parent,
        )
        self.started_at = time.monotonic()

    def open_gate(self) -> None:
        """Let a gated child go to work."""
        if self.process is None or self.process.stdin is None:
            return
        try:
            self.process.stdin.write(b"go\n")
            self.process.stdin.close()
        except BrokenPipeError:
            # It died while it warmed up; the next look finds out.
            return

    def is_dead(self) -> bool:
        """Whether it was started and has ended."""
        return self.process is not None and self.process.poll() is not None

    def revive(self, env: Mapping[str, str]) -> None:
        """Start it again if it died; later and later when it ends by itself all the time.

        Raises: Refused("serve.child_keeps_dying").
        """
        if self.process is None or self.process.poll() is None:
            return
        now = time.monotonic()
        if self.again_at == 0.0:
            self.again_at = now + self._pause(self.process.returncode)
        if now < self.again_at:
            return
        status = self.process.returncode
        click.echo(f"Nguồn: {self.name} ({status}) → khởi động lại / restarting", err=True)
        self.again_at = 0.0
        self.start(env)
        self.open_gate()

    def _pause(self, status: int) -> float:
        # A killed child is not to blame; one that gives up by itself may never get to work.
        gave_up = status >= 0 and time.monotonic() - self.started_at < _SHORT_LIFE_S
        self.short_lives = self.short_lives + 1 if gave_up else 0
        if self.short_lives > _SHORT_LIVES:
            raise Refused("serve.child_keeps_dying", name=self.name, status=status)
        return 0.25 * 2**self.short_lives if self.short_lives > 1 else 0.0

    def end(self) -> None:
        """Ask it to end; ``await_end`` waits for it."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def await_end(self) -> None:
        """Wait for its end, and make it end when it takes too long."""
        if self.process is None:
            return
        try:
            self.process.wait(timeout=END_S)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def die_with_parent(how: signal.Signals = signal.SIGTERM) -> None:
    """To be run in a new process: have a signal sent to it when its parent is gone."""
    _LIBC.prctl(_PR_SET_PDEATHSIG, how)
