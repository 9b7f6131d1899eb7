"""Open every page of the demonstration as each of its people, on a phone and at a desk, and look.

.venv/bin/python -m drills.pages                               every page, both languages
.venv/bin/python -m drills.pages --as coop --pictures /tmp/p   one reader's, kept as pictures
.venv/bin/python -m drills.pages --url http://127.0.0.1:8000   a demonstration already served

Pages are found as people find them, by links from the first page of one's desk. What is told:
whatever sticks out, is cut off or scrolls sideways; targets under 44 px on a phone; pages without
one first heading; codes, enumerations and moments as machines write them; English pages with
Vietnamese sentences of ours; what axe-core finds; pages of a role that no link leads to, or only
after more than three clicks.
"""

from __future__ import annotations

import argparse
import re
import shutil
import sys
import tempfile
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from flask import Flask
from playwright.sync_api import Browser, Error, Page, sync_playwright
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter, Rule

from accounts.permissions import TABLE
from app.demo.cast import PASSWORD
from app.factory import create_app
from app.security import LANGUAGE_COOKIE
from drills import looking
from drills.house import ROOT, House
from drills.looking import Fault
from drills.readers import LATER, NO_PAGE, READERS
from foundation import config
from foundation.web import guard_of

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
AXE = ROOT / "node_modules/axe-core/axe.min.js"
SIZES = {360: 740, 1280: 900}
MOST_CLICKS = 3
# Pages of each rule whose links are followed.
_READ = 12
_AXE_RUN = """async () => (await axe.run(document, {
    runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
})).violations.map(v => [v.id, v.nodes.slice(0, 2).map(n => n.html.slice(0, 160)).join(" ")])"""


@dataclass
class Walk:
    """One reader's way through the house."""

    reader: str
    # Rule → clicks from the first page, for every rule a link led to.
    clicks: dict[str, int] = field(default_factory=dict)
    faults: dict[tuple[str, str], list[Fault]] = field(default_factory=dict)
    looked: int = 0

    def tell(self, rule: str, where: str, faults: Sequence[Fault]) -> None:
        """Keep what was found on a page, once for a rule."""
        kept = self.faults.setdefault((rule, where), [])
        kept += [fault for fault in faults if fault not in kept]


class Walker:
    """A browser that goes through the house."""

    def __init__(self, browser: Browser, url: str, app: Flask, options: argparse.Namespace) -> None:
        self.browser = browser
        self.url = url
        self.app = app
        self.routes: MapAdapter = app.url_map.bind("127.0.0.1")
        self.options = options

    def walk(self, reader: str) -> Walk:
        """Follow links, the nearest first; look at the first few pages of each rule."""
        walk = Walk(reader)
        context = self.browser.new_context(viewport={"width": 1280, "height": 900}, locale="vi-VN")
        page = context.new_page()
        if reader != "nobody":
            self._sign_in(page, reader)
        starts = [READERS[reader][1], "/account" if reader != "nobody" else "/shop"]
        queue = deque((start, 0 if n == 0 else 1) for n, start in enumerate(starts))
        seen: set[str] = set()
        opened: Counter[str] = Counter()
        while queue:
            path, clicks = queue.popleft()
            rule = self.rule_of(path)
            if path in seen or rule is None:
                continue
            seen.add(path)
            walk.clicks.setdefault(rule, clicks)
            if opened[rule] >= _READ or not self._is_to_be_opened(path, rule, reader):
                continue
            opened[rule] += 1
            looks = opened[rule] <= self.options.each
            found = self._look(walk, page, path, rule) if looks else self._read(page, path)
            queue.extend((each, clicks + 1) for each in found)
        context.close()
        return walk

    def rule_of(self, path: str) -> str | None:
        """The rule that answers a path, None where none does."""
        try:
            rule, _values = self.routes.match(urlsplit(path).path, return_rule=True)
        except HTTPException:
            return None
        return str(rule.rule)

    def _is_to_be_opened(self, path: str, rule: str, reader: str) -> bool:
        if NO_PAGE.search(urlsplit(path).path):
            return False
        guard = guard_of(self.app.view_functions[self.routes.match(urlsplit(path).path)[0]])
        # What is public is looked at once, as nobody.
        return reader == "nobody" or guard is None or guard.kind != "public" or rule == "/"

    def _sign_in(self, page: Page, reader: str) -> None:
        page.goto(f"{self.url}/sign-in")
        page.locator("main input[name=login]").fill(f"{reader}@demo.nguon.vn")
        page.locator("main input[name=password]").fill(PASSWORD)
        page.locator("main form button[type=submit]").first.click()
        page.wait_for_load_state()
        if "/sign-in" in page.url:
            raise SystemExit(f"{reader}@ cannot sign in at {self.url}")

    def _look(self, walk: Walk, page: Page, path: str, rule: str) -> Iterator[str]:
        found: list[str] = []
        for language in ("vi", "en"):
            cookie: Any = {"name": LANGUAGE_COOKIE, "value": language, "url": self.url}
            page.context.add_cookies([cookie])
            try:
                answer = page.goto(self.url + path)
            except Error:
                # A file that wants to be kept, not shown.
                return iter(())
            if answer is None or "html" not in answer.headers.get("content-type", ""):
                return iter(())
            if not answer.ok:
                walk.tell(rule, language, [Fault("refused", f"{answer.status} at {path}")])
                return iter(())
            for width, height in SIZES.items():
                page.set_viewport_size({"width": width, "height": height})
                looked = page.evaluate(looking.SCRIPT)
                walk.tell(rule, f"{language} {width}", looking.shape(looked, width))
                if language == "vi":
                    walk.tell(rule, f"axe {width}", self._axe(page))
                self._picture(page, walk.reader, path, f"{language}-{width}")
            walk.tell(rule, language, looking.words(looked, language, path))
            walk.looked += 1
            found = found or [*looked["links"], *looked["forms"]]
        return self._ours(found)

    def _read(self, page: Page, path: str) -> Iterator[str]:
        """Only the links of a page: whether anything leads to what is seldom."""
        answer = page.request.get(self.url + path, max_redirects=3)
        is_page = answer.ok and "html" in answer.headers.get("content-type", "")
        hrefs = re.findall(r'<a\b[^>]*?\bhref="([^"]+)"', answer.text()) if is_page else ()
        return self._ours(urljoin(self.url + path, unescape(href)) for href in hrefs)

    def _ours(self, links: Iterable[str]) -> Iterator[str]:
        for parts in map(urlsplit, links):
            if f"{parts.scheme}://{parts.netloc}" == self.url:
                yield parts.path + (f"?{parts.query}" if parts.query else "")

    def _axe(self, page: Page) -> list[Fault]:
        page.evaluate(AXE.read_text("utf-8") + ";0")
        found = page.evaluate(_AXE_RUN)
        # Corners lie as close as the field has them; each can be typed in beside the map.
        return [Fault(f"axe {rule}", where) for rule, where in found if "leaflet" not in where]

    def _picture(self, page: Page, reader: str, path: str, kind: str) -> None:
        if self.options.pictures is None:
            return
        name = re.sub(r"[^A-Za-z0-9]+", "_", path.strip("/"))[:80] or "home"
        page.screenshot(path=self.options.pictures / f"{reader}-{name}-{kind}.png", full_page=True)


