"""``nguon recall``: drills from the command line."""

from __future__ import annotations

import click

from accounts.permissions import SYSTEM
from foundation import clock, db
from foundation.console import connected
from traceability.recalls import drilling
from traceability.recalls.holding import Wish
from traceability.recalls.reach import Suspicion


@click.group("recall")
def recall() -> None:
    """Recalls."""


@recall.command("drill")
@click.argument("batch")
@click.option("--only-the-lot", is_flag=True, help="Without what was made of it.")
def drill(batch: str, only_the_lot: bool) -> None:
    """Find and hold all that a recall of BATCH (its trace code) would reach, then undo it."""
    wish = Wish(Suspicion("batch", batch), "drill", with_descendants=not only_the_lot)
    with connected(), db.transaction() as session:
        found = drilling.drill(session, SYSTEM, wish, now=clock.now())
    click.echo(
        f"batches {found.batches}, orders {found.orders}, buyers {found.buyers},"
        f" unsent {found.unsent}, unconfirmed steps {found.claims}:"
        f" found and held in {found.milliseconds} ms, undone"
    )


commands = [recall]
