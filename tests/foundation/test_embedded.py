"""The embedded server against real processes: double starts, kill -9, stale pid files."""

import concurrent.futures
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from foundation import embedded, postmaster, server_home

ROOT = Path(__file__).parents[2]
STARTER = """
import sys, pathlib
from foundation import embedded
found = embedded.find_or_start(pathlib.Path(sys.argv[1]), durable=False)
print(found.pid, found.was_started)
"""


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """Give a data folder with spaces, Vietnamese letters and a path longer than a socket's."""
    # Not tmp_path: pytest closes it to others, so as root every test would take the detour.
    parent = Path(tempfile.mkdtemp(prefix="nguon-test-"))
    parent.chmod(0o755)
    folder = parent / "Thư mục dữ liệu của hợp tác xã" / ("rất-dài-" * 12)
    yield folder
    embedded.discard(folder)
    shutil.rmtree(parent)


def connect(url: str) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(url.replace("+psycopg", ""), autocommit=True)


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
    # On a busy machine the killed lives on for a moment, and would be found as if it ran.
    until = time.monotonic() + 60
    while postmaster._command_line(pid) and time.monotonic() < until:
        time.sleep(0.005)


def run_starter(folder: Path, program: str = STARTER) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", program, str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.split()


def test_server_starts_is_found_again_and_stops(data_dir: Path) -> None:
    first = embedded.find_or_start(data_dir, durable=False)
    again = embedded.find_or_start(data_dir, durable=False)

    assert (first.was_started, again.was_started) == (True, False)
    assert first.pid == again.pid
    with connect(first.url) as connection:
        row = connection.execute("SELECT current_database(), lower('ĐẶNG'), inet_server_addr()")
        assert row.fetchone() == ("nguon", "đặng", None)
        listens = connection.execute("SHOW listen_addresses").fetchone()
        assert listens == ("",)
    embedded.stop(data_dir)
    assert not embedded.is_running(data_dir)
    embedded.stop(data_dir)


def test_data_survive_a_killed_server_and_its_killed_children(data_dir: Path) -> None:
    server = embedded.find_or_start(data_dir)
    with connect(server.url) as connection:
        connection.execute("CREATE TABLE kept (n int)")
        connection.execute("INSERT INTO kept VALUES (1)")

        kill(server.pid)
        again = embedded.find_or_start(data_dir)

    assert again.was_started
    assert again.pid != server.pid
    with connect(again.url) as connection:
        assert connection.execute("SELECT n FROM kept").fetchall() == [(1,)]


def test_orphans_deep_in_work_are_ended_before_the_next_start(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postmaster, "ORPHAN_SECONDS", 0.3)
    server = embedded.find_or_start(data_dir, durable=False)
    busy = connect(server.url)
    orphan = busy.info.backend_pid
    os.kill(orphan, signal.SIGSTOP)

    kill(server.pid)
    again = embedded.find_or_start(data_dir, durable=False)

    assert again.was_started
    # Gone, or a zombie where the machine's first process is slow to bury.
    command_line = Path(f"/proc/{orphan}/cmdline")
    assert not command_line.exists() or not command_line.read_bytes()


def test_server_outlives_the_killed_process_that_started_it(data_dir: Path) -> None:
    program = STARTER + "import os, signal; sys.stdout.flush(); os.kill(os.getpid(), 9)"
    starter = subprocess.run(
        [sys.executable, "-c", program, str(data_dir)], cwd=ROOT, capture_output=True, check=False
    )
    pid = int(starter.stdout.split()[0])

    found = embedded.find_or_start(data_dir, durable=False)

    assert starter.returncode == -signal.SIGKILL
    assert (found.pid, found.was_started) == (pid, False)


def test_many_processes_at_once_share_one_server(data_dir: Path) -> None:
    with concurrent.futures.ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(run_starter, [data_dir] * 4))

    assert len({pid for pid, _was_started in answers}) == 1
    assert sorted(was_started for _pid, was_started in answers) == ["False"] * 3 + ["True"]


