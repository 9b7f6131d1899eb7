"""``nguon serve``: the embedded database, migrations, web server and worker as one program.

The web server and the worker are children; whatever dies, the database included, is started
again, and all of them end with this process, however it ends.
"""

from __future__ import annotations

import errno
import os
import signal
import socket
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from app.children import Child
from foundation import embedded
from foundation.config import Config
from foundation.errors import Refused

_LOOK_S = 0.2
_PORT_PATIENCE_S = 5.0
_EVERYWHERE = {"0.0.0.0", "::", ""}  # noqa: S104  addresses to compare with, not to bind


def serve(config: Config, *, demo: bool) -> None:
    """Run until Ctrl-C or SIGTERM; then stop every process, the embedded database last.

    Raises: Refused("serve.port_taken"), Refused("serve.child_keeps_dying"), EmbeddedServerError.
    """
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    _refuse_taken_port(config, stopping)
    try:
        with _database(config, stopping) as url:
            _run(config, url, stopping, demo=demo)
    except embedded.EmbeddedServerError:
        # Ctrl-C in a terminal also reaches PostgreSQL's own programs while they make the cluster.
        if not stopping.is_set():
            raise
    click.echo("Nguồn: đã dừng / stopped.", err=True)


def _refuse_taken_port(config: Config, stopping: threading.Event) -> None:
    """Find out before anything is started; granian itself would share the port with a stranger."""
    family = socket.AF_INET6 if ":" in config.host else socket.AF_INET
    # The web server of a killed `nguon serve` needs a moment to let go of it.
    until = time.monotonic() + _PORT_PATIENCE_S
    while True:
        try:
            socket.create_server((config.host, config.port), family=family).close()
        except OSError as error:
            taken = error.errno == errno.EADDRINUSE
            if taken and time.monotonic() < until and not stopping.wait(_LOOK_S):
                continue
            code = "serve.port_taken" if taken else "serve.port_refused"
            raise Refused(
                code, host=config.host, port=config.port, reason=error.strerror
            ) from error
        return


@contextmanager
def _database(config: Config, stopping: threading.Event) -> Iterator[str]:
    """The database's address; an embedded server is kept alive meanwhile."""
    if config.database_url:
        yield config.database_url
        return
    click.echo("Nguồn: khởi động cơ sở dữ liệu… / starting the database…", err=True)
    with embedded.using(config.data_dir) as server:
        keeper = threading.Thread(
            target=_keep_database, args=(config.data_dir, stopping), name="database", daemon=True
        )
        keeper.start()
        try:
            yield server.url
        finally:
            stopping.set()
            keeper.join()


def _keep_database(data_dir: Path, stopping: threading.Event) -> None:
    """Start the embedded server again whenever it is gone."""
    while not stopping.wait(_LOOK_S):
        try:
            if embedded.revive(data_dir):
                click.echo("Nguồn: cơ sở dữ liệu → khởi động lại / restarted", err=True)
        except embedded.EmbeddedServerError as error:
            click.echo(f"Nguồn: {error}", err=True)
            stopping.wait(1)


def _run(config: Config, url: str, stopping: threading.Event, *, demo: bool) -> None:
    env = {**os.environ, "NGUON_DATABASE_URL": url, "NGUON_SECRET_KEY": config.secret_key}
    env["NGUON_DATA_DIR"] = str(config.data_dir)
    preparing = Child("prepare", "app.preparing", ("--demo",) if demo else ())
    # The web server warms up while the database is brought into shape, and opens afterwards.
    web = Child("web", "app.web_process", gated=True)
    worker = Child("worker", "app.worker_process")
    bridges = [Child("sensors", "app.cli", ("sensors", "bridge"))] if config.mqtt_url else []
    children = [preparing, web, worker, *bridges]
    try:
        preparing.start(env)
        web.start(env)
        if _prepared(preparing, stopping):
            web.open_gate()
            for child in (worker, *bridges):
                child.start(env)
            _watch(config, [web, worker, *bridges], env, stopping)
    finally:
        for child in children:
            child.end()
        for child in children:
            child.await_end()


def _prepared(preparing: Child, stopping: threading.Event) -> bool:
    """Wait for the preparation; False when stopped meanwhile. Raises: Refused when it failed."""
    while not preparing.is_dead():
        if stopping.wait(0.02):
            return False
    status = preparing.process.returncode if preparing.process else 0
    if status != 0:
        # It has told the reason itself.
        raise Refused("serve.not_prepared", status=status)
    return True


def _watch(
    config: Config, children: list[Child], env: dict[str, str], stopping: threading.Event
) -> None:
    announced = False
    while not stopping.wait(_LOOK_S if announced else 0.05):
        for child in children:
            child.revive(env)
        if not announced and _is_ready(config):
            announced = True
            click.echo(f"Nguồn: {config.base_url}", err=True)
            click.echo("  Ctrl-C để dừng / to stop", err=True)


def _is_ready(config: Config) -> bool:
    host = "127.0.0.1" if config.host in _EVERYWHERE else config.host
    host = f"[{host}]" if ":" in host else host
    try:
        with urllib.request.urlopen(f"http://{host}:{config.port}/readyz", timeout=1):
            return True
    except OSError:
        return False
