"""``nguon backup`` and ``nguon restore``."""

from __future__ import annotations

import time
from pathlib import Path

import click

from foundation import backup as backups
from foundation import clock, db, ports, schema
from foundation.config import Config
from foundation.console import connected, progress
from foundation.errors import Conflict, Refused


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Write the database, every kept file and the keys to FILE (a tar). Others may keep working."""
    started = time.monotonic()
    with connected(migrated=False) as settings, progress(file.name) as shown:
        url = database_url(settings)
        made = backups.make(url, settings, file.absolute(), now=clock.now(), shown=shown)
    took = time.monotonic() - started
    click.echo(f"{file}: {made.size_bytes:,} bytes, {made.files:,} files, {took:.1f} s")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Replace what the database holds.")
def restore(file: Path, replace: bool) -> None:
    """Put back what FILE holds, then verify it. Stop the web server and the worker first."""
    started = time.monotonic()
    with connected(migrated=False) as settings, progress(file.name) as shown:
        with db.transaction() as session:
            if backups.holds_data(session) and not replace:
                raise Conflict("backup.not_empty")
        found = backups.restore(database_url(settings), settings, file.absolute(), shown=shown)
        engine = db.current().primary
        schema.upgrade(engine)  # type: ignore[arg-type]
        verify()
    took = time.monotonic() - started
    click.echo(f"{found.made_at:%Y-%m-%d %H:%M} UTC: {found.files:,} files, verified, {took:.1f} s")


def verify() -> None:
    """Ask every room whether what came back is whole. Raises: Refused("backup.check_failed")."""
    with db.reading() as session:
        for room, check in ports.restore_checks().items():
            wrong = check(session)
            if wrong is not None:
                raise Refused("backup.check_failed", explanation=f"{room}: {wrong}")


def database_url(settings: Config) -> str:
    """The address of the database in use, with its password."""
    engine = db.current().primary
    return settings.database_url or engine.engine.url.render_as_string(hide_password=False)


commands = [backup, restore]
