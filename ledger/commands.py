"""``nguon ledger``: verify what was recorded, sign a checkpoint to keep elsewhere."""

from __future__ import annotations

from pathlib import Path

import click

from foundation import clock, db
from foundation.console import connected
from ledger import checkpoint, keys, sequencing, verification


@click.group("ledger")
def ledger() -> None:
    """The append-only log of what was recorded, and its proofs."""


@ledger.command("verify")
@click.option(
    "--checkpoint",
    "kept",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A checkpoint kept outside, to check the log against.",
)
def verify(kept: Path | None) -> int:
    """Recompute the whole log. Exit status 1 and the first bad entry when it was tampered with."""
    outside = kept.read_text("utf-8", errors="replace") if kept else None
    with connected(), db.reading() as session:
        bad = verification.verify(session, outside)
        size = sequencing.size_of(session)
    if bad is None:
        click.echo(f"ok: {size:,} entries")
        return 0
    click.echo(f"nguon: {bad.explanation()}", err=True)
    return 1


@ledger.command("checkpoint")
def sign() -> None:
    """Sign the log as it stands and print the checkpoint: print it, mail it, keep it elsewhere."""
    with connected(), db.transaction() as session:
        text = checkpoint.make(session, keys.get(), keys.origin(), now=clock.now()).note
    click.echo(text, nl=False)


commands = [ledger]
