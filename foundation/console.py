"""What every command shares: settings and database at hand, progress past two seconds."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

from foundation import clock, config, db, embedded, logs, schema
from foundation.errors import Refused


@contextmanager
def connected(*, migrated: bool = True) -> Iterator[config.Config]:
    """Read the settings and connect; an embedded server that this started is stopped at the end.

    Raises: Invalid (settings), Refused("database.not_migrated") unless ``migrated`` is False.
    """
    settings = config.read()
    logs.configure(settings.log_level)
    clock.shift(settings.clock_offset)
    with _url(settings) as url:
        database = db.connect(url, settings.replica_url, pool_size=4)
        try:
            if migrated and not schema.is_current(database.primary):
                raise Refused("database.not_migrated")
            yield settings
        finally:
            database.dispose()
            db.use(None)


@contextmanager
def _url(settings: config.Config) -> Iterator[str]:
    if settings.database_url:
        yield settings.database_url
    else:
        # Shared with a `nguon serve` that may run: whoever leaves last stops the server.
        with embedded.using(settings.data_dir) as server:
            yield server.url


@contextmanager
def progress(label: str) -> Iterator[Callable[[int, int], None]]:
    """A ``shown(done, total)`` that draws a bar on stderr once two seconds have passed."""
    started = time.monotonic()
    drawn = False

    def shown(done: int, total: int) -> None:
        nonlocal drawn
        if time.monotonic() - started < 2:
            return
        drawn = True
        filled = 30 * done // max(total, 1)
        bar = "█" * filled + "░" * (30 - filled)
        click.echo(f"\r{label} {bar} {done:,}/{total:,}", nl=False, err=True)

    try:
        yield shown
    finally:
        # What is said next, an error among it, begins on a line of its own.
        if drawn:
            click.echo("", err=True)
