"""A ``nguon serve`` of one's own: started, asked, looked into, killed piece by piece."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from app.children import die_with_parent
from drills import warm
from foundation import embedded

ROOT = Path(__file__).resolve().parents[1]
# Nothing of the house may keep anybody waiting longer, whatever was killed.
PATIENCE_S = 10.0


def _in_a_terminal() -> None:
    """As somebody's shell starts it: Ctrl-C is heard even when whoever drills was told to ignore
    it (a job in the background), and a drill broken off leaves no house behind.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)
    die_with_parent()


@dataclass(frozen=True)
class Answer:
    """What the house answered; status 0: the connection broke or was refused."""

    status: int
    # By their names in small letters.
    headers: dict[str, str]
    body: bytes
    took_s: float

    @property
    def json(self) -> Any:
        """The body as JSON; an empty object when it is none."""
        try:
            return json.loads(self.body)
        except ValueError:
            return {}

    @property
    def code(self) -> str:
        """The problem's code."""
        found = self.json
        return str(found.get("code", "")) if isinstance(found, dict) else ""


def free_port() -> int:
    """A port nobody listens at."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


class House:
    """A ``nguon serve`` on a data folder and a port of its own."""

    def __init__(
        self,
        folder: Path,
        *,
        port: int = 0,
        demo: bool = False,
        log: Path | None = None,
        start: bool = True,
    ) -> None:
        self.folder = folder
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.demo = demo
        self.log = log
        kept = {key: value for key, value in os.environ.items() if not key.startswith("NGUON_")}
        self.env = kept | {
            "PORT": str(self.port),
            "NGUON_DATA_DIR": str(folder),
            "LANG": "en_GB.UTF-8",
        }
        self.process: subprocess.Popen[bytes] | None = self.start() if start else None

    def start(self) -> subprocess.Popen[bytes]:
        """Start it (again)."""
        command = [sys.executable, "-m", "app.cli", "serve", *(["--demo"] if self.demo else [])]
        with Path(self.log or os.devnull).open("ab") as output:
            self.process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                preexec_fn=_in_a_terminal,
            )
        return self.process

    @property
    def pid(self) -> int:
        """The process that watches over the others."""
        assert self.process is not None
        return self.process.pid

    def stop(self, number: int = signal.SIGINT) -> float:
        """Stop it in order; how many seconds that took."""
        began = time.monotonic()
        if self.process is not None:
            if self.process.poll() is None:
                self.process.send_signal(number)
            self.process.wait(timeout=90)
        return time.monotonic() - began

    def discard(self) -> None:
        """Stop it and delete all it kept, wherever its database was placed."""
        self.stop()
        embedded.discard(self.folder)
        shutil.rmtree(self.folder, ignore_errors=True)

    def nguon(self, *arguments: str, stdin: str = "", expected: int = 0) -> str:
        """Run a command of the console script against this house."""
        done = warm.nguon(*arguments, env=self.env, stdin=stdin)
        assert done.returncode == expected, (arguments, done.returncode, done.stderr)
        return done.stdout

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        token: str = "",
        key: str = "",
        accept: str = "application/json",
    ) -> Answer:
        """One call on a connection of its own; a broken one is an answer too."""
        data = None if body is None else json.dumps(body).encode()
        sent = {"Accept": accept, "Accept-Language": "en", "Connection": "close"}
        if data is not None:
            sent["Content-Type"] = "application/json"
        if token:
            sent["Authorization"] = f"Bearer {token}"
        if key:
            sent["Idempotency-Key"] = key
        request = urllib.request.Request(self.url + path, data, sent, method=method)
        began = time.monotonic()
        try:
            with _opened(request) as answer:
                status, headers, content = answer.status, _lower(answer.headers), answer.read()
        except (OSError, http.client.HTTPException):
            status, headers, content = 0, {}, b""
        return Answer(status, headers, content, time.monotonic() - began)

    def is_ready(self) -> bool:
        """Whether it answers that it is ready."""
        return self.ask("GET", "/readyz").status == 200

    def await_ready(self, seconds: float = 120) -> float:
        """Wait until it is ready; how many seconds that took."""
        began = time.monotonic()
        while time.monotonic() - began < seconds:
            if self.is_ready():
                return time.monotonic() - began
            if self.process is None or self.process.poll() is not None:
                raise AssertionError(f"nguon serve ended: {self.last_words()}")
            time.sleep(0.05)
        raise AssertionError(f"not ready in {seconds} s: {self.last_words()}")

    def last_words(self) -> str:
        """The end of its log."""
        if self.log is None:
            return "(no log kept)"
        return self.log.read_text("utf-8", errors="replace")[-3000:]

    def children(self, word: str) -> list[psutil.Process]:
        """Processes below it whose command line holds ``word``, parents first."""
        found = []
        with suppress(psutil.Error):
            for child in psutil.Process(self.pid).children(recursive=True):
                with suppress(psutil.Error):
                    if word in " ".join(child.cmdline()):
                        found.append(child)
        return found

    def postgres(self) -> psutil.Process | None:
        """The database's first process."""
        try:
            line = (self.folder / "postgres" / "data" / "postmaster.pid").read_text().split()
            return psutil.Process(int(line[0]))
        except (OSError, ValueError, IndexError, psutil.Error):
            return None

    def everything(self) -> list[psutil.Process]:
        """Every process that knows this house's data folder, whoever its parent is."""
        folder = str(self.folder)
        found = []
        for process in psutil.process_iter():
            try:
                line = " ".join(process.cmdline())
                knows = folder in line or process.environ().get("NGUON_DATA_DIR") == folder
            except psutil.Error:
                continue
            if knows and process.pid != os.getpid():
                found.append(process)
        postmaster = self.postgres()
        return found + ([postmaster, *postmaster.children()] if postmaster else [])

    def database_url(self) -> str:
        """The address of its database."""
        for process in self.children("app.w"):
            try:
                url = process.environ().get("NGUON_DATABASE_URL", "")
            except psutil.Error:
                continue
            if url:
                return url.replace("postgresql+psycopg://", "postgresql://")
        raise AssertionError("no child knows the database")


def _opened(request: urllib.request.Request) -> Any:
    """The answer, also one that refuses: its body can be cut off like any other's."""
    try:
        return urllib.request.urlopen(request, timeout=PATIENCE_S)
    except urllib.error.HTTPError as refusal:
        return refusal


def _lower(headers: Any) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}
