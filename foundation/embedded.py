"""The embedded PostgreSQL server: a database for demonstrations, tests and small places.

One server per data folder, however many processes ask at once; found again when it
runs; recovered when anything was killed. It listens on no network, only on a socket
in a private folder, and knows its callers by their system user (peer authentication).
"""

import contextlib
import os
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from foundation import postmaster, server_home, server_sharing
from foundation.server_home import EmbeddedServerError, Home, program

__all__ = [
    "EmbeddedServerError",
    "Server",
    "discard",
    "discard_when_i_end",
    "find_or_start",
    "is_running",
    "program",
    "revive",
    "start",
    "stop",
    "using",
]

DATABASE = "nguon"
# The socket's address must fit 107 bytes, so it cannot lie below a data folder of any length.
_SOCKET_PARENT = Path("/tmp")  # noqa: S108  the folder made in it is private and checked
_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] ",
    # The details of an error quote rows, which may be personal.
    "log_error_verbosity": "terse",
    "log_startup_progress_interval": "2s",
    "jit": "off",
    # After a kill, one call for the whole disk instead of one for each of a thousand files.
    "recovery_init_sync_method": "syncfs",
}
_NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass(frozen=True)
class Server:
    """A running embedded server."""

    url: str
    pid: int
    data_dir: Path
    was_started: bool
    """True when this call started it, so that the caller knows whose it is to stop."""


@contextlib.contextmanager
def using(data_dir: Path) -> Iterator[Server]:
    """Use the data folder's server for a while; the last user to leave stops it.

    So a short command neither leaves a server behind nor stops the one that serves the web.
    """
    with server_sharing.visit(data_dir) as visit:
        try:
            yield _find_or_start(data_dir, durable=True)
        finally:
            if visit.is_last():
                _stop(data_dir)


def start(data_dir: Path, *, durable: bool = True) -> str:
    """Give the address of the data folder's server, starting it if it does not run.

    ``durable=False`` is for tests only: a power cut may then lose the data.
    Returns: a SQLAlchemy address (psycopg, private socket).
    Raises: EmbeddedServerError, saying what to do.
    """
    return find_or_start(data_dir, durable=durable).url


def find_or_start(data_dir: Path, *, durable: bool = True) -> Server:
    """Find the data folder's server or start it, and count as its user until this process ends."""
    server_sharing.join(data_dir)
    return _find_or_start(data_dir, durable=durable)


def _find_or_start(data_dir: Path, *, durable: bool) -> Server:
    with server_sharing.alone(data_dir) as folder:
        home = server_home.place(folder)
        if home.cluster.is_dir() and (running := postmaster.find(home)):
            # Still recovering for another process that was killed while it waited.
            postmaster.await_ready(home, running.pid)
            return Server(_url(home), running.pid, folder, was_started=False)
        programs = server_home.programs_for(home.runner)
        if home.cluster.is_dir():
            _check_version(home)
            postmaster.clear_remains(home)
        else:
            _create_cluster(home, programs, durable=durable)
        _write_access_rules(home)
        settings = _SETTINGS | ({} if durable else _NOT_DURABLE)
        pid = postmaster.launch(home, _command(home, programs, settings))
        postmaster.await_ready(home, pid)
        return Server(_url(home), pid, folder, was_started=True)


def revive(data_dir: Path) -> bool:
    """Start the data folder's server again if it is gone; tells whether it had to.

    For whoever has been using it (``using``, ``find_or_start``). Raises: EmbeddedServerError.
    """
    if is_running(data_dir):
        return False
    return _find_or_start(data_dir, durable=True).was_started


def stop(data_dir: Path) -> None:
    """Stop the data folder's server cleanly, whoever uses it; nothing happens when none runs."""
    server_sharing.leave(data_dir)
    _stop(data_dir)


def _stop(data_dir: Path) -> None:
    if not (data_dir / "postgres").exists():
        return
    with server_sharing.alone(data_dir) as folder:
        home = server_home.place(folder)
        if home.cluster.is_dir() and (running := postmaster.find(home)):
            postmaster.stop(home, running.pid)
            shutil.rmtree(_socket_dir(home), ignore_errors=True)


def is_running(data_dir: Path) -> bool:
    """Tell whether the data folder's server runs (it may still be recovering)."""
    if not (data_dir / "postgres").exists():
        return False
    home = server_home.place(data_dir.resolve())
    return home.cluster.is_dir() and postmaster.find(home) is not None


def discard(data_dir: Path) -> None:
    """Stop the server and delete its database, wherever it was placed (tests, drills)."""
    link = data_dir / "postgres"
    if not link.exists():
        return
    stop(data_dir)
    home = server_home.place(data_dir.resolve())
    if home.cluster.is_dir():
        # A killed server leaves its socket behind.
        shutil.rmtree(_socket_dir(home), ignore_errors=True)
    if link.is_symlink():
        link.unlink()
    shutil.rmtree(home.folder)


