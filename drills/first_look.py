"""How soon a scanner of a label sees the verdict: slow 3G, a processor a quarter as fast.

.venv/bin/python -m drills.first_look http://127.0.0.1:8000/t/TR79SFPSEHEA …

Of a house that is served already. Chromium's own throttling: 400 ms to and fro, 400 kbit/s, four
times slower. Told is the time from asking until the verdict is painted, less the round trip that
the first byte takes (Chromium itself stamps that byte before it holds it back), and the size of
the answer as it was sent. Asked: one second. Figures depend on the machine.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from playwright.sync_api import Browser, sync_playwright

ASKED_MS = 1000
_CHROMIUM = "/usr/bin/chromium"
_ROUND_TRIP_MS = 400
_BYTES_A_SECOND = 400_000 / 8
_SLOW_3G = {
    "offline": False,
    "latency": _ROUND_TRIP_MS,
    "downloadThroughput": _BYTES_A_SECOND,
    "uploadThroughput": _BYTES_A_SECOND,
}
# The verdict has its place in one frame and is painted by the next but one.
_WATCH = """
const look = () => {
  const found = document.getElementById("verdict");
  if (!found || found.getBoundingClientRect().height === 0) return requestAnimationFrame(look);
  const seen = () => { window.seenAt = performance.now(); };
  requestAnimationFrame(() => requestAnimationFrame(seen));
};
requestAnimationFrame(look);
"""


@dataclass(frozen=True)
class Look:
    """One look: milliseconds from the first byte's round trip to the verdict; bytes sent."""

    waited: float
    sent: int


def look_at(browser: Browser, address: str) -> Look:
    """Open an address as somebody with an old phone does who never was here."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="vi-VN")
    page = context.new_page()
    debugger = context.new_cdp_session(page)
    debugger.send("Network.enable")
    debugger.send("Network.emulateNetworkConditions", _SLOW_3G)
    debugger.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    page.add_init_script(_WATCH)
    page.goto(address, wait_until="domcontentloaded")
    page.wait_for_function("window.seenAt !== undefined")
    seen, sent = page.evaluate(
        """() => {
          const [told] = performance.getEntriesByType("navigation");
          return [window.seenAt, told.transferSize];
        }"""
    )
    context.close()
    return Look(seen - _ROUND_TRIP_MS, sent)


def tell(address: str, looks: Sequence[Look]) -> str:
    """One line for an address."""
    waits = sorted(look.waited for look in looks)
    return (
        f"first_look {address}: verdict {statistics.median(waits):.0f} ms after the first round"
        f" trip (worst of {len(waits)}: {waits[-1]:.0f}; asked {ASKED_MS}),"
        f" {looks[0].sent:,} bytes sent"
    )


def main() -> None:
    """Look at each address some times; exit status 1 when the usual look takes too long."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("addresses", nargs="+")
    parser.add_argument("--looks", type=int, default=7)
    given = parser.parse_args()
    is_slow = False
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_CHROMIUM, args=["--no-sandbox"])
        for address in given.addresses:
            looks = [look_at(browser, address) for _ in range(given.looks)]
            sys.stdout.write(tell(address, looks) + "\n")
            usual = statistics.median(look.waited for look in looks)
            is_slow = is_slow or usual > ASKED_MS
        browser.close()
    sys.exit(is_slow)


if __name__ == "__main__":
    main()
