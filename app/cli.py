"""``nguon``: every room's commands on one console script.

Exit status: 0 done, 1 refused by a rule or failed, 2 called wrongly.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

import click

from app import rooms
from foundation import config
from foundation.embedded import EmbeddedServerError
from foundation.errors import Invalid, NguonError


class _Rooms(click.Group):
    """Commands of every room, each imported when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *rooms.COMMANDS})

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in rooms.COMMANDS:
            return super().get_command(ctx, name)
        offered = import_module(rooms.COMMANDS[name][0]).commands
        return next((each for each in offered if each.name == name), None)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        told = {name: summary for name, (_module, summary) in rooms.COMMANDS.items()}
        told |= {name: command.get_short_help_str(80) for name, command in self.commands.items()}
        with formatter.section("Commands"):
            formatter.write_dl(sorted(told.items()))


@click.group(cls=_Rooms, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="nguon")
def cli() -> None:
    """Nguồn: growing-area codes, traceability and OCOP commerce."""


# What these import, they import themselves: the process that watches over the others stays small,
# and nobody waits for maps and spreadsheets to see a server start.


@cli.command()
@click.option("--demo", is_flag=True, help="Load the demonstration story the first time.")
def serve(demo: bool) -> None:
    """Serve web and worker (and the embedded database) until Ctrl-C."""
    from app import serving

    settings = config.read()
    serving.serve(settings, demo=demo and not settings.production)


@cli.command()
def worker() -> None:
    """Run background jobs only."""
    from app import worker_process

    worker_process.main()


@cli.command()
def migrate() -> None:
    """Bring the database to this version's shape."""
    from app import starting
    from foundation import db
    from foundation.console import connected

    with connected(migrated=False):
        starting.migrate(db.current().primary)
    click.echo("ok")


@cli.command()
def demo() -> None:
    """Load the demonstration story (again: what is there stays)."""
    from app import starting
    from app.demo import story
    from foundation import db
    from foundation.console import connected

    with connected(migrated=False) as settings:
        starting.register(settings)
        starting.migrate(db.current().primary)
        story.load(settings)


def main(argv: list[str] | None = None) -> None:
    """Run the command line; ends the process."""
    asked = sys.argv[1:] if argv is None else argv
    sys.exit(run(lambda: _call(asked)))


def _call(asked: list[str]) -> Any:
    if asked and asked[0] in rooms.COMMANDS and not {"--help", "-h"} & set(asked):
        _fit()
    return cli.main(args=asked, prog_name="nguon", standalone_mode=False)


def _fit() -> None:
    from app import fittings, joins

    _speak()
    fittings.install(config.read())
    joins.install()


def _speak() -> None:
    """Know every room's sentences, and the language of the terminal."""
    from foundation import i18n

    for module in rooms.load(rooms.WORDING):
        i18n.register_wording(module.WORDING)
    i18n.set_language(i18n.choose(os.environ.get("LANG", "").replace("_", "-")))


def _tell(error: NguonError) -> None:
    from foundation.i18n import word

    _speak()
    click.echo(f"nguon: {word(error.code, error.params)}", err=True)
    for finding in error.findings:
        place = f"{finding.field}: " if finding.field else ""
        click.echo(f"  {place}{word(finding.code, finding.params)}", err=True)


def run(call: Callable[[], Any]) -> int:
    """Carry out a command, telling what went wrong; answers the exit status."""
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
        _tell(error)
        return 2 if isinstance(error, Invalid) and error.code == "settings.invalid" else 1
    except EmbeddedServerError as error:
        click.echo(f"nguon: {error}", err=True)
        return 1
    except OSError as error:
        click.echo(f"nguon: {error.filename or ''}: {error.strerror or error}", err=True)
        return 1
    return result if isinstance(result, int) else 0


if __name__ == "__main__":
    main()
