"""``nguon serve``: the embedded database, migrations, web server and worker as one program.

The web server and the worker are children; if one dies it is started again, and all of them end
with this process, however it ends.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import click

from app import starting
from foundation import db, embedded
from foundation.config import Config
from foundation.errors import Refused

_PR_SET_PDEATHSIG = 1
_QUIET_S = 1.0


@dataclass
class Child:
    """One process of ours."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    deaths: int = field(default=0)


def serve(config: Config, *, demo: bool) -> None:
    """Run until Ctrl-C or SIGTERM; then stop every process, the embedded database last."""
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    with _database(config) as url:
        _prepare(config, url, demo=demo)
        if not stopping.is_set():
            _run(config, url, stopping)
    click.echo("Nguồn: đã dừng / stopped.", err=True)


@contextmanager
def _database(config: Config) -> Iterator[str]:
    if config.database_url:
        yield config.database_url
        return
    click.echo("Nguồn: khởi động cơ sở dữ liệu… / starting the database…", err=True)
    with embedded.using(config.data_dir) as server:
        yield server.url


def run_worker(config: Config) -> None:
    """``nguon worker``: the worker alone, on a database that somebody else runs."""
    from foundation import worker

    starting.register(config)
    with _database(config) as url:
        db.connect(url, config.replica_url, pool_size=config.job_concurrency + 2)
        worker.run_forever(url, concurrency=config.job_concurrency)


def _prepare(config: Config, url: str, *, demo: bool) -> None:
    database = db.connect(url, pool_size=2)
    try:
        starting.migrate(database.primary)
        if demo:
            starting.load_demo_once(config)
    finally:
        database.dispose()
        db.use(None)


def _children(config: Config) -> list[Child]:
    web = [sys.executable, "-m", "app.web_process"]
    return [Child("web", web), Child("worker", [sys.executable, "-m", "app.worker_process"])]


def _run(config: Config, url: str, stopping: threading.Event) -> None:
    env = {**os.environ, "NGUON_DATABASE_URL": url, "NGUON_SECRET_KEY": config.secret_key}
    env["NGUON_DATA_DIR"] = str(config.data_dir)
    children = _children(config)
    try:
        for child in children:
            _start(child, env)
        _announce(config, stopping)
        while not stopping.wait(_QUIET_S):
            for child in children:
                _revive(child, env)
    finally:
        _end(children)


def _announce(config: Config, stopping: threading.Event) -> None:
    import urllib.request

    address = f"http://127.0.0.1:{config.port}/readyz"
    for _ in range(200):
        if stopping.wait(0.1):
            return
        try:
            with urllib.request.urlopen(address, timeout=1):
                break
        except OSError:
            continue
    click.echo(f"Nguồn: {config.base_url}", err=True)
    click.echo("  Ctrl-C để dừng / to stop", err=True)


def _start(child: Child, env: dict[str, str]) -> None:
    child.process = subprocess.Popen(
        child.command,
        env=env,
        cwd=Path.cwd(),
        stdin=subprocess.DEVNULL,
        # A Ctrl-C in the terminal reaches this process only, which then stops the others in order.
        start_new_session=True,
        preexec_fn=_die_with_parent,
    )
    child.started_at = time.monotonic()


def _revive(child: Child, env: dict[str, str]) -> None:
    if child.process is None or child.process.poll() is None:
        return
    lived = time.monotonic() - child.started_at
    child.deaths = child.deaths + 1 if lived < 10 else 1
    if child.deaths > 5:
        raise Refused("serve.child_keeps_dying", name=child.name, status=child.process.returncode)
    click.echo(f"Nguồn: {child.name} ({child.process.returncode}) → khởi động lại", err=True)
    _start(child, env)


def _end(children: list[Child]) -> None:
    for child in children:
        if child.process is not None and child.process.poll() is None:
            child.process.terminate()
    for child in children:
        if child.process is None:
            continue
        try:
            child.process.wait(timeout=25)
        except subprocess.TimeoutExpired:
            os.killpg(child.process.pid, signal.SIGKILL)
            child.process.wait()


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
