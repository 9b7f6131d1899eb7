"""``nguon serve`` under the hand that kills: everything comes back, everything ends with it."""

from __future__ import annotations

import http.client
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
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode

import psutil
import psycopg
import pytest

from drills.clients import Goods
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


@dataclass(frozen=True)
class Beside:
    """The same house answered by gunicorn too, with two workers."""

    house: House
    goods: Goods
    process: subprocess.Popen[bytes]

    @property
    def lot(self) -> str:
        """The address of a lot."""
        return f"/01/0{GTIN}/10/{quote(LOT, safe='')}"

    def look(self, path: str, browser: str) -> str:
        """A page as a phone's browser gets it; empty when the connection broke."""
        agent = f"Mozilla/5.0 (Linux; Android 14) {browser} Mobile Safari/537.36"
        request = urllib.request.Request(self.house.url + path, headers={"User-Agent": agent})
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return str(answer.read().decode())
        except (OSError, http.client.HTTPException):
            return ""


@pytest.fixture(scope="module")
def beside(served: House) -> Iterator[Beside]:
    served.await_ready()
    # One is looked at by the phones, one scanned and counted, one recalled.
    goods = open_shop(served, batches=3)
    port = free_port()
    # Loaded once, before the workers part.
    command = ["gunicorn", "--preload", "-w", "2", "-b", f"127.0.0.1:{port}", "app.wsgi:app"]
    process = subprocess.Popen(
        [sys.executable, "-m", *command],
        cwd=ROOT,
        env=served.env | {"NGUON_DATABASE_URL": served.database_url()},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    other = House(served.folder, port=port, start=False)
    try:
        deadline = time.monotonic() + 120
        while not other.is_ready():
            assert process.poll() is None, "gunicorn ended"
            assert time.monotonic() < deadline, "gunicorn is not ready"
            time.sleep(0.1)
        yield Beside(other, goods, process)
    finally:
        process.terminate()
        process.wait(timeout=60)


def test_gunicorn_runs_it_too_and_keeps_a_slash_inside_a_lot(served: House, beside: Beside) -> None:
    both = (served, beside.house)

    answers = [house.ask("GET", beside.lot, accept="text/html") for house in both]
    told = {
        path: [house.ask("GET", f"/01/0{GTIN}{path}", accept="text/html").status for house in both]
        for path in _ASKED_OF_BOTH
    }
    malformed = [
        house.ask("GET", f"/01/0{GTIN}/10/KHONG/CO", accept="text/html").status for house in both
    ]

    assert [answer.status for answer in answers] == [200, 200]
    assert all(LOT.encode() in answer.body for answer in answers)
    assert told == {path: [status, status] for path, status in _ASKED_OF_BOTH.items()}
    # Only who is told the raw path can tell an unencoded slash from one that was undone.
    assert malformed == [200, 400]


def test_scans_that_killed_workers_acknowledged_are_counted_once(
    served: House, beside: Beside
) -> None:
    path = f"/t/{beside.goods.batches[1]}"
    pages: list[str] = []

    def scan(reader: int) -> None:
        for number in range(60):
            pages.append(beside.look(path, f"Chrome/{reader}.{number}"))

    readers = [threading.Thread(target=scan, args=(reader,)) for reader in range(3)]
    for reader in readers:
        reader.start()
    while len(pages) < 40:
        time.sleep(0.01)
    for worker in psutil.Process(beside.process.pid).children():
        worker.kill()
    for reader in readers:
        reader.join()

    acknowledged = sum(page.rstrip().endswith("</html>") for page in pages)
    assert acknowledged > 40
    counted, deadline = 0, time.monotonic() + 120
    while counted < acknowledged + 1 and time.monotonic() < deadline:
        # Whoever scans next has what the dead left read at once, not by the minute's job.
        beside.look(path, "Chrome/9.9")
        with psycopg.connect(served.database_url()) as connection:
            told = connection.execute(
                "SELECT count(*) FROM scans"
                " WHERE batch_id = (SELECT id FROM batches WHERE code = %s)",
                [beside.goods.batches[1]],
            ).fetchone()
        counted = told[0] if told else 0
        time.sleep(0.1)
    # A page that broke off may have been written down; none was twice.
    assert acknowledged + 1 <= counted <= len(pages) + 1


def test_a_recall_is_on_the_pages_of_every_worker(served: House, beside: Beside) -> None:
    batch = beside.goods.batches[2]
    with ThreadPoolExecutor(6) as readers:

        def told() -> list[bool]:
            asked = [(f"/t/{batch}", f"Chrome/1.{number}") for number in range(24)]
            pages = readers.map(lambda each: beside.look(*each), asked)
            return ["Thông báo thu hồi" in page for page in pages]

        # Till both of them keep the story, as far as can be known from outside.
        assert [any(told()) for _ in range(3)] == [False] * 3
        wish = {"batch": batch, "reason": "Diễn tập"}
        recalled = served.ask("POST", "/api/v1/recalls", wish, token=beside.goods.token)
        assert recalled.status == 201

        deadline = time.monotonic() + 120
        while not all(told()):
            assert time.monotonic() < deadline, "a worker still tells the old story"
