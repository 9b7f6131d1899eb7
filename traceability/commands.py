"""``nguon labels``: print a sheet from the command line."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import click

from accounts.permissions import SYSTEM
from foundation import clock, db
from foundation.console import connected, progress
from traceability.labels import orders, serial_keys
from traceability.labels.layouts import list_layouts
from traceability.labels.orders import LabelOrder


@click.group("labels")
def labels() -> None:
    """Labels of batches."""


@labels.command("sheet")
@click.argument("batch")
@click.option("--count", type=click.IntRange(1, orders.MOST_LABELS), required=True)
@click.option("--layout", type=click.Choice([each.code for each in list_layouts()]), required=True)
@click.option("--serialised", is_flag=True, help="A code of its own on every label.")
@click.option("--start", type=click.IntRange(1), default=1, help="First free place of the sheet.")
@click.option("--language", type=click.Choice(["vi", "en"]), default="vi", show_default=True)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    required=True,
    help="Where the PDF goes.",
)
def sheet(
    batch: str,
    count: int,
    layout: str,
    serialised: bool,
    start: int,
    language: str,
    output: Path,
) -> None:
    """Print COUNT labels of BATCH (its trace code) into a PDF."""
    order = LabelOrder(batch, count, layout, serialised, start, language)
    with connected() as settings, progress(output.name) as shown:
        now = clock.now()
        with db.transaction() as session:
            job = orders.place(session, SYSTEM, order, base_url=settings.base_url, now=now)
            key = serial_keys.key_of(session, job, settings.secret_key, now=now)
            orders.issue_serials(session, job.id, key=key, now=now)
            _write(output, lambda stream: orders.render(session, job, stream, shown))
    click.echo(str(output))


@labels.command("rotate-key")
def rotate_key() -> None:
    """Draw the codes of orders to come with a new key; labels printed before stay valid."""
    with connected() as settings, db.transaction() as session:
        row = serial_keys.start(session, settings.secret_key, now=clock.now())
        told = f"key {row.id} ({row.fingerprint})"
    click.echo(told)


def _write(output: Path, render: Callable[[BinaryIO], None]) -> None:
    """The whole file or none: a full disk leaves no half sheet behind."""
    handle, name = tempfile.mkstemp(dir=output.parent, prefix=f".{output.name}-")
    try:
        with os.fdopen(handle, "wb") as stream:
            render(stream)
        # A temporary file is for its owner alone; a sheet is as open as the folder's other files.
        mask = os.umask(0)
        os.umask(mask)
        Path(name).chmod(0o666 & ~mask)
        Path(name).replace(output)
    finally:
        Path(name).unlink(missing_ok=True)


commands = [labels]
