"""``nguon``: every room's commands on one console script.

Exit status: 0 done, 1 refused by a rule or failed, 2 called wrongly.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Any

import click

from app import fittings, joins, rooms, serving, starting
from foundation import config, db, i18n, logs
from foundation.console import connected
from foundation.embedded import EmbeddedServerError
from foundation.errors import Invalid, NguonError
from foundation.i18n import word


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="nguon")
def cli() -> None:
    """Nguồn: growing-area codes, traceability and OCOP commerce."""


@cli.command()
@click.option("--demo", is_flag=True, help="Load the demonstration story the first time.")
def serve(demo: bool) -> None:
    """Serve web and worker (and the embedded database) until Ctrl-C."""
    settings = config.read()
    logs.configure(settings.log_level)
    serving.serve(settings, demo=demo and not settings.production)


@cli.command()
def worker() -> None:
    """Run background jobs only."""
    settings = config.read()
    logs.configure(settings.log_level)
    serving.run_worker(settings)


@cli.command()
def migrate() -> None:
    """Bring the database to this version's shape."""
    with connected(migrated=False):
        starting.migrate(db.current().primary)
    click.echo("ok")


@cli.command()
def demo() -> None:
    """Load the demonstration story (again: what is there stays)."""
    from app.demo import story

    with connected(migrated=False) as settings:
        starting.migrate(db.current().primary)
        starting.register(settings)
        story.load(settings)


def _join_rooms() -> None:
    for module in rooms.load(rooms.COMMANDS):
        for command in module.commands:
            existing = cli.commands.get(command.name)
            if isinstance(existing, click.Group) and isinstance(command, click.Group):
                for name, sub in command.commands.items():
                    existing.add_command(sub, name)
            else:
                cli.add_command(command)


def main(argv: list[str] | None = None) -> None:
    """Run the command line; ends the process."""
    _join_rooms()
    for module in rooms.load(rooms.WORDING):
        i18n.register_wording(module.WORDING)
    sys.exit(_run(lambda: _call(argv)))


def _call(argv: list[str] | None) -> Any:
    asked = sys.argv[1:] if argv is None else argv
    if not {"--help", "-h", "--version"} & set(asked):
        fittings.install(config.read())
        joins.install()
    i18n.set_language(i18n.choose(os.environ.get("LANG", "").replace("_", "-")))
    return cli.main(args=argv, prog_name="nguon", standalone_mode=False)


def _run(call: Callable[[], Any]) -> int:
    try:
        result = call()
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.exceptions.Exit as error:
        return error.exit_code
    except click.Abort:
        return 1
    except NguonError as error:
        click.echo(f"nguon: {word(error.code, error.params)}", err=True)
        for finding in error.findings:
            place = f"{finding.field}: " if finding.field else ""
            click.echo(f"  {place}{word(finding.code, finding.params)}", err=True)
        return 2 if isinstance(error, Invalid) and error.code == "settings.invalid" else 1
    except EmbeddedServerError as error:
        click.echo(f"nguon: {error}", err=True)
        return 1
    return result if isinstance(result, int) else 0


if __name__ == "__main__":
    main()
