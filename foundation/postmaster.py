"""The running embedded PostgreSQL server as a process: found, launched, awaited, stopped.

A pid file outlives a crash, and its number may by then belong to somebody else. So a
process counts as ours only when the system shows it under our server's user *and* its
command line carries the mark of this very cluster; nothing else is ever signalled.
"""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from foundation.server_home import EmbeddedServerError, Home, plain_environment, settle

RECOVERY_SECONDS = 900.0
STOP_SECONDS = 60.0
ORPHAN_SECONDS = 5.0
_LOG_KEPT_BYTES = 10_000_000


@dataclass(frozen=True)
class PidFile:
    """What ``postmaster.pid`` claims; to be believed only after ``is_ours``."""

    pid: int
    is_ready: bool


def find(home: Home) -> PidFile | None:
    """Give the living server of this home, if there is one."""
    claimed = _read_pid_file(home)
    return claimed if claimed and _is_ours(home, claimed.pid) else None


def launch(home: Home, command: list[str]) -> int:
    """Start the server in a session of its own, so that Ctrl-C and our end do not reach it."""
    _prepare_log(home.log)
    # The shell leaves at once, and the server is adopted by init: no zombie stays with us.
    script = '"$@" </dev/null >&2 & echo $!'
    as_root = os.geteuid() == 0
    with home.log.open("ab") as log:
        started = subprocess.run(
            ["/bin/sh", "-c", script, "sh", *command],
            stdout=subprocess.PIPE,
            stderr=log,
            cwd="/",
            env=plain_environment(),
            start_new_session=True,
            umask=0o077,
            check=True,
            user=home.runner.uid if as_root else None,
            group=home.runner.gid if as_root else None,
            extra_groups=[] if as_root else None,
        )
    return int(started.stdout)


def await_ready(home: Home, pid: int) -> None:
    """Wait until the server answers; crash recovery may take minutes and is told so."""
    began = time.monotonic()
    next_word = began + 3.0
    while time.monotonic() - began < RECOVERY_SECONDS:
        claimed = _read_pid_file(home)
        if claimed and claimed.pid == pid and claimed.is_ready:
            return
        if not _lives(pid):
            raise EmbeddedServerError(
                f"PostgreSQL stopped while starting. Its last words, from {home.log}:\n"
                f"{last_lines(home.log)}"
            )
        if time.monotonic() >= next_word:
            _say(f"PostgreSQL is not ready yet ({time.monotonic() - began:.0f} s): "
                 f"{last_lines(home.log, 1)}")  # fmt: skip
            next_word += 5.0
        time.sleep(0.02)
    raise EmbeddedServerError(
        f"PostgreSQL is still recovering after {RECOVERY_SECONDS:.0f} s and was left to it. "
        f"Follow {home.log} and start again when it is ready."
    )


def clear_remains(home: Home) -> None:
    """Remove what a killed server left: orphaned children first, then its pid file."""
    # Orphans notice on their own that their parent died, unless they are deep in work.
    if not _gone(lambda: not list(_members(home)), ORPHAN_SECONDS):
        for signal_number in (signal.SIGQUIT, signal.SIGKILL):
            for pid in _members(home):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal_number)
            if _gone(lambda: not list(_members(home)), ORPHAN_SECONDS):
                break
    # Left alone, PostgreSQL would refuse to start because of whoever now has that number.
    (home.cluster / "postmaster.pid").unlink(missing_ok=True)


def stop(home: Home, pid: int) -> None:
    """End the server cleanly (fast shutdown), or abruptly but safely if it does not obey."""
    for signal_number, patience in ((signal.SIGINT, STOP_SECONDS), (signal.SIGQUIT, 30.0)):
        if not _is_ours(home, pid):
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal_number)
        if _gone(lambda: not _lives(pid), patience):
            return
    raise EmbeddedServerError(
        f"PostgreSQL (process {pid}) does not stop; see {home.log}. Its data are safe: "
        f"end it with `kill -9 {pid}`; the next start recovers."
    )


def last_lines(log: Path, count: int = 8) -> str:
    """Give the last lines of the server's log."""
    try:
        text = log.read_bytes()[-4000:].decode(errors="replace")
    except OSError:
        return "(no log)"
    return "\n".join(text.strip().splitlines()[-count:]) or "(empty log)"


def _read_pid_file(home: Home) -> PidFile | None:
    """Read pid (line 1) and state (line 8); None if half written."""
    try:
        lines = (home.cluster / "postmaster.pid").read_text(errors="replace").splitlines()
        state = lines[7].strip() if len(lines) > 7 else "starting"
        return PidFile(int(lines[0]), state == "ready")
    except (OSError, ValueError, IndexError):
        return None


def _is_ours(home: Home, pid: int) -> bool:
    words = _command_line(pid).split(b"\0")
    return (
        Path(os.fsdecode(words[0])).name == "postgres"
        and f"cluster_name={home.mark}".encode() in words
        and _uid(pid) == home.runner.uid
    )


def _members(home: Home) -> Iterator[int]:
    """List every living process of this server, the orphans of a killed one included."""
    title = f"postgres: {home.mark}: ".encode()
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            pid = int(entry.name)
            is_child = _command_line(pid).startswith(title) and _uid(pid) == home.runner.uid
            if is_child or _is_ours(home, pid):
                yield pid


def _command_line(pid: int) -> bytes:
    """Give a process's command line; empty when it is gone or a zombie."""
    # Readable without ptrace rights, unlike cwd and exe, which root lacks in a container.
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def _lives(pid: int) -> bool:
    """Tell whether a process runs; a zombie does not.

    Its command line would not do: it reads empty for the moment in which a process just launched
    becomes another program, which was seen to pass for death on a laden machine.
    """
    try:
        state = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()[0]
    except (OSError, IndexError):
        return False
    return state not in (b"Z", b"X")


def _uid(pid: int) -> int:
    try:
        return Path(f"/proc/{pid}").stat().st_uid
    except OSError:
        return -1


def _gone(is_gone: Callable[[], bool], patience: float) -> bool:
    until = time.monotonic() + patience
    while not is_gone():
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


def _prepare_log(log: Path) -> None:
    if log.exists() and log.stat().st_size > _LOG_KEPT_BYTES:
        log.replace(log.with_suffix(".log.1"))
    log.touch(mode=0o600)
    settle(log)


def _say(words: str) -> None:
    sys.stderr.write(words + "\n")
    sys.stderr.flush()
