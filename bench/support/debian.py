"""A throw-away cluster of Debian's PostgreSQL 15, so that ours and PostGIS run on the same one."""

from __future__ import annotations

import os
import pwd
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from foundation.server_home import Runner

PROGRAMS = Path("/usr/lib/postgresql/15/bin")
POSTGIS = Path("/usr/share/postgresql/15/extension/postgis.control")
_SETTINGS = {
    "listen_addresses": "''",
    "shared_buffers": "'1GB'",
    "maintenance_work_mem": "'512MB'",
    "max_wal_size": "'8GB'",
    "max_connections": "60",
}


def is_installed() -> bool:
    """Whether this machine has Debian's PostgreSQL 15."""
    return (PROGRAMS / "postgres").exists()


def has_postgis() -> bool:
    """Whether PostGIS for it is there as well."""
    return is_installed() and POSTGIS.exists()


def _runner() -> Runner:
    user = pwd.getpwnam("postgres") if os.geteuid() == 0 else pwd.getpwuid(os.getuid())
    return Runner(user.pw_uid, user.pw_gid, user.pw_name)


@contextmanager
def cluster(*, durable: bool = False) -> Iterator[str]:
    """Start a cluster of one's own on a private socket; gives a SQLAlchemy address, ends it."""
    runner = _runner()
    # Not below a private temporary folder: the server's own user must be able to enter it.
    folder = Path(tempfile.mkdtemp(prefix="nguon-bench-", dir="/var/tmp"))
    os.chown(folder, runner.uid, runner.gid)
    data = folder / "data"
    settings = {**_SETTINGS, "unix_socket_directories": f"'{folder}'"}
    if not durable:
        settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
    try:
        _run(runner, "initdb", "-D", data, "-A", "trust", "-E", "UTF8", "--locale=C", "-N")
        lines = "".join(f"{name} = {value}\n" for name, value in settings.items())
        with (data / "postgresql.conf").open("a") as file:
            file.write(lines)
        _run(runner, "pg_ctl", "-D", data, "-l", folder / "log", "-w", "-t", "120", "start")
        try:
            _run(runner, "createdb", "-h", folder, "nguon")
            yield f"postgresql+psycopg://{runner.name}@/nguon?host={folder}"
        finally:
            _run(runner, "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(runner: Runner, name: str, *arguments: object) -> None:
    done = runner.run([str(PROGRAMS / name), *map(str, arguments)])
    if done.returncode:
        raise SystemExit(f"{name}: {done.stderr or done.stdout}")
