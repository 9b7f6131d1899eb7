"""A real house to travel through: ``nguon serve --demo``, real Chromium, phone and desk.

A server for each worker of the run. Without Chromium they are skipped
by name; with ``CI=true`` that skip is a failure. Every page visited is looked at by axe and kept
as a picture under ``screenshots/``.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from drills import warm
from foundation import embedded

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
AXE = ROOT / "node_modules/axe-core/axe.min.js"
PICTURES = ROOT / "screenshots"
SIZES = {"phone": (360, 740), "desk": (1280, 900)}
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@dataclass
class House:
    """A running ``nguon serve``."""

    url: str
    data_dir: Path
    password: str
    env: dict[str, str]
    log: Path

    def nguon(self, *arguments: str) -> str:
        """Run a command of the console script against this house."""
        done = warm.nguon(*arguments, env=self.env)
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The demonstration, served as ``make serve`` serves it."""
    from app.demo.cast import PASSWORD

    port = _free_port()
    data_dir = tmp_path_factory.mktemp("house")
    env = {k: v for k, v in os.environ.items() if not k.startswith("NGUON_")}
    env |= {"PORT": str(port), "NGUON_DATA_DIR": str(data_dir), "LANG": "vi_VN.UTF-8"}
    log = data_dir / "serve.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "app.cli", "serve", "--demo"],
            cwd=ROOT,
            env=env,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    url = f"http://127.0.0.1:{port}"
    try:
        _await_ready(url, process, log)
        yield House(url, data_dir, PASSWORD, env, log)
    finally:
        process.terminate()
        process.wait(timeout=60)
        # As root the database lies outside the test's own folder (foundation/server_home.py).
        embedded.discard(data_dir)


def _await_ready(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise AssertionError(log.read_text("utf-8")[-4000:])
        try:
            with urllib.request.urlopen(f"{url}/readyz", timeout=15):
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"not ready: {log.read_text('utf-8')[-4000:]}")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for a module's trips: as long as it is open, this process has an event loop
    running, and tests that work jobs off need one of their own.
    """
    if not Path(CHROMIUM).exists():
        if os.environ.get("CI") == "true":
            pytest.fail("the trips need Chromium: apt-get install chromium")
        pytest.skip("the trips need Chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@dataclass
class Traveller:
    """Somebody with a browser of their own, on a phone or at a desk."""

    house: House
    page: Page
    device: str
    seen: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    def go(self, path: str) -> Page:
        """Open an address of the house."""
        self.page.goto(path if path.startswith("http") else self.house.url + path)
        return self.page

    def sign_in(self, name: str) -> None:
        """Sign in as one of the demonstration's people."""
        self.go("/sign-in")
        self.page.locator("main input[name=login]").fill(f"{name}@demo.nguon.vn")
        self.page.locator("main input[name=password]").fill(self.house.password)
        self.page.locator("main form button[type=submit]").first.click()
        self.page.wait_for_load_state()
        assert "/sign-in" not in self.page.url, self.page.content()

    def look(self, name: str, *, rules: tuple[str, ...] = ()) -> None:
        """Keep a picture; hold the page against WCAG 2.2 AA; nothing may stick out sideways."""
        PICTURES.mkdir(exist_ok=True)
        self.page.screenshot(path=PICTURES / f"{name}-{self.device}.png", full_page=True)
        self.seen.append(name)
        width = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert width <= 0, f"{name}: {width}px wider than the {self.device}"
        violations = self._axe(rules)
        assert violations == [], f"{name} ({self.device}): {violations}"

    def _axe(self, rules: tuple[str, ...]) -> list[Any]:
        # Through the debugger and not a <script>: the page's own policy stays in force.
        self.page.evaluate(AXE.read_text("utf-8") + ";0")
        found: list[Any] = self.page.evaluate(
            """async (off) => (await axe.run(document, {
                runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
                rules: Object.fromEntries(off.map(id => [id, {enabled: false}])),
            })).violations.map(v => [v.id, v.nodes.slice(0, 3).map(n => n.html.slice(0, 160))])""",
            list(rules),
        )
        return found


@pytest.fixture
def travel(house: House, chromium: Browser) -> Iterator[Any]:
    """``travel("phone")`` gives a traveller; what their console complained of fails the test."""
    contexts: list[BrowserContext] = []
    travellers: list[Traveller] = []

    def set_out(device: str = "phone", **options: Any) -> Traveller:
        width, height = SIZES[device]
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            locale=options.pop("locale", "vi-VN"),
            has_touch=device == "phone",
            **options,
        )
        contexts.append(context)
        traveller = Traveller(house, context.new_page(), device)
        traveller.page.on("console", lambda message: _listen(traveller, message))
        traveller.page.on("pageerror", lambda error: traveller.broken.append(str(error)))
        travellers.append(traveller)
        return traveller

    yield set_out
    complaints = [line for traveller in travellers for line in traveller.broken]
    for context in contexts:
        context.close()
    assert complaints == []


def _listen(traveller: Traveller, message: Any) -> None:
    if message.type == "error" and not re.search(r"status of 4\d\d", message.text):
        traveller.broken.append(message.text)
