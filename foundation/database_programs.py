"""PostgreSQL's own programs, run against our database: dump it, play a dump back."""

import os
import subprocess
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import make_url

from foundation import embedded
from foundation.errors import Refused

# Dropped and restored in one transaction: a restore that fails leaves the database as it was.
_EMPTIED = "DROP SCHEMA public CASCADE;\nCREATE SCHEMA public;\n"


def dump(url: str, target: Path) -> None:
    """Write one consistent snapshot of the database. Raises: Refused("backup.program")."""
    command = [_program("pg_dump"), "--format=custom", "--no-owner", "--no-privileges"]
    _run([*command, f"--file={target}", *_address(url)], url)


def restore(url: str, source: Path) -> None:
    """Replace the database's content by a dump, wholly or not at all.

    Raises: Refused("backup.program").
    """
    script = source.with_suffix(".sql")
    options = ["--no-owner", "--no-privileges", "--schema=public", f"--file={script}"]
    _run([_program("pg_restore"), *options, str(source)], url)
    # The schema is made anew by ourselves: a dump of it alone would stumble over it.
    play = [_program("psql"), "--quiet", "--no-psqlrc", "--single-transaction"]
    play += ["--set=ON_ERROR_STOP=1", *_address(url)]
    with _joined(_EMPTIED, script) as stream:
        _run(play, url, stream)


def _joined(head: str, script: Path) -> BinaryIO:
    joined = script.with_suffix(".joined")
    with joined.open("wb") as target, script.open("rb") as source:
        target.write(head.encode())
        for line in source:
            if line.strip() != b"CREATE SCHEMA public;":
                target.write(line)
    return joined.open("rb")


def _program(name: str) -> str:
    return str(embedded.program(name))


def _address(url: str) -> list[str]:
    """The connection without its password, which other users could read on the command line."""
    parts = make_url(url).set(drivername="postgresql", password=None)
    return [f"--dbname={parts.render_as_string(hide_password=False)}"]


def _run(command: list[str], url: str, stream: BinaryIO | None = None) -> None:
    password = make_url(url).password
    environment = {**os.environ, "LC_ALL": "C"}
    if password is not None:
        environment["PGPASSWORD"] = str(password)
    done = subprocess.run(
        command,
        stdin=stream or subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=environment,
        check=False,
    )
    if done.returncode != 0:
        reason = done.stderr.decode(errors="replace").strip().splitlines()
        program = Path(command[0]).name
        raise Refused("backup.program", program=program, reason=" ".join(reason[-3:])[:500])
