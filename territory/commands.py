"""``nguon territory``: load the units, import boundaries, look up a name."""

from __future__ import annotations

from pathlib import Path

import click

from foundation import clock, db
from foundation.console import connected, progress
from territory import boundary_import, units
from territory.units import Match

_REPORT_EVERY = 50


@click.group("territory")
def territory() -> None:
    """Administrative units and their boundaries."""


@territory.command("import")
def import_units() -> None:
    """Load the bundled units and the table old to new, replacing what is there."""
    with connected(), db.transaction() as session:
        count = units.reload_bundled(session)
    click.echo(f"{count:,} units")


@territory.command("import-boundaries")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_boundaries(file: Path) -> None:
    """Import commune boundaries from FILE: GeoJSON, or one Feature a line; .gz allowed.

    Each Feature carries the commune's code in the property "code"; coordinates are longitude,
    latitude (WGS 84). All of the file is taken or, when anything is wrong, nothing.
    """
    with connected(), progress(file.name) as shown, db.transaction() as session:

        def now_and_then(done: int, total: int) -> None:
            if done % _REPORT_EVERY == 0 or done == total:
                shown(done, total)

        count = boundary_import.import_boundaries(
            session, file, now=clock.now(), progress=now_and_then
        )
    click.echo(f"{count:,} boundaries")


@territory.command("find")
@click.argument("name", nargs=-1, required=True)
@click.option("--limit", type=click.IntRange(1, 200), default=10, show_default=True)
def find(name: tuple[str, ...], limit: int) -> None:
    """Find units by NAME, with or without diacritics (exit 1 when there is none)."""
    with connected(), db.reading() as session:
        found = units.search(session, " ".join(name), on=clock.today(), limit=limit)
    for match in found:
        click.echo(_line(match))
    if not found:
        raise click.exceptions.Exit(1)


def _line(match: Match) -> str:
    line = f"{match.unit.code:<5}  {match.unit.label}"
    if match.is_old:
        now = "; ".join(f"{unit.code} {unit.label}" for unit in match.successors)
        line += f" (cũ) → nay: {now or '?'}"
    return line


commands = [territory]
