"""The web server process of ``nguon serve``: granian with blocking threads."""

from __future__ import annotations

import ctypes
import signal

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from foundation import config

_PR_SET_PDEATHSIG = 1


def main() -> None:
    """Serve ``app.wsgi:app`` until told to stop."""
    settings = config.read()
    Granian(
        "app.wsgi:app",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=settings.web_workers,
        blocking_threads=settings.web_threads,
        websockets=False,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        workers_kill_timeout=15,
    ).serve()


def die_with_parent() -> None:
    """A granian worker whose main process was killed would keep the port: it ends with it."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


if __name__ == "__main__":
    main()
