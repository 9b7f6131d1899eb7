"""The worker process: ``nguon worker``, and the worker below ``nguon serve``."""

from __future__ import annotations

import gc
import os
from contextlib import nullcontext

from app import starting
from foundation import config, db, embedded, logs, worker
from foundation.config import Config

# A job may take minutes and nobody waits at a door for it: where processors are short, whoever
# reads a page goes first.
_NICENESS = 5


def main() -> None:
    """Run jobs until told to stop."""
    settings = config.read()
    logs.configure(settings.log_level)
    os.nice(_NICENESS)
    run(settings)


def run(settings: Config) -> None:
    """Run jobs on the given database, or on the data folder's own."""
    starting.register(settings)
    # What lives by now lives for good.
    gc.freeze()
    url = settings.database_url
    with nullcontext() if url else embedded.using(settings.data_dir) as server:
        address = url or (server.url if server else "")
        db.connect(address, settings.replica_url, pool_size=settings.job_concurrency + 2)
        worker.run_forever(address, concurrency=settings.job_concurrency)


if __name__ == "__main__":
    main()
