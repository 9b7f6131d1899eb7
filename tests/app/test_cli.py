"""The console script names every command without importing a room; ports are filled later."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module

from app import joins, rooms
from tests.house.tree import ROOT


def test_the_list_says_of_each_command_what_the_command_says() -> None:
    offered = {
        (module, command.name, command.get_short_help_str(200))
        for module in {module for module, _summary in rooms.COMMANDS.values()}
        for command in import_module(module).commands
    }

    listed = {(module, name, summary) for name, (module, summary) in rooms.COMMANDS.items()}
    assert listed == offered


def test_who_asks_for_help_waits_for_no_room() -> None:
    asked = "from app import cli; cli.run(lambda: cli._call(['--help'])); import sys; "
    done = subprocess.run(
        [sys.executable, "-c", asked + "print(*sys.modules)"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )

    told, loaded = done.stdout.rsplit("\n", 2)[:2]
    assert "  ledger " in told
    assert not {"sqlalchemy", "flask", "numpy", "ledger.commands"} & set(loaded.split())


def test_what_fills_a_port_later_is_there() -> None:
    fillings = [each for each in vars(joins).values() if isinstance(each, joins.Later)]

    assert fillings
    for later in [*fillings, *joins.CHECKED.values()]:
        assert callable(later.found())