def test_innocent_process_behind_a_stale_pid_file_is_left_alone(data_dir: Path) -> None:
    embedded.start(data_dir, durable=False)
    embedded.stop(data_dir)
    home = server_home.place(data_dir.resolve())
    innocent = subprocess.Popen(
        ["sleep", "60"],
        user=home.runner.uid if os.geteuid() == 0 else None,
    )
    stale = home.cluster / "postmaster.pid"
    stale.write_text(f"{innocent.pid}\n{home.cluster}\n1\n5432\n/tmp\n\n1 1\nready   \n")
    server_home.give(stale, home.runner)

    assert not embedded.is_running(data_dir)
    embedded.stop(data_dir)
    server = embedded.find_or_start(data_dir, durable=False)

    assert server.was_started
    assert server.pid != innocent.pid
    assert innocent.poll() is None
    innocent.kill()
    innocent.wait()


def test_killed_creation_leaves_no_half_made_cluster(data_dir: Path) -> None:
    program = "import os; from foundation import embedded, postmaster\n" + STARTER.replace(
        "found =", "postmaster.launch = lambda *_: os.kill(os.getpid(), 9)\nfound ="
    )
    subprocess.run([sys.executable, "-c", program, str(data_dir)], cwd=ROOT, check=False)
    leftover = server_home.place(data_dir.resolve()).folder / "new-unfinished"
    leftover.mkdir()

    server = embedded.find_or_start(data_dir, durable=False)

    assert server.was_started
    with connect(server.url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_copied_data_folder_gets_a_server_of_its_own(data_dir: Path) -> None:
    original = embedded.find_or_start(data_dir, durable=False)
    copy = data_dir.parent / "bản sao"
    subprocess.run(["cp", "-a", str(data_dir), str(copy)], check=True)

    try:
        other = embedded.find_or_start(copy, durable=False)

        assert other.was_started
        assert other.pid != original.pid
    finally:
        embedded.discard(copy)


def test_renamed_data_folder_keeps_its_running_server(data_dir: Path) -> None:
    before = embedded.find_or_start(data_dir, durable=False)
    renamed = data_dir.with_name("đổi tên")
    data_dir.rename(renamed)

    after = embedded.find_or_start(renamed, durable=False)
    renamed.rename(data_dir)

    assert (after.pid, after.was_started) == (before.pid, False)


def test_data_folder_is_deleted_when_its_owner_is_killed(data_dir: Path) -> None:
    program = STARTER + (
        "embedded.discard_when_i_end(pathlib.Path(sys.argv[1])); sys.stdout.flush()\n"
        "import os; os.kill(os.getpid(), 9)"
    )
    subprocess.run(
        [sys.executable, "-c", program, str(data_dir)], cwd=ROOT, capture_output=True, check=False
    )

    until = time.monotonic() + 60
    while data_dir.exists() and time.monotonic() < until:
        time.sleep(0.05)

    assert not data_dir.exists()


def test_last_user_to_leave_stops_the_server(data_dir: Path) -> None:
    with embedded.using(data_dir) as first:
        with embedded.using(data_dir) as second:
            assert second.pid == first.pid
        assert embedded.is_running(data_dir)
    assert not embedded.is_running(data_dir)


def test_short_command_does_not_stop_the_server_of_a_living_process(data_dir: Path) -> None:
    served = embedded.find_or_start(data_dir, durable=False)
    command = (
        "import sys, pathlib; from foundation import embedded\n"
        "with embedded.using(pathlib.Path(sys.argv[1])) as server: print(server.pid)"
    )

    answer = run_starter(data_dir, command)

    assert answer == [str(served.pid)]
    assert embedded.is_running(data_dir)


def test_server_of_a_killed_user_is_stopped_by_the_next_last_one(data_dir: Path) -> None:
    program = STARTER + "import os; sys.stdout.flush(); os.kill(os.getpid(), 9)"
    subprocess.run(
        [sys.executable, "-c", program, str(data_dir)], cwd=ROOT, capture_output=True, check=False
    )
    assert embedded.is_running(data_dir)

    with embedded.using(data_dir) as server:
        assert not server.was_started

    assert not embedded.is_running(data_dir)


def test_broken_start_tells_the_last_words_of_the_server(data_dir: Path) -> None:
    embedded.start(data_dir, durable=False)
    embedded.stop(data_dir)
    home = server_home.place(data_dir.resolve())
    (home.cluster / "postgresql.conf").write_text("no_such_setting = 1\n")

    with pytest.raises(embedded.EmbeddedServerError, match="no_such_setting"):
        embedded.start(data_dir, durable=False)


def test_cluster_of_another_version_is_refused_with_the_way_out(data_dir: Path) -> None:
    embedded.start(data_dir, durable=False)
    embedded.stop(data_dir)
    home = server_home.place(data_dir.resolve())
    (home.cluster / "PG_VERSION").write_text("17\n")

    with pytest.raises(embedded.EmbeddedServerError, match="nguon restore"):
        embedded.start(data_dir, durable=False)
    (home.cluster / "PG_VERSION").write_text("18\n")


def test_socket_folder_put_there_by_somebody_else_is_refused(data_dir: Path) -> None:
    embedded.start(data_dir, durable=False)
    embedded.stop(data_dir)
    home = server_home.place(data_dir.resolve())
    trap = Path("/tmp") / home.mark
    trap.symlink_to("/tmp")

    try:
        with pytest.raises(embedded.EmbeddedServerError, match="not a private folder"):
            embedded.start(data_dir, durable=False)
    finally:
        trap.unlink()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be kept out by a closed folder")
def test_root_only_data_folder_is_served_without_opening_its_parents() -> None:
    parent = Path(tempfile.mkdtemp(prefix="nguon-closed-"))
    folder = parent / "var"

    try:
        server = embedded.find_or_start(folder, durable=False)

        with connect(server.url) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
        assert parent.stat().st_mode & 0o777 == 0o700
        moved_to = (folder / "postgres").resolve()
        assert moved_to.parent == server_home.SHARED_STATE
        embedded.discard(folder)
        assert not moved_to.exists()
    finally:
        embedded.discard(folder)
        shutil.rmtree(parent)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can act for another user")
def test_root_serves_a_developers_folder_as_that_developer() -> None:
    nobody = pwd.getpwnam("nobody")
    folder = Path(tempfile.mkdtemp(prefix="nguon-of-nobody-"))
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)

    try:
        server = embedded.find_or_start(folder, durable=False)
        assert Path(f"/proc/{server.pid}").stat().st_uid == nobody.pw_uid
        embedded.stop(folder)

        taken = {path.stat().st_uid for path in folder.rglob("*") if not path.is_symlink()}
        assert taken == {nobody.pw_uid}
    finally:
        embedded.discard(folder)
        shutil.rmtree(folder)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root needs the programs elsewhere")
def test_programs_in_a_root_only_place_are_copied_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    state = Path(tempfile.mkdtemp(prefix="nguon-state-"))
    state.chmod(0o755)
    runner = server_home.Runner(65534, 65534, "nobody")
    monkeypatch.setattr(server_home, "SHARED_STATE", state)
    monkeypatch.setattr(server_home.Runner, "can_reach", lambda _self, _path: False)

    try:
        copied = server_home.programs_for(runner)
        again = server_home.programs_for(runner)

        assert copied == again
        assert runner.run([str(copied / "postgres"), "--version"]).stdout.startswith("postgres")
        assert runner.run([str(copied / "psql"), "--version"]).stdout.startswith("psql")
        assert len(list(state.iterdir())) == 1
    finally:
        shutil.rmtree(state)
