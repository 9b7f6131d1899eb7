"""The web server process of ``nguon serve``: granian with blocking threads.

The application is built before granian forks, so that a killed granian worker is back at once,
and (``--gated``) while the database is still brought into shape.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
from functools import partial

from flask import Flask
from granian import Granian
from granian.constants import Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels

from app.admission import WAITING_PER_PLACE
from app.children import die_with_parent
from app.factory import create_app
from foundation import config, db, logs, schema
from foundation.config import Config
from foundation.documents import sending

_SETTLED_S = 3.0


def main(arguments: list[str]) -> None:
    """Serve until told to stop."""
    settings = config.read()
    logs.configure(settings.log_level)
    app = create_app(settings)
    # Read once for all: `/readyz` asks for it.
    schema.head()
    if "--gated" in arguments and not sys.stdin.readline():
        # The gate never opened: whoever keeps it is gone.
        return
    # What lives by now lives for good: collecting it again would unshare its pages.
    gc.freeze()
    Granian(
        "app.wsgi:app",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=settings.web_workers,
        blocking_threads=settings.web_threads * WAITING_PER_PLACE,
        websockets=False,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        # A request sent by half is waited for no longer than this, and holds up no stop either.
        http1_settings=HTTP1Settings(header_read_timeout=10_000),
        workers_kill_timeout=10,
    ).serve(target_loader=partial(_enter, app, settings, os.getpid()), wrap_loader=False)


def _enter(app: Flask, settings: Config, parent: int) -> Flask:
    """What each granian worker does first: connections are its own, and its life its parent's."""
    # A worker whose main process was killed would keep the port. A milder signal was seen to get
    # lost when it came before the worker listened for one; no answer it still owes is lost work.
    die_with_parent(signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
    db.connect(settings.database_url, settings.replica_url, pool_size=settings.web_threads)
    _warm_papers()
    return app


def _warm_papers() -> None:
    """Load what papers need a while after the start, which it would slow."""
    timer = threading.Timer(_SETTLED_S, sending.prewarm)
    timer.daemon = True
    timer.start()


if __name__ == "__main__":
    main(sys.argv[1:])