def out_of_reach(app: Flask, walks: Sequence[Walk]) -> Iterator[str]:
    """Pages a reader's roles open that no link led them to, or only after too many clicks."""
    for walk in walks:
        roles = READERS[walk.reader][0]
        for rule in sorted(app.url_map.iter_rules(), key=str):
            guard = guard_of(app.view_functions[rule.endpoint])
            if "GET" not in (rule.methods or ()) or guard is None or guard.kind != "action":
                continue
            if NO_PAGE.search(rule.rule) or rule.rule in LATER or _is_desk_of_others(walk, rule):
                continue
            if not any(TABLE[guard.action or ""].get(role) for role in roles):
                continue
            clicks = walk.clicks.get(rule.rule)
            if clicks is None:
                yield f"{walk.reader}: no link leads to {rule.rule}"
            elif clicks > MOST_CLICKS + _levels_below(rule.rule):
                yield f"{walk.reader}: {clicks} clicks to {rule.rule}"


def _is_desk_of_others(walk: Walk, rule: Rule) -> bool:
    """Whether a page lies at a desk that this reader does not sit at."""
    desks = {start for _roles, start in READERS.values() if start not in ("/", "/account")}
    return any(rule.rule.startswith(f"{desk}/") for desk in desks - {READERS[walk.reader][1]})


def _levels_below(rule: str) -> int:
    """Parts of a thing's own parts: each may take a click more ("/areas/4/households/9/edit")."""
    _before, _thing, below = rule.partition(">")
    return max(0, len(below.strip("/").split("/")) - 1)


def report(walks: Sequence[Walk]) -> int:
    """Print what was found, once a rule and place; how many there were."""
    told: set[tuple[str, Fault]] = set()
    for walk in walks:
        for (rule, where), faults in walk.faults.items():
            for fault in faults:
                if (rule, fault) in told:
                    continue
                told.add((rule, fault))
                print(f"{rule} [{walk.reader}, {where}] {fault.kind}: {fault.what}")
        print(f"{walk.reader}: {walk.looked} readings, {len(walk.clicks)} rules", file=sys.stderr)
    return len(told)


def main() -> int:
    """Look at everything; 1 when anything is to be ashamed of."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--as", dest="readers", action="append", choices=sorted(READERS))
    parser.add_argument("--url", help="a demonstration already served (with hand@ in it)")
    parser.add_argument("--pictures", type=Path, help="keep every page as a picture here")
    parser.add_argument("--each", type=int, default=2, help="pages looked at of each rule")
    options = parser.parse_args()
    if options.pictures:
        options.pictures.mkdir(parents=True, exist_ok=True)
    house = None if options.url else _served()
    settings = {"NGUON_SECRET_KEY": "k" * 48, "NGUON_DATA_DIR": tempfile.gettempdir()}
    app = create_app(config.read(settings))
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            walker = Walker(browser, options.url or (house.url if house else ""), app, options)
            walks = [walker.walk(reader) for reader in options.readers or READERS]
            browser.close()
    finally:
        if house is not None:
            house.discard()
    count = report(walks)
    lost = list(out_of_reach(app, walks))
    print(*lost, sep="\n")
    print(f"{count} faults, {len(lost)} pages out of reach", file=sys.stderr)
    return int(bool(count or lost))


def _served() -> House:
    house = House(Path(tempfile.mkdtemp(prefix="nguon-pages-")), demo=True)
    house.await_ready(300)
    house.nguon(
        "user", "create", "--email", "hand@demo.nguon.vn", "--name", "Người Ghi Đồng Ruộng",
        "--role", "staff", "--organisation", _first_cooperative(house),
        "--password-stdin", stdin=f"{PASSWORD}\n",
    )  # fmt: skip
    return house


def _first_cooperative(house: House) -> str:
    token = house.nguon("token", "create", "--email", "coop@demo.nguon.vn").strip()
    return str(house.ask("GET", "/api/v1/me", token=token).json["roles"][0]["organisation"])


if __name__ == "__main__":
    sys.exit(main())
