"""``nguon indicators``: build the facts of days, export a plan's figures."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import click

from foundation import clock, db, tables
from foundation.console import connected, progress
from foundation.errors import Finding, Invalid
from foundation.jobs import Unobserved
from indicators import export, periods, plans
from indicators.jobs import rebuild_span

_DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.group("indicators")
def indicators() -> None:
    """Plans' indicators: facts, figures, exports."""


@indicators.command("export")
@click.argument("plan")
@click.option("--period", required=True, help="2026, 2026-H1, 2026-Q3 or 2026-11.")
@click.option("--format", "form", type=click.Choice(tables.FORMATS), default="xlsx")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), required=True)
def export_plan(plan: str, period: str, form: str, output: Path) -> None:
    """Write the figures of PLAN (quang-nam, tra-vinh …) in a period to a file."""
    found = plans.get_plan(plan)
    span = periods.find(period)
    if span is None:
        raise Invalid([Finding("plan.bad_period", {"period": period}, "period")])
    with connected(), db.reading() as session, output.open("wb") as stream:
        rows = export.rows(session, found, span, today=clock.today())
        count = tables.export(export.COLUMNS, rows, form, stream, notes=export.notes(found, span))
    click.echo(f"{output}: {count:,} rows")


@indicators.command("rebuild")
@click.option("--from", "first", type=_DAY, help="First day; a year ago when left out.")
@click.option("--to", "last", type=_DAY, help="Last day; today when left out.")
def rebuild(first: datetime | None, last: datetime | None) -> None:
    """Build the facts of a span of days anew from the rooms' rows."""
    with connected(), progress("indicators") as shown:
        end = _day(last) or clock.today()
        start = _day(first) or end - timedelta(days=365)
        count = rebuild_span(start, end, Unobserved(shown))
    click.echo(f"{start} – {end}: {count:,} facts")


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment is not None else None


commands = [indicators]
