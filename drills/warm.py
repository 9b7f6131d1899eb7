"""``nguon`` in a process of its own, without waiting for the program to be read each time.

One process imports the program, then makes a copy of itself for every command: it has its own
settings, folders, connections, output and end, as any other process has.
"""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]


def nguon(
    *arguments: str, env: Mapping[str, str], stdin: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run a command of the console script to its end, whatever that is."""
    with tempfile.TemporaryDirectory(prefix="nguon-command-") as place:
        files = {name: str(Path(place, name)) for name in ("stdin", "stdout", "stderr")}
        Path(files["stdin"]).write_text(stdin, "utf-8")
        reader = _reader()
        assert reader.stdin is not None
        assert reader.stdout is not None
        asked = {"arguments": arguments, "env": dict(env), **files}
        reader.stdin.write(json.dumps(asked) + "\n")
        reader.stdin.flush()
        status = int(reader.stdout.readline())
        out, err = (Path(files[name]).read_text("utf-8") for name in ("stdout", "stderr"))
    return subprocess.CompletedProcess(["nguon", *arguments], status, out, err)


@cache
def _reader() -> subprocess.Popen[str]:
    """The process that has read the program; it ends with the one that asks."""
    reader = subprocess.Popen(
        [sys.executable, "-m", "drills.warm"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert reader.stdin is not None
    atexit.register(reader.wait)
    atexit.register(reader.stdin.close)
    return reader


def _serve() -> None:
    from app import cli, joins, rooms

    rooms.load(rooms.MODELS)
    for module, _summary in rooms.COMMANDS.values():
        import_module(module)
    for check in joins.CHECKED.values():
        check.found()
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _become(json.loads(line))
            cli.main(sys.argv[1:])
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def _become(asked: dict[str, Any]) -> None:
    """Take on the environment, the words and the open files of a command."""
    os.environ.clear()
    os.environ.update(asked["env"])
    sys.argv = ["nguon", *asked["arguments"]]
    writing = os.O_WRONLY | os.O_CREAT
    for number, (name, way) in enumerate(
        (("stdin", os.O_RDONLY), ("stdout", writing), ("stderr", writing))
    ):
        os.dup2(os.open(asked[name], way, 0o600), number)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115  it ends with the process


if __name__ == "__main__":
    _serve()
