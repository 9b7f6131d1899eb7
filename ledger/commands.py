"""``nguon ledger``: verify what was recorded, sign checkpoints, change keys, name witnesses."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from foundation import clock, db
from foundation.console import connected, progress
from foundation.errors import Conflict
from ledger import (
    alarms,
    bundling,
    checkpoint,
    cosigning,
    keys,
    note,
    origins,
    rotation,
    sequencing,
    verification,
    witnesses,
    witnessing,
)


@contextmanager
def _signing() -> Iterator[None]:
    """Connected, and signing under the name that the log goes by.

    Where no ``NGUON_BASE_URL`` is given, that is the name it was signed under last: a command does
    not know which port is served.
    """
    with connected() as settings:
        if settings.base_url == f"http://127.0.0.1:{settings.port}":
            with db.reading_latest() as session:
                last = origins.find_last(session)
            if last is not None:
                keys.take_name(last)
        yield


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
    """Recompute the whole log, and every row it commits to.

    Exit status 0: all is as recorded. 1: the first thing that is not is named, by its code
    (``ledger.…``) and place; without such a code nothing could be checked. 2: misspelt.
    Entries that wait for their place (a minute) are counted apart and checked alike.
    """
    outside = kept.read_text("utf-8", errors="replace") if kept else None
    with connected(), db.reading() as session, progress("verify") as shown:
        verification.stand_still(session)
        bad = verification.verify(session, outside, shown)
        size, waiting = sequencing.size_of(session), sequencing.waiting_of(session)
    if bad is None:
        also = f", {waiting:,} waiting for their place (checked: they and their rows hold)"
        click.echo(f"ok: {size:,} entries{also if waiting else ''}")
        return 0
    click.echo(f"nguon: {bad.explanation()}", err=True)
    return 1


@ledger.command("checkpoint")
@click.option("--mail", "mailed", is_flag=True, help="Mail it to the witnesses, once to each.")
def sign(mailed: bool) -> None:
    """Sign the log as it stands and print the checkpoint: print it, mail it, keep it elsewhere."""
    with _signing(), db.transaction() as session:
        rotation.finish(session)
        made = checkpoint.make(session, keys.get(), keys.origin(), now=clock.now())
        if mailed:
            witnessing.mail_out(session, made, now=clock.now())
        text = witnessing.cosigned(session, made)
    click.echo(text, nl=False)


@ledger.command("rotate-key")
def rotate() -> None:
    """Sign with a new key from now on; the old one and the new one vouch for each other."""
    with _signing():
        with db.transaction() as session:
            made = rotation.begin(session, now=clock.now())
            written = note.verifier_key(keys.origin(), made.public_key)
        with db.transaction() as session:
            rotation.finish(session)
            checkpoint.make(session, keys.get(), keys.origin(), now=clock.now())
    click.echo(written)


@ledger.command("keys")
def list_keys() -> None:
    """Print every key that signs or signed, newest first."""
    with _signing(), db.reading() as session:
        for key in rotation.list_keys(session):
            click.echo(f"{note.verifier_key(keys.origin(), key.public_key)}  {key.since:%Y-%m-%d}")


@ledger.group("witness")
def witness() -> None:
    """Who is mailed a checkpoint every day, to keep it."""


@witness.command("add")
@click.argument("email")
@click.option("--name", required=True, help="Who keeps them: an agency, an auditor, a newspaper.")
@click.option("--key", help="Its verifier key, when it signs checkpoints in its turn.")
def add_witness(email: str, name: str, key: str | None) -> None:
    """Mail every day's checkpoint to EMAIL."""
    with connected(), db.transaction() as session:
        witnesses.appoint(session, name, email, key, now=clock.now())


@witness.command("remove")
@click.argument("email")
def remove_witness(email: str) -> None:
    """Mail nothing more to EMAIL."""
    with connected(), db.transaction() as session:
        witnesses.dismiss(session, email, now=clock.now())


@witness.command("list")
def list_witnesses() -> None:
    """Print who is mailed checkpoints."""
    with connected(), db.reading() as session:
        for each in witnesses.list_witnesses(session):
            click.echo(
                f"{each.email}  {each.name}  {each.state}  {each.verifier_key or ''}".rstrip()
            )


@ledger.command("cosign")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def cosign(file: Path) -> None:
    """Keep the signatures that witnesses put under the checkpoint in FILE."""
    with connected(), db.transaction() as session:
        signed = file.read_text("utf-8", errors="replace")
        handed = cosigning.accept(session, signed, now=clock.now())
        if handed.alarm is not None:
            alarms.keep(session, handed.alarm, now=clock.now())
    if handed.alarm is not None:
        raise Conflict(handed.alarm.code, size=handed.alarm.size)
    for line in (*handed.made, *handed.known):
        click.echo(line, nl=False)


@ledger.command("voucher")
@click.argument("table")
@click.argument("key", nargs=-1, required=True)
def voucher(table: str, key: tuple[str, ...]) -> None:
    """Print what proves the erasable part of a row, for the person it is about and nobody else."""
    with _signing(), db.reading() as session:
        parts = tuple(int(part) if part.isdecimal() else part for part in key)
        made = bundling.vouch(session, table, parts, now=clock.now())
    click.echo(json.dumps(made, ensure_ascii=False, indent=1))


commands = [ledger]