def discard_when_i_end(data_dir: Path) -> None:
    """Have the whole data folder deleted when this process ends, even by ``kill -9`` (tests).

    A watcher of its own waits at a pipe, whose other end the system closes with our end.
    """
    read_end, write_end = os.pipe()
    # Never closed by us: it lives exactly as long as this process does.
    del write_end
    watch = (
        "import sys, pathlib, shutil; from foundation import embedded; sys.stdin.buffer.read(); "
        "embedded.discard(pathlib.Path(sys.argv[1])); shutil.rmtree(sys.argv[1])"
    )
    watcher = [sys.executable, "-c", watch, str(data_dir.resolve())]
    # The shell leaves at once, so the watcher is init's child and not ours to wait for.
    subprocess.run(
        ["/bin/sh", "-c", 'exec 3<&0; "$@" <&3 3<&- &', "sh", *watcher],
        stdin=read_end,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
        cwd=Path(__file__).parents[1],
        check=True,
    )
    os.close(read_end)


def _create_cluster(home: Home, programs: Path, *, durable: bool) -> None:
    """Make the cluster and its database aside, then put it in place in one step."""
    for unfinished in home.folder.glob("new-*"):
        shutil.rmtree(unfinished)
    cluster = Path(tempfile.mkdtemp(prefix="new-", dir=home.folder))
    server_home.give(cluster, home.runner)
    initdb = [
        str(programs / "initdb"), "--pgdata", str(cluster), "--username", DATABASE,
        "--encoding", "UTF8", "--locale", "C", "--locale-provider", "builtin",
        "--builtin-locale", "C.UTF-8", "--auth-local", "peer", "--auth-host", "reject",
        "--no-instructions", *([] if durable else ["--no-sync"]),
    ]  # fmt: skip
    single = [str(programs / "postgres"), "--single", "-D", str(cluster), "-j"]
    single += [] if durable else ["-F"]
    for command, text in ((initdb, ""), ([*single, "template1"], f"CREATE DATABASE {DATABASE};")):
        done = home.runner.run(command, text)
        if done.returncode != 0 or "ERROR:" in done.stderr:
            raise EmbeddedServerError(
                f"The database could not be made in {home.folder}. Is the disk full or "
                f"read-only? {Path(command[0]).name} said:\n{done.stderr.strip()[-1500:]}"
            )
    cluster.rename(home.cluster)


def _check_version(home: Home) -> None:
    found = (home.cluster / "PG_VERSION").read_text().strip()
    if found != server_home.MAJOR_VERSION:
        raise EmbeddedServerError(
            f"{home.cluster} was made by PostgreSQL {found}, and this is PostgreSQL "
            f"{server_home.MAJOR_VERSION}. Run `nguon backup FILE` with the release that made "
            f"it, then `nguon restore FILE` with this one into a new NGUON_DATA_DIR."
        )


def _write_access_rules(home: Home) -> None:
    """Admit the server's own user and root over the socket, and nobody else."""
    users = sorted({home.runner.name, "root"})
    mapping = "".join(f'{DATABASE} "{user}" {DATABASE}\n' for user in users)
    rules = {"pg_hba.conf": f"local all all peer map={DATABASE}\n", "pg_ident.conf": mapping}
    for name, text in rules.items():
        path = home.folder / name
        path.write_text(text)
        path.chmod(0o644)
        server_home.settle(path)


def _command(home: Home, programs: Path, settings: dict[str, str]) -> list[str]:
    placed = settings | {
        "cluster_name": home.mark,
        "hba_file": str(home.folder / "pg_hba.conf"),
        "ident_file": str(home.folder / "pg_ident.conf"),
        "unix_socket_directories": str(_make_socket_dir(home)),
    }
    options = [word for name, value in placed.items() for word in ("-c", f"{name}={value}")]
    return [str(programs / "postgres"), "-D", str(home.cluster), *options]


def _socket_dir(home: Home) -> Path:
    return _SOCKET_PARENT / home.mark


def _make_socket_dir(home: Home) -> Path:
    """Make the private socket folder, refusing one that somebody else put there."""
    path = _socket_dir(home)
    with contextlib.suppress(FileExistsError):
        path.mkdir(mode=0o700)
        server_home.give(path, home.runner)
    found = path.lstat()
    is_private = stat.S_ISDIR(found.st_mode) and stat.S_IMODE(found.st_mode) == 0o700
    if not is_private or found.st_uid not in {os.geteuid(), home.runner.uid}:
        raise EmbeddedServerError(
            f"{path} is not a private folder of user {home.runner.name}. Remove it "
            f"(`rm -r {path}`) and start again."
        )
    server_home.give(path, home.runner)
    # A killed server's socket lock names a process which may linger as a zombie, or be another.
    for left in path.iterdir():
        left.unlink()
    return path


def _url(home: Home) -> str:
    return (
        f"postgresql+psycopg://{DATABASE}@/{DATABASE}?host={quote(str(_socket_dir(home)), safe='')}"
    )
