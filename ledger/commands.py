"""``nguon ledger``: verify what was recorded, sign a checkpoint to keep elsewhere."""

from __future__ import annotations

from pathlib import Path

import click

from foundation import clock, db
from foundation.console import connected
from foundation.i18n import word
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
    with connected() as settings:
        keys.use(settings.data_dir, settings.base_url)
        with db.reading() as session:
            bad = verification.verify(session, outside)
            size = sequencing.size_of(session)
    if bad is None:
        click.echo(f"ok: {size:,} entries")
        return 0
    click.echo(f"nguon: {explain(bad)}", err=True)
    return 1


@ledger.command("checkpoint")
def sign() -> None:
    """Sign the log as it stands and print the checkpoint: print it, mail it, keep it elsewhere."""
    with connected() as settings:
        keys.use(settings.data_dir, settings.base_url)
        with db.transaction() as session:
            made = checkpoint.make(session, keys.get(), keys.origin(), now=clock.now())
            text = made.note
    click.echo(text, nl=False)


def explain(bad: verification.Bad) -> str:
    """Say what is wrong and where: the code for programs, the sentence for people."""
    places = (("sequence", bad.sequence), ("entry", bad.entry_id), ("at", bad.detail or None))
    where = " ".join(f"{name}={value}" for name, value in places if value is not None)
    return f"{bad.code} {where}: {word(bad.code, {'sequence': bad.sequence or '–'})}"


commands = [ledger]
