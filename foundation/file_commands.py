"""``nguon files``: how many there are, whether their contents are there, erasing at once."""

from __future__ import annotations

import click

from foundation import clock, db, erasure, file_jobs
from foundation.console import connected


@click.group("files")
def group() -> None:
    """Files people sent or the house made, kept by their content."""


@group.command("count")
def count() -> None:
    """Tell how many files there are, how many nothing holds, and how many of those are due."""
    with connected(), db.reading() as session:
        found = erasure.tally(session, now=clock.now())
    click.echo(
        f"{found.files:,} files, {found.size_bytes:,} bytes, "
        f"{found.unheld:,} unheld, {found.due:,} due"
    )


@group.command("check")
def check() -> int:
    """Look for every file's content. Exit status 1 and the digests of those that are not whole."""
    with connected(), db.reading() as session:
        lost = list(erasure.missing(session))
    for digest in lost:
        click.echo(f"nguon: content missing or cut: {digest}", err=True)
    if lost:
        return 1
    click.echo("ok")
    return 0


@group.command("erase")
def erase() -> int:
    """Do now what the nightly job does: erase what has been unheld for long enough.

    Exit status 1 when a backup under way postponed it.
    """
    with connected():
        done = file_jobs.run(clock.now())
    click.echo(
        f"{done.unheld:,} newly unheld, {done.erased:,} erased, {done.strays:,} strays, "
        f"{done.abandoned:,} abandoned uploads"
    )
    if done.postponed:
        click.echo("nguon: a backup is being written; nothing was erased", err=True)
    return 1 if done.postponed else 0


commands = [group]
