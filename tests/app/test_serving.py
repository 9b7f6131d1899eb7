"""``nguon serve`` under the hand that kills: everything comes back, everything ends with it."""

from __future__ import annotations

import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

import psutil
import pytest

from drills.house import ROOT, House, free_port
from drills.opening import GTIN, LOT, open_shop


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("served")
    house = House(folder / "dữ liệu", log=folder / "serve.log")
    try:
        house.await_ready()
        yield house
    finally:
        house.discard()


def _gone(processes: list[psutil.Process], seconds: float) -> bool:
    _, alive = psutil.wait_procs(processes, timeout=seconds)
    return not alive


def _until(house: House, word: str, other_than: int) -> None:
    """Wait until a process of this kind runs again."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        found = house.children(word)
        if found and found[0].pid != other_than:
            return
        time.sleep(0.05)
    raise AssertionError(f"{word} did not come back: {house.last_words()}")


@pytest.mark.parametrize("word", ["app.web_process", "app.worker_process"])
def test_a_killed_child_is_started_again(served: House, word: str) -> None:
    victim = served.children(word)[0]

    victim.kill()

    _until(served, word, victim.pid)
    served.await_ready()


def test_a_killed_database_is_started_again_and_told_meanwhile(served: House) -> None:
    database = served.postgres()
    assert database is not None
    served.await_ready()

    database.kill()
    database.wait(5)
    meanwhile = served.ask("GET", "/readyz")
    page = served.ask("GET", "/shop", accept="text/html")

    served.await_ready()
    again = served.postgres()
    assert again is not None
    assert again.pid != database.pid
    assert meanwhile.took_s < 10
    assert page.status in (200, 503)
    if page.status == 503:
        assert page.headers["retry-after"]


def test_two_houses_share_a_data_folder_on_two_ports(served: House) -> None:
    second = House(served.folder, log=served.log)
    try:
        second.await_ready()

        assert served.is_ready()
        assert second.postgres() == served.postgres()
    finally:
        second.stop()
    assert served.is_ready()


def test_a_taken_port_is_told_and_nothing_is_started(served: House, tmp_path: Path) -> None:
    late = House(tmp_path / "late", port=served.port, log=tmp_path / "late.log")
    assert late.process is not None

    assert late.process.wait(timeout=60) == 1
    assert str(served.port) in late.last_words()
    assert "Traceback" not in late.last_words()
    assert not (tmp_path / "late" / "postgres").exists()
    assert served.is_ready()


def test_a_killed_house_stands_up_again_without_repair(served: House) -> None:
    orphans = served.children("app.")
    os.kill(served.pid, signal.SIGKILL)
    assert served.process is not None
    served.process.wait()
    assert _gone(orphans, 60), "children end with their parent"

    served.start()

    served.await_ready()


def _half_sent(house: House) -> socket.socket:
    """A form of which the phone has sent three bytes so far."""
    phone = socket.create_connection(("127.0.0.1", house.port), timeout=20)
    phone.sendall(
        b"POST /verify HTTP/1.1\r\nHost: localhost\r\nContent-Length: 500\r\n"
        b"Content-Type: application/x-www-form-urlencoded\r\n\r\nq=1"
    )
    return phone


def test_phones_that_send_slowly_hold_up_neither_others_nor_the_end(served: House) -> None:
    served.await_ready()
    phones = [_half_sent(served) for _ in range(12)]
    time.sleep(0.3)

    answers = [served.ask("GET", "/shop", accept="text/html") for _ in range(5)]
    took_s = served.stop()

    for phone in phones:
        phone.close()
    assert [answer.status for answer in answers] == [200] * 5
    assert max(answer.took_s for answer in answers) < 8
    assert took_s < 20
    served.start()
    served.await_ready()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stopped_house_finishes_what_it_took_and_leaves_no_process(
    served: House, number: signal.Signals
) -> None:
    served.await_ready()
    running = served.everything()
    assert len(running) >= 5
    broken: list[float] = []
    stopping = threading.Event()
    callers = [threading.Thread(target=_call, args=(served, stopping, broken)) for _ in range(4)]
    for caller in callers:
        caller.start()
    time.sleep(0.5)

    took_s = served.stop(number)

    stopping.set()
    for caller in callers:
        caller.join()
    assert served.process is not None
    assert served.process.returncode == 0
    assert _gone(running, 60)
    assert broken == []
    assert took_s < 20
    served.start()
    served.await_ready()


def _call(house: House, stopping: threading.Event, broken: list[float]) -> None:
    """Ask again and again; a refused connection is fair, one broken after a while is not."""
    while not stopping.is_set():
        answer = house.ask("GET", "/shop", accept="text/html")
        if answer.status == 0:
            # Refused at once: nobody listens any more. What had been taken must be answered.
            if answer.took_s > 0.5:
                broken.append(answer.took_s)
            return


@pytest.mark.parametrize("after_s", [0.1, 0.7, 1.5, 2.5, 4.0])
def test_control_c_at_any_moment_of_a_first_start_leaves_no_process(
    tmp_path: Path, after_s: float
) -> None:
    house = House(tmp_path / "data", demo=True, log=tmp_path / "serve.log")
    time.sleep(after_s)
    running = house.everything()

    house.stop(signal.SIGINT)

    assert _gone(running, 60), house.last_words()
    assert [process.cmdline() for process in house.everything()] == []
    house.discard()


def _guess(house: House) -> int:
    """One guess at a password, by a browser that has just come and forges where it is from."""
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    page = opener.open(f"{house.url}/sign-in", timeout=60).read().decode()
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found
    form = {"csrf_token": found[1], "login": "ai@vidu.vn", "password": "doan-mo-77"}
    address = {"X-Forwarded-For": f"198.51.100.{secrets.randbelow(250)}"}
    asked = urllib.request.Request(f"{house.url}/sign-in", urlencode(form).encode(), address)
    try:
        with opener.open(asked, timeout=60) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def test_guesses_are_counted_across_processes_and_a_restart(served: House) -> None:
    served.await_ready()
    told = [_guess(served) for _ in range(5)]
    victim = served.children("app.web_process")[0]
    family = [victim, *victim.children(recursive=True)]
    victim.kill()
    # Until the last of them is gone, one of them may take a guess and die over it.
    assert _gone(family, 60)
    _until(served, "app.web_process", victim.pid)
    served.await_ready()

    told += [_guess(served) for _ in range(6)]

    assert told == [422] * 10 + [429]


# Unknown lots and serials walk up, with a slash in them or not; what is malformed is refused.
_ASKED_OF_BOTH = {
    "/10/KHONG-CO": 200,
    "/10/KHONG%2FCO": 200,
    "/10/KHONG%2FCO/21/1%2F2": 200,
    "/10/A/21": 400,
    "/21/1/10/A": 400,
    "/10/Ch%C3%A8%2FA": 400,
}


def test_gunicorn_runs_it_too_and_keeps_a_slash_inside_a_lot(served: House) -> None:
    served.await_ready()
    open_shop(served, batches=1)
    port = free_port()
    env = served.env | {"NGUON_DATABASE_URL": served.database_url()}
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "-b", f"127.0.0.1:{port}", "app.wsgi:app"],
        cwd=ROOT,
        env=env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    other = House(served.folder, port=port, start=False)
    try:
        deadline = time.monotonic() + 60
        while not other.is_ready() and time.monotonic() < deadline:
            time.sleep(0.1)

        address = f"/01/0{GTIN}/10/{quote(LOT, safe='')}"
        answers = [house.ask("GET", address, accept="text/html") for house in (served, other)]
        told = {
            path: [house.ask("GET", f"/01/0{GTIN}{path}", accept="text/html").status
                   for house in (served, other)]
            for path in _ASKED_OF_BOTH
        }  # fmt: skip
        malformed = [house.ask("GET", f"/01/0{GTIN}/10/KHONG/CO", accept="text/html").status
                     for house in (served, other)]  # fmt: skip
    finally:
        process.terminate()
        process.wait(timeout=60)

    assert [answer.status for answer in answers] == [200, 200]
    assert all(LOT.encode() in answer.body for answer in answers)
    assert told == {path: [status, status] for path, status in _ASKED_OF_BOTH.items()}
    # Only who is told the raw path can tell an unencoded slash from one that was undone.
    assert malformed == [200, 400]
